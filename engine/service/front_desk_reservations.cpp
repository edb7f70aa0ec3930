// The front desk: reservations.
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/words.h"
#include "engine/service/at_jobs.h"
#include "engine/service/front_desk.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::service {

using access::action;
using access::reach;
using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

namespace {

/// For who may not know whose reservation is in his way.
failure without_names(failure f, const caller& who) {
    if (f.code != errc::busy || who.may_all(action::see)) {
        return f;
    }
    return {errc::busy, "somebody else has one of its devices then"};
}

}  // namespace

task<result<reservation>> front_desk::reserve(caller who, booking_request what) {
    scheduler::wish wanted;
    if (auto no = beyond(who, what.name.empty() ? action::bring : action::book)) {
        co_return what.name.empty() && who.reach(action::book) != reach::none
            ? std::move(*no).advise("rollover topologies lists those that this lab offers to everybody")
            : std::move(*no);
    }
    if (what.source.empty() == what.name.empty()) {
        co_return failure(errc::bad_input, "a topology is needed: its XML, or the name of one that the lab offers");
    }
    if (!what.name.empty()) {
        auto source = co_await offered_source(what.name);
        if (!source) {
            co_return source.error();
        }
        what.source = std::move(*source);
        what.file = what.name + ".xml";
    }
    auto read = model::read_topology(std::string_view(what.source), what.file);
    if (!read.value) {
        co_return scheduler::failure_of(read.mistakes);
    }
    const auto wrong = model::check_arguments(*read.value, what.arguments);
    if (!wrong.empty()) {
        co_return scheduler::failure_of(wrong);
    }
    if (!what.owner.empty() && what.owner != who.name && !who.may_all(action::book)) {
        co_return failure(errc::refused, "only an operator may book for somebody else");
    }
    const auto length = scheduler::read_length(what.length);
    if (!length) {
        co_return length.error();
    }
    if (!what.from.empty()) {
        const auto from = time_of(what.from);
        if (!from) {
            co_return from.error();
        }
        wanted.from = *from;
    }
    const auto policy = scheduler::policy_of(what.policy.empty() ? "strict" : what.policy);
    if (!policy) {
        co_return failure(errc::bad_input, fmt::format("'{}' is no policy", printable(what.policy)))
            .advise("strict: all of it or nothing; best-effort: what works is handed over");
    }
    wanted.policy = *policy;
    wanted.topology = std::make_shared<const model::topology>(std::move(*read.value));
    wanted.arguments = std::move(what.arguments);
    wanted.source = std::move(what.source);
    wanted.file = std::move(what.file);
    wanted.owner = what.owner.empty() ? who.name : what.owner;
    wanted.length = *length;
    wanted.pods = what.pods;
    wanted.sees_all = who.may_all(action::see);
    auto made = co_await scheduler::reserve(all_.rt, all_.book, all_.journal, all_.files(), std::move(wanted),
                                            who.as_actor(), all_.limits);
    if (!made) {
        co_return without_names(made.error(), who);
    }
    all_.scheduler.look();
    co_return made;
}

task<result<reservation>> front_desk::find(caller who, std::string id) {
    return his(std::move(who), std::move(id), action::see);
}

task<result<std::vector<reservation>>> front_desk::list(caller who, std::string owner, bool open_only) {
    if (auto no = beyond(who, action::see)) {
        co_return std::move(*no);
    }
    if (!who.may_all(action::see)) {
        if (!owner.empty() && owner != who.name) {
            co_return std::vector<reservation>();
        }
        owner = who.name;
    }
    scheduler::query which{all_.files()->lab.name, std::move(owner), open_only, {}};
    co_return co_await all_.book.list(std::move(which));
}

task<result<reservation>> front_desk::his(caller who, std::string id, action what) {
    if (auto no = beyond(who, what)) {
        co_return std::move(*no);
    }
    auto found = co_await all_.book.find(id);
    if (found && found->owner != who.name && !who.may_all(what)) {
        co_await refused(who, (what == action::see ? "see " : "change ") + id, "it is " + found->owner + "'s");
        co_return scheduler::no_such_reservation(id);
    }
    co_return found;
}

task<void> front_desk::take_back(reservation changed, caller who) {
    if (!changed.via.empty()) {
        const auto back = co_await all_.book.hand_over(changed.id, "", who.as_actor(), {});
        static_cast<void>(back.has_value());  // it is over: nobody attends to it
        auto removing = remove_at_jobs(all_.rt, changed.via);
        co_await std::move(removing);
    }
    all_.scheduler.look();
}

task<result<reservation>> front_desk::extend(caller who, std::string id, std::string by, std::string until) {
    auto found = co_await his(who, std::move(id), action::change);
    if (!found) {
        co_return found;
    }
    if (found->now == stage::ending) {
        co_return failure(errc::bad_input, fmt::format("reservation {} is being ended", found->id));
    }
    if (by.empty() == until.empty()) {
        co_return failure(errc::bad_input, "say by how long, or until when").advise("--by 30m, or --until 16:00");
    }
    instant end = found->promised.until;
    if (by.empty()) {
        const auto read = time_of(until);
        if (!read) {
            co_return read.error();
        }
        end = *read;
    } else {
        const auto more = scheduler::read_length(by);
        if (!more) {
            co_return more.error();
        }
        end += *more;
    }
    if (end <= std::max(found->promised.from, scheduler::rounded_down(all_.rt.wall_now()))) {
        co_return failure(errc::bad_input, "it would end before it begins, or in the past")
            .advise("to end it now: rollover cancel " + found->id);
    }
    const auto cleaning = found->held.until - found->promised.until;
    const window promised{found->promised.from, end};
    const window held{found->held.from, end + cleaning};
    const auto moved = co_await all_.book.move(found->id, promised, held, who.as_actor());
    if (!moved) {
        co_return without_names(moved.error(), who);
    }
    co_await take_back(*found, who);
    co_return co_await all_.book.find(found->id);
}

task<result<reservation>> front_desk::begin_now(caller who, std::string id) {
    auto found = co_await his(who, std::move(id), action::change);
    if (!found) {
        co_return found;
    }
    if (found->now != stage::booked) {
        co_return failure(errc::bad_input, fmt::format("reservation {} is {}", found->id, name_of(found->now)));
    }
    const instant now = scheduler::rounded_down(all_.rt.wall_now());
    const auto typing = std::max(std::chrono::seconds(0), found->promised.from - found->held.from);
    const window promised{std::min(found->promised.from, now + typing), found->promised.until};
    const window held{std::min(found->held.from, now), found->held.until};
    const auto moved = co_await all_.book.move(found->id, promised, held, who.as_actor());
    if (!moved) {
        co_return without_names(moved.error(), who);
    }
    co_await take_back(*found, who);
    co_return co_await all_.book.find(found->id);
}

task<result<reservation>> front_desk::cancel(caller who, std::string id) {
    auto found = co_await his(who, std::move(id), action::change);
    if (!found) {
        co_return found;
    }
    const auto done = co_await all_.book.set_stage(found->id, stage::ending, "cancelled by " + who.name, who.as_actor(),
                                                   scheduler::rounded_up(all_.rt.wall_now()));
    if (!done) {
        co_return done.error();
    }
    co_await take_back(*found, who);
    co_return co_await all_.book.find(found->id);
}

}  // namespace rollover::service
