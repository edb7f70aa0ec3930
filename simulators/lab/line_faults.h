// What will go wrong on one line during the life of the simulator: drawn once, by seed and name, so that the same seed
// gives the same faults and each kind is independent of the others.
#pragma once

#include "simulators/lab/lab_simulator.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rollover::sim {

struct line_faults {
    std::uint64_t seed = 0;                     ///< for what is drawn while it runs: bytes of garbage, lost characters
    std::optional<std::uint64_t> reset_after;   ///< characters in both directions, then the connection is closed; once
    bool lost_for_good = false;                 ///< after that reset each connection is accepted and closed at once
    std::optional<std::uint64_t> silent_after;  ///< typed characters, then the device neither hears nor says anything
    std::vector<std::uint64_t> garbage_at;      ///< ascending counts of printed characters: a burst comes after each
    double loss = 0;                            ///< probability of each typed character to be lost
    double boot_factor = 1;
    unsigned refused = 0;  ///< so many connections are accepted and closed at once
    duration deaf_for{};   ///< the port is not listened on for so long after the start
};

/// Draws the faults of the line of the device `name`.
[[nodiscard]] line_faults draw_faults(const fault_plan& plan, std::uint64_t seed, std::string_view name);

/// A seed for `name` and `purpose` that has nothing in common with those of other names and purposes.
[[nodiscard]] std::uint64_t seed_for(std::uint64_t seed, std::string_view name, std::string_view purpose);

}  // namespace rollover::sim
