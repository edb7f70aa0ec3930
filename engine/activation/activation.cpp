#include "engine/activation/activation.h"

#include "engine/activation/device_work.h"
#include "engine/activation/hooks.h"
#include "engine/activation/joins.h"
#include "engine/activation/patches.h"
#include "engine/activation/together.h"
#include "engine/activation/undertaking.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::activation {

namespace {

bool needs_cleaning(const device_standing& device) {
    return !device.replaced &&
           (device.condition == device_condition::dirty || device.condition == device_condition::quarantined);
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
        parts.push_back(end_patches(env, id));
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
            if (device.condition == device_condition::quarantined && !device.replaced) {
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
        out.authors_mistake = all.authors_mistake();
        all.report_gaps(out);
        co_return out;
    }
    out.how = ending::ready;
    out.missing = all.missing();
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

task<outcome> recheck(environment& env, const model::lab& lab, std::string device, std::string id, std::string note) {
    outcome out;
    const auto records = co_await env.journal.read(id);
    record begun{record_kind::note, id, device, std::move(note), {}};
    const auto written = co_await env.journal.append(std::move(begun));
    if (!records || !written) {
        out.failures.push_back(records ? written.error() : records.error());
        co_return out;
    }
    const auto before = stand(*records).devices;
    const auto known = before.find(device);
    const auto found = known == before.end() ? std::nullopt : known->second.found;
    const auto done = co_await make_clean(env, lab, device, found, id);
    const auto after = co_await env.journal.read(id);
    if (!done || !after) {
        out.failures.push_back(done ? after.error() : done.error());
        co_return out;
    }
    out.devices[device] = stand(*after).devices[device].condition;
    out.how = out.devices[device] == device_condition::clean ? ending::ready : ending::failed;
    co_return out;
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
