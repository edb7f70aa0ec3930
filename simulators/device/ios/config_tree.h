// A configuration as IOS keeps it: lines, some of which open a section with lines of its own; printed in the order of
// IOS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::ios {

struct config_line {
    std::string text;
    std::vector<config_line> lines;  ///< of its section
    bool section = false;
    bool operator==(const config_line&) const = default;
};

/// The first `count` words of a line whose words stand one blank apart; all of it when it has fewer.
[[nodiscard]] std::string_view first_words(std::string_view text, std::size_t count);

/// Adds or replaces. The first `key_words` words say which setting it is; 0: the whole line, so that several may stand
/// side by side. A line "no X" and a line "X" exclude each other.
void set_line(std::vector<config_line>& lines, std::string_view text, std::size_t key_words);

/// Removes every line that is `text` or starts with it and a blank. Returns how many.
std::size_t remove_lines(std::vector<config_line>& lines, std::string_view text);

/// The section with this header, made when it is not there.
config_line& section_of(std::vector<config_line>& lines, std::string_view header);

[[nodiscard]] const config_line* find_line(const std::vector<config_line>& lines, std::string_view text);
/// The first line that starts with `prefix` and a blank, or is it; null when there is none.
[[nodiscard]] const config_line* find_prefix(const std::vector<config_line>& lines, std::string_view prefix);
/// What follows the first line's `prefix` and a blank; empty when there is none.
[[nodiscard]] std::string value_of(const std::vector<config_line>& lines, std::string_view prefix);

/// The whole configuration as `show running-config` prints it after its header, with '\n' line ends.
[[nodiscard]] std::string render(const std::vector<config_line>& lines);

}  // namespace rollover::sim::ios
