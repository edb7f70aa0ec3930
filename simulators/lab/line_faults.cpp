#include "simulators/lab/line_faults.h"

#include "simulators/device/random.h"

#include <algorithm>

namespace rollover::sim {

namespace {

// Within what a short configuration makes pass, so that a fault that was drawn does happen.
constexpr std::uint64_t reset_within = 1500;
constexpr std::uint64_t silence_within = 400;
constexpr std::uint64_t garbage_within = 3000;
constexpr std::uint64_t most_bursts = 3;
constexpr double slow_boot_factor = 10;

/// FNV-1a, 64 bits: stable on every machine, unlike std::hash.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325ULL) {
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return hash;
}

}  // namespace

std::uint64_t seed_for(std::uint64_t seed, std::string_view name, std::string_view purpose) {
    random_bits mixed(seed ^ fnv1a(purpose, fnv1a(name) * 31));
    return mixed.next();
}

line_faults draw_faults(const fault_plan& plan, std::uint64_t seed, std::string_view name) {
    line_faults f;
    f.seed = seed_for(seed, name, "line");
    const auto dice = [&](std::string_view purpose) { return random_bits(seed_for(seed, name, purpose)); };
    if (auto bits = dice("reset"); bits.chance(plan.connection_reset)) {
        f.reset_after = 1 + bits.below(reset_within);
    }
    if (auto bits = dice("lost for good"); bits.chance(plan.lost_for_good)) {
        f.lost_for_good = true;
    }
    if (auto bits = dice("silence"); bits.chance(plan.silence)) {
        f.silent_after = 1 + bits.below(silence_within);
    }
    if (auto bits = dice("garbage"); bits.chance(plan.garbage)) {
        const std::uint64_t count = 1 + bits.below(most_bursts);
        for (std::uint64_t i = 0; i < count; ++i) {
            f.garbage_at.push_back(bits.below(garbage_within));
        }
        std::sort(f.garbage_at.begin(), f.garbage_at.end());
    }
    if (auto bits = dice("loss"); bits.chance(plan.lost_characters)) {
        f.loss = 0.002 * static_cast<double>(1 + bits.below(5));
    }
    if (auto bits = dice("boot"); bits.chance(plan.slow_boot)) {
        f.boot_factor = slow_boot_factor;
    }
    if (auto bits = dice("refused"); bits.chance(plan.refused)) {
        // Both ways in which a converter says no for a while: a closed port, and a connection that ends at once.
        const std::uint64_t amount = 1 + bits.below(3);
        if (bits.chance(0.5)) {
            f.refused = static_cast<unsigned>(amount);
        } else {
            f.deaf_for = std::chrono::seconds(amount);
        }
    }
    return f;
}

}  // namespace rollover::sim
