// Reads what `tcpdump -w -` writes, piece by piece as it comes: the classic capture file, not pcapng.
// Source: draft-ietf-opsawg-pcap.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::crossconnect {

struct captured_frame {
    std::int64_t when = 0;     ///< nanoseconds since 1970, UTC, by the clock of the host
    std::uint32_t length = 0;  ///< bytes on the line; more than `bytes` where it was cut off
    std::string bytes;
};

class pcap_reader {
public:
    /// The frames that `bytes` completes. Bytes of an unfinished one are kept, at most 256 KiB and a header.
    /// Errors: protocol: not such a file, not one of Ethernet, or a frame of more than 256 KiB; then nothing more is
    /// read from it.
    [[nodiscard]] result<std::vector<captured_frame>> feed(std::string_view bytes);

private:
    [[nodiscard]] result<void> read_header();
    [[nodiscard]] std::uint32_t number_at(std::size_t offset) const;

    std::string waiting_;
    bool begun_ = false;
    bool swapped_ = false;       ///< written by a machine of the other byte order
    std::int64_t fraction_ = 1;  ///< nanoseconds of the unit of the times' second part
};

}  // namespace rollover::crossconnect
