#include "simulators/device/garble.h"

namespace rollover::sim {
namespace {

constexpr int frame_bits = 10;  // start bit, eight data bits, stop bit

/// The level of the line in bit `index` of the frame; the idle line is high.
bool level(unsigned char character, std::int64_t index) {
    if (index < 0 || index >= frame_bits - 1) {
        return true;
    }
    return index != 0 && ((character >> (index - 1)) & 1) != 0;
}

}  // namespace

void garble(char character, std::uint32_t sender_baud, std::uint32_t receiver_baud, std::string& heard) {
    // Time runs in units of 1 / (2 * sender * receiver), so that every edge and every sample is a whole number.
    const std::int64_t sender_bit = 2 * static_cast<std::int64_t>(receiver_baud);
    const std::int64_t receiver_bit = 2 * static_cast<std::int64_t>(sender_baud);
    const auto sent = static_cast<unsigned char>(character);
    std::int64_t free_from = 0;
    for (std::int64_t bit = 0; bit < frame_bits; ++bit) {
        const std::int64_t edge = bit * sender_bit;
        if (edge < free_from || !level(sent, bit - 1) || level(sent, bit)) {
            continue;  // busy with a character, or no falling edge
        }
        unsigned value = 0;
        for (int sample = 0; sample < 8; ++sample) {
            const std::int64_t when = edge + receiver_bit * (sample + 1) + receiver_bit / 2;
            value |= (level(sent, when / sender_bit) ? 1U : 0U) << static_cast<unsigned>(sample);
        }
        heard.push_back(static_cast<char>(value));
        free_from = edge + receiver_bit * (frame_bits - 1) + receiver_bit / 2;
    }
}

}  // namespace rollover::sim
