#include "drivers/console/echo_machine.h"

#include "drivers/console/control_characters.h"
#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace rollover::console {

namespace {

constexpr std::size_t most_seen = 200;
constexpr std::size_t proof = 8;  // so much of what was echoed before must stand in a window that was drawn again

}  // namespace

void echo_machine::restart(const screen& shown, log_cutter without_log) {
    *this = echo_machine();
    without_log_ = std::move(without_log);
    prompt_ = shown.before_cursor();
}

void echo_machine::resume(const screen& shown, log_cutter without_log, std::string_view typed) {
    restart(shown, std::move(without_log));
    prompt_.resize(prompt_.size() - std::min(prompt_.size(), typed.size()));
    typed_ = typed;
    echoed_ = typed_.size();
}

void echo_machine::typed(char character) {
    typed_.push_back(character);
}

echo_machine::verdict echo_machine::state() const noexcept {
    if (wrong_ != verdict::right) {
        return wrong_;
    }
    if (echoed_ == typed_.size() && !doubted_) {
        return verdict::right;
    }
    return doubted_ ? verdict::doubted : verdict::pending;
}

void echo_machine::received(char byte, screen::effect did, const screen& shown) {
    if (wrong_ != verdict::right) {
        return;
    }
    if (typed_.empty()) {
        before_first(did, shown);
        return;
    }
    if (seen_.size() == most_seen) {
        seen_.erase(0, most_seen / 2);
    }
    seen_.push_back(byte);
    switch (did) {
        case screen::effect::ended_line: line_ended(shown.last_line()); break;
        case screen::effect::printed: printed(byte, shown.before_cursor()); break;
        case screen::effect::moved:
            if (byte != '\0' && byte != bell && !doubted_) {
                erased_ = erased_ || byte == 'K' || byte == 'J';  // the end of CSI K (EL) or CSI J (ED)
                begin_redraw();
                find_place(shown.before_cursor());
            }
            break;
    }
}

/// Between the prompt and the first character only log lines, and the prompt again, are no surprise.
void echo_machine::before_first(screen::effect did, const screen& shown) {
    if (did != screen::effect::ended_line || !without_log_) {
        return;
    }
    const auto rest = trim(without_log_(shown.last_line()));
    if (!rest.empty() && rest != trim(prompt_)) {
        wrong_ = verdict::mixed;
    }
}

void echo_machine::printed(char byte, std::string_view before_cursor) {
    if (doubted_) {
        return;  // the end of the line will tell
    }
    if (redrawing_) {
        find_place(before_cursor);
    } else if (echoed_ < typed_.size() && byte == typed_[echoed_]) {
        ++echoed_;
    } else if (byte == ' ') {
        begin_redraw();  // perhaps the blank of a wrap; CR follows
    } else if (without_log_) {
        doubted_ = true;
    } else {
        wrong_ = verdict::garbled;
    }
}

void echo_machine::begin_redraw() {
    if (!redrawing_) {
        redrawing_ = true;
        base_ = echoed_;
    }
}

/// Whether `shown`, the open line up to the cursor, can be the line of which `count` characters have been echoed.
bool echo_machine::stands_in(std::string_view shown, std::size_t count) const {
    const std::string_view text(typed_);
    const auto piece = [&](std::size_t from) { return text.substr(from, count - from); };
    // The line goes on in a new row: behind a wrap, whose blank may have been taken for an echo, or a log line.
    const bool blank_counted = base_ > 0 && text[base_ - 1] == ' ' && !interrupted_;
    if (!shown.empty() && (shown == piece(base_) || (blank_counted && shown == piece(base_ - 1)))) {
        return true;
    }
    if (!prompt_.empty() && shown.starts_with(prompt_)) {
        const auto behind = shown.substr(prompt_.size());
        if (behind == piece(0)) {
            return true;
        }
        if (text.starts_with(behind)) {
            return false;  // the whole line is drawn again, and has not come to its end: 255.255. looks like
                           // 255.255.255.
        }
    }
    // A window on a long line. A log line could imitate it, so behind one the prompt has to be there.
    return base_ >= proof && shown.ends_with(piece(base_ - proof)) && (!interrupted_ || shown.starts_with(prompt_));
}

/// The fewest characters that explain what is shown: to have assumed too few shows later, too many may not.
void echo_machine::find_place(std::string_view before_cursor) {
    // A line that was erased is drawn again from its prompt on, whose first letters may be those that were typed next.
    if (erased_ && before_cursor.size() < prompt_.size() && prompt_.starts_with(before_cursor)) {
        echoed_ = base_;
        return;
    }
    for (std::size_t count = base_; count <= typed_.size(); ++count) {
        if (stands_in(before_cursor, count)) {
            echoed_ = count;
            erased_ = false;
            redrawing_ = interrupted_;  // behind a log line a further character may show that this was no echo
            return;
        }
    }
    echoed_ = base_;
}

void echo_machine::line_ended(std::string_view line) {
    const std::string_view rest = without_log_ ? without_log_(line) : line;
    if (!interrupted_) {
        first_line_ended(line, rest);
        return;
    }
    echoed_ = base_;
    if (!trim(rest).empty()) {
        find_place(rest);
        const bool explained = stands_in(rest, echoed_);
        wrong_ = explained ? verdict::right : verdict::mixed;
    }
    base_ = echoed_;
}

/// The line on which was typed ends: a log line came in the middle. What of it is echo stands in front of the log text.
void echo_machine::first_line_ended(std::string_view line, std::string_view rest) {
    if (!without_log_ || (doubted_ && rest.size() == line.size())) {
        wrong_ = verdict::mixed;
        return;
    }
    if (doubted_) {
        // The first characters of the log text may have looked like an echo.
        const std::string_view text(typed_);
        while (echoed_ > 0 &&
               !rest.ends_with(text.substr(echoed_ - std::min(echoed_, proof), std::min(echoed_, proof)))) {
            --echoed_;
        }
    }
    doubted_ = false;
    redrawing_ = interrupted_ = true;
    base_ = echoed_;
}

}  // namespace rollover::console
