#include "engine/store/stored_calendar.h"

#include "engine/store/blocking_calendar.h"

namespace rollover::store {

namespace {

using scheduler::actor;
using scheduler::entry;
using scheduler::instant;
using scheduler::reservation;
using scheduler::window;

class stored_calendar final : public on_shared_tables<scheduler::calendar, blocking_calendar> {
public:
    using on_shared_tables::on_shared_tables;

    task<result<std::string>> book(reservation what, actor who, unsigned most_open) override {
        return decide<std::string>([this, what = std::move(what), who = std::move(who), most_open, now = now()] {
            return deciding_.book(what, who, most_open, now);
        });
    }
    task<result<reservation>> find(std::string id) override {
        return query<reservation>([this, id = std::move(id)] { return reading_.find(id); });
    }
    task<result<std::vector<reservation>>> list(scheduler::query which) override {
        return query<std::vector<reservation>>([this, which = std::move(which)] { return reading_.list(which); });
    }
    task<result<std::map<scheduler::stage, std::size_t>>> counts(std::string lab) override {
        return query<std::map<scheduler::stage, std::size_t>>(
            [this, lab = std::move(lab)] { return reading_.counts(lab); });
    }
    task<result<std::vector<scheduler::booked_device>>> taken(std::string lab, window in) override {
        return query<std::vector<scheduler::booked_device>>(
            [this, lab = std::move(lab), in] { return reading_.taken(lab, in); });
    }
    task<result<std::shared_ptr<const scheduler::timetable>>> times(std::string lab) override {
        return query<std::shared_ptr<const scheduler::timetable>>(
            [this, lab = std::move(lab), now = now()] { return reading_.times(lab, now); });
    }
    task<result<std::vector<reservation>>> due(std::string lab, instant until) override {
        return query<std::vector<reservation>>(
            [this, lab = std::move(lab), until] { return reading_.due(lab, until); });
    }
    task<result<void>> move(std::string id, window promised, window held, actor who) override {
        return decide<void>([this, id = std::move(id), promised, held, who = std::move(who), now = now()] {
            return deciding_.move(id, promised, held, who, now);
        });
    }
    task<result<void>> place_anew(std::string id, scheduler::pod with, instant from, std::string before) override {
        return decide<void>([this, id = std::move(id), with = std::move(with), from, before = std::move(before),
                             now = now()] { return deciding_.place_anew(id, with, from, before, now); });
    }
    task<result<void>> set_part(std::string id, std::uint32_t pod, scheduler::part part) override {
        return decide<void>([this, id = std::move(id), pod, part = std::move(part), now = now()] {
            return deciding_.set_part(id, pod, part, now);
        });
    }
    task<result<void>> set_stage(std::string id, scheduler::stage next, std::string why, actor who,
                                 instant when) override {
        return decide<void>([this, id = std::move(id), next, why = std::move(why), who = std::move(who), when,
                             now = now()] { return deciding_.set_stage(id, next, why, who, when, now); });
    }
    task<result<void>> hand_over(std::string id, std::string via, actor who, instant not_before) override {
        return decide<void>([this, id = std::move(id), via = std::move(via), who = std::move(who), not_before,
                             now = now()] { return deciding_.hand_over(id, via, who, not_before, now); });
    }
    task<result<void>> set_why(std::string id, std::string why) override {
        return decide<void>(
            [this, id = std::move(id), why = std::move(why), now = now()] { return deciding_.set_why(id, why, now); });
    }
    task<result<void>> set_ready(std::string id, instant when) override {
        return decide<void>(
            [this, id = std::move(id), when, now = now()] { return deciding_.set_ready(id, when, now); });
    }
    task<result<scheduler::experience>> measured(std::string lab) override {
        return query<scheduler::experience>([this, lab = std::move(lab)] { return reading_.measured(lab); });
    }
    task<result<void>> measure(std::string lab, std::string key, duration took) override {
        return decide<void>(
            [this, lab = std::move(lab), key = std::move(key), took] { return deciding_.measure(lab, key, took); });
    }
    task<result<void>> tell(entry what) override {
        return note<void>([this, what = std::move(what), now = now()] { return appending_.tell(what, now); });
    }
    task<result<std::int64_t>> last_entry() override {
        return query<std::int64_t>([this] { return reading_.last_entry(); });
    }
    task<result<std::vector<entry>>> entries(std::int64_t after, std::size_t most, std::string id,
                                             std::string owner) override {
        return query<std::vector<entry>>([this, after, most, id = std::move(id), owner = std::move(owner)] {
            return reading_.entries(after, most, id, owner);
        });
    }
    task<result<std::vector<entry>>> audit(scheduler::audit_query which) override {
        return query<std::vector<entry>>([this, which = std::move(which)] { return reading_.audit(which); });
    }
};

}  // namespace

result<std::unique_ptr<scheduler::calendar>> open_calendar(std::shared_ptr<shared_tables> in) {
    return open_on_shared_tables<stored_calendar, scheduler::calendar>(std::move(in));
}

result<std::unique_ptr<scheduler::calendar>> open_calendar(runtime& rt, const tables_place& place) {
    return open_on_shared_tables<stored_calendar, scheduler::calendar>(rt, place);
}

}  // namespace rollover::store
