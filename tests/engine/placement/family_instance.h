// Instances of the placement problem as numbers: devices with ports on a cross-connect each and wires between them,
// nodes with a type and features, links of two ends. What the families (families.h) and instance files are made of.
#pragma once

#include "engine/placement/placement.h"

#include <cstdint>
#include <istream>
#include <string>
#include <utility>
#include <vector>

namespace rollover::placement {

struct family_instance {
    struct device {
        std::string name;
        std::uint32_t type = 0;
        std::uint32_t features = 0;                                  ///< as bits
        int cross_connect = -1;                                      ///< -1: none
        std::vector<std::pair<std::uint32_t, std::uint32_t>> ports;  ///< on it: switch, how many
    };
    struct fabric_switch {
        std::uint32_t cross_connect = 0;
        std::uint32_t trunk = 0;  ///< Gbit/s; 0: not limited
    };
    struct edge {
        std::uint32_t a = 0;
        std::uint32_t b = 0;
        std::uint32_t count = 0;
    };
    struct node {
        std::string name;
        int type = -1;  ///< -1: any
        std::uint32_t features = 0;
    };

    std::uint32_t cross_connects = 0;
    std::vector<device> devices;  ///< those that are free
    std::vector<fabric_switch> switches;
    std::vector<edge> interlinks;  ///< between cross-connects: links that they take
    std::vector<edge> wires;       ///< between devices
    std::vector<node> nodes;
    std::vector<edge> links;  ///< between nodes
};

/// A text of numbers: how many devices, nodes, cross-connects and switches; a line for each device (name, type,
/// features, cross-connect, ports on it, all ports, then how many switches and switch and ports of each); for each
/// switch (cross-connect, Gbit/s of its trunk, 900 or more: not limited); how many interlinks, and each; wires; nodes;
/// links. Throws std::runtime_error where it is not like that.
[[nodiscard]] family_instance read_instance(std::istream& in);

/// As the engine has them. Every cross-connect is at a site of its own.
[[nodiscard]] model::lab lab_of(const family_instance& i);
[[nodiscard]] model::topology topology_of(const family_instance& i);

}  // namespace rollover::placement
