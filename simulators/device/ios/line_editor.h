// The command line editor of IOS: characters in, echo out. Source: Cisco IOS Configuration Fundamentals, "Using the
// Command-Line Interface" (editing keys; a line that reaches the edge is shifted ten characters, with a dollar sign).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::ios {

/// What a key means to the one who reads the line.
enum class key_event {
    none,      ///< edited or ignored; the echo says all
    line,      ///< Enter: `text()` is the line
    help,      ///< `?` was typed: acts at once, the line stays
    complete,  ///< TAB
    end,       ///< ^Z
    abort,     ///< ^C
};

class line_editor {
public:
    /// Longest line that IOS takes; more is answered with a BEL.
    static constexpr std::size_t longest = 254;

    /// Starts a new line behind a prompt of `prompt_length` characters on a terminal of `width` columns (0: endless).
    void start(std::size_t prompt_length, std::size_t width);
    /// Whether `?` asks for help; in answers to questions it is a character like others.
    void offer_help(bool offered) { helps_ = offered; }
    /// The same, with text that is already there, cursor at its end.
    void start_with(std::string text, std::size_t prompt_length, std::size_t width);

    /// One key; what has to be printed is appended to `echo`.
    key_event key(char character, std::string& echo);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// What stands on the screen behind the prompt, for a redisplay; leaves the cursor where it belongs.
    [[nodiscard]] std::string shown() const;
    void replace(std::string text);
    void remember(const std::string& line);
    [[nodiscard]] const std::vector<std::string>& history() const noexcept { return history_; }

private:
    key_event control(char character, std::string& echo);
    bool escape(char character, std::string& echo);
    void insert(char character, std::string& echo);
    void erase_before(std::size_t count, std::string& echo);
    void erase_at_cursor(std::string& echo);
    void erase_word(std::string& echo);
    void move_to(std::size_t position, std::string& echo);
    void recall(int step, std::string& echo);
    void redraw_tail(std::size_t from, std::size_t gone, std::string& echo) const;
    void scroll(std::string& echo);

    std::string text_;
    std::size_t cursor_ = 0;
    std::size_t left_ = 0;  ///< index of the first character that is on the screen
    std::size_t prompt_length_ = 0;
    std::size_t width_ = 80;
    int escape_ = 0;  ///< 0 none, 1 after ESC, 2 after ESC [
    bool quoted_ = false;
    bool helps_ = true;
    std::vector<std::string> history_;
    std::size_t recalled_ = 0;
};

}  // namespace rollover::sim::ios
