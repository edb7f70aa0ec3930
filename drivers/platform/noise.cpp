#include "drivers/platform/noise.h"

#include "engine/base/text.h"

#include <algorithm>
#include <bit>

namespace rollover::platform {
namespace {

constexpr std::size_t fewest = 3;  // bytes beyond ASCII; with fewer anything may be meant
constexpr std::size_t share = 5;   // one byte in so many beyond ASCII is no text any more

bool is_high(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

/// Whether all characters have an even, or all an odd, number of bits, and are text without the highest one.
std::optional<std::string_view> parity_of(std::string_view bytes) {
    unsigned even = 0;
    unsigned odd = 0;
    for (const char c : bytes) {
        const auto low = static_cast<unsigned char>(c) & 0x7fU;
        if (low < 0x20 && c != '\n' && low != '\r' && low != '\n') {
            return std::nullopt;
        }
        if (c != '\n') {
            ++(std::popcount(static_cast<unsigned char>(c)) % 2 == 0 ? even : odd);
        }
    }
    if (even > 0 && odd > 0) {
        return std::nullopt;
    }
    return even > 0 ? "even" : "odd";
}

}  // namespace

std::optional<failure> recognize_noise(std::string_view received) {
    const auto high = static_cast<std::size_t>(std::count_if(received.begin(), received.end(), is_high));
    if (high < fewest || high * share < received.size()) {
        return std::nullopt;
    }
    if (const auto parity = parity_of(received)) {
        return failure(errc::device_state,
                       fmt::format("what the device sends is no text: each character has a bit of {} parity", *parity))
            .said(std::string(received))
            .advise(fmt::format("set data-bits=\"7\" parity=\"{}\" in the device's console in the lab file, or the "
                                "device's line to 8 bits without parity",
                                *parity));
    }
    if (is_utf8(received)) {
        return std::nullopt;
    }
    return failure(errc::device_state, "what the device sends is no text")
        .said(std::string(received))
        .advise(
            "the speed of the line is probably not that of the device: try baud=\"9600\", \"115200\", \"38400\", "
            "\"19200\", \"57600\" in the device's console in the lab file");
}

}  // namespace rollover::platform
