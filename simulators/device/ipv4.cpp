#include "simulators/device/ipv4.h"

#include <charconv>
#include <fmt/format.h>

namespace rollover::sim {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (text.empty() || text.front() != '.') {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        std::uint8_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        address = (address << 8U) | value;
    }
    return text.empty() ? std::optional(address) : std::nullopt;
}

std::string ipv4_text(std::uint32_t address) {
    return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U, address & 255U);
}

std::optional<unsigned> mask_length(std::uint32_t mask) {
    for (unsigned length = 0; length <= 32; ++length) {
        if (mask_of(length) == mask) {
            return length;
        }
    }
    return std::nullopt;
}

}  // namespace rollover::sim
