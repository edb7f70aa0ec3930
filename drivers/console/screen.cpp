#include "drivers/console/screen.h"

#include "drivers/console/control_characters.h"

#include <algorithm>
#include <utility>

namespace rollover::console {

namespace {

constexpr std::uint8_t longest_sequence = 64;
constexpr std::size_t tab_width = 8;

}  // namespace

screen::screen(std::size_t most_lines) : most_lines_(std::max<std::size_t>(most_lines, 1)) {}

void screen::feed(std::string_view bytes) {
    for (const char byte : bytes) {
        feed(byte);
    }
}

screen::effect screen::feed(char byte) {
    ++text_.received;
    open_line_stale_ = true;
    if (mode_ == mode::text && !is_control(byte)) {
        print(byte);
        return effect::printed;
    }
    if (mode_ == mode::string && byte != '\n' && byte != '\r') {
        // A title or the like, until BEL or ESC \; a line end ends it too, so that noise cannot swallow everything.
        if (byte == bell || byte == escape || ++sequence_length_ > longest_sequence) {
            mode_ = byte == escape ? mode::escape : mode::text;
        }
        return effect::moved;
    }
    if (is_control(byte)) {
        return control(byte);
    }
    switch (mode_) {
        case mode::escape: in_escape(byte); break;
        case mode::control_sequence: in_control_sequence(byte); break;
        default: mode_ = mode::text; break;
    }
    return effect::moved;
}

screen::effect screen::control(char byte) {
    switch (byte) {
        case '\n':
            mode_ = mode::text;
            end_line();
            return effect::ended_line;
        case '\r':
            mode_ = mode::text;
            before_return_ = std::max(before_return_, cursor_);
            cursor_ = 0;
            break;
        case '\t': move_to((cursor_ / tab_width + 1) * tab_width); break;
        case back: cursor_ -= cursor_ > 0 ? 1 : 0; break;
        case escape:
            mode_ = mode::escape;
            sequence_length_ = 0;
            break;
        case cancel:
        case substitute: mode_ = mode::text; break;
        default: break;  // NUL, BEL and the rest show nothing
    }
    return effect::moved;
}

void screen::print(char byte) {
    before_return_ = 0;
    if (cursor_ < cells_.size()) {
        cells_[cursor_++] = byte;
    } else if (cursor_ < longest_line) {
        cells_.push_back(byte);
        ++cursor_;
    }
}

std::string screen::visible(std::size_t at_least) const {
    const auto last = cells_.find_last_not_of(' ');
    const std::size_t end = last == std::string::npos ? 0 : last + 1;
    return cells_.substr(0, std::max(end, std::min(at_least, cells_.size())));
}

std::string screen::finished() const {
    // An erased pager prompt leaves a line of blanks: an empty line, whatever the cursor did.
    const bool is_blank = cells_.find_first_not_of(' ') == std::string::npos;
    return is_blank ? std::string() : visible(std::max(cursor_, before_return_));
}

void screen::end_line() {
    text_.lines.push_back(finished());
    line_bytes_ += text_.lines.back().size();
    ++lines_ended_;
    cells_.clear();
    cursor_ = 0;
    before_return_ = 0;
    drop_oldest();
}

void screen::drop_oldest() {
    while (text_.lines.size() > most_lines_ || line_bytes_ > most_bytes) {
        // Many at once: dropping them singly from a vector would cost the square of their number.
        const auto count = std::max<std::size_t>(text_.lines.size() / 8, 1);
        const auto end = text_.lines.begin() + static_cast<std::ptrdiff_t>(count);
        for (auto line = text_.lines.begin(); line != end; ++line) {
            line_bytes_ -= line->size();
        }
        text_.lines.erase(text_.lines.begin(), end);
    }
}

void screen::in_escape(char byte) {
    switch (byte) {
        case '[':
            mode_ = mode::control_sequence;
            private_sequence_ = false;
            parameters_ = 0;
            values_ = {};
            return;
        case ']':
        case 'P':
        case 'X':
        case '^':
        case '_': mode_ = mode::string; return;
        case '(':
        case ')':
        case '*':
        case '+':
        case '#':
        case '%': mode_ = mode::one_more; return;
        default: mode_ = mode::text; return;
    }
}

void screen::in_control_sequence(char byte) {
    if (++sequence_length_ > longest_sequence || static_cast<unsigned char>(byte) >= 0x80) {
        mode_ = mode::text;  // noise
    } else if (byte >= '0' && byte <= '9') {
        parameters_ = std::max<std::uint8_t>(parameters_, 1);
        if (parameters_ <= values_.size()) {
            auto& value = values_[parameters_ - 1U];
            value = static_cast<std::uint16_t>(std::min(value * 10 + (byte - '0'), 9999));
        }
    } else if (byte == ';') {
        parameters_ = static_cast<std::uint8_t>(std::max<int>(parameters_, 1) + 1);
    } else if (byte >= '<' && byte <= '?') {
        private_sequence_ = true;
    } else if (byte >= '@') {
        mode_ = mode::text;
        if (!private_sequence_) {
            carry_out(byte);
        }
    }
}

std::size_t screen::parameter(std::size_t which, std::size_t otherwise) const noexcept {
    return which < parameters_ && values_[which] != 0 ? values_[which] : otherwise;
}

void screen::move_to(std::size_t column) {
    // Beyond the end blanks appear, so that the cursor never stands outside of the cells.
    cursor_ = std::min(column, longest_line);
    cells_.resize(std::max(cells_.size(), cursor_), ' ');
}

void screen::erase(std::size_t first, std::size_t last) {
    last = std::min(last, cells_.size());
    if (first < last) {
        cells_.replace(first, last - first, last - first, ' ');
    }
}

void screen::carry_out(char final) {
    const std::size_t count = parameter(0, 1);
    switch (final) {
        case 'C': move_to(cursor_ + count); break;
        case 'D': cursor_ -= std::min(cursor_, count); break;
        case 'G': move_to(count - 1); break;
        case 'H':
        case 'f': move_to(parameter(1, 1) - 1); break;
        case 'J':
        case 'K': {
            const std::size_t what = parameter(0, 0);
            erase(what == 0 ? cursor_ : 0, what == 1 ? cursor_ + 1 : cells_.size());
            break;
        }
        case '@': cells_.insert(cursor_, std::min(count, longest_line - cells_.size()), ' '); break;
        case 'P': cells_.erase(cursor_, count); break;
        case 'X': erase(cursor_, cursor_ + count); break;
        default: break;
    }
}

const screen_text& screen::text() const {
    if (open_line_stale_) {
        text_.open_line = visible(cursor_);
        open_line_stale_ = false;
    }
    return text_;
}

screen_text screen::take(bool keep_open_line) {
    screen_text taken;
    taken.open_line = text().open_line;
    taken.received = text_.received;
    taken.lines = std::exchange(text_.lines, {});
    line_bytes_ = 0;
    if (!keep_open_line) {
        cells_.clear();
        cursor_ = 0;
        before_return_ = 0;
        open_line_stale_ = true;
    }
    return taken;
}

void screen::forget_after(std::uint64_t mark) {
    const std::uint64_t newer = lines_ended_ - std::min(mark, lines_ended_);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(newer, text_.lines.size()));
    for (std::size_t i = 0; i < count; ++i) {
        line_bytes_ -= text_.lines.back().size();
        text_.lines.pop_back();
    }
}

}  // namespace rollover::console
