// Tells whether a device has echoed what is typed, character by character. Sans-I/O.
// Anything else in the middle (a log line, a wrong or an additional character) disturbs the line for good: the line is
// then typed again, which is always right. Allowed are the ways of line editors: the wrap at the last column (a blank
// and CR), and windows that are drawn again when a line gets long (readline "\r<...", IOS BS... "$...").
#pragma once

#include "drivers/console/screen.h"

#include <string>
#include <string_view>

namespace rollover::console {

class echo_machine {
public:
    /// A line begins. What is received before its first character was typed does not count.
    void restart();
    /// `character` was typed, its echo is expected from now on. Called only while `agrees()`.
    void typed(char character);
    /// A byte was received, with what it did to the screen and what stands left of the cursor afterwards.
    void received(char byte, screen::effect did, std::string_view before_cursor);

    /// All that was typed has been echoed, and nothing else.
    [[nodiscard]] bool agrees() const noexcept { return !disturbed_ && !pending_ && !unsettled_; }
    /// Something else was received.
    [[nodiscard]] bool disturbed() const noexcept { return disturbed_; }
    [[nodiscard]] bool pending() const noexcept { return pending_; }

    [[nodiscard]] const std::string& line() const noexcept { return typed_; }
    /// What was received for this line, at most the last 200 bytes.
    [[nodiscard]] const std::string& seen() const noexcept { return seen_; }

private:
    void printed(char byte, std::string_view before_cursor);
    void look(std::string_view before_cursor);

    std::string typed_;
    std::string seen_;
    bool pending_ = false;  // the last character has not been echoed
    bool disturbed_ = false;
    bool redrawing_ = false;  // the cursor was moved: the editor wraps or draws its window again
    bool drawn_ = false;      // and has written characters since
    bool unsettled_ = false;  // which do not yet end in what was typed
};

}  // namespace rollover::console
