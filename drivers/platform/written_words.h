// When two words of a configuration, one typed and one shown, say the same. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollover::platform {

/// The words of a line, at blanks and tabs; views into it.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

/// The same, or an abbreviation: "int" for "interface", "Fa0/0" for "FastEthernet0/0".
[[nodiscard]] bool same_word(std::string_view typed, std::string_view shown);

/// The same address or prefix, written otherwise: 10/8 and 10.0.0.0/8, 10.0.0.1 and 10.0.0.1/32, 2001:DB8::1 and
/// 2001:db8::1/128, and an area, 0 and 0.0.0.0.
[[nodiscard]] bool same_address(std::string_view typed, std::string_view shown);

}  // namespace rollover::platform
