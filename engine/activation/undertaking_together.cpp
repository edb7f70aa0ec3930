// The part of an undertaking that has to do with other hosts, which do the rest of the same topology.
#include "engine/activation/undertaking.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::activation {

namespace {

/// After so long a device may have logged out whoever says nothing: its line is opened anew.
constexpr duration longest_silence = std::chrono::minutes(1);

}  // namespace

task<result<void>> undertaking::meet_the_others() {
    const auto since = env_.rt.now();
    auto met = co_await env_.companions->meet(plan_, id_);
    const auto waited = env_.rt.now() - since;
    for (auto& node : nodes_) {
        if (node.work) {
            node.work->excuse(waited);
            if (waited > longest_silence) {
                co_await node.work->close();
            }
        }
    }
    if (!met) {
        co_return met.error();
    }
    co_return co_await change_joins(std::move(*met));
}

/// What another part has exchanged changes the numbers of its tunnels.
task<result<void>> undertaking::change_joins(std::vector<plan::planned_join> to) {
    auto before = joins_of(plan_.joins, id_);
    auto after = joins_of(to, id_);
    for (const auto& [where, standing] : before) {
        std::vector<std::string> stale;
        for (const auto& one : standing) {
            if (std::ranges::find(after[where], one) == after[where].end()) {
                stale.push_back(one.name);
            }
        }
        if (!stale.empty()) {
            const auto removed = co_await take_joins_away(env_, lab_, where, std::move(stale));
            if (!removed) {
                co_return removed;
            }
        }
    }
    for (auto& [where, wanted] : after) {
        if (wanted != before[where]) {
            const auto made = co_await make_joins(env_, lab_, where, std::move(wanted), id_);
            if (!made) {
                co_return made;
            }
        }
    }
    plan_.joins = std::move(to);
    co_return result<void>();
}

task<bool> undertaking::failed_without_the_others(const phase_result& done) {
    if (env_.companions == nullptr || done.stopped || env_.rt.now() >= deadline_) {
        co_return false;
    }
    const bool there = co_await env_.companions->are_there();
    if (there) {
        co_return false;
    }
    if (env_.log) {
        env_.log({severity::warning, id_, "", "checked again when the other part stands again"});
    }
    for (auto& node : nodes_) {
        if (node.failed) {
            node.failed.reset();
            node.configured = true;
        }
    }
    co_return true;
}

}  // namespace rollover::activation
