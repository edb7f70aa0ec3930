// The roster of the services that share one PostgreSQL. All that they agree on is in the database, and by its clock.
#pragma once

#include "engine/runtime/runtime.h"
#include "engine/scheduler/roster.h"
#include "engine/store/tables_place.h"

namespace rollover::store {

struct roster_options {
    std::string name;   ///< of this service, for people: "lab1.example.org"
    std::string sites;  ///< it serves, for people; empty: all
    duration term = std::chrono::seconds(30);
};

/// `place` must be up to date. Null where a file has the tables: there is nobody to share them with. Errors: store.
[[nodiscard]] result<std::unique_ptr<scheduler::roster>> open_roster(runtime& rt, const tables_place& place,
                                                                     roster_options options);

}  // namespace rollover::store
