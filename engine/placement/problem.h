// A topology, or a part of it, as the search sees it: domains of devices for its nodes, links with pins as numbers.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/facts.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rollover::placement {

/// Which parts of a topology, and of the lab, a problem is made of. The explanation drops them one by one.
struct selection {
    std::vector<bool> nodes;
    std::vector<std::vector<bool>> requirements;  ///< by node
    std::vector<bool> links;                      ///< a link needs all its nodes to be selected
    bool all_devices = false;                     ///< as if no device was busy or quarantined

    [[nodiscard]] static selection everything(const model::topology& t);
};

struct problem_end {
    std::uint32_t node = 0;  ///< index into problem::nodes
    pin name = no_pin;
};

struct problem_link {
    model::link_index link;
    model::interface_type type = model::interface_type::ethernet;
    model::link_via via = model::link_via::any;
    std::uint32_t speed = 0;   ///< Mbit/s that its interfaces have at least
    model::traffic_set needs;  ///< what must pass
    std::vector<problem_end> ends;
    std::optional<medium> kept;  ///< nothing else may carry it

    [[nodiscard]] port_needs needs_at(const problem_end& e) const {
        return {type, e.name, speed, needs.bits, ends.size() == 2};
    }
};

/// A link end, seen from its node.
struct slot {
    std::uint32_t link = 0;  ///< index into problem::links
    std::uint32_t end = 0;
    port_needs needs;
};

/// Two nodes at the same site, or at different ones.
struct relation {
    bool same = true;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
};

struct problem {
    const lab_facts* facts = nullptr;
    std::vector<model::node_index> nodes;
    std::vector<bit_set> domains;  ///< by node: the devices that meet its requirements and are available
    std::vector<problem_link> links;
    std::vector<std::vector<slot>> slots;  ///< by node
    std::vector<relation> relations;
};

[[nodiscard]] problem compile(const lab_facts& facts, const model::topology& t, const selection& s);

/// What decides which media may carry a link: equal ones may be carried by the same.
struct asked_of_a_medium {
    model::interface_type type = model::interface_type::ethernet;
    model::link_via via = model::link_via::any;
    std::uint8_t passes = 0;  ///< bits of model::traffic_set
    bool pair = false;        ///< it has two ends
    std::optional<medium> kept;
    auto operator<=>(const asked_of_a_medium&) const = default;
};
[[nodiscard]] asked_of_a_medium asked_of(const problem_link& l);

/// Whether medium `m` may carry `l` at all: its kind, and two ends for a wire and a patch.
[[nodiscard]] bool may_carry(const lab_facts& facts, const problem_link& l, medium m);

/// Takes from the domains every device whose ports cannot serve all the links of the node at once.
void keep_devices_with_enough_ports(problem& p);

/// By rank: a number that is equal for devices that can stand in for each other in every answer of `p`.
[[nodiscard]] std::vector<std::uint32_t> interchangeable(const problem& p);

}  // namespace rollover::placement
