#include "engine/api/booking.h"

#include "engine/api/reports.h"
#include "engine/plan/format.h"

#include <filesystem>

namespace rollover::api {

std::string segment_claim(const std::string& segment) {
    return "segment " + segment;
}

placement::request request_for(const model::lab& lab, const model::topology& topology,
                               const activation::holds& unavailable) {
    placement::request request{lab, topology, {}, {}};
    for (const auto& [name, held] : unavailable) {
        if (const auto device = model::find_device(lab, name)) {
            request.unavailable.insert(*device);
            request.why[*device] = to_string(held);
            if (held.quarantined) {
                request.quarantined.insert(*device);
            }
        }
    }
    for (std::uint32_t s = 0; s < lab.segments.size(); ++s) {
        const auto held = unavailable.find(segment_claim(lab.segments[s].name));
        if (held != unavailable.end()) {
            request.unavailable_segments[s] = to_string(held->second);
        }
    }
    return request;
}

result<placement::placement> find_placement(const model::lab& lab, const model::topology& topology,
                                            const activation::holds& unavailable, const second_phase& then,
                                            placement::reason* why) {
    const placement::request request = request_for(lab, topology, unavailable);
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

task<booking> book(runtime& rt, activation::journal& journal, const input& in, const parameters& given,
                   std::string owner) {
    constexpr int tries = 20;
    booking out;
    for (int i = 0; i < tries; ++i) {
        const auto unavailable = co_await journal.unavailable(in.lab->name);
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
                                    {},
                                    plan::to_json(*in.lab, *in.topology, *out.plan, in.platforms)};
        for (const auto& device : out.plan->devices) {
            begin.devices.push_back(in.lab->at(device.device).name);
        }
        for (const auto& link : placed->links) {
            if (link.by.what == placement::carrier::kind::segment) {
                // It has no walls: a second topology on it would hear this one.
                begin.devices.push_back(segment_claim(in.lab->segments[link.by.medium].name));
            }
        }
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
