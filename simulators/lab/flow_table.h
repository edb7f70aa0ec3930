// The rules of one simulated bridge, and what they do with a frame.
#pragma once

#include "simulators/lab/flow.h"

#include <span>

namespace rollover::sim {

/// A frame at a port of the bridge.
struct tagged_frame {
    std::uint16_t port = 0;
    std::uint16_t vlan = 0;  ///< of its tag; 0: it has none
    std::uint32_t vni = 0;   ///< without a tag: of the tunnel that it goes through
    bool operator==(const tagged_frame&) const = default;
    auto operator<=>(const tagged_frame&) const = default;
};

class flow_table {
public:
    /// Carries the requests out in order. `atomic`: all or none (ovs-ofctl --bundle); otherwise those before the first
    /// that the switch refuses stay.
    /// Errors: refused, with the OpenFlow error's name as reason and the index of the request in `refused`.
    [[nodiscard]] result<void> apply(std::span<const flow_request> requests, bool atomic, std::size_t& refused);

    /// The rules that `filter` (a `show` request) selects: by table, then highest priority first, then in order of age.
    [[nodiscard]] std::vector<flow> select(const flow_request& filter) const;

    /// Which frames leave the bridge with these ports, when `in` enters: by the rules of table 0.
    [[nodiscard]] std::vector<tagged_frame> process(tagged_frame in, std::span<const std::uint16_t> ports) const;

    [[nodiscard]] const std::vector<flow>& rules() const { return rules_; }
    void clear() { rules_.clear(); }

private:
    [[nodiscard]] result<void> apply_one(const flow_request& request);
    std::vector<flow> rules_;  ///< in order of age
};

}  // namespace rollover::sim
