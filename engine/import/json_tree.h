// JSON as a tree whose objects know in which line they begin, so that messages can say it. Only members that somebody
// asks for are kept: an export of a large lab has hundreds of megabytes, of which a hundredth matters here.
#pragma once

#include "engine/import/inventory.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::importing {

struct json_value {
    enum class kind { null, truth, number, text, array, object };
    kind what = kind::null;
    bool truth = false;
    std::int64_t number = 0;  ///< fractions are cut off
    std::string text;
    std::vector<json_value> items;   ///< of an array; of an object: the values of its members
    std::vector<std::string> names;  ///< of an object: of its members, as `items`
    std::uint32_t line = 0;          ///< of an object or array: where it begins

    /// The member of this name; a null value when it is not there or this is no object.
    [[nodiscard]] const json_value& at(std::string_view name) const;
    [[nodiscard]] bool is_object() const { return what == kind::object; }
    [[nodiscard]] bool is_null() const { return what == kind::null; }
    /// The text of a member; empty when it is not there or no text.
    [[nodiscard]] const std::string& text_at(std::string_view name) const;
    /// The number of a member, when it is one that is not negative.
    [[nodiscard]] std::optional<std::uint64_t> number_at(std::string_view name) const;
};

/// Reads one file. Members whose name is not in `kept` are skipped with all that is in them.
/// Errors, with line and column: what is not JSON, nesting deeper than 64, more than 20 million values that are kept.
[[nodiscard]] std::optional<json_value> read_json(const input& file, std::span<const std::string_view> kept,
                                                  findings& out);

}  // namespace rollover::importing
