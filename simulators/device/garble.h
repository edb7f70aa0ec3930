// What a UART makes of a character that was sent at another speed than its own.
#pragma once

#include <cstdint>
#include <string>

namespace rollover::sim {

/// Appends to `heard` what a receiver at `receiver_baud` samples of `character`, sent as 8N1 at `sender_baud` with an
/// idle line after it: nothing, one or several characters. The receiver starts at a falling edge and samples in the
/// middle of each of its own bits, as every UART does; characters with a framing error are kept.
void garble(char character, std::uint32_t sender_baud, std::uint32_t receiver_baud, std::string& heard);

}  // namespace rollover::sim
