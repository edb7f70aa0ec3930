#include "engine/activation/joins.h"

#include "drivers/crossconnect/prober.h"
#include "engine/activation/addresses.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::activation {

namespace {

using namespace std::chrono_literals;

crossconnect::join join_of(const plan::planned_join& planned, const std::string& id) {
    crossconnect::join one;
    one.name = id + "/" + planned.link;
    for (const auto& member : planned.members) {
        one.members.push_back({member.port, member.vlan});
    }
    for (const auto& t : planned.tunnels) {
        one.tunnels.push_back({t.local, t.remote, t.vni, t.port, t.mtu});
    }
    if (const auto& s = planned.shaped; !s.empty()) {
        one.shaped = crossconnect::shape{s.delay, s.jitter, s.loss_per_million, s.rate};
    }
    return one;
}

std::string name_of(const model::cross_connect& where) {
    return "cross-connect " + where.name;
}

result<std::unique_ptr<crossconnect::crossconnect>> driver_of(environment& env, const model::lab& lab,
                                                              const model::cross_connect& where) {
    if (env.may_act && !env.may_act()) {
        return failure(errc::refused, "another service may work on these joins by now").at(name_of(where));
    }
    auto address = activation::address_of(lab, where);
    if (!address) {
        return std::move(address).error().at(name_of(where));
    }
    return crossconnect::make_crossconnect(env.rt, std::move(*address));
}

/// Takes away what surveys have made on one cross-connect, and their names out of `names`.
task<result<void>> end_surveys(environment& env, const crossconnect::address& address,
                               std::vector<std::string>& names) {
    const auto is_survey = [](const std::string& name) { return name.ends_with(crossconnect::survey_suffix); };
    std::vector<std::string> surveys;
    std::ranges::copy_if(names, std::back_inserter(surveys), is_survey);
    std::erase_if(names, is_survey);
    for (const auto& name : surveys) {
        const auto prober = crossconnect::make_prober(env.rt, address);
        const auto ended = co_await prober->end(name, env.rt.now() + env.limits.joins);
        if (!ended) {
            co_return ended;
        }
    }
    co_return result<void>();
}

}  // namespace

joins_by_place joins_of(const std::vector<plan::planned_join>& planned, const std::string& id) {
    joins_by_place joins;
    for (const auto& one : planned) {
        joins[one.cross_connect].push_back(join_of(one, id));
    }
    return joins;
}

task<result<void>> come_to(environment& env, const model::cross_connect& where, std::string id) {
    if (env.gates == nullptr) {
        co_return result<void>();
    }
    co_return co_await env.gates->enter(env.rt, name_of(where), where.connections, never, std::move(id));
}

void go_from(environment& env, const model::cross_connect& where) {
    if (env.gates != nullptr) {
        env.gates->leave(name_of(where));
    }
}

namespace {

task<result<std::vector<std::string>>> mend_from_inside(environment& env, const model::lab& lab,
                                                        model::cross_connect_index where,
                                                        std::vector<crossconnect::join> wanted) {
    const auto host = driver_of(env, lab, lab.at(where));
    if (!host) {
        co_return host.error();
    }
    const auto deadline = env.rt.now() + env.limits.joins;
    auto standing = co_await (*host)->list(deadline);
    if (!standing) {
        co_return std::move(standing).error().at(name_of(lab.at(where)));
    }
    std::vector<std::string> missing;
    for (const auto& one : wanted) {
        const auto found = std::ranges::find(*standing, one.name, &crossconnect::join::name);
        if (found == standing->end() || !found->damage.empty()) {
            missing.push_back(one.name);
        }
    }
    auto made = co_await (*host)->make(std::move(wanted), deadline);
    if (!made) {
        co_return std::move(made).error().at(name_of(lab.at(where)));
    }
    co_return missing;
}

task<result<void>> remove_from_inside(environment& env, const crossconnect::address& at,
                                      std::vector<std::string> names) {
    if (env.may_act && !env.may_act()) {
        co_return failure(errc::refused, "another service may work on these joins by now");
    }
    auto removed = co_await end_surveys(env, at, names);
    if (removed && !names.empty()) {
        const auto host = crossconnect::make_crossconnect(env.rt, at);
        removed = co_await host->remove(std::move(names), env.rt.now() + env.limits.joins);
    }
    co_return removed;
}

/// Whose joins they are, by the first one: "a17" of "a17/lan".
std::string activation_of(const std::string& join) {
    return join.substr(0, join.find('/'));
}

}  // namespace

task<result<std::vector<std::string>>> mend_joins(environment& env, const model::lab& lab,
                                                  model::cross_connect_index where,
                                                  std::vector<crossconnect::join> wanted) {
    const auto in = co_await come_to(env, lab.at(where), wanted.empty() ? "" : activation_of(wanted.front().name));
    if (!in) {
        co_return in.error();
    }
    auto done = co_await mend_from_inside(env, lab, where, std::move(wanted));
    go_from(env, lab.at(where));
    co_return done;
}

task<result<void>> make_joins(environment& env, const model::lab& lab, model::cross_connect_index where,
                              std::vector<crossconnect::join> wanted, std::string id) {
    std::vector<std::string> names;
    for (const auto& one : wanted) {
        names.push_back(one.name);
    }
    record intent{record_kind::joining, id, lab.at(where).name, join(names, "\n"), {}};
    const auto written = co_await env.journal.append(std::move(intent));
    if (!written) {
        co_return written;
    }
    auto made = co_await mend_joins(env, lab, where, std::move(wanted));
    if (!made) {
        co_return std::move(made).error();
    }
    co_return result<void>();
}

task<result<void>> take_joins_away(environment& env, const model::lab& lab, model::cross_connect_index where,
                                   std::vector<std::string> names) {
    auto address = activation::address_of(lab, lab.at(where));
    if (!address) {
        co_return std::move(address).error().at(name_of(lab.at(where)));
    }
    const auto in = co_await come_to(env, lab.at(where), names.empty() ? "" : activation_of(names.front()));
    if (!in) {
        co_return in;
    }
    auto removed = co_await remove_from_inside(env, *address, std::move(names));
    go_from(env, lab.at(where));
    if (!removed) {
        co_return std::move(removed).error().at(name_of(lab.at(where)));
    }
    co_return removed;
}

task<result<void>> remove_joins(environment& env, const model::lab& lab, std::string where,
                                std::vector<std::string> names, std::string id) {
    const auto described = std::ranges::find(lab.cross_connects, where, &model::cross_connect::name);
    if (described == lab.cross_connects.end()) {
        co_return failure(errc::not_found, "it is no longer in the lab file")
            .at("cross-connect " + where)
            .advise("the joins " + join(names, ", ") + " may still stand: remove them there by hand");
    }
    auto address = activation::address_of(lab, *described);
    if (!address) {
        co_return std::move(address).error().at(name_of(*described));
    }
    const auto in = co_await come_to(env, *described, id);
    if (!in) {
        co_return in;
    }
    auto removed = co_await remove_from_inside(env, *address, std::move(names));
    go_from(env, *described);
    if (!removed) {
        co_return std::move(removed)
            .error()
            .at(name_of(*described))
            .advise("mend it, then run: rollover deactivate " + id);
    }
    record done{record_kind::unjoined, id, where, "", {}};
    co_return co_await env.journal.append(std::move(done));
}

joins_keeper::joins_keeper(environment& env, const model::lab& lab, joins_by_place joins, std::string id,
                           duration between)
    : env_(env), lab_(lab), joins_(std::move(joins)), id_(std::move(id)), between_(between), ended_(env.rt) {}

task<result<void>> joins_keeper::run() {
    wake why = wake::timed_out;
    while (why == wake::timed_out && !has_ended_ && !joins_.empty()) {
        co_await look();
        why = co_await ended_.wait(env_.rt.now() + between_);
    }
    co_return result<void>();
}

void joins_keeper::end() {
    has_ended_ = true;
    ended_.notify();
}

task<void> joins_keeper::look() {
    for (const auto& [where, wanted] : joins_) {
        auto copy = wanted;
        const auto mended = co_await mend_joins(env_, lab_, where, std::move(copy));
        if (env_.log && !mended) {
            env_.log({severity::warning, id_, {}, "the joins could not be looked at: " + describe(mended.error())});
        } else if (env_.log && !mended->empty()) {
            env_.log({severity::warning,
                      id_,
                      {},
                      "made again on cross-connect " + lab_.at(where).name + ": " + join(*mended, ", ")});
        }
    }
}

}  // namespace rollover::activation
