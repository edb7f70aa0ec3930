#include "engine/service/front_desk.h"

#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/placement/read.h"
#include "engine/plan/plan.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/words.h"
#include "engine/service/at_jobs.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::service {

using access::action;
using access::reach;
using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

std::optional<failure> front_desk::beyond(const caller& who, action what) {
    if (who.reach(what) != reach::none) {
        return std::nullopt;
    }
    return failure(errc::refused,
                   fmt::format("only an {} may {}; {} is {}", name_of(access::least_role_for(what)), words_of(what),
                               who.name, who.is == access::role::user ? "a user" : "an author"));
}

front_desk::front_desk(parts all) : all_(std::move(all)), refusals_(all_.rt, all_.book) {}

scheduler::local_time front_desk::zone() const {
    const auto known = scheduler::local_time::in(all_.files()->lab.time_zone);
    return known ? *known : *scheduler::local_time::in("");
}

result<instant> front_desk::time_of(const std::string& text) const {
    return zone().read(text, scheduler::rounded_down(all_.rt.wall_now()));
}

task<void> front_desk::told(caller who, std::string what, std::string device, std::string text) {
    scheduler::entry about{0,         {},      who.name, std::move(what), "", std::move(device), std::move(text),
                           who.token, who.peer};
    const auto written = co_await all_.book.tell(std::move(about));
    static_cast<void>(written.has_value());  // what is told was done, and cannot be taken back
}

task<void> front_desk::refused(caller who, std::string what, std::string why) {
    // Not an entry of a reservation: its owner would read it.
    scheduler::entry about{
        0,         {},      who.name, std::string(scheduler::refused_words), "", std::move(what), std::move(why),
        who.token, who.peer};
    co_await refusals_.tell(who.name, std::move(about));
}

task<result<std::vector<std::string>>> front_desk::offered(caller who) {
    if (auto no = beyond(who, action::book)) {
        co_return std::move(*no);
    }
    result<std::vector<std::string>> out = failure();
    std::function<void()> work = [&] { out = all_.offered.names(); };
    co_await all_.rt.offload(std::move(work));
    co_return out;
}

task<result<std::string>> front_desk::offered_source(std::string name) {
    result<std::string> out = failure();
    std::function<void()> work = [&] { out = all_.offered.source(name); };
    co_await all_.rt.offload(std::move(work));
    co_return out;
}

task<result<std::vector<scheduler::booked_device>>> front_desk::calendar(caller who, std::string device,
                                                                         std::string from, std::string until) {
    if (auto no = beyond(who, action::calendar)) {
        co_return std::move(*no);
    }
    window asked{scheduler::rounded_down(all_.rt.wall_now()), instant::max()};
    for (auto [text, into] : {std::pair(&from, &asked.from), std::pair(&until, &asked.until)}) {
        if (text->empty()) {
            continue;
        }
        const auto read = time_of(*text);
        if (!read) {
            co_return read.error();
        }
        *into = *read;
    }
    if (!device.empty()) {
        if (auto unknown = model::unknown_device(all_.files()->lab, device)) {
            co_return std::move(*unknown);
        }
    }
    auto taken = co_await all_.book.taken(all_.files()->lab.name, asked);
    if (taken && !device.empty()) {
        std::erase_if(*taken, [&device](const auto& one) { return one.device != device; });
    }
    if (taken && !who.may_all(action::calendar)) {
        for (auto& one : *taken) {
            if (one.owner != who.name) {
                one.owner = one.reservation = one.topology = "";
            }
        }
    }
    co_return taken;
}

task<result<activation::holds>> front_desk::holds(caller who) {
    if (auto no = beyond(who, action::devices)) {
        co_return std::move(*no);
    }
    auto found = co_await all_.journal.unavailable(all_.files()->lab.name);
    if (found && !who.may_all(action::devices)) {
        for (auto& [device, held] : *found) {
            held.activation = held.reservation = held.why = "";
        }
    }
    co_return found;
}

task<result<void>> front_desk::quarantine(caller who, std::string device, std::string why) {
    if (auto no = beyond(who, action::quarantine)) {
        co_return std::move(*no);
    }
    if (auto unknown = model::unknown_device(all_.files()->lab, device)) {
        co_return std::move(*unknown);
    }
    const std::string text = fmt::format("by {}: {}", who.name, why.empty() ? "no reason given" : why);
    const auto done = co_await all_.journal.quarantine(all_.files()->lab.name, device, text);
    if (done) {
        co_await told(who, "quarantined", device, why);
    }
    co_return done;
}

task<result<void>> front_desk::release(caller who, std::string device) {
    if (auto no = beyond(who, action::quarantine)) {
        co_return std::move(*no);
    }
    const auto done = co_await all_.journal.release(all_.files()->lab.name, device);
    if (done) {
        co_await told(who, "released", device, "");
    }
    co_return done;
}

task<result<void>> front_desk::reload(caller who) {
    if (auto no = beyond(who, action::reload)) {
        co_return std::move(*no);
    }
    result<scheduler::shared_files> read = failure();
    std::function<void()> work = [&] {
        const auto certificates = all_.read_certificates ? all_.read_certificates() : result<void>();
        read = certificates ? all_.read_files() : result<scheduler::shared_files>(certificates.error());
    };
    co_await all_.rt.offload(std::move(work));
    if (!read) {
        co_return read.error();
    }
    if ((*read)->lab.name != all_.files()->lab.name) {
        co_return failure(errc::refused, fmt::format("the file is of lab {} now; the service serves {}",
                                                     (*read)->lab.name, all_.files()->lab.name));
    }
    scheduler::query all_open{(*read)->lab.name, "", true, {}};
    const auto open = co_await all_.book.list(std::move(all_open));
    if (!open) {
        co_return open.error();
    }
    std::vector<std::string> broken;
    for (const auto& head : *open) {
        const auto whole = co_await all_.book.find(head.id);
        if (!whole) {
            co_return whole.error();
        }
        const auto topology = model::read_topology(std::string_view(whole->source), whole->file);
        for (const auto& pod : whole->pods) {
            const auto placed = topology.value ? placement::read_placement((*read)->lab, *topology.value, pod.placement)
                                               : result<placement::placement>(failure());
            if (!placed) {
                broken.push_back(fmt::format("{} ({}): {}", whole->id, whole->owner, describe(placed.error())));
            } else if (const auto breach =
                           placement::verify(scheduler::request_for((*read)->lab, *topology.value, {}), *placed)) {
                broken.push_back(fmt::format("{} ({}): {}", whole->id, whole->owner, *breach));
            } else if (!(*read)->lab.forbidden.empty() && whole->now == stage::booked) {
                diagnostics mistakes;
                const auto plan = plan::make_plan((*read)->lab, *topology.value, whole->arguments, *placed,
                                                  (*read)->platforms, mistakes);
                if (!plan) {
                    broken.push_back(
                        fmt::format("{} ({}): {}", whole->id, whole->owner, scheduler::failure_of(mistakes).reason));
                }
            }
        }
    }
    if (!broken.empty()) {
        co_return failure(errc::refused, "reservations could not be played in the changed lab:\n" + join(broken, "\n"))
            .advise("cancel them, or take the change back");
    }
    all_.use_files(std::move(*read));
    co_await told(who, "reloaded", "", "");
    all_.scheduler.look();
    co_return result<void>();
}

task<result<std::string>> front_desk::metrics_text() {
    if (all_.measured == nullptr) {
        co_return failure(errc::not_found, "nothing is measured here");
    }
    metrics::standing now;
    const auto lab = all_.files();
    // Without the database the rest is told all the same: that it is gone can be seen in what failed.
    auto open = co_await all_.book.counts(lab->lab.name);
    if (open) {
        now.open = std::move(*open);
    }
    const auto held = co_await all_.journal.unavailable(lab->lab.name);
    if (held) {
        for (const auto& device : lab->lab.devices) {
            const auto found = held->find(device.name);
            ++(found == held->end() ? now.free : found->second.quarantined ? now.quarantined : now.busy);
        }
    }
    now.attended = all_.scheduler.attended();
    now.connections = all_.connections == nullptr ? 0 : *all_.connections;
    if (all_.scheduler.last_look() != wall_time()) {
        now.last_look = all_.scheduler.last_look();
    }
    co_return all_.measured->text(now);
}

task<result<std::vector<scheduler::entry>>> front_desk::entries(caller who, std::int64_t after, std::string id) {
    if (auto no = beyond(who, action::see)) {
        co_return std::move(*no);
    }
    const std::string owner = who.may_all(action::see) ? "" : who.name;
    co_return co_await all_.book.entries(after, most_entries, std::move(id), owner);
}

task<result<std::vector<scheduler::entry>>> front_desk::audit(caller who, std::string name, std::string since,
                                                              std::string until, bool refused_only) {
    if (auto no = beyond(who, action::audit)) {
        co_return std::move(*no);
    }
    scheduler::audit_query which;
    which.who = std::move(name);
    which.refused_only = refused_only;
    for (auto [text, into] : {std::pair(&since, &which.from), std::pair(&until, &which.until)}) {
        if (!text->empty()) {
            const auto read = time_of(*text);
            if (!read) {
                co_return read.error();
            }
            *into = *read;
        }
    }
    co_return co_await all_.book.audit(std::move(which));
}

}  // namespace rollover::service
