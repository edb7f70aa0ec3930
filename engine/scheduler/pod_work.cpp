#include "engine/scheduler/pod_work.h"

#include "engine/activation/patches.h"
#include "engine/base/text.h"
#include "engine/placement/read.h"
#include "engine/plan/format.h"
#include "engine/plan/read_joins.h"
#include "engine/plan/read_patches.h"
#include "engine/plan/site_part.h"
#include "engine/scheduler/clock.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::scheduler {

namespace {

using std::chrono::seconds;

/// So long a device is waited for that its last user's way back still has; then another one takes its place.
constexpr seconds patience(60);
/// A converter or a cross-connect that cannot be reached is tried again for so long.
constexpr std::chrono::minutes patience_with_hosts(15);

}  // namespace

pod_work::pod_work(const surroundings& in, const reservation& of, std::shared_ptr<const model::topology> topology,
                   pod which, const order& orders, std::string site)
    : in_(in),
      of_(of),
      topology_(std::move(topology)),
      pod_(std::move(which)),
      orders_(orders),
      site_(std::move(site)),
      files_(in.files()),
      changed_(in.rt) {}

void pod_work::look() {
    if (must_end()) {
        // Once ends what is being activated and rolls it back; twice leaves the way back too.
        for (unsigned wanted = orders_.leave ? 2 : 1; stop_.requests() < wanted;) {
            stop_.request();
        }
    }
    changed_.notify();
}

bool pod_work::must_end() const {
    return orders_.leave || orders_.end_now || has_come(in_.rt, orders_.until) || another_is_given_up();
}

void pod_work::log(severity level, std::string text) const {
    if (in_.log) {
        in_.log({level, activation_, "", fmt::format("{} pod {}: {}", of_.id, pod_.number, text)});
    }
}

task<void> pod_work::tell(std::string what, std::string text) {
    entry about{0, {}, "rollover", std::move(what), of_.id, activation_, std::move(text)};
    const auto told = co_await in_.book.tell(std::move(about));
    if (!told) {
        log(severity::warning, on_one_line(told.error()));
    }
}

task<void> pod_work::run(std::function<void()> on_ready) {
    const bool is_left = co_await take_up_part();
    if (!is_left) {
        co_return;
    }
    co_await take_over();
    if (stage_ == part_stage::ready && !ready_ && !must_end()) {
        co_await begin_again();  // it was taken back by hand
    }
    duration wait = seconds(5);
    while (!ready_ && !must_end() && tries_ < most_tries) {
        const auto started = co_await start();
        if (started) {
            break;
        }
        failure_ = started.error().reason;
        log(severity::warning, on_one_line(started.error()));
        const bool go_on = co_await pause(wait);
        if (!go_on) {
            break;
        }
        wait = std::min<duration>(2 * wait, std::chrono::minutes(1));
    }
    if (!ready_ && failure_.empty() && !was_ready_) {
        failure_ = orders_.end_now ? "" : "nobody served the lab in its window";
    }
    if (ready_) {
        was_ready_ = true;
        co_await tell_part(part_stage::ready, missing_);
        on_ready();
        co_await stay();
    } else if (!must_end()) {
        co_await tell_part(part_stage::failed, failure_);
    }
    co_await take_down();
    if (over_) {
        co_await tell_part(stage_, stage_ == part_stage::ready ? missing_ : failure_, true);
    }
}

task<void> pod_work::take_over() {
    if (pod_.activation.empty()) {
        co_return;
    }
    for (;;) {
        const auto records = co_await in_.journal.read(pod_.activation);
        if (records) {
            const auto stands = activation::stand(*records);
            was_ready_ = std::ranges::any_of(
                *records, [](const auto& one) { return one.kind == activation::record_kind::ready; });
            if (stands.phase == activation::phase::ended) {
                co_return;
            }
            activation_ = pod_.activation;
            ready_ = stands.phase == activation::phase::ready;
            break;
        }
        log(severity::warning, on_one_line(records.error()));
        const bool go_on = co_await pause(seconds(5));
        if (!go_on) {
            co_return;
        }
    }
    if (ready_) {
        const auto opened = open_workplace(activation_);
        if (!opened) {
            log(severity::warning, on_one_line(opened.error()));
        }
        co_await tell("taken over", "it was ready");
        co_return;
    }
    co_await tell("taken over", "it was interrupted: taken back");
    co_await take_down();
    over_ = false;
}

result<void> pod_work::open_workplace(const std::string& activation) {
    auto opened = in_.workplace(files_, activation);
    if (!opened) {
        return opened.error();
    }
    place_ = std::move(*opened);
    auto& env = place_->environment();
    env.may_act = orders_.may_act;
    if (in_.progress) {
        env.tell = in_.progress;
    }
    env.spares = this;
    env.best_effort = of_.policy == policy::best_effort;
    env.companions = is_part() ? this : nullptr;
    env.limits.patience = env.limits.hosts = patience_with_hosts;
    return {};
}

pod_work::typing pod_work::typing_of(plan::plan p) const {
    std::string json = plan::to_json(files_->lab, *topology_, p, files_->platforms);
    return {files_, std::move(p), std::move(json)};
}

task<void> pod_work::prepare() {
    files_ = in_.files();
    std::function<void()> work = [this] {
        const auto placed = placement::read_placement(files_->lab, *topology_, pod_.placement);
        auto made = placed ? whole_plan(*placed) : result<plan::plan>(placed.error());
        if (made) {
            prepared_ = typing_of(std::move(*made));
        }
    };
    co_await in_.rt.offload(std::move(work));
}

task<result<void>> pod_work::start() {
    files_ = in_.files();
    auto what = std::exchange(prepared_, std::nullopt);
    result<void> begun = failure(errc::busy, "it is not prepared");
    if (what && what->files == files_) {
        begun = co_await begin(*what);
    }
    if (!begun && begun.error().code == errc::busy) {  // or a device cannot be had
        auto made = co_await make_plan();
        if (!made) {
            // What is wrong with a topology, or forbidden, stays so.
            tries_ = made.error().code == errc::bad_input ? most_tries : tries_ + 1;
            co_return made.error();
        }
        what = std::move(*made);
        begun = co_await begin(*what);
    }
    if (!begun) {
        co_return begun;
    }
    task_group beside(in_.rt);
    beside.spawn(tell("begun", fmt::format("pod {}{}{}", pod_.number, is_part() ? ", site " : "", site_)));
    auto done = open_workplace(activation_);
    if (done) {
        done = co_await activate(what->plan);
    }
    co_await beside.join();
    co_return done;
}

task<result<void>> pod_work::begin(const typing& what) {
    activation::beginning opened{files_->lab.name,
                                 std::filesystem::absolute(files_->lab.file).string(),
                                 topology_->name,
                                 of_.owner,
                                 pod_.devices,
                                 what.json,
                                 of_.id,
                                 pod_.number,
                                 {},
                                 site_};
    const auto id = co_await in_.journal.begin(std::move(opened));
    if (!id) {
        co_return id.error();
    }
    ++tries_;
    activation_ = *id;
    left_out_.clear();
    co_return result<void>();
}

task<result<pod_work::typing>> pod_work::make_plan() {
    const auto held = co_await in_.journal.unavailable(files_->lab.name);
    if (!held) {
        co_return held.error();
    }
    if (is_part()) {
        const auto anew = co_await read_anew();
        if (!anew) {
            co_return anew.error();
        }
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
    auto made = whole_plan(*placed);
    if (!made) {
        co_return made.error();
    }
    if (is_part()) {
        const auto can_be = plan::can_be_parted(files_->lab, *made);
        if (!can_be) {
            co_return failure(errc::bad_input, describe(can_be.error()));  // it stays so
        }
        made = own_part(*made);
    }
    co_return typing_of(std::move(*made));
}

task<result<void>> pod_work::activate(const plan::plan& p) {
    missing_.clear();
    clock_watch clock(in_.rt);
    auto& env = place_->environment();
    const auto out = co_await activation::activate(env, files_->lab, p, activation_, stop_);
    if (out.how == activation::ending::ready) {
        ready_ = true;
        missing_ = join(out.missing, "; ");
        if (!clock.was_set()) {
            co_await measure(activation_, &p);
        }
        co_return result<void>();
    }
    const failure why = out.failures.empty() ? failure(errc::cancelled, "it was stopped") : out.failures.front();
    if (out.authors_mistake) {
        tries_ = most_tries;
    }
    co_await take_down();
    over_ = false;
    co_return why;
}

namespace {

template <class Keeper>
task<void> keep(Keeper& keeper) {
    const auto kept = co_await keeper.run();
    static_cast<void>(kept.has_value());  // what goes wrong is logged, and looked at again
}

}  // namespace

task<plan::plan> pod_work::what_stands() {
    plan::plan out;
    const auto about = co_await in_.journal.find(activation_);
    if (!about) {
        log(severity::warning, on_one_line(about.error()));
        co_return out;
    }
    auto joins = plan::read_joins(files_->lab, about->plan);
    auto patches = plan::read_patches(files_->lab, about->plan);
    if (joins) {
        out.joins = std::move(*joins);
    } else {
        log(severity::warning, on_one_line(joins.error()));
    }
    if (patches) {
        out.patches = std::move(*patches);
    } else {
        log(severity::warning, on_one_line(patches.error()));
    }
    co_return out;
}

task<void> pod_work::stay() {
    task_group looking(in_.rt);
    std::optional<activation::joins_keeper> joins;
    std::optional<activation::patches_keeper> patches;
    auto stands = co_await what_stands();
    const duration between = place_ ? place_->environment().limits.between_looks : duration::zero();
    if (place_ && !stands.joins.empty()) {
        auto wanted = activation::joins_of(stands.joins, activation_);
        joins.emplace(place_->environment(), files_->lab, std::move(wanted), activation_, between);
        looking.spawn(keep(*joins));
    }
    if (place_ && !stands.patches.empty()) {
        patches.emplace(place_->environment(), files_->lab, std::move(stands), activation_, between);
        looking.spawn(keep(*patches));
    }
    while (!must_end()) {
        const auto why = co_await changed_.wait(nap_until(in_.rt, orders_.until));
        if (why == wake::cancelled) {
            break;
        }
    }
    if (joins) {
        joins->end();
    }
    if (patches) {
        patches->end();
    }
    co_await looking.join();
}

task<void> pod_work::take_down() {
    duration wait = seconds(5);
    clock_watch clock(in_.rt);
    while (!activation_.empty() && !orders_.leave) {
        result<void> opened;
        if (!place_) {
            opened = open_workplace(activation_);
        }
        if (opened) {
            auto& env = place_->environment();
            const auto out = co_await activation::deactivate(env, files_->lab, activation_, stop_);
            const auto records = co_await in_.journal.read(activation_);
            if (records && activation::stand(*records).phase == activation::phase::ended) {
                if (!clock.was_set()) {
                    co_await measure(activation_, nullptr);
                }
                activation_.clear();
                place_.reset();
                ready_ = false;
                break;
            }
            for (const auto& one : out.failures) {
                log(severity::warning, on_one_line(one));
            }
        } else {
            log(severity::warning, on_one_line(opened.error()));
        }
        if (orders_.leave) {
            break;
        }
        const auto woken = co_await changed_.wait(in_.rt.now() + wait);
        if (woken == wake::cancelled) {
            break;
        }
        wait = std::min<duration>(2 * wait, std::chrono::minutes(1));
    }
    over_ = activation_.empty();
}

task<bool> pod_work::pause(duration how_long) {
    const time_point end = in_.rt.now() + how_long;
    while (!must_end() && in_.rt.now() < end) {
        const auto why = co_await changed_.wait(std::min(end, nap_until(in_.rt, orders_.until)));
        if (why == wake::cancelled) {
            co_return false;
        }
    }
    co_return !must_end();
}

}  // namespace rollover::scheduler
