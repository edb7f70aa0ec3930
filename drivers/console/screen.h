// What a device said, as a terminal of one line would show it: the place of the cursor and nothing above. Sans-I/O; any
// bytes are fine, memory is bounded, time is linear. Data path: line -> console -> screen -> dialogues.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::console {

/// What has been received since the last look, as a terminal would show it: backspaces, carriage returns, erased
/// characters, bells and escape sequences are already carried out or dropped.
struct screen_text {
    std::vector<std::string> lines;  ///< finished lines, oldest first; at most `console_options::most_lines` are kept
    std::string open_line;           ///< the unfinished last line: where a prompt stands; at most 4096 bytes
    std::uint64_t received = 0;      ///< bytes received since the console was opened
};

/// Understands CR, LF, BS, BEL, TAB, NUL and ECMA-48 sequences that move or erase within a line (CUB, CUF, CHA, CUP,
/// EL, ED, ICH, DCH, ECH); all others are dropped. A cell is a byte. Source: ECMA-48 sections 8.3.14 to 8.3.64.
class screen {
public:
    static constexpr std::size_t longest_line = 4096;                  ///< what is beyond is cut off
    static constexpr std::size_t most_bytes = std::size_t{16} << 20U;  ///< of finished lines; then the oldest go

    /// `most_lines`: 1 or more; when there are more, the oldest eighth goes.
    explicit screen(std::size_t most_lines = 20'000);

    /// What a byte did, for those who compare echoes.
    enum class effect : std::uint8_t {
        printed,     ///< a character was written at the cursor
        moved,       ///< the cursor moved, something was erased, or nothing happened
        ended_line,  ///< a line was finished
    };
    effect feed(char byte);
    void feed(std::string_view bytes);

    /// Finished lines and the open line. A line ends where its last character that is not blank stands, or at the place
    /// that the cursor reached, whichever is farther: erased text leaves no blanks, a prompt keeps its own.
    [[nodiscard]] const screen_text& text() const;
    /// The open line left of the cursor.
    [[nodiscard]] std::string_view before_cursor() const noexcept {
        return std::string_view(cells_).substr(0, cursor_);
    }

    /// The last finished line; empty when there is none.
    [[nodiscard]] std::string_view last_line() const noexcept {
        return text_.lines.empty() ? std::string_view() : std::string_view(text_.lines.back());
    }

    /// Removes and returns the text; the open line stays when `keep_open_line`.
    [[nodiscard]] screen_text take(bool keep_open_line);

    /// Lines finished since the start, those that are gone included.
    [[nodiscard]] std::uint64_t lines_ended() const noexcept { return lines_ended_; }
    /// Forgets the finished lines after the first `mark` ever finished.
    void forget_after(std::uint64_t mark);

private:
    enum class mode : std::uint8_t { text, escape, one_more, control_sequence, string };

    effect control(char byte);
    void print(char byte);
    void end_line();
    void drop_oldest();
    void in_escape(char byte);
    void in_control_sequence(char byte);
    void carry_out(char final);
    void move_to(std::size_t column);
    void erase(std::size_t first, std::size_t last);
    [[nodiscard]] std::size_t parameter(std::size_t which, std::size_t otherwise) const noexcept;
    [[nodiscard]] std::string visible(std::size_t at_least) const;
    [[nodiscard]] std::string finished() const;

    std::size_t most_lines_;
    std::string cells_;
    std::size_t cursor_ = 0;         // at most cells_.size()
    std::size_t before_return_ = 0;  // where the cursor stood before a CR: the LF of a CR LF ends the line there
    mode mode_ = mode::text;
    std::uint8_t sequence_length_ = 0;
    bool private_sequence_ = false;          // begins with '<', '=', '>' or '?': a mode, never a movement
    std::uint8_t parameters_ = 0;            // how many parameters have begun
    std::array<std::uint16_t, 2> values_{};  // of the first ones
    std::size_t line_bytes_ = 0;
    std::uint64_t lines_ended_ = 0;
    mutable bool open_line_stale_ = false;
    mutable screen_text text_;
};

}  // namespace rollover::console
