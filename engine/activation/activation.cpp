#include "engine/activation/activation.h"

#include "engine/activation/device_work.h"
#include "engine/activation/hooks.h"
#include "engine/activation/joins.h"
#include "engine/activation/together.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fstream>

namespace rollover::activation {

namespace {

/// Has all patches carried; the journal has their links first.
task<result<void>> make_patches(environment& env, const model::lab& lab, const plan::plan& plan, std::string id) {
    if (env.patches == nullptr) {
        co_return failure(errc::unsupported, "this program carries no serial links, and the topology has some");
    }
    std::vector<std::string> links;
    for (const auto& one : plan.patches) {
        links.push_back(one.link);
    }
    record intent{record_kind::patching, id, "", join(links, "\n"), {}};
    const auto written = co_await env.journal.append(std::move(intent));
    if (!written) {
        co_return written;
    }
    co_return co_await env.patches->begin(lab, plan, id, env.rt.now() + env.limits.patches);
}

/// Whatever carries the serial links of this activation ends.
task<result<void>> remove_patches(environment& env, std::string id) {
    if (env.patches == nullptr) {
        co_return failure(errc::unsupported, "this program carries no serial links, and the activation has some");
    }
    auto ended = co_await env.patches->end(id, env.rt.now() + env.limits.patches);
    if (!ended) {
        co_return std::move(ended).error().advise("mend it, then run: rollover deactivate " + id);
    }
    record done{record_kind::unpatched, id, "", "", {}};
    co_return co_await env.journal.append(std::move(done));
}

/// The generated configurations, one file for each device, for people who want to see what was typed.
void write_configurations(const std::filesystem::path& folder, const model::lab& lab, const plan::plan& plan) {
    std::error_code ignored;
    std::filesystem::create_directories(folder / "configurations", ignored);
    std::filesystem::create_directories(folder / "transcripts", ignored);
    for (const auto& device : plan.devices) {
        std::ofstream file(folder / "configurations" / (lab.at(device.device).name + ".txt"));
        for (const auto& line : device.config) {
            file << line.text << '\n';
        }
    }
}

/// One activation on its way; `works` outlives every coroutine that uses it.
class undertaking {
public:
    undertaking(environment& env, const model::lab& lab, const plan::plan& plan, std::string id, stop_switch& stop)
        : env_(env),
          lab_(lab),
          plan_(plan),
          id_(std::move(id)),
          keeper_(env, lab, joins_of(plan.joins, id_), id_),
          stop_(stop),
          deadline_(env.rt.now() + env.limits.whole) {
        for (const auto& device : plan.devices) {
            works_.push_back(std::make_unique<device_work>(env, lab, device, id_));
        }
    }

    /// Hooks, joins and configurations, checks, hand-over. Stops at the first phase that fails.
    task<phase_result> carry_out() {
        auto hooks = run_hooks(env_, lab_, model::hook::moment::before_activation, id_, plan_.topology);
        auto done = co_await alone(std::move(hooks));
        if (done.ok()) {
            done = co_await together(make_parts());
        }
        if (done.ok()) {
            done = co_await together(check_parts());
        }
        if (done.ok()) {
            done = co_await together(parts_of(&device_work::hand_over));
        }
        co_return done;
    }

    task<void> close() {
        for (auto& work : works_) {
            co_await work->close();
        }
    }

    void report_gaps(outcome& into) const {
        for (const auto& work : works_) {
            if (work->gaps().characters > 0) {
                into.gaps[work->device().name] = work->gaps();
            }
        }
    }

private:
    using parts = std::vector<task<result<void>>>;

    task<phase_result> together(parts all) {
        co_return co_await run_together(env_.rt, std::move(all), stop_, on_stop::end_at_first, false, deadline_);
    }
    task<phase_result> alone(task<result<void>> one) {
        parts all;
        all.push_back(std::move(one));
        co_return co_await together(std::move(all));
    }

    parts parts_of(task<result<void>> (device_work::*step)()) {
        parts all;
        for (auto& work : works_) {
            all.push_back((work.get()->*step)());
        }
        return all;
    }

    parts make_parts() {
        parts all = parts_of(&device_work::configure);
        auto joins = joins_of(plan_.joins, id_);
        for (auto& [where, wanted] : joins) {
            all.push_back(make_joins(env_, lab_, where, std::move(wanted), id_));
        }
        if (!plan_.patches.empty()) {
            all.push_back(make_patches(env_, lab_, plan_, id_));
        }
        return all;
    }

    parts check_parts() {
        parts all;
        unchecked_ = works_.size();
        for (auto& work : works_) {
            all.push_back(check(*work));
        }
        all.push_back(keeper_.run());
        return all;
    }

    /// The last one that has ended well ends the keeper.
    task<result<void>> check(device_work& work) {
        auto checked = co_await work.check();
        if (checked && --unchecked_ == 0) {
            keeper_.end();
        }
        co_return checked;
    }

    environment& env_;
    const model::lab& lab_;
    const plan::plan& plan_;
    std::string id_;
    joins_keeper keeper_;
    std::size_t unchecked_ = 0;
    stop_switch& stop_;
    time_point deadline_;
    std::vector<std::unique_ptr<device_work>> works_;
};

bool needs_cleaning(const device_standing& device) {
    return device.condition == device_condition::dirty || device.condition == device_condition::quarantined;
}

/// Unjoins and cleans everything that the journal says may be dirty. Ends with `ended` when nothing is in doubt any
/// more.
task<outcome> way_back(environment& env, const model::lab& lab, std::string id, stop_switch& stop) {
    outcome out;
    out.how = ending::ready;
    const auto records = co_await env.journal.read(id);
    if (!records) {
        out.how = ending::failed;
        out.failures.push_back(records.error());
        co_return out;
    }
    const auto now = stand(*records);
    std::vector<task<result<void>>> parts;
    for (const auto& [name, joins] : now.joins) {
        parts.push_back(remove_joins(env, lab, name, joins, id));
    }
    if (!now.patches.empty()) {
        parts.push_back(remove_patches(env, id));
    }
    for (const auto& [name, device] : now.devices) {
        if (needs_cleaning(device)) {
            parts.push_back(make_clean(env, lab, name, device.found, id));
        }
    }
    auto done = co_await run_together(env.rt, std::move(parts), stop, on_stop::end_at_second, true, never);
    out.failures = std::move(done.failures);
    if (done.stopped) {
        out.failures.push_back(failure(errc::cancelled, "the way back was left before everything was clean")
                                   .advise("go on with: rollover deactivate " + id));
    }
    const auto after = co_await env.journal.read(id);
    if (after) {
        for (const auto& [name, device] : stand(*after).devices) {
            out.devices[name] = device.condition;
            if (device.condition == device_condition::quarantined) {
                out.how = ending::failed;
            }
        }
    }
    if (out.failures.empty()) {
        record end{record_kind::ended, id, "", "", {}};
        const auto written = co_await env.journal.append(std::move(end));
        if (!written) {
            out.failures.push_back(written.error());
        }
    }
    if (!out.failures.empty()) {
        out.how = ending::failed;
    }
    co_return out;
}

/// Rolls an activation back that did not become ready; its own failures come first.
task<outcome> roll_back(environment& env, const model::lab& lab, std::string id, phase_result why, stop_switch& stop) {
    record failed{record_kind::failed, id, "", why.failures.empty() ? "stopped" : describe(why.failures.front()), {}};
    const auto written = co_await env.journal.append(std::move(failed));
    auto out = co_await way_back(env, lab, id, stop);
    if (!written) {
        out.failures.insert(out.failures.begin(), written.error());
    }
    const bool cleaned = written.has_value() && out.how != ending::failed;
    out.failures.insert(out.failures.begin(), why.failures.begin(), why.failures.end());
    out.how = why.stopped && why.failures.empty() && cleaned ? ending::stopped : ending::failed;
    co_return out;
}

}  // namespace

task<outcome> activate(environment& env, const model::lab& lab, const plan::plan& plan, std::string id,
                       stop_switch& stop) {
    if (!env.folder.empty()) {
        write_configurations(env.folder, lab, plan);
    }
    undertaking all(env, lab, plan, id, stop);
    auto done = co_await all.carry_out();
    co_await all.close();
    outcome out;
    if (done.ok()) {
        record ready{record_kind::ready, id, "", "", {}};
        const auto written = co_await env.journal.append(std::move(ready));
        if (!written) {
            done.failures.push_back(written.error());
        }
    }
    if (!done.ok()) {
        out = co_await roll_back(env, lab, id, std::move(done), stop);
        all.report_gaps(out);
        co_return out;
    }
    out.how = ending::ready;
    all.report_gaps(out);
    // The topology works: a hook that fails now is told, not a reason to take it away again.
    const auto hooks = co_await run_hooks(env, lab, model::hook::moment::after_activation, id, plan.topology);
    if (!hooks) {
        out.failures.push_back(hooks.error());
    }
    co_return out;
}

task<outcome> deactivate(environment& env, const model::lab& lab, std::string id, stop_switch& stop) {
    const auto about = co_await env.journal.find(id);
    const auto records = co_await env.journal.read(id);
    if (!about || !records) {
        outcome unknown;
        unknown.failures.push_back(about ? records.error() : about.error());
        co_return unknown;
    }
    const auto now = stand(*records);
    const bool all_clean = std::none_of(now.devices.begin(), now.devices.end(),
                                        [](const auto& device) { return needs_cleaning(device.second); });
    if (now.phase == phase::ended && all_clean) {
        outcome nothing;
        nothing.how = ending::ready;
        nothing.nothing_to_do = true;
        co_return nothing;
    }
    record begun{record_kind::deactivating, id, "", "", {}};
    const auto written = co_await env.journal.append(std::move(begun));
    const auto before = co_await run_hooks(env, lab, model::hook::moment::before_deactivation, id, about->topology);
    auto out = co_await way_back(env, lab, id, stop);
    const auto after = co_await run_hooks(env, lab, model::hook::moment::after_deactivation, id, about->topology);
    for (const auto* one : {&written, &before, &after}) {
        if (!*one) {
            out.failures.push_back(one->error());
        }
    }
    co_return out;
}

task<outcome> take_back(environment& env, const model::lab& lab, std::string id, stop_switch& stop) {
    co_return co_await way_back(env, lab, std::move(id), stop);
}

task<outcome> recover(environment& env, const model::lab& lab, std::string device, std::string id, stop_switch& stop) {
    outcome out;
    const auto records = co_await env.journal.read(id);
    if (!records) {
        out.failures.push_back(records.error());
        co_return out;
    }
    const auto before = stand(*records);
    const auto known = before.devices.find(device);
    if (known == before.devices.end()) {
        record intent{record_kind::touching, id, device, "", {}};
        const auto written = co_await env.journal.append(std::move(intent));
        if (!written) {
            out.failures.push_back(written.error());
            co_return out;
        }
    }
    const auto found = known == before.devices.end() ? std::nullopt : known->second.found;
    std::vector<task<result<void>>> parts;
    parts.push_back(make_clean(env, lab, device, found, id, recovery::asked_for));
    auto done = co_await run_together(env.rt, std::move(parts), stop, on_stop::end_at_first, true, never);
    out.failures = std::move(done.failures);
    const auto records_after = co_await env.journal.read(id);
    if (records_after) {
        const auto after = stand(*records_after);
        out.devices[device] = after.devices.at(device).condition;
        if (known == before.devices.end() && !done.stopped) {
            record end{record_kind::ended, id, "", "", {}};
            const auto written = co_await env.journal.append(std::move(end));
            if (!written) {
                out.failures.push_back(written.error());
            }
        }
        if (out.devices[device] == device_condition::quarantined && !done.stopped) {
            out.failures.emplace_back(errc::device_state, "it is in quarantine: " + after.devices.at(device).why);
        }
    } else {
        out.failures.push_back(records_after.error());
    }
    const bool clean = out.failures.empty() && !done.stopped;
    out.how = clean ? ending::ready : ending::failed;
    if (done.stopped) {
        out.failures.push_back(failure(errc::cancelled, "stopped before the device was clean")
                                   .advise("rollover recover " + device + " begins again"));
    }
    co_return out;
}

}  // namespace rollover::activation
