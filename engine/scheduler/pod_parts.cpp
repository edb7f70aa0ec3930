// A pod that several hosts activate together, seen from the part of one site: what it does, and when it waits for the
// others. All that they know of each other is in the calendar.
#include "engine/placement/read.h"
#include "engine/plan/format.h"
#include "engine/plan/site_part.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/pod_work.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::scheduler {

plan::plan pod_work::own_part(const plan::plan& whole) const {
    return is_part() ? plan::part_at(files_->lab, whole, site_) : whole;
}

std::vector<std::string> pod_work::own_claims(const placement::placement& placed) const {
    auto all = claims_of(files_->lab, placed);
    return is_part() ? claims_at(files_->lab, all, site_) : all;
}

void pod_work::take_placement(pod from) {
    pod_.placement = std::move(from.placement);
    pod_.devices = is_part() ? claims_at(files_->lab, from.devices, site_) : std::move(from.devices);
}

const pod& pod_work::pod_in(const reservation& r) const {
    const auto found = std::ranges::find(r.pods, pod_.number, &pod::number);
    return found == r.pods.end() ? pod_ : *found;
}

bool pod_work::another_is_given_up() const {
    return is_part() && others_of(files_->lab, of_, pod_in(of_), site_).one_is_given_up;
}

task<result<reservation>> pod_work::read_anew() {
    auto now = co_await in_.book.find(of_.id);
    if (now) {
        take_placement(pod_in(*now));
    }
    co_return now;
}

result<plan::plan> pod_work::whole_plan(const placement::placement& placed) const {
    diagnostics mistakes;
    auto made = plan::make_plan(files_->lab, *topology_, of_.arguments, placed, files_->platforms, mistakes);
    if (!made) {
        return failure_of(mistakes);
    }
    return std::move(*made);
}

task<result<plan::plan>> pod_work::whole_plan_anew() {
    const auto now = co_await read_anew();
    if (!now) {
        co_return now.error();
    }
    const auto placed = placement::read_placement(files_->lab, *topology_, pod_.placement);
    if (!placed) {
        co_return placed.error();
    }
    co_return whole_plan(*placed);
}

void pod_work::keep_to_site(activation::holds& held) const {
    if (!is_part()) {
        return;
    }
    const auto& all = pod_in(of_).devices;
    const auto placed = placement::read_placement(files_->lab, *topology_, pod_.placement);
    const auto its_own = placed ? claims_of(files_->lab, *placed) : all;
    for (const auto& device : files_->lab.devices) {
        const auto& site = files_->lab.at(device.site).name;
        if (site == site_) {
            continue;
        }
        if (std::ranges::find(its_own, device.name) != its_own.end()) {
            held.erase(device.name);
        } else {
            held.try_emplace(device.name,
                             activation::hold{"", false, fmt::format("at site {}, which another host serves", site)});
        }
    }
}

task<result<void>> pod_work::is_only_here(const plan::plan& now, const plan::plan& with) {
    if (!is_part()) {
        co_return result<void>();
    }
    const auto stand = co_await look_at_others();
    if (!stand) {
        co_return stand.error();
    }
    for (const auto& site : stand->checked) {
        if (plan::part_at(files_->lab, now, site).joins != plan::part_at(files_->lab, with, site).joins) {
            co_return failure(errc::impossible,
                              fmt::format("with another device at site {} the tunnels at site {} would change, which "
                                          "its host has handed over or checks already",
                                          site_, site));
        }
    }
    co_return result<void>();
}

task<result<void>> pod_work::placed_only_here(const placement::placement& now, const placement::placement& with) {
    const auto before = whole_plan(now);
    const auto after = whole_plan(with);
    if (!before || !after) {
        co_return before ? after.error() : before.error();
    }
    for (std::size_t n = 0; n < before->devices.size(); ++n) {
        const auto& device = files_->lab.at(before->devices[n].device);
        const bool same = std::ranges::equal(before->devices[n].config, after->devices[n].config, {},
                                             &plan::planned_line::text, &plan::planned_line::text);
        if (files_->lab.at(device.site).name != site_ && !same) {
            co_return failure(errc::impossible,
                              fmt::format("with other devices at site {} the configuration of {} at site {} would "
                                          "change, which another host types",
                                          site_, device.name, files_->lab.at(device.site).name));
        }
    }
    co_return co_await is_only_here(*before, *after);
}

task<result<others>> pod_work::look_at_others() {
    const auto now = co_await in_.book.find(of_.id);
    if (!now) {
        co_return now.error();
    }
    co_return others_of(files_->lab, *now, pod_in(*now), site_);
}

task<bool> pod_work::take_up_part() {
    if (!is_part()) {
        co_return true;
    }
    const part* mine = part_of(pod_in(of_), site_);
    if (mine == nullptr) {
        co_await tell_part(part_stage::begun, "");
        co_return true;
    }
    stage_ = mine->now;
    if (mine->over) {
        was_ready_ = stage_ == part_stage::ready;
        over_ = true;
        co_return false;
    }
    if (stage_ == part_stage::failed) {
        failure_ = mine->why;
        tries_ = most_tries;
    } else if (stage_ == part_stage::ready) {
        missing_ = mine->why;
    } else {
        co_await tell_part(part_stage::begun, "");  // before anything that it had is taken back
    }
    co_return true;
}

task<void> pod_work::tell_part(part_stage now, std::string why, bool over) {
    if (!is_part()) {
        co_return;
    }
    stage_ = now;
    duration wait = std::chrono::seconds(1);
    while (!orders_.leave) {
        const part mine{site_, now, why, over};
        const auto told = co_await in_.book.set_part(of_.id, pod_.number, mine);
        if (told) {
            co_return;
        }
        log(severity::warning, on_one_line(told.error()));
        const auto slept = co_await sleep_for(in_.rt, wait);
        if (!slept) {
            co_return;
        }
        wait = std::min<duration>(2 * wait, std::chrono::seconds(30));
    }
}

task<void> pod_work::begin_again() {
    if (stage_ != part_stage::begun) {
        co_await tell_part(part_stage::begun, "");
    }
}

task<bool> pod_work::are_there() {
    const auto stand = co_await look_at_others();
    co_return stand && stand->are_built;
}

/// Built, until all are; then met, and once more looked whether they still are: who falls back says so first, and then
/// looks at the others, so of two that change their minds one sees the other.
task<result<std::vector<plan::planned_join>>> pod_work::meet(const plan::plan& now, std::string activation) {
    co_await tell_part(part_stage::built, "");
    for (;;) {
        auto stand = co_await look_at_others();
        if (stand && stand->are_built) {
            co_await tell_part(part_stage::met, "");
            stand = co_await look_at_others();
            if (stand && stand->are_built) {
                break;
            }
            co_await tell_part(part_stage::built, "");
        }
        if (stand && stand->one_is_given_up) {
            co_return failure(errc::impossible, "the other part is given up: " + stand->words);
        }
        const auto why = co_await changed_.wait(in_.rt.now() + in_.between_looks);
        if (why == wake::cancelled) {
            co_return failure(errc::cancelled, "it was stopped while it waited for the other part");
        }
    }
    co_return co_await follow_joins(now, std::move(activation));
}

task<result<std::vector<plan::planned_join>>> pod_work::follow_joins(const plan::plan& now, std::string activation) {
    const auto whole = co_await whole_plan_anew();
    if (!whole) {
        co_return whole.error();
    }
    auto fresh = without_left_out(own_part(*whole)).joins;
    if (fresh == now.joins) {
        co_return now.joins;
    }
    plan::plan changed = now;
    changed.placement = whole->placement;
    changed.joins = fresh;
    activation::plan_change change;
    change.what = {activation::record_kind::note, activation, "", "another part has exchanged a device", {}};
    change.plan = plan::to_json(files_->lab, *topology_, changed, files_->platforms);
    const auto written = co_await in_.journal.change_plan(std::move(change));
    if (!written) {
        co_return written.error();
    }
    co_return fresh;
}

}  // namespace rollover::scheduler
