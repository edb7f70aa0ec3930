// What the checker is told beside the journal: what was done to the lab, what users were answered, and what the
// simulated things truly are. Plain values; nothing of the engine.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace checker {

/// Since 1970 in UTC, by the true clock.
using seconds = std::int64_t;

/// Something was broken, on purpose. It touches one device, or everything.
struct fault {
    std::string kind;    ///< for people: "power off", "device hangs", ...
    std::string device;  ///< empty: all
    seconds from = 0;
    seconds until = 0;  ///< mended then
};

/// What a user has wished for; its number is in every configuration that is typed for it, as "m17".
struct wish {
    std::uint32_t mark = 0;
    std::size_t links = 0;         ///< joins of one pod
    std::string reservation = {};  ///< he was told that it is booked
    seconds cancelled = 0;         ///< when he asked to cancel it; 0: never
};

/// The truth about a device, from the simulator.
struct true_device {
    bool clean = true;
    std::string running;  ///< its configuration
};

struct world {
    std::vector<std::string> devices;
    std::function<true_device(const std::string& device)> look_at;
    /// The rules of all cross-connects, as ovs-ofctl dump-flows prints them.
    std::function<std::string()> flows;
    std::map<int, std::string> device_of_vlan;
    std::function<seconds()> now;
};

}  // namespace checker
