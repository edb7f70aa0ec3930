#include "engine/audit/audit.h"

#include "engine/activation/together.h"
#include "engine/audit/switch_reading.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::audit {

namespace {

task<result<void>> audit_switch(activation::environment& env, const model::lab& lab, const model::lab& reach,
                                model::switch_index which, audited& into, time_point deadline) {
    const auto& s = lab.at(which);
    const auto how = switches::dialect_of(s.platform);
    if (!how) {
        into.read = failure(errc::not_found, s.platform.empty()
                                                 ? fmt::format("switch {} has no platform", s.name)
                                                 : fmt::format("switches of platform {} cannot be audited", s.platform))
                        .at(to_string(s.place))
                        .advise("those that can are " + join(switches::known_dialects(), ", "));
        co_return into.read;
    }
    const auto state = co_await read_switch(env, lab, reach, which, *how, deadline);
    if (!state) {
        into.read = state.error();
        co_return into.read;
    }
    into.found = switches::differences(lab, which, *how, *state);
    into.read = result<void>();
    co_return into.read;
}

task<result<void>> audit_joins(activation::environment& env, const model::lab& lab, model::cross_connect_index which,
                               known_joins joins, audited& into, time_point deadline) {
    into.read = co_await audit_cross_connect(env, lab, which, std::move(joins), into.found, deadline);
    co_return into.read;
}

}  // namespace

task<std::vector<audited>> audit_lab(activation::environment& env, const model::lab& lab, const scope& what,
                                     activation::stop_switch& stop, time_point deadline) {
    const auto reach = switches_as_devices(lab);
    std::vector<audited> all;
    const failure stopped(errc::cancelled, "stopped");
    for (const auto which : what.switches) {
        all.push_back({"switch " + lab.at(which).name, stopped, {}});
    }
    for (const auto which : what.cross_connects) {
        all.push_back({"cross-connect " + lab.at(which).name, stopped, {}});
    }
    std::vector<task<result<void>>> parts;
    auto next = all.begin();
    for (const auto which : what.switches) {
        parts.push_back(audit_switch(env, lab, reach, which, *next++, deadline));
    }
    for (const auto which : what.cross_connects) {
        const auto known = what.joins.find(lab.at(which).name);
        parts.push_back(
            audit_joins(env, lab, which, known == what.joins.end() ? known_joins() : known->second, *next++, deadline));
    }
    const auto ignored = co_await activation::run_together(env.rt, std::move(parts), stop,
                                                           activation::on_stop::end_at_first, true, deadline);
    (void)ignored;  // each has left its own failure
    co_return all;
}

}  // namespace rollover::audit
