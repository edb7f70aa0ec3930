// ${name} in the texts of a simulator file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::scripted {

/// The value of a name; nothing when there is none, then nothing is printed for it.
using value_of_name = std::function<std::optional<std::string>(std::string_view)>;

/// `${name}` becomes its value; `${name:8}` is padded with blanks to 8 columns, `${name:-8}` on the left.
[[nodiscard]] std::string expand(std::string_view text, const value_of_name& values);

/// The names that a text uses, in order.
[[nodiscard]] std::vector<std::string> names_in(std::string_view text);

}  // namespace rollover::sim::scripted
