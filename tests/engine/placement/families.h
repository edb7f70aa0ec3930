// Families of instances by seed: what the placement is measured on, and a few of them tested with. Written after the
// description of instances that others measured: one cross-connect; the same with thin trunks; wires in pods of twenty;
// half wires and half cross-connects at four sites; four sites with thin interlinks. And wirings that are hard to
// search.
#pragma once

#include "tests/engine/placement/family_instance.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollover::placement {

enum class family { one_cross_connect, thin_trunks, wires, mixed, sites };

/// What is wrong with an instance. With `extra_wires` there may be a placement all the same.
enum class flaw {
    none,
    too_few_devices,  ///< k nodes want a feature that k - 1 devices have
    too_few_ports,    ///< a node has more links than any device has ports
    extra_wires,      ///< links that the wiring of the planted answer does not have
    thin_interlinks   ///< `sites` only: every link of a ring has to pass one interlink
};

struct family_case {
    family of = family::one_cross_connect;
    std::uint32_t devices = 100;
    std::uint32_t nodes = 10;
    std::uint64_t seed = 1;
    flaw with = flaw::none;
    double busy = 0.3;            ///< of the devices that the planted answer does not use
    std::uint32_t sites = 4;      ///< of `mixed` and `sites`
    std::uint32_t interlink = 0;  ///< links that each takes; 0: 4 for `sites`, 6 for `mixed`
};

struct family_made {
    std::string name;
    family_instance what;
    std::optional<bool> possible;  ///< nothing: not known
};

[[nodiscard]] family_made make(const family_case& c);

/// Wires only, all devices alike. On a torus of 32 x 32 with 15 % busy: grids, a ring, a tree; on a random wiring of
/// 1,000 devices with four wires each: a part of itself, a ring, a grid, a random cubic graph.
[[nodiscard]] std::vector<family_made> hard_wirings(std::uint64_t seed);

}  // namespace rollover::placement
