// How often each client may ask: a token bucket for each, for as many as are remembered.
#pragma once

#include "engine/service/token_bucket.h"

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

namespace rollover::service {

class client_limits {
public:
    /// `per_second`, `burst`: of each client, as token_bucket has them. `most`: clients that are remembered; when there
    /// are more, who has asked least recently is forgotten and begins anew.
    client_limits(double per_second, double burst, std::size_t most = 4096)
        : per_second_(per_second), burst_(burst), most_(most) {}

    /// Result: zero, or how long this client should wait.
    [[nodiscard]] duration take(const std::string& client, time_point now) {
        auto found = by_name_.find(client);
        if (found == by_name_.end()) {
            if (recent_.size() >= most_) {
                by_name_.erase(recent_.back().name);
                recent_.pop_back();
            }
            recent_.push_front({client, token_bucket(per_second_, burst_)});
            found = by_name_.emplace(client, recent_.begin()).first;
        } else {
            recent_.splice(recent_.begin(), recent_, found->second);
        }
        return found->second->bucket.take(now);
    }

    [[nodiscard]] std::size_t remembered() const noexcept { return recent_.size(); }

private:
    struct entry {
        std::string name;
        token_bucket bucket;
    };
    double per_second_;
    double burst_;
    std::size_t most_;
    std::list<entry> recent_;  // the most recent first
    std::unordered_map<std::string, std::list<entry>::iterator> by_name_;
};

}  // namespace rollover::service
