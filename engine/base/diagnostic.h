// One mistake in a file of the user, with its place; `check` reports every one of them at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover {

/// A place in a text file; line and column count from 1, 0 means the file as a whole. Columns count bytes.
struct source_place {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

struct diagnostic {
    source_place place;
    std::string what;  ///< what is wrong
    std::string hint;  ///< what is allowed, or what is close by; may be empty
};

using diagnostics = std::vector<diagnostic>;

/// "file:line:column"; the parts that are 0 are left out.
[[nodiscard]] std::string to_string(const source_place& place);

/// "file:line:column: error: what; hint", with control characters escaped.
[[nodiscard]] std::string to_string(const diagnostic& d);

/// The same of another `kind` than "error": "warning".
[[nodiscard]] std::string to_string(const diagnostic& d, std::string_view kind);

}  // namespace rollover
