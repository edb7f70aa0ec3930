#include "drivers/console/echo_machine.h"

#include "drivers/console/control_characters.h"

#include <algorithm>

namespace rollover::console {

namespace {

constexpr std::size_t most_seen = 200;
constexpr std::size_t proof = 8;  // so much of the line's end must stand before the cursor after it was drawn again

std::string_view end_of(std::string_view text) {
    return text.substr(text.size() - std::min(text.size(), proof));
}

}  // namespace

void echo_machine::restart() {
    *this = echo_machine();
}

void echo_machine::typed(char character) {
    typed_.push_back(character);
    pending_ = true;
    redrawing_ = redrawing_ && !drawn_;  // a wrap is followed by the echo in the next row
    drawn_ = false;
}

void echo_machine::received(char byte, screen::effect did, std::string_view before_cursor) {
    if (typed_.empty() || disturbed_) {
        return;
    }
    if (seen_.size() == most_seen) {
        seen_.erase(0, most_seen / 2);
    }
    seen_.push_back(byte);
    switch (did) {
        case screen::effect::ended_line: disturbed_ = true; break;
        case screen::effect::printed: printed(byte, before_cursor); break;
        case screen::effect::moved:
            redrawing_ = redrawing_ || (byte != '\0' && byte != bell);
            look(before_cursor);
            break;
    }
}

void echo_machine::printed(char byte, std::string_view before_cursor) {
    if (pending_ && !drawn_ && byte == typed_.back()) {
        pending_ = false;
        redrawing_ = false;
        return;
    }
    if (byte == ' ') {
        redrawing_ = true;  // perhaps the blank of a wrap; CR follows
    } else if (redrawing_) {
        drawn_ = true;
    } else {
        disturbed_ = true;
    }
    look(before_cursor);
}

void echo_machine::look(std::string_view before_cursor) {
    if (drawn_) {
        unsettled_ = !before_cursor.ends_with(end_of(typed_));
        pending_ = pending_ && unsettled_;
    }
}

}  // namespace rollover::console
