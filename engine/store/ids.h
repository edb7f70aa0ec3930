// Ids as people see them: a letter and the number of the row: "a17" an activation, "r4" a reservation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::store {

/// 0 stands for none, which is an empty text.
[[nodiscard]] inline std::string id_of(char letter, std::int64_t number) {
    return number == 0 ? std::string() : letter + std::to_string(number);
}

/// Nothing for another form.
[[nodiscard]] inline std::optional<std::int64_t> number_of(char letter, std::string_view id) {
    if (id.size() < 2 || id.size() > 18 || id[0] != letter ||
        id.find_first_not_of("0123456789", 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return std::stoll(std::string(id.substr(1)));
}

}  // namespace rollover::store
