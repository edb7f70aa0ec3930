// What a fabric passes besides ordinary frames, and how fast its ports are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rollover::model {

/// Frames that bridges and switches eat or drop unless they are told otherwise.
enum class traffic : std::uint8_t {
    cdp = 1,      ///< 01-00-0C-CC-CC-CC
    jumbo = 2,    ///< an MTU of 9,000 bytes
    lacp = 4,     ///< 01-80-C2-00-00-02
    lldp = 8,     ///< 01-80-C2-00-00-0E, -03 and -00
    stp = 16,     ///< 01-80-C2-00-00-00 and 01-00-0C-CC-CC-CD
    tagged = 32,  ///< a VLAN tag of the users inside of ours
    shaped = 64   ///< not a kind of frame: that delay, loss and rate can be made there; has no word in the files
};

/// Any number of them.
struct traffic_set {
    std::uint8_t bits = 0;
    /// Every kind of frame.
    [[nodiscard]] static constexpr traffic_set all() noexcept { return {63}; }
    [[nodiscard]] constexpr bool has(traffic_set others) const noexcept { return (bits & others.bits) == others.bits; }
    constexpr void add(traffic one) noexcept { bits |= static_cast<std::uint8_t>(one); }
    /// Those that this one has not.
    [[nodiscard]] constexpr traffic_set lacking(traffic_set others) const noexcept {
        return {static_cast<std::uint8_t>(others.bits & ~bits)};
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
    bool operator==(const traffic_set&) const = default;
};

inline constexpr std::array<std::pair<std::string_view, traffic>, 6> traffic_words{{{"cdp", traffic::cdp},
                                                                                    {"jumbo", traffic::jumbo},
                                                                                    {"lacp", traffic::lacp},
                                                                                    {"lldp", traffic::lldp},
                                                                                    {"stp", traffic::stp},
                                                                                    {"tagged", traffic::tagged}}};

/// Words of the table above with blanks between them; nothing when one is unknown.
[[nodiscard]] std::optional<traffic_set> parse_traffic(std::string_view text);
/// "lacp lldp", and "delay, loss or rate" for `shaped`; empty for none.
[[nodiscard]] std::string to_string(traffic_set these);

/// "100m", "2.5g", "10g" in Mbit/s: at most four digits, one behind the point.
[[nodiscard]] std::optional<std::uint32_t> parse_bit_rate(std::string_view text) noexcept;
/// Of Mbit/s: "2.5g".
[[nodiscard]] std::string bit_rate_text(std::uint32_t mbit);

}  // namespace rollover::model
