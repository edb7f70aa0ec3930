// How a pod begins: its plan, made before its time where nothing stands against it, and the activation in the journal.
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "engine/placement/replace.h"
#include "engine/plan/format.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/pod_work.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

namespace rollover::scheduler {

namespace {

/// So long a device is waited for that its last user's way back still has; then another one takes its place.
constexpr std::chrono::seconds patience(60);

}  // namespace

task<void> pod_work::prepare() {
    if (!pod_.activation.empty()) {
        co_return;  // first what was begun is taken over, or back
    }
    auto files = in_.files();
    std::optional<ready_plan> made;
    std::function<void()> work = [this, &files, &made] {
        const auto placed = placement::read_placement(files->lab, *topology_, pod_.placement);
        if (!placed) {
            return;
        }
        diagnostics mistakes;
        auto plan = plan::make_plan(files->lab, *topology_, of_.arguments, *placed, files->platforms, mistakes);
        if (plan) {
            auto json = plan::to_json(files->lab, *topology_, *plan, files->platforms);
            made = ready_plan{files, std::move(*plan), std::move(json)};
        }
    };
    co_await in_.rt.offload(std::move(work));
    prepared_ = std::move(made);
    if (prepared_ && in_.expect_work) {
        auto expect = in_.expect_work;
        co_await in_.rt.offload(std::move(expect));
    }
}

task<result<void>> pod_work::start() {
    files_ = in_.files();
    auto with = std::exchange(prepared_, std::nullopt);
    if (with && with->files != files_) {
        with.reset();
    }
    result<void> begun = failure(errc::busy, "nothing is prepared");
    if (with) {
        begun = co_await begin(*with);
    }
    // A device that cannot be had may want another in its place.
    if (!begun && begun.error().code == errc::busy) {
        auto made = co_await make_plan();
        if (!made) {
            // What is wrong with a topology, or forbidden, stays so.
            tries_ = made.error().code == errc::bad_input ? most_tries : tries_ + 1;
            co_return made.error();
        }
        with = std::move(*made);
        begun = co_await begin(*with);
    }
    if (!begun) {
        co_return begun;
    }
    ++tries_;
    const auto opened = open_workplace(activation_);
    if (!opened) {
        co_return opened.error();
    }
    co_return co_await activate(with->plan);
}

task<result<void>> pod_work::begin(const ready_plan& with) {
    activation::beginning what{files_->lab.name,
                               std::filesystem::absolute(files_->lab.file).string(),
                               topology_->name,
                               of_.owner,
                               pod_.devices,
                               with.json,
                               of_.id,
                               pod_.number,
                               {}};
    const auto id = co_await in_.journal.begin(std::move(what));
    if (!id) {
        co_return id.error();
    }
    activation_ = *id;
    on_begun_();
    telling_.spawn(tell("begun", fmt::format("pod {}", pod_.number)));  // nothing waits for it
    co_return result<void>();
}

task<result<pod_work::ready_plan>> pod_work::make_plan() {
    const auto held = co_await in_.journal.unavailable(files_->lab.name);
    if (!held) {
        co_return held.error();
    }
    auto placed = placement::read_placement(files_->lab, *topology_, pod_.placement);
    const auto cannot_be_had = [&](const std::string& device) {
        const auto hold = held->find(device);
        return hold != held->end() && (hold->second.quarantined || has_come(in_.rt, of_.held.from + patience));
    };
    if (!placed || std::ranges::any_of(pod_.devices, cannot_be_had)) {
        const auto anew = co_await place_anew();
        if (!anew) {
            co_return anew.error();
        }
        placed = placement::read_placement(files_->lab, *topology_, pod_.placement);
        if (!placed) {
            co_return placed.error();
        }
    }
    diagnostics mistakes;
    auto made = plan::make_plan(files_->lab, *topology_, of_.arguments, *placed, files_->platforms, mistakes);
    if (!made) {
        co_return failure_of(mistakes);
    }
    auto json = plan::to_json(files_->lab, *topology_, *made, files_->platforms);
    ready_plan out{files_, std::move(*made), std::move(json)};
    co_return out;
}

task<result<void>> pod_work::place_anew() {
    const instant now = rounded_down(in_.rt.wall_now());
    const auto all = co_await held_by_others();
    if (!all) {
        co_return all.error();
    }
    result<placement::placement> found = failure();
    auto request = request_for(files_->lab, *topology_, *all);
    const auto before = placement::read_placement(files_->lab, *topology_, pod_.placement);
    std::function<void()> work = [&] {
        found = placement::find(request);
        // With as many devices of before as can be: the calendar changes for the others only.
        if (before) {
            result<placement::placement> kept = *before;
            for (std::uint32_t n = 0; kept && n < before->devices.size(); ++n) {
                if (request.unavailable.contains(kept->devices[n])) {
                    kept = placement::replace(request, *kept, model::node_index{n});
                }
            }
            if (kept && !placement::verify(request, *kept)) {
                found = kept;
            }
        }
    };
    co_await in_.rt.offload(std::move(work));
    if (!found) {
        co_return found.error();
    }
    pod with{pod_.number, placement::to_json(files_->lab, *topology_, *found), claims_of(files_->lab, *found), ""};
    const auto booked = co_await in_.book.place_anew(of_.id, with, now);
    if (!booked) {
        co_return booked.error();
    }
    pod_.placement = std::move(with.placement);
    pod_.devices = std::move(with.devices);
    co_return result<void>();
}

}  // namespace rollover::scheduler
