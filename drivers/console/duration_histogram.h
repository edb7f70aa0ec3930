// Percentiles of many durations in constant memory: counts in buckets whose width grows with the value.
#pragma once

#include "engine/runtime/time.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace rollover::console {

/// Covers 2^`first` ns to 2^(`first` + `octaves`) ns with `1 << split` buckets for each doubling; what is outside
/// counts in the first or last bucket. Minimum and maximum are exact.
template <unsigned first, unsigned octaves, unsigned split>
class duration_histogram {
public:
    void add(duration value) noexcept {
        least_ = count_ == 0 ? value : std::min(least_, value);
        most_ = count_ == 0 ? value : std::max(most_, value);
        ++count_;
        ++buckets_[bucket_of(value)];
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] duration least() const noexcept { return least_; }
    [[nodiscard]] duration most() const noexcept { return most_; }

    /// The value below which `share` (0..1) of all values lie, to the width of a bucket; 0 when there are none.
    [[nodiscard]] duration percentile(double share) const noexcept {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen > wanted || seen == count_) {
                return i + 1 == size ? most_ : std::clamp(duration(upper_end(i)), least_, most_);
            }
        }
        return most_;
    }

private:
    static constexpr std::uint64_t steps = std::uint64_t{1} << split;
    static constexpr std::size_t size = std::size_t{octaves} * steps;

    static std::size_t bucket_of(duration value) noexcept {
        const auto ns = static_cast<std::uint64_t>(std::max<duration::rep>(value.count(), 0));
        if (ns < (std::uint64_t{1} << first)) {
            return 0;
        }
        const auto octave = static_cast<unsigned>(std::bit_width(ns)) - 1;
        const auto within = (ns >> (octave - split)) & (steps - 1);
        return std::min<std::size_t>((octave - first) * steps + within, size - 1);
    }
    static duration::rep upper_end(std::size_t bucket) noexcept {
        const auto octave = first + static_cast<unsigned>(bucket / steps);
        return static_cast<duration::rep>((steps + bucket % steps + 1) << (octave - split));
    }

    std::array<std::uint32_t, size> buckets_{};
    std::uint64_t count_ = 0;
    duration least_{};
    duration most_{};
};

}  // namespace rollover::console
