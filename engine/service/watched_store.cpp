#include "engine/service/watched_store.h"

#include <algorithm>

namespace rollover::service {

using activation::record_kind;
using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;

namespace {

/// What somebody asked for and does not exist is no fault of the database.
bool is_fault(const failure& f) {
    return f.code == errc::store;
}

template <class Value>
task<result<Value>> timed_call(runtime& rt, metrics& told, std::string_view store, task<result<Value>> work) {
    const time_point begun = rt.now();
    auto out = co_await std::move(work);
    told.database_call(store, rt.now() - begun, !out && is_fault(out.error()));
    co_return out;
}

}  // namespace

template <class Value>
task<result<Value>> watched_calendar::read(task<result<Value>> work) {
    return timed_call(rt_, told_, "calendar", std::move(work));
}

template <class Value>
task<result<Value>> watched_calendar::change(task<result<Value>> work) {
    auto call = timed_call(rt_, told_, "calendar", std::move(work));
    auto out = co_await std::move(call);
    if (out && changed_) {
        changed_();
    }
    co_return out;
}

task<result<std::string>> watched_calendar::book(reservation what, scheduler::actor who, unsigned most_open) {
    return change(behind_.book(std::move(what), std::move(who), most_open));
}

task<result<reservation>> watched_calendar::find(std::string id) {
    auto call = read(behind_.find(std::move(id)));
    auto out = co_await std::move(call);
    if (out) {
        remember(*out);
    }
    co_return out;
}

void watched_calendar::remember(const reservation& one) {
    if (scheduler::is_over(one.now)) {
        due_.erase(one.id);
    } else {
        due_[one.id] = {std::max(one.held.from, one.made), one.expected};
    }
}

task<result<std::vector<reservation>>> watched_calendar::list(scheduler::query which) {
    return read(behind_.list(std::move(which)));
}

task<result<std::map<stage, std::size_t>>> watched_calendar::counts(std::string lab) {
    return read(behind_.counts(std::move(lab)));
}

task<result<std::vector<scheduler::booked_device>>> watched_calendar::taken(std::string lab, scheduler::window in) {
    return read(behind_.taken(std::move(lab), in));
}

task<result<std::shared_ptr<const scheduler::timetable>>> watched_calendar::times(std::string lab) {
    return read(behind_.times(std::move(lab)));
}

task<result<std::vector<reservation>>> watched_calendar::due(std::string lab, instant until) {
    auto call = read(behind_.due(std::move(lab), until));
    auto out = co_await std::move(call);
    if (out) {
        due_.clear();
        for (const auto& one : *out) {
            remember(one);
        }
    }
    co_return out;
}

task<result<void>> watched_calendar::move(std::string id, scheduler::window promised, scheduler::window held,
                                          scheduler::actor who) {
    return change(behind_.move(std::move(id), promised, held, std::move(who)));
}

task<result<void>> watched_calendar::place_anew(std::string id, scheduler::pod with, instant from, std::string before) {
    return change(behind_.place_anew(std::move(id), std::move(with), from, std::move(before)));
}

task<result<void>> watched_calendar::set_part(std::string id, std::uint32_t pod, scheduler::part now) {
    return change(behind_.set_part(std::move(id), pod, std::move(now)));
}

task<result<void>> watched_calendar::set_stage(std::string id, stage now, std::string why, scheduler::actor who,
                                               instant when) {
    const wall_time at = rt_.wall_now();
    const auto known = due_.find(id);
    const auto late = known == due_.end() ? std::optional<duration>() : at - known->second.begin;
    auto call = change(behind_.set_stage(std::move(id), now, std::move(why), std::move(who), when));
    auto out = co_await std::move(call);
    if (out && now == stage::running && late) {
        told_.begun(*late);
    }
    if (out && scheduler::is_over(now)) {
        told_.over(now);
    }
    if (out && now == stage::failed) {
        told_.failed("reservation");
    }
    co_return out;
}

task<result<void>> watched_calendar::hand_over(std::string id, std::string via, scheduler::actor who,
                                               instant not_before) {
    return change(behind_.hand_over(std::move(id), std::move(via), std::move(who), not_before));
}

task<result<void>> watched_calendar::set_why(std::string id, std::string why) {
    return change(behind_.set_why(std::move(id), std::move(why)));
}

task<result<void>> watched_calendar::set_ready(std::string id, instant when) {
    const auto known = due_.find(id);
    const auto late = known == due_.end() ? std::optional<duration>() : rt_.wall_now() - known->second.ready;
    auto call = change(behind_.set_ready(std::move(id), when));
    auto out = co_await std::move(call);
    if (out && late) {
        told_.ready(*late);
    }
    co_return out;
}

task<result<scheduler::experience>> watched_calendar::measured(std::string lab) {
    return read(behind_.measured(std::move(lab)));
}

task<result<void>> watched_calendar::measure(std::string lab, std::string key, duration took) {
    return read(behind_.measure(std::move(lab), std::move(key), took));  // nothing that anybody watches
}

task<result<void>> watched_calendar::tell(scheduler::entry what) {
    return change(behind_.tell(std::move(what)));
}

task<result<std::int64_t>> watched_calendar::last_entry() {
    return read(behind_.last_entry());
}

task<result<std::vector<scheduler::entry>>> watched_calendar::entries(std::int64_t after, std::size_t most,
                                                                      std::string id, std::string owner) {
    return read(behind_.entries(after, most, std::move(id), std::move(owner)));
}

task<result<std::vector<scheduler::entry>>> watched_calendar::audit(scheduler::audit_query which) {
    return read(behind_.audit(std::move(which)));
}

template <class Value>
task<result<Value>> watched_journal::timed(task<result<Value>> work) {
    return timed_call(rt_, told_, "journal", std::move(work));
}

task<result<std::string>> watched_journal::begin(activation::beginning what) {
    auto call = timed(behind_.begin(std::move(what)));
    auto out = co_await std::move(call);
    if (out) {
        told_.activation_stands(*out, activation::phase::activating);
    }
    co_return out;
}

task<result<void>> watched_journal::change_plan(activation::plan_change what) {
    return timed(behind_.change_plan(std::move(what)));
}

task<result<void>> watched_journal::append(activation::record what) {
    const auto kind = what.kind;
    const std::string id = what.activation;
    auto call = timed(behind_.append(std::move(what)));
    auto out = co_await std::move(call);
    if (!out) {
        co_return out;
    }
    switch (kind) {
        case record_kind::ready: told_.activation_stands(id, activation::phase::ready); break;
        case record_kind::failed:
            told_.activation_stands(id, activation::phase::rolling_back);
            told_.failed("activation");
            break;
        case record_kind::deactivating: told_.activation_stands(id, activation::phase::deactivating); break;
        case record_kind::ended: told_.activation_stands(id, activation::phase::ended); break;
        case record_kind::quarantined: told_.failed("quarantine"); break;
        default: break;
    }
    co_return out;
}

task<result<std::vector<activation::record>>> watched_journal::read(std::string id) {
    auto call = timed(behind_.read(id));
    auto out = co_await std::move(call);
    if (out) {
        told_.activation_stands(id, activation::stand(*out).phase);  // one that an earlier process has begun
    }
    co_return out;
}

task<result<activation::summary>> watched_journal::find(std::string id) {
    return timed(behind_.find(std::move(id)));
}

task<result<std::vector<activation::summary>>> watched_journal::list() {
    return timed(behind_.list());
}

task<result<activation::holds>> watched_journal::unavailable(std::string lab) {
    return timed(behind_.unavailable(std::move(lab)));
}

task<result<activation::use_counts>> watched_journal::uses(std::string lab) {
    return timed(behind_.uses(std::move(lab)));
}

task<result<void>> watched_journal::quarantine(std::string lab, std::string device, std::string why) {
    return timed(behind_.quarantine(std::move(lab), std::move(device), std::move(why)));
}

task<result<void>> watched_journal::release(std::string lab, std::string device) {
    return timed(behind_.release(std::move(lab), std::move(device)));
}

}  // namespace rollover::service
