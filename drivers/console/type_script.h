// Files that are typed onto a line as they stand (`rollover type`), with the directives of the older system's uploader:
// {WAIT seconds}, {ENTER} and {^Z}. Pure; no I/O. Source: the "config server" page of the Virtlab wiki
// (docs/from-virtlab.md).
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/time.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollover::console {

struct type_text {
    std::string text;    ///< printable characters and tabs
    bool enter = false;  ///< a CR follows
    bool operator==(const type_text&) const = default;
};
/// A control key, 0x01..0x1F.
struct type_key {
    char key = 0;
    bool operator==(const type_key&) const = default;
};
struct wait_for {
    duration time{};
    bool operator==(const wait_for&) const = default;
};
using type_step = std::variant<type_text, type_key, wait_for>;

/// Cuts a file into steps. A line end (LF or CR LF) is typed as CR, but one that directly follows a directive is not
/// typed. Whatever stands in braces and is no directive is typed as it stands (a Junos configuration is full of
/// braces). Errors: bad_input with the line and column: a WAIT without a number, or longer than an hour; a control
/// character.
[[nodiscard]] result<std::vector<type_step>> read_type_script(std::string_view text, const std::string& file);

/// How many characters will be typed, CRs and keys included.
[[nodiscard]] std::size_t characters_in(const std::vector<type_step>& steps);

}  // namespace rollover::console
