// The line editing of bash, as far as a console needs it. Echo as readline 8.2 prints it on a vt220, the terminal type
// that agetty gives to a serial line: "\b" and ESC [ K, and " \r" when the text reaches the last column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::shell {

enum class line_event { none, line, interrupt, end_of_file };

class readline {
public:
    void start(std::size_t prompt_length) {
        prompt_length_ = prompt_length;
        text_.clear();
        recalled_ = history_.size();
    }
    line_event key(char character, std::string& echo);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    void put(std::string text) { text_ = std::move(text); }
    void remember(const std::string& line);
    std::size_t columns = 80;

private:
    void erase(std::size_t count, std::string& echo);
    void recall(int step, std::string& echo);

    std::string text_;
    std::size_t prompt_length_ = 0;
    std::vector<std::string> history_;
    std::size_t recalled_ = 0;
    int escape_ = 0;
};

}  // namespace rollover::sim::shell
