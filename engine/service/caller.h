// Who asks the service for something, and how far he may go.
#pragma once

#include "engine/access/rights.h"
#include "engine/scheduler/reservation.h"

#include <string>

namespace rollover::service {

struct caller {
    std::string name;
    access::role is = access::role::operates;
    std::string token = {};  ///< the id of the token that he has shown; empty where none is needed
    std::string peer = {};   ///< his address; may be empty

    [[nodiscard]] access::reach reach(access::action what) const noexcept { return access::reach_of(is, what); }
    [[nodiscard]] bool may_all(access::action what) const noexcept { return reach(what) == access::reach::all; }
    [[nodiscard]] scheduler::actor as_actor() const { return {name, token, peer}; }
};

}  // namespace rollover::service
