// Text of a transcript on its way to the operator's terminal. What a device sends may be aimed at that terminal
// (titles, clipboard, answers typed back, text over text): only what prints passes, the rest is shown.
#pragma once

#include <string>
#include <string_view>

namespace rollover::console {

class terminal_text {
public:
    /// `colours`: colours and other attributes (SGR, ECMA-48 8.3.117) pass too.
    explicit terminal_text(bool colours) : colours_(colours) {}

    /// What may be printed of `text` (UTF-8, as it stands in a cast). Printable characters, CR, LF, BS and TAB pass.
    /// Everything else is shown: controls as ^X, bytes that were no UTF-8 as \xNN, invisible characters that reorder or
    /// hide others as \u{NNNN}. An SGR sequence may be cut between two calls.
    [[nodiscard]] std::string feed(std::string_view text);
    /// What was held back because it could have become an SGR sequence.
    [[nodiscard]] std::string end();

private:
    void put(std::string& out, std::string_view character);
    [[nodiscard]] bool may_be_sgr(char next) const;

    bool colours_;
    std::string sequence_;  // begins like SGR
};

}  // namespace rollover::console
