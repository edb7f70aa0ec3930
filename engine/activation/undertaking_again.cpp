// The part of an undertaking that does one node again: its device from erased, or another device in its place.
#include "engine/activation/patches.h"
#include "engine/activation/undertaking.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::activation {

bool is_beyond_the_device(errc code) {
    return code == errc::cancelled || code == errc::store || code == errc::bad_input || code == errc::internal;
}

task<result<void>> undertaking::after_failure(std::size_t node, failure why) {
    auto& here = nodes_[node];
    ++here.tries;
    const bool met_another = here.work->met_another();
    const bool is_the_authors = here.work->is_the_authors(why) && !met_another;
    co_await here.work->close();
    if (here.work->gaps().characters > 0) {
        earlier_gaps_[name_of_device(node)] = here.work->gaps();
    }
    if (env_.log) {
        env_.log({severity::warning, id_, name_of_device(node),
                  fmt::format("it has failed, for the {}: {}", here.tries == 1 ? "first time" : "second time",
                              describe(why))});
    }
    const auto stands = co_await settle(name_of_device(node));
    if (!stands) {
        co_return stands.error();
    }
    if (*stands == device_condition::clean && here.tries < tries_of_a_device) {
        co_return result<void>();
    }
    if (is_the_authors) {
        if (env_.best_effort) {
            co_return co_await leave_out(node, why);
        }
        authors_mistake_ = true;
        co_return why;
    }
    // One that was never touched is not to blame: its converter cannot be reached, or somebody else is on its line.
    if (*stands == device_condition::clean || met_another) {
        record aside{record_kind::quarantined,
                     id_,
                     name_of_device(node),
                     fmt::format("it failed {}, at last: {}", here.tries == 1 ? "once" : "twice", describe(why)),
                     {}};
        aside.text += transcript_line(env_, name_of_device(node));
        const auto written = co_await env_.journal.append(std::move(aside));
        if (!written) {
            co_return written;
        }
    }
    co_return co_await replace(node, std::move(why));
}

task<result<device_condition>> undertaking::settle(const std::string& device) {
    auto records = co_await env_.journal.read(id_);
    if (!records) {
        co_return records.error();
    }
    auto known = stand(*records).devices;
    if (known[device].condition == device_condition::dirty) {
        const auto cleaned = co_await make_clean(env_, lab_, device, known[device].found, id_);
        if (!cleaned) {
            co_return cleaned.error();
        }
        records = co_await env_.journal.read(id_);
        if (!records) {
            co_return records.error();
        }
        known = stand(*records).devices;
    }
    co_return known[device].condition;
}

task<result<void>> undertaking::replace(std::size_t node, failure why) {
    const std::string device = name_of_device(node);
    const auto entered = co_await one_at_a_time_.enter(env_.rt, "replacing", 1, deadline_);
    if (!entered) {
        co_return entered;
    }
    const auto exchanged = co_await exchange(node, describe(why));
    one_at_a_time_.leave("replacing");
    if (exchanged) {
        nodes_[node].tries = 0;
        co_return exchanged;
    }
    if (is_beyond_the_device(exchanged.error().code)) {
        co_return exchanged;
    }
    why.reason += fmt::format("; and no other device could take the place of {}: {}", device, exchanged.error().reason);
    if (env_.best_effort) {
        co_return co_await leave_out(node, why);
    }
    co_return why;
}

/// Unjoined before it is given back: the next user's packets would arrive in this topology.
task<result<void>> undertaking::exchange(std::size_t node, std::string why) {
    auto done = co_await unjoin(node);
    if (!done) {
        co_return done;
    }
    const model::node_index index = plan_.devices[node].node;
    auto next = co_await env_.spares->another(plan_, index, id_, why);
    if (!next) {
        co_return next.error();
    }
    nodes_[node].work.reset();
    // Works of the others hold on to their part of the plan.
    plan_.devices[node] = std::move(next->devices[node]);
    for (std::size_t n = 0; n < plan_.devices.size(); ++n) {
        if (n != node) {
            plan_.devices[n].checks = std::move(next->devices[n].checks);
        }
    }
    plan_.placement = std::move(next->placement);
    plan_.joins = std::move(next->joins);
    plan_.patches = std::move(next->patches);
    write_configurations();
    co_return co_await join_again(node);
}

task<result<void>> undertaking::leave_out(std::size_t node, const failure& why) {
    const auto entered = co_await one_at_a_time_.enter(env_.rt, "replacing", 1, deadline_);
    if (!entered) {
        co_return entered;
    }
    auto done = co_await unjoin(node);
    if (done) {
        const auto links = links_of(node);
        const auto device = plan_.devices[node].device;
        std::erase_if(plan_.joins, [&links](const auto& join) { return links.contains(join.link); });
        std::erase_if(plan_.patches, [device](const auto& one) {
            return one.ends[0].device == device || one.ends[1].device == device;
        });
        const model::node_index index = plan_.devices[node].node;
        done = co_await env_.spares->leave_out(plan_, index, id_, describe(why));
    }
    if (done && !plan_.patches.empty()) {
        done = co_await join_again(node);
    }
    one_at_a_time_.leave("replacing");
    if (done) {
        nodes_[node].left_out = true;
        missing_.push_back(fmt::format("device {}: {}", name_of_device(node), why.reason));
    }
    co_return done;
}

std::set<std::string> undertaking::links_of(std::size_t node) const {
    std::set<std::string> links;
    for (const auto& join : plan_.joins) {
        const auto is_its = [&](const auto& m) { return m.interface.device == plan_.devices[node].device; };
        if (std::ranges::any_of(join.members, is_its)) {
            links.insert(join.link);
        }
    }
    return links;
}

bool undertaking::patches_of(std::size_t node) const {
    const auto device = plan_.devices[node].device;
    return std::ranges::any_of(plan_.patches, [device](const auto& one) {
        return one.ends[0].device == device || one.ends[1].device == device;
    });
}

/// The journal still has the names: that they may stand does no harm.
task<result<void>> undertaking::unjoin(std::size_t node) {
    while (joins_to_make_ > 0) {
        const wake why = co_await joins_made_.wait(deadline_);
        if (why != wake::notified) {
            co_return failure(why == wake::cancelled ? errc::cancelled : errc::timed_out,
                              "the joins were not made in time");
        }
    }
    const auto links = links_of(node);
    std::map<model::cross_connect_index, std::vector<std::string>> names;
    for (const auto& join : plan_.joins) {
        if (links.contains(join.link)) {
            names[join.cross_connect].push_back(id_ + "/" + join.link);
        }
    }
    for (auto& [where, some] : names) {
        auto removed = co_await take_joins_away(env_, lab_, where, std::move(some));
        if (!removed) {
            co_return removed;
        }
    }
    if (patches_of(node)) {
        co_return co_await end_patches(env_, id_);
    }
    co_return result<void>();
}

/// Its links, and with them whatever else the plan has there, which stands and is left alone.
task<result<void>> undertaking::join_again(std::size_t node) {
    const auto links = links_of(node);
    const auto all = joins_of(plan_.joins, id_);
    std::set<model::cross_connect_index> places;
    for (const auto& join : plan_.joins) {
        if (links.contains(join.link)) {
            places.insert(join.cross_connect);
        }
    }
    for (const auto where : places) {
        auto wanted = all.at(where);
        const auto made = co_await make_joins(env_, lab_, where, std::move(wanted), id_);
        if (!made) {
            co_return made;
        }
    }
    const auto records = co_await env_.journal.read(id_);
    const bool carried = records && !stand(*records).patches.empty();
    if (!plan_.patches.empty() && !carried) {
        co_return co_await begin_patches(env_, lab_, plan_, id_);
    }
    co_return result<void>();
}

}  // namespace rollover::activation
