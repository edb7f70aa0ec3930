// A configuration as simulated devices keep it: lines, some with lines of their own below them. All families share it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::scripted {

struct entry {
    std::string text;
    std::vector<entry> inner;
    int order = 0;  ///< where the device prints it; entries of one order keep that of typing
    bool section = false;
    bool operator==(const entry&) const = default;
};
using document = std::vector<entry>;

/// Whether `text` is `prefix` or goes on with a blank after it.
[[nodiscard]] bool begins(std::string_view text, std::string_view prefix);
/// The first `count` words.
[[nodiscard]] std::string_view first_words(std::string_view text, std::size_t count);

/// Puts `fresh` where its order wants it, in place of the entry that begins with `key` (or with `negation` and `key`).
entry& put(document& in, entry fresh, std::string_view key, std::string_view negation);
/// Removes every entry that begins with `prefix`; returns how many.
std::size_t take_away(document& from, std::string_view prefix);
/// Removes a path of words from a tree, and what is empty after it; whether there was something.
bool take_path(document& from, std::string_view path);

[[nodiscard]] entry* find_entry(document& in, std::string_view text);

/// Each leaf with all that stands above it, words one blank apart.
[[nodiscard]] std::vector<std::string> flatten(const document& all);

}  // namespace rollover::sim::scripted
