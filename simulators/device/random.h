// Small reproducible random numbers for faults and jitter: the same seed gives the same run on every machine.
#pragma once

#include <cstdint>

namespace rollover::sim {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): eight bytes of state.
class random_bits {
public:
    explicit random_bits(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }

    /// True with this probability, 0..1.
    [[nodiscard]] bool chance(double probability) {
        return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
    }

    /// 0..limit-1; `limit` is at least 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return next() % limit; }

private:
    std::uint64_t state_;
};

}  // namespace rollover::sim
