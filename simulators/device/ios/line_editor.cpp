#include "simulators/device/ios/line_editor.h"

#include <algorithm>

namespace rollover::sim::ios {
namespace {

constexpr char backspace = '\b';
constexpr char bell = '\a';
constexpr std::size_t shift = 10;
constexpr std::size_t history_size = 10;

constexpr char ctrl(char letter) {
    return static_cast<char>(letter - '@');
}

}  // namespace

void line_editor::start(std::size_t prompt_length, std::size_t width) {
    start_with({}, prompt_length, width);
}

void line_editor::start_with(std::string text, std::size_t prompt_length, std::size_t width) {
    text_ = std::move(text);
    cursor_ = text_.size();
    prompt_length_ = prompt_length;
    width_ = width;
    left_ = 0;
    if (width_ != 0 && prompt_length_ + cursor_ >= width_ - 1) {
        left_ = cursor_ - std::min(cursor_, width_ / 2);
    }
    escape_ = 0;
    quoted_ = false;
    recalled_ = history_.size();
}

std::string line_editor::shown() const {
    std::string out = text_.substr(left_);
    if (left_ > 0 && !out.empty()) {
        out.front() = '$';
    }
    out.append(text_.size() - cursor_, backspace);
    return out;
}

void line_editor::replace(std::string text) {
    start_with(std::move(text), prompt_length_, width_);
}

void line_editor::remember(const std::string& line) {
    if (line.empty() || (!history_.empty() && history_.back() == line)) {
        return;
    }
    history_.push_back(line);
    if (history_.size() > history_size) {
        history_.erase(history_.begin());
    }
}

key_event line_editor::key(char character, std::string& echo) {
    if (quoted_) {
        quoted_ = false;
        insert(character, echo);
        return key_event::none;
    }
    if (escape_ != 0 && escape(character, echo)) {
        return key_event::none;
    }
    if (character == '?' && helps_) {
        echo.push_back(character);
        return key_event::help;
    }
    if (static_cast<unsigned char>(character) >= 0x20 && character != 0x7f) {
        insert(character, echo);
        return key_event::none;
    }
    return control(character, echo);
}

key_event line_editor::control(char character, std::string& echo) {
    switch (character) {
        case '\r':
        case '\n': return key_event::line;
        case '\t': return key_event::complete;
        case ctrl('C'): return key_event::abort;
        case ctrl('Z'): return key_event::end;
        case backspace:
        case 0x7f: erase_before(std::min<std::size_t>(cursor_, 1), echo); break;
        case ctrl('U'):
        case ctrl('X'): erase_before(cursor_, echo); break;
        case ctrl('W'): erase_word(echo); break;
        case ctrl('D'): erase_at_cursor(echo); break;
        case ctrl('A'): move_to(0, echo); break;
        case ctrl('E'): move_to(text_.size(), echo); break;
        case ctrl('B'): move_to(cursor_ - std::min<std::size_t>(cursor_, 1), echo); break;
        case ctrl('F'): move_to(std::min(cursor_ + 1, text_.size()), echo); break;
        case ctrl('K'): {
            const std::size_t gone = text_.size() - cursor_;
            text_.resize(cursor_);
            redraw_tail(cursor_, gone, echo);
            break;
        }
        case ctrl('P'): recall(-1, echo); break;
        case ctrl('N'): recall(1, echo); break;
        case ctrl('V'): quoted_ = true; break;
        case 0x1b: escape_ = 1; break;
        default: break;
    }
    return key_event::none;
}

bool line_editor::escape(char character, std::string& echo) {
    if (escape_ == 1) {
        escape_ = character == '[' ? 2 : 0;
        return true;
    }
    escape_ = 0;
    switch (character) {
        case 'A': recall(-1, echo); break;
        case 'B': recall(1, echo); break;
        case 'C': move_to(std::min(cursor_ + 1, text_.size()), echo); break;
        case 'D': move_to(cursor_ - std::min<std::size_t>(cursor_, 1), echo); break;
        default: break;
    }
    return true;
}

void line_editor::insert(char character, std::string& echo) {
    if (text_.size() >= longest) {
        echo.push_back(bell);
        return;
    }
    const std::size_t at_column = prompt_length_ + (cursor_ - left_);
    text_.insert(cursor_, 1, character);
    ++cursor_;
    if (width_ != 0 && at_column + 1 >= width_) {
        scroll(echo);
        return;
    }
    echo.push_back(character);
    if (cursor_ < text_.size()) {
        redraw_tail(cursor_, 0, echo);
    }
}

// The line moves ten characters to the left, and a dollar sign says so. The cursor stands right after the characters
// that were there before the last key.
void line_editor::scroll(std::string& echo) {
    const std::size_t before = cursor_ - left_ - 1;
    left_ += std::min(shift, before);
    echo.append(before, backspace);
    std::string visible = text_.substr(left_);
    visible.front() = '$';
    echo += visible;
    const std::size_t blanks = before > visible.size() ? before - visible.size() : 0;
    echo.append(blanks, ' ');
    echo.append(blanks + (text_.size() - cursor_), backspace);
}

void line_editor::erase_before(std::size_t count, std::string& echo) {
    if (count == 0) {
        return;
    }
    const std::size_t on_screen = std::min(count, cursor_ - left_);
    text_.erase(cursor_ - count, count);
    cursor_ -= count;
    left_ = std::min(left_, cursor_);
    echo.append(on_screen, backspace);
    redraw_tail(cursor_, on_screen, echo);
}

void line_editor::erase_at_cursor(std::string& echo) {
    if (cursor_ < text_.size()) {
        text_.erase(cursor_, 1);
        redraw_tail(cursor_, 1, echo);
    }
}

void line_editor::erase_word(std::string& echo) {
    std::size_t from = cursor_;
    while (from > 0 && text_[from - 1] == ' ') {
        --from;
    }
    while (from > 0 && text_[from - 1] != ' ') {
        --from;
    }
    erase_before(cursor_ - from, echo);
}

// Prints what stands from `from` on and blanks over `gone` characters that are no longer there.
void line_editor::redraw_tail(std::size_t from, std::size_t gone, std::string& echo) const {
    const std::string_view tail = std::string_view(text_).substr(from);
    echo += tail;
    echo.append(gone, ' ');
    echo.append(tail.size() + gone, backspace);
}

void line_editor::move_to(std::size_t position, std::string& echo) {
    position = std::max(position, left_);
    if (position < cursor_) {
        echo.append(cursor_ - position, backspace);
    } else {
        echo += std::string_view(text_).substr(cursor_, position - cursor_);
    }
    cursor_ = position;
}

void line_editor::recall(int step, std::string& echo) {
    if ((step < 0 && recalled_ == 0) || (step > 0 && recalled_ >= history_.size())) {
        echo.push_back(bell);
        return;
    }
    recalled_ = step < 0 ? recalled_ - 1 : recalled_ + 1;
    move_to(text_.size(), echo);
    erase_before(cursor_, echo);
    left_ = 0;
    text_ = recalled_ < history_.size() ? history_[recalled_] : std::string();
    cursor_ = text_.size();
    echo += text_;
}

}  // namespace rollover::sim::ios
