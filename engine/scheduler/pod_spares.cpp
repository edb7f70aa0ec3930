// Other devices for a pod: before it begins, when one of its own cannot be had; and for a node whose own has failed,
// found in the calendar, booked, claimed, in the middle of an activation.
#include "engine/base/text.h"
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "engine/placement/replace.h"
#include "engine/plan/format.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/pod_work.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::scheduler {

namespace {

constexpr unsigned most_races = 20;

/// Whether what is typed on all nodes but one is the same.
bool is_only_about(const plan::plan& a, const plan::plan& b, model::node_index node) {
    for (std::size_t n = 0; n < a.devices.size(); ++n) {
        const bool same = std::ranges::equal(a.devices[n].config, b.devices[n].config, {}, &plan::planned_line::text,
                                             &plan::planned_line::text);
        if (n != node.value && !same) {
            return false;
        }
    }
    return true;
}

}  // namespace

task<result<activation::holds>> pod_work::held_by_others() {
    auto held = co_await in_.journal.unavailable(files_->lab.name);
    if (!held) {
        co_return held;
    }
    const window rest{rounded_down(in_.rt.wall_now()), orders_.held_until};
    const auto taken = co_await in_.book.taken(files_->lab.name, rest);
    if (!taken) {
        co_return taken.error();
    }
    for (const auto& one : *taken) {
        if (one.reservation != of_.id || std::ranges::find(pod_.devices, one.device) == pod_.devices.end()) {
            held->try_emplace(one.device, hold_of(one));
        }
    }
    for (const auto& device : given_up_) {
        held->try_emplace(device, activation::hold{"", false, "it has failed in " + of_.id});
    }
    co_return held;
}

task<result<void>> pod_work::place_anew() {
    const instant now = rounded_down(in_.rt.wall_now());
    const auto all = co_await held_by_others();
    if (!all) {
        co_return all.error();
    }
    result<placement::placement> found = failure(errc::impossible, "it cannot be placed as it was, nor in part anew");
    auto unavailable = *all;
    keep_to_site(unavailable);
    auto request = request_for(files_->lab, *topology_, unavailable);
    const auto before = placement::read_placement(files_->lab, *topology_, pod_.placement);
    std::function<void()> work = [&] {
        if (!is_part()) {
            found = placement::find(request);
        }
        // With as many devices of before as can be: the calendar changes for the others only.
        if (before) {
            result<placement::placement> kept = *before;
            for (std::uint32_t n = 0; kept && n < before->devices.size(); ++n) {
                if (request.unavailable.contains(kept->devices[n])) {
                    kept = placement::replace(request, *kept, model::node_index{n});
                }
            }
            if (kept ? !placement::verify(request, *kept) : is_part()) {
                found = kept;
            }
        }
    };
    co_await in_.rt.offload(std::move(work));
    if (!found) {
        co_return found.error();
    }
    pod with{pod_.number, placement::to_json(files_->lab, *topology_, *found), claims_of(files_->lab, *found), ""};
    if (is_part()) {
        const auto only_here = co_await placed_only_here(*before, *found);
        if (!only_here) {
            co_return only_here;
        }
    }
    const auto booked = co_await in_.book.place_anew(of_.id, with, now, is_part() ? pod_.placement : std::string());
    if (!booked) {
        co_return booked.error();
    }
    take_placement(std::move(with));
    co_return result<void>();
}

task<result<plan::plan>> pod_work::plan_with(const plan::plan& now, model::node_index node,
                                             const activation::holds& held) {
    const auto request = request_for(files_->lab, *topology_, held);
    result<placement::placement> found = failure();
    std::function<void()> work = [&] { found = placement::replace(request, now.placement, node); };
    co_await in_.rt.offload(std::move(work));
    if (!found) {
        co_return found.error();
    }
    auto made = whole_plan(*found);
    if (!made) {
        // Of this device's platform: another one may be typed at.
        co_return failure(errc::impossible, made.error().reason);
    }
    if (!is_only_about(now, *made, node)) {
        co_return failure(errc::impossible,
                          fmt::format("on {} the configurations of other nodes would change, which name its interfaces",
                                      files_->lab.at(made->placement.devices[node.value]).name));
    }
    co_return std::move(*made);
}

task<result<void>> pod_work::book_and_claim(const plan::plan& now, const plan::plan& with, model::node_index node,
                                            std::string activation, std::string why) {
    const auto& lab = files_->lab;
    const std::string failed = lab.at(now.placement.devices[node.value]).name;
    const std::string fresh = lab.at(with.placement.devices[node.value]).name;
    pod next{pod_.number, placement::to_json(lab, *topology_, with.placement), claims_of(lab, with.placement),
             pod_.activation};
    const auto booked = co_await in_.book.place_anew(of_.id, next, rounded_down(in_.rt.wall_now()),
                                                     is_part() ? pod_.placement : std::string());
    if (!booked) {
        co_return booked;
    }
    activation::plan_change change;
    const auto& name = topology_->at(node).name;
    change.what = {activation::record_kind::replaced,
                   activation,
                   failed,
                   fmt::format("by {} as node {}: {}", fresh, name, why),
                   {}};
    const auto without = [](const std::vector<std::string>& all, const std::vector<std::string>& some) {
        std::vector<std::string> out;
        std::ranges::copy_if(all, std::back_inserter(out),
                             [&some](const auto& one) { return std::ranges::find(some, one) == some.end(); });
        return out;
    };
    const auto before = own_claims(now.placement);
    const auto after = own_claims(with.placement);
    change.taken = without(after, before);
    change.given_back = without(before, after);
    change.plan = plan::to_json(lab, *topology_, without_left_out(own_part(with)), files_->platforms);
    take_placement(std::move(next));
    co_return co_await in_.journal.change_plan(std::move(change));
}

task<result<plan::plan>> pod_work::another(const plan::plan& now, model::node_index node, std::string activation,
                                           std::string why) {
    const std::string failed = files_->lab.at(now.placement.devices[node.value]).name;
    given_up_.insert(failed);
    plan::plan whole = now;
    for (unsigned race = 0; race < most_races; ++race) {
        if (is_part()) {
            const auto anew = co_await whole_plan_anew();
            if (!anew) {
                co_return anew;
            }
            whole = *anew;
        }
        auto held = co_await held_by_others();
        if (!held) {
            co_return held.error();
        }
        keep_to_site(*held);
        auto with = co_await plan_with(whole, node, *held);
        if (!with) {
            co_return with;
        }
        const auto only_here = co_await is_only_here(whole, *with);
        if (!only_here) {
            co_return only_here.error();
        }
        const auto had = pod_.devices;
        const auto done = co_await book_and_claim(now, *with, node, activation, why);
        if (done) {
            const std::string fresh = files_->lab.at(with->placement.devices[node.value]).name;
            const auto hold = held->find(failed);
            const bool aside = hold != held->end() && hold->second.quarantined;
            entry about{0,
                        {},
                        "rollover",
                        "replaced",
                        of_.id,
                        failed,
                        fmt::format("by {} as node {}{}: {}", fresh, topology_->at(node).name,
                                    aside ? ", and in quarantine" : "", why)};
            const auto told = co_await in_.book.tell(std::move(about));
            static_cast<void>(told.has_value());  // the journal says it too
            co_return without_left_out(own_part(*with));
        }
        if (done.error().code != errc::busy) {
            co_return done.error();
        }
        if (pod_.devices != had) {
            // Booked, but its last user still has it: it is not waited for.
            given_up_.insert(files_->lab.at(with->placement.devices[node.value]).name);
        }
    }
    co_return failure(errc::impossible, "other reservations keep taking the devices that were found");
}

plan::plan pod_work::without_left_out(plan::plan made) const {
    for (const auto node : left_out_) {
        const auto device = made.placement.devices[node.value];
        const auto is_its = [device](const auto& member) { return member.interface.device == device; };
        std::set<std::string> links;
        for (const auto& join : made.joins) {
            if (std::ranges::any_of(join.members, is_its)) {
                links.insert(join.link);
            }
        }
        std::erase_if(made.joins, [&links](const auto& join) { return links.contains(join.link); });
        std::erase_if(made.patches, [device](const auto& one) {
            return one.ends[0].device == device || one.ends[1].device == device;
        });
    }
    return made;
}

task<result<void>> pod_work::leave_out(const plan::plan& rest, model::node_index node, std::string activation,
                                       std::string why) {
    activation::plan_change change;
    change.what = {activation::record_kind::missing, activation, topology_->at(node).name, why, {}};
    change.plan = plan::to_json(files_->lab, *topology_, rest, files_->platforms);
    left_out_.insert(node);
    co_return co_await in_.journal.change_plan(std::move(change));
}

}  // namespace rollover::scheduler
