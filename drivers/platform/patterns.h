// The regular expressions of a platform, compiled. RE2 matches in linear time whatever a device prints; all prompts are
// one automaton, so a look at a screen costs one pass however many states a platform has.
#pragma once

#include "drivers/platform/description.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace rollover::platform {

/// What is wrong with an expression, in RE2's words, or nothing.
[[nodiscard]] std::optional<std::string> check_pattern(std::string_view pattern);

/// Several expressions that are tried on the same text at once. Device text is taken as Latin-1, so that bytes which
/// are not UTF-8 match `.` like any other.
class pattern_set {
public:
    enum class match { whole, anywhere };
    /// Throws nothing: expressions that do not compile (they were checked by the reader) never match.
    pattern_set(const std::vector<std::string>& expressions, match how);
    ~pattern_set();
    pattern_set(pattern_set&&) noexcept;
    pattern_set& operator=(pattern_set&&) noexcept;

    /// The index of the first expression (in their order) that matches.
    [[nodiscard]] std::optional<std::size_t> first(std::string_view text) const;
    [[nodiscard]] bool any(std::string_view text) const { return first(text).has_value(); }
    /// Whether any of them matches anywhere in some line of `text`, looked at by itself: one pass over all of it where
    /// nothing does.
    [[nodiscard]] bool in_some_line(std::string_view text) const;
    /// Whether expression `index` matches.
    [[nodiscard]] bool matches(std::size_t index, std::string_view text) const;
    /// Where the leftmost match of any expression starts.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view text) const;
    /// What the named group of expression `index` matched in `text`; nothing without such a group.
    [[nodiscard]] std::optional<std::string> group(std::size_t index, std::string_view text,
                                                   const std::string& name) const;

private:
    struct automaton;
    std::unique_ptr<automaton> automaton_;  // nothing when there are no expressions
};

/// Everything that is matched on one platform.
class patterns {
public:
    explicit patterns(const description& d);

    /// A state whose prompt is `open_line`, whole, and what its named groups say.
    struct prompt {
        std::size_t state = 0;
        std::optional<std::string> host;
        std::optional<int> status;  ///< of the last command, where the prompt shows it: `(?P<status>...)`
    };
    [[nodiscard]] std::optional<prompt> prompt_of(std::string_view open_line) const;
    /// A state that the finished line `line` announces.
    [[nodiscard]] std::optional<std::size_t> banner_of(std::string_view line) const;
    /// `line` without the log text at its end; all of it when there is none.
    [[nodiscard]] std::string_view without_log(std::string_view line) const;

    pattern_set pagers;
    pattern_set errors;
    pattern_set above_prompt;
    pattern_set ignored;
    pattern_set permanent;
    pattern_set replaced;
    pattern_set block_ends;
    pattern_set unshown;
    pattern_set masked;
    pattern_set config_lines;   ///< by the index of their rule
    pattern_set config_blocks;  ///< the headers that they stand below, by the same

private:
    std::vector<std::size_t> state_of_prompt_;
    std::vector<std::size_t> state_of_banner_;
    pattern_set prompts_;
    pattern_set banners_;
    pattern_set log_lines_;
};

/// Remembers the last few open lines of one console and what they are: a console shows the same prompts again and
/// again.
class prompt_memory {
public:
    /// As `match.prompt_of(open_line)`; always with the same `match`.
    [[nodiscard]] std::optional<patterns::prompt> of(const patterns& match, std::string_view open_line);

private:
    struct entry {
        std::optional<std::string> open_line;
        std::optional<patterns::prompt> prompt;
    };
    std::array<entry, 4> known_;
    std::size_t oldest_ = 0;
};

}  // namespace rollover::platform
