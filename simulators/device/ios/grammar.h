// The command parser of IOS: a tree of keywords and arguments, abbreviations, and errors with the column of the caret.
// Source: Cisco IOS Configuration Fundamentals, "Abbreviating commands" and the table "Common CLI error messages".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::ios {

/// IOS ignores the case of what it knows the names of.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

enum class parse_status { ok, invalid, incomplete, ambiguous };

/// What the parser made of a line.
struct parsed {
    parse_status status = parse_status::invalid;
    std::size_t column = 0;              ///< invalid: offset in the line of the first wrong character
    int command = -1;                    ///< index in the table; -1 when a `no` form stops before the end of a command
    std::string canonical;               ///< keywords in full, arguments as typed
    std::vector<std::string> arguments;  ///< what was typed for WORD, A.B.C.D, <n-m>, IF and LINE
};

/// Makes the full name of an interface out of what was typed ("fa0/0", "f 0/0"), nothing when there is no such type.
/// A table that uses IF is given one.
using interface_namer = std::function<std::optional<std::string>(std::string_view)>;

/// Patterns are words separated by blanks: lower case stands for itself; WORD one word, LINE all the rest, A.B.C.D an
/// address, A.B.C.D/M one with the length of its prefix, <n-m> a number, IF an interface (in one word or two).
class grammar {
public:
    explicit grammar(std::span<const std::string_view> patterns);
    ~grammar();
    grammar(grammar&&) noexcept;
    grammar& operator=(grammar&&) noexcept;

    /// Parses `line` from `offset` on. With `partial` (a `no` form) a command may stop before its arguments.
    [[nodiscard]] parsed parse(std::string_view line, std::size_t offset, bool partial,
                               const interface_namer& names) const;

    /// What may come next, as `?` shows it: words that start with the last, unfinished word, or all when `line` ends
    /// with a blank. "<cr>" means that the line may end here. Nothing when the line is already wrong.
    [[nodiscard]] std::optional<std::vector<std::string>> help(std::string_view line,
                                                               const interface_namer& names) const;

private:
    struct node;
    struct walk;
    std::unique_ptr<node> root_;
};

}  // namespace rollover::sim::ios
