#include "simulators/device/shell/readline.h"

namespace rollover::sim::shell {
namespace {

constexpr std::string_view erase_to_end = "\x1b[K";

constexpr char ctrl(char letter) {
    return static_cast<char>(letter - '@');
}

}  // namespace

line_event readline::key(char character, std::string& echo) {
    if (escape_ != 0) {
        escape_ = escape_ == 1 && character == '[' ? 2 : 0;
        if (escape_ == 0 && (character == 'A' || character == 'B')) {
            recall(character == 'A' ? -1 : 1, echo);
        }
        return line_event::none;
    }
    switch (character) {
        case '\r':
        case '\n': return line_event::line;
        case ctrl('C'): return line_event::interrupt;
        case ctrl('D'):
            if (text_.empty()) {
                return line_event::end_of_file;
            }
            break;
        case '\b':
        case 0x7f: erase(1, echo); break;
        case ctrl('U'): erase(text_.size(), echo); break;
        case ctrl('W'): {
            const std::size_t last = text_.find_last_not_of(' ');
            const std::size_t blank = last == std::string::npos ? last : text_.find_last_of(' ', last);
            erase(text_.size() - (blank == std::string::npos ? 0 : blank + 1), echo);
            break;
        }
        case ctrl('P'): recall(-1, echo); break;
        case ctrl('N'): recall(1, echo); break;
        case '\t': echo.push_back('\a'); break;
        case 0x1b: escape_ = 1; break;
        default:
            if (static_cast<unsigned char>(character) >= 0x20) {
                text_.push_back(character);
                echo.push_back(character);
                if (columns != 0 && (prompt_length_ + text_.size()) % columns == 0) {
                    echo += " \r";
                }
            }
    }
    return line_event::none;
}

void readline::erase(std::size_t count, std::string& echo) {
    if (text_.empty() || count == 0) {
        return;
    }
    text_.resize(text_.size() - count);
    echo.append(count, '\b');
    echo += erase_to_end;
}

void readline::remember(const std::string& line) {
    if (!line.empty()) {
        history_.push_back(line);
    }
}

void readline::recall(int step, std::string& echo) {
    if ((step < 0 && recalled_ == 0) || (step > 0 && recalled_ >= history_.size())) {
        echo.push_back('\a');
        return;
    }
    recalled_ = step < 0 ? recalled_ - 1 : recalled_ + 1;
    erase(text_.size(), echo);
    text_ = recalled_ < history_.size() ? history_[recalled_] : std::string();
    echo += text_;
}

}  // namespace rollover::sim::shell
