#include "engine/api/booking.h"

#include "engine/api/reports.h"
#include "engine/plan/format.h"

#include <filesystem>

namespace rollover::api {

result<placement::placement> find_placement(const model::lab& lab, const model::topology& topology,
                                            const activation::holds& unavailable, const second_phase& then,
                                            placement::reason* why) {
    const placement::request request = scheduler::request_for(lab, topology, unavailable);
    auto found = placement::find(request, why);
    if (!found) {
        return found;
    }
    placement::preferences wishes;
    wishes.earlier = then.earlier;
    if (!then.uses.empty()) {
        for (const model::device& d : lab.devices) {
            const auto known = then.uses.find(d.name);
            wishes.uses.push_back(known == then.uses.end() ? 0 : known->second);
        }
    }
    return placement::improve(request, std::move(*found), wishes, then.moves);
}

task<result<activation::holds>> held_or_reserved(runtime& rt, activation::journal& journal,
                                                 scheduler::calendar& calendar, std::string lab,
                                                 scheduler::instant until) {
    auto held = co_await journal.unavailable(lab);
    if (!held) {
        co_return held;
    }
    const scheduler::window from_now_on{scheduler::rounded_down(rt.wall_now()), until};
    const auto reserved = co_await calendar.taken(std::move(lab), from_now_on);
    if (!reserved) {
        co_return reserved.error();
    }
    for (const auto& one : *reserved) {
        held->try_emplace(one.device, scheduler::hold_of(one));
    }
    co_return held;
}

task<booking> book(runtime& rt, activation::journal& journal, scheduler::calendar& calendar, const input& in,
                   const parameters& given, std::string owner) {
    constexpr int tries = 20;
    booking out;
    for (int i = 0; i < tries; ++i) {
        const auto unavailable = co_await held_or_reserved(rt, journal, calendar, in.lab->name);
        if (!unavailable) {
            out.problems.push_back(problem_of(unavailable.error()));
            out.how = answer::failed;
            co_return out;
        }
        const auto uses = co_await journal.uses(in.lab->name);
        if (!uses) {
            out.problems.push_back(problem_of(uses.error()));
            out.how = answer::failed;
            co_return out;
        }
        result<placement::placement> placed = failure();
        second_phase then;
        then.uses = *uses;
        placement::reason why;
        std::function<void()> work = [&] { placed = find_placement(*in.lab, *in.topology, *unavailable, then, &why); };
        co_await rt.offload(std::move(work));
        if (!placed) {
            out.problems.push_back(problem_of(placed.error(), why));
            out.how = answer_of(placed.error().code);
            co_return out;
        }
        diagnostics mistakes;
        out.plan = plan::make_plan(*in.lab, *in.topology, given, *placed, in.platforms, mistakes);
        if (!out.plan) {
            out.problems = problems_of(mistakes);
            out.how = answer::bad_input;
            co_return out;
        }
        activation::beginning begin{in.lab->name,
                                    std::filesystem::absolute(in.lab->file).string(),
                                    in.topology->name,
                                    owner,
                                    scheduler::claims_of(*in.lab, *placed),
                                    plan::to_json(*in.lab, *in.topology, *out.plan, in.platforms)};
        const auto id = co_await journal.begin(std::move(begin));
        if (id) {
            out.id = *id;
            co_return out;
        }
        if (id.error().code != errc::busy) {
            out.problems.push_back(problem_of(id.error()));
            out.how = answer::failed;
            co_return out;
        }
    }
    out.problems.push_back({"busy", "other activations keep taking the devices that were found; try again"});
    out.how = answer::failed;
    co_return out;
}

}  // namespace rollover::api
