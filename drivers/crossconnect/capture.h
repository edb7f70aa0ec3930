// Listening to a join: every frame once, where it enters at a member. By tcpdump on the cross-connect's host.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "drivers/crossconnect/pcap_reader.h"

#include <functional>

namespace rollover::crossconnect {

/// A frame, and by which member of the join (index) it came in. It is as the device has sent it: without our VLAN tag.
using frame_sink = std::function<void(std::size_t, captured_frame)>;

/// One listening: `begin`, `run`, and whatever became of them `end`. The join itself is not touched: what it carries
/// passes as before. Errors: those of crossconnect; unsupported where the host has no tcpdump.
class capture {
public:
    virtual ~capture() = default;
    /// Makes what is needed to listen.
    [[nodiscard]] virtual task<result<void>> begin(time_point deadline) = 0;
    /// Hands frames to `to` until `until`, which ends it well.
    [[nodiscard]] virtual task<result<void>> run(frame_sink to, time_point until) = 0;
    /// Takes away what `begin` has made.
    [[nodiscard]] virtual task<result<void>> end(time_point deadline) = 0;
};

/// Of the join as it was made; two listenings to one join at a time are one too many: the later one takes over.
[[nodiscard]] std::unique_ptr<capture> make_capture(runtime& rt, address where, join what);

/// Takes the outermost VLAN tag (IEEE 802.1Q or 802.1ad) off a frame: its number; nothing when there is none.
[[nodiscard]] std::optional<std::uint16_t> take_vlan_tag(captured_frame& frame);

}  // namespace rollover::crossconnect
