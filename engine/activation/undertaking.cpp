#include "engine/activation/undertaking.h"

#include "engine/activation/hooks.h"
#include "engine/activation/patches.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <map>

namespace rollover::activation {

using namespace std::chrono_literals;

namespace {

bool is_out_of_reach(errc code) {
    return code == errc::unreachable || code == errc::timed_out || code == errc::peer_closed || code == errc::io;
}

}  // namespace

undertaking::undertaking(environment& env, const model::lab& lab, plan::plan plan, std::string id, stop_switch& stop)
    : env_(env),
      lab_(lab),
      plan_(std::move(plan)),
      id_(std::move(id)),
      stop_(stop),
      deadline_(env.rt.now() + env.limits.whole),
      nodes_(plan_.devices.size()),
      joins_made_(env.rt) {
    write_configurations();
}

void undertaking::write_configurations() const {
    if (env_.folder.empty()) {
        return;
    }
    // They are for people: nobody waits for the disk.
    std::map<std::string, std::string> texts;
    for (const auto& device : plan_.devices) {
        auto& text = texts[lab_.at(device.device).name + ".txt"];
        for (const auto& line : device.config) {
            text += line.text + '\n';
        }
    }
    env_.rt.background([folder = env_.folder, texts = std::move(texts)] {
        std::error_code ignored;
        std::filesystem::create_directories(folder / "configurations", ignored);
        std::filesystem::create_directories(folder / "transcripts", ignored);
        for (const auto& [name, text] : texts) {
            std::ofstream(folder / "configurations" / name) << text;
        }
    });
}

const std::string& undertaking::name_of_device(std::size_t node) const {
    return lab_.at(plan_.devices[node].device).name;
}

void undertaking::start(std::size_t node) {
    nodes_[node].work = std::make_unique<device_work>(env_, lab_, plan_.devices[node], id_);
}

task<phase_result> undertaking::carry_out() {
    auto hooks = run_hooks(env_, lab_, model::hook::moment::before_activation, id_, plan_.topology);
    auto done = co_await alone(std::move(hooks));
    if (!done.ok()) {
        co_return done;
    }
    for (;;) {
        done = co_await together(make_parts());
        if (done.ok() && env_.companions != nullptr) {
            done = co_await alone(meet_the_others());
        }
        if (!done.ok()) {
            break;
        }
        done = co_await together(check_parts());
        if (done.ok()) {
            done = co_await together(hand_over_parts());
        }
        if (done.ok()) {
            break;
        }
        const bool says_nothing = co_await failed_without_the_others(done);
        if (!says_nothing && !goes_on(done)) {
            break;
        }
        if (!says_nothing && env_.companions != nullptr) {
            co_await env_.companions->begin_again();
        }
    }
    if (done.ok() && std::ranges::all_of(nodes_, &node_state::left_out)) {
        done.failures.emplace_back(errc::impossible, "no node works: " + join(missing_, "; "));
    }
    if (!done.ok() && env_.companions != nullptr) {
        co_await env_.companions->begin_again();  // before anything is taken back
    }
    co_return done;
}

task<void> undertaking::close() {
    for (auto& node : nodes_) {
        if (node.work) {
            co_await node.work->close();
        }
    }
}

void undertaking::report_gaps(outcome& into) const {
    into.gaps.insert(earlier_gaps_.begin(), earlier_gaps_.end());
    for (const auto& node : nodes_) {
        if (node.work && node.work->gaps().characters > 0) {
            into.gaps[node.work->device().name] = node.work->gaps();
        }
    }
}

task<phase_result> undertaking::together(parts all) {
    co_return co_await run_together(env_.rt, std::move(all), stop_, on_stop::end_at_first, false, deadline_);
}

task<phase_result> undertaking::alone(task<result<void>> one) {
    parts all;
    all.push_back(std::move(one));
    co_return co_await together(std::move(all));
}

undertaking::parts undertaking::make_parts() {
    parts all;
    const bool first = !keeper_;  // later only a node is done again, which sees to its joins
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        if (!nodes_[n].configured && !nodes_[n].left_out) {
            all.push_back(bring_up(n));
        }
    }
    if (first) {
        const auto joins = joins_of(plan_.joins, id_);
        joins_to_make_ = joins.size();
        for (const auto& [where, wanted] : joins) {
            all.push_back(make_joins_at(where));
        }
        if (!plan_.patches.empty()) {
            all.push_back(begin_patches(env_, lab_, plan_, id_));
        }
    }
    return all;
}

/// A host that cannot be reached is tried again, less and less often.
task<result<void>> undertaking::make_joins_at(model::cross_connect_index where) {
    const auto until = std::min(deadline_, env_.rt.now() + env_.limits.hosts);
    duration pause = 2s;
    result<void> made;
    for (;;) {
        auto wanted = joins_of(plan_.joins, id_)[where];
        made = co_await make_joins(env_, lab_, where, std::move(wanted), id_);
        if (made || !is_out_of_reach(made.error().code) || env_.rt.now() >= until) {
            break;
        }
        if (env_.log) {
            env_.log({severity::warning, id_, "", "tried again: " + describe(made.error())});
        }
        const auto slept = co_await sleep_until(env_.rt, std::min(until, env_.rt.now() + pause));
        if (!slept) {
            co_return slept;
        }
        pause = std::min<duration>(2 * pause, 1min);
    }
    if (!made && env_.best_effort && is_out_of_reach(made.error().code)) {
        // Whoever keeps the joins while the topology runs makes them when the host is back.
        missing_.push_back(fmt::format("cross-connect {}: {}", lab_.at(where).name, made.error().reason));
        made = result<void>();
    }
    if (--joins_to_make_ == 0) {
        joins_made_.notify();
    }
    co_return made;
}

task<result<void>> undertaking::bring_up(std::size_t node) {
    auto& here = nodes_[node];
    auto why = std::exchange(here.failed, std::nullopt);
    for (;;) {
        if (!why) {
            start(node);
            auto done = co_await here.work->configure();
            if (done) {
                here.configured = true;
                if (is_scarce(node)) {
                    co_await here.work->close();
                }
                co_return done;
            }
            why = std::move(done).error();
        }
        authors_mistake_ = authors_mistake_ || why->code == errc::bad_input;
        const bool is_anothers_work = env_.may_act && !env_.may_act();
        if (is_beyond_the_device(why->code) || env_.spares == nullptr || is_anothers_work) {
            co_return std::move(*why);
        }
        const auto next = co_await after_failure(node, std::move(*why));
        if (!next || here.left_out) {
            co_return next;
        }
        why.reset();
    }
}

bool undertaking::is_scarce(std::size_t node) const {
    const auto& device = lab_.at(plan_.devices[node].device);
    return env_.gates != nullptr && lab_.at(device.console.line.converter).connections > 0;
}

undertaking::parts undertaking::check_parts() {
    parts all;
    keeper_.emplace(env_, lab_, joins_of(plan_.joins, id_), id_);
    unchecked_ = 0;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        if (!nodes_[n].left_out) {
            ++unchecked_;
            all.push_back(check(n));
        }
    }
    if (unchecked_ > 0) {
        all.push_back(keeper_->run());
    }
    return all;
}

/// The last one that has ended well ends the keeper.
task<result<void>> undertaking::check(std::size_t node) {
    auto& here = nodes_[node];
    auto checked = co_await here.work->check();
    if (is_scarce(node)) {
        if (checked) {
            checked = co_await here.work->hand_over();
        }
        co_await here.work->close();
    }
    const bool has_differed = !checked && here.work->is_the_authors(checked.error());
    const bool once_more = here.tries == 0 && missing_.empty();
    if (has_differed && env_.best_effort && !once_more) {
        const auto reason = fmt::format("device {}: {}", name_of_device(node), checked.error().reason);
        if (std::ranges::find(missing_, reason) == missing_.end()) {
            missing_.push_back(reason);
        }
        checked = result<void>();
    }
    if (checked && --unchecked_ == 0) {
        keeper_->end();
    }
    if (!checked && checked.error().code != errc::cancelled) {
        here.failed = checked.error();
        here.configured = false;
    }
    co_return checked;
}

undertaking::parts undertaking::hand_over_parts() {
    parts all;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        if (!nodes_[n].left_out && !is_scarce(n)) {  // of those it was done after their checks
            all.push_back(hand_over(n));
        }
    }
    return all;
}

task<result<void>> undertaking::hand_over(std::size_t node) {
    auto done = co_await nodes_[node].work->hand_over();
    if (!done && done.error().code != errc::cancelled) {
        nodes_[node].failed = done.error();
        nodes_[node].configured = false;
    }
    co_return done;
}

bool undertaking::goes_on(const phase_result& done) const {
    if (done.stopped || env_.spares == nullptr || env_.rt.now() >= deadline_) {
        return false;
    }
    std::size_t failed = 0;
    for (const auto& node : nodes_) {
        if (node.failed) {
            const bool can_be_mended = !is_beyond_the_device(node.failed->code) &&
                                       (node.tries < tries_of_a_device || !node.work->is_the_authors(*node.failed));
            if (!can_be_mended) {
                return false;
            }
            ++failed;
        }
    }
    return failed > 0 && failed == done.failures.size();
}

}  // namespace rollover::activation
