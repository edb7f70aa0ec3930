// A placement turned into exact steps: joins, and for each device the very characters that will be typed, and how long
// that takes. A pure function; nothing here does I/O.
#pragma once

#include "drivers/platform/description.h"
#include "drivers/platform/forbidden.h"
#include "engine/base/error.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/placement.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace rollover::plan {

struct planned_line {
    std::string text;    ///< as typed, without the CR
    source_place place;  ///< in the author's file
};

struct planned_check {
    std::string command;
    std::string expect;
    duration within{};
    source_place place;
};

/// What happens on one device.
struct device_plan {
    model::device_index device;
    model::node_index node;
    std::vector<planned_line> config;
    std::vector<planned_check> checks;
    std::uint64_t characters = 0;  ///< that will be typed once the device is at home, CRs included
    duration typing_time{};        ///< see `typing_time`
    bool config_compared = true;   ///< see model::node
    std::uint32_t raised_to = 0;   ///< bit/s of the console while the configuration is typed and compared; 0: its own
    duration saved{};              ///< by that, about: see `saved_by_raising`
};

struct member {
    model::interface_reference interface;
    std::string port;  ///< of the cross-connect's bridge
    std::uint16_t vlan = 0;
    bool operator==(const member&) const = default;
};

/// The way of a join to its other part, on another cross-connect: a VXLAN tunnel over an interlink.
struct planned_tunnel {
    model::interlink_index across;
    std::string local;   ///< IP address of this end
    std::string remote;  ///< IP address of the other end
    std::uint32_t vni = 0;
    std::uint16_t port = 0;  ///< UDP
    std::uint32_t mtu = 0;   ///< bytes of IP packets between the two
    bool operator==(const planned_tunnel&) const = default;
};

/// One link on one cross-connect. A link with ends on several is a join on each, with tunnels between its hub and the
/// others.
struct planned_join {
    model::cross_connect_index cross_connect;
    std::string link;
    std::vector<member> members;
    std::vector<planned_tunnel> tunnels = {};
    model::shape shaped = {};
    bool operator==(const planned_join&) const = default;
};

/// The joins of a link that is placed on a cross-connect, that of its hub first. Errors: not_found when an interface
/// has no way to the hub, or none of them is straight on it (the placement is one of another lab).
[[nodiscard]] result<std::vector<planned_join>> joins_of(const model::lab& lab, const model::link& link,
                                                         const placement::placed_link& placed);

/// One serial link that the engine carries between two converter lines.
struct planned_patch {
    std::string link;
    std::array<model::interface_reference, 2> ends;  ///< each has a `line`
};

struct plan {
    std::string lab;
    std::string topology;
    model::arguments arguments;
    placement::placement placement;
    std::vector<device_plan> devices;  ///< in the order of the topology's nodes
    std::vector<planned_join> joins;
    std::vector<planned_patch> patches;
    duration time{};  ///< of the slowest device
};

/// Errors, all at once in `mistakes` (then no plan): unknown platform, a line that cannot be typed on its platform (too
/// long, a character the console would act on), `${...}` that does not resolve.
[[nodiscard]] std::optional<plan> make_plan(const model::lab& lab, const model::topology& topology,
                                            const model::arguments& given, const placement::placement& placement,
                                            const platform::library& platforms, diagnostics& mistakes);

/// The devices whose console is to be raised (fast-baud) and whose platform does not say how. Platforms that are not
/// known here are left out.
[[nodiscard]] diagnostics check_speeds(const model::lab& lab, const platform::library& platforms);

/// What the lab forbids on a platform.
[[nodiscard]] std::shared_ptr<const platform::forbidden_commands> forbidden_on(const model::lab& lab,
                                                                               std::string_view platform);

/// The lines and checks of a topology that this lab forbids, as far as that can be told before it is placed: with the
/// defaults of its parameters; of nodes that require no platform only what is forbidden on all. `make_plan` sees the
/// rest.
[[nodiscard]] diagnostics check_forbidden(const model::lab& lab, const model::topology& topology);

/// Platforms of <forbid> that no platform file describes: it would forbid nothing.
[[nodiscard]] diagnostics check_forbid_elements(const model::lab& lab, const platform::library& platforms);

/// Without a lab: the lines that cannot be typed on the platform that their node requires. Nodes that require none, or
/// one that is not known here, and lines with `${...}` are left to `make_plan`.
[[nodiscard]] diagnostics check_typing(const model::topology& topology, const platform::library& platforms);

/// Exactly what will be typed for one device once it is at home, CRs as line ends: the way from home to the
/// configuration state, the lines, the way back, the commands that the platform wants after a configuration. Not in it,
/// because only the device knows: names and passwords that it may ask for, answers to questions, and the way back from
/// a state below configuration where that is not the same as from the top (on the shipped platforms it is).
[[nodiscard]] std::string characters_of(const device_plan& d, const platform::description& p);

/// What it saves when the console runs at fast-baud while `typed` is typed and, when `compared`, as much is read back:
/// less what it takes to change the speed and to put it back. Zero or less: it does not pay. Each character takes its
/// time on the line or char-delay, whichever is longer, so a long char-delay leaves little to gain.
[[nodiscard]] duration saved_by_raising(std::string_view typed, bool compared, const model::console& console);

/// The promised gaps of `typed`, and nothing else: line_delay for every CR, char_delay for every other character. The
/// device's own time (echo, prompts) comes on top.
[[nodiscard]] duration typing_time(std::string_view typed, const model::console& console);

}  // namespace rollover::plan
