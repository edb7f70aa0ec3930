// How often something may happen: a bucket that fills with tokens at an even rate, up to a burst.
#pragma once

#include "engine/runtime/time.h"

#include <algorithm>

namespace rollover::service {

class token_bucket {
public:
    /// `per_second`: tokens that come each second; 0 or less: there is no limit. `burst`: the most that gather, 1 at
    /// least; the bucket is full at first.
    token_bucket(double per_second, double burst)
        : per_second_(per_second), burst_(std::max(burst, 1.0)), tokens_(burst_) {}

    /// Takes a token. Result: zero, or, when there is none, how long until there will be one.
    [[nodiscard]] duration take(time_point now) {
        if (per_second_ <= 0) {
            return duration::zero();
        }
        const std::chrono::duration<double> passed = now - filled_;
        filled_ = now;
        tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
        if (tokens_ >= 1.0) {
            tokens_ -= 1.0;
            return duration::zero();
        }
        const std::chrono::duration<double> wait((1.0 - tokens_) / per_second_);
        return std::max(std::chrono::ceil<duration>(wait), duration(1));
    }

private:
    double per_second_;
    double burst_;
    double tokens_;
    time_point filled_{};
};

}  // namespace rollover::service
