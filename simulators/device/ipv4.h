// IPv4 addresses as the simulated devices need them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::sim {

/// A dotted quad with four decimal numbers 0..255, as IOS and iproute2 take them; anything else is nothing.
[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(std::string_view text);

[[nodiscard]] std::string ipv4_text(std::uint32_t address);

/// The length 0..32 of a netmask with contiguous ones; nothing for any other.
[[nodiscard]] std::optional<unsigned> mask_length(std::uint32_t mask);

/// The netmask of a prefix length 0..32.
[[nodiscard]] constexpr std::uint32_t mask_of(unsigned length) noexcept {
    return length == 0 ? 0U : ~std::uint32_t{0} << (32U - length);
}

struct ipv4_prefix {
    std::uint32_t address = 0;
    unsigned length = 0;
    [[nodiscard]] bool contains(std::uint32_t other) const { return ((address ^ other) & mask_of(length)) == 0; }
    bool operator==(const ipv4_prefix&) const = default;
};

}  // namespace rollover::sim
