// The hardware address of an Ethernet interface (IEEE 802), as devices and hosts write it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover {

struct mac_address {
    std::array<std::uint8_t, 6> bytes{};
    bool operator==(const mac_address&) const = default;
    auto operator<=>(const mac_address&) const = default;

    /// Of one station: neither a group's nor all zeros.
    [[nodiscard]] bool is_of_one() const noexcept { return (bytes[0] & 1U) == 0 && *this != mac_address{}; }
};

/// All of `text`, as any vendor writes it: 00:1b:d4:aa:bb:cc, 001b.d4aa.bbcc, 00-1b-d4-aa-bb-cc, 001bd4-aabbcc, in
/// either case. Nothing for anything else.
[[nodiscard]] std::optional<mac_address> read_mac(std::string_view text);

/// "00:1b:d4:aa:bb:cc".
[[nodiscard]] std::string to_string(const mac_address& address);

}  // namespace rollover
