#include "engine/access/user.h"

#include <algorithm>

namespace rollover::access {

bool is_user_name(std::string_view name) noexcept {
    constexpr std::size_t longest = 64;
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !name.empty() && name.size() <= longest && is_plain(name.front()) && name != "rollover" &&
           std::ranges::all_of(
               name, [&](char c) { return is_plain(c) || std::string_view(".-_@").find(c) != std::string_view::npos; });
}

}  // namespace rollover::access
