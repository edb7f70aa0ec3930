// A capture file for Wireshark, with one interface for each end of a link. Source: draft-ietf-opsawg-pcapng, sections
// 4.1 (section header), 4.2 (interface description), 4.3 (enhanced packet).
#pragma once

#include "drivers/crossconnect/pcap_reader.h"

#include <span>

namespace rollover::crossconnect {

/// The beginning of a file: times are in nanoseconds, `comment` and the names of the interfaces (by index) are UTF-8.
[[nodiscard]] std::string pcapng_header(std::string_view comment, std::span<const std::string> interfaces);

/// One frame that came in at interface `index`.
[[nodiscard]] std::string pcapng_frame(std::uint32_t index, const captured_frame& frame);

}  // namespace rollover::crossconnect
