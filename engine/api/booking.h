// From a topology to claimed devices: place on what is free, plan, claim; again when somebody was faster.
#pragma once

#include "engine/activation/journal.h"
#include "engine/api/engine.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/improve.h"
#include "engine/plan/plan.h"
#include "engine/runtime/runtime.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/calendar.h"

#include <map>
#include <optional>

namespace rollover::api {

/// What a call was asked to work on, read and checked.
struct input {
    std::optional<model::lab> lab;
    std::optional<model::topology> topology;
    platform::library platforms;
    std::vector<problem> problems;  ///< every mistake of every file; empty: all is well
};

/// A plan whose devices are claimed under an id; or problems and no id.
struct booking {
    std::string id;
    std::optional<plan::plan> plan;
    std::vector<problem> problems;
    answer how = answer::done;
};

/// What the second phase of a placement goes by.
struct second_phase {
    activation::use_counts uses = {};                  ///< by the name of a device
    std::optional<placement::placement> earlier = {};  ///< to stay close to
    std::uint64_t moves = placement::usual_moves;      ///< 0: the first placement that is right
};

/// Places on what is free now: the first phase finds devices, the second one spares scarce ones and spreads wear.
/// `why`: as in placement::find.
[[nodiscard]] result<placement::placement> find_placement(const model::lab& lab, const model::topology& topology,
                                                          const activation::holds& unavailable,
                                                          const second_phase& then, placement::reason* why = nullptr);

/// What activations and quarantine hold now, and what reservations have at some time from now until `until`.
[[nodiscard]] task<result<activation::holds>> held_or_reserved(runtime& rt, activation::journal& journal,
                                                               scheduler::calendar& calendar, std::string lab,
                                                               scheduler::instant until = scheduler::instant::max());

/// Takes what no activation, no quarantine and no reservation, now or later, has: nobody knows when what is begun by
/// hand ends.
[[nodiscard]] task<booking> book(runtime& rt, activation::journal& journal, scheduler::calendar& calendar,
                                 const input& in, const parameters& given, std::string owner);

}  // namespace rollover::api
