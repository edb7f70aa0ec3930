// What is kept in memory of the calendar, against what stands in it.
#include "engine/runtime/real_runtime.h"
#include "engine/store/blocking_calendar.h"
#include "engine/store/stored_calendar.h"
#include "tests/engine/store/any_tables.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <tuple>

namespace rollover::store {
namespace {

using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

class Timetable : public OnTables {
protected:
    static constexpr int writers = 3;

    void SetUp() override {
        OnTables::SetUp();
        for (auto& one : calendars_) {
            one = *open_calendar(rt_, place_);
        }
    }

    [[nodiscard]] instant in(int seconds) const { return scheduler::rounded_up(rt_.wall_now()) + seconds_(seconds); }
    [[nodiscard]] int any(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    reservation any_reservation() {
        reservation out;
        out.lab = any(10) == 0 ? "brno" : "ostrava";
        out.topology = "t";
        out.source = "<topology/>";
        out.file = "t.xml";
        out.owner = "u";
        const int from = any(2000);
        out.promised = out.held = {in(from), in(from + 1 + any(300))};
        const int first = any(10);
        out.pods.push_back({1, "{}", {fmt::format("r{}", first), fmt::format("r{}", first + 1 + any(3))}});
        return out;
    }

    /// One change, of any kind, by one of the writers; what is refused changes nothing.
    void change_something() {
        auto& by = *calendars_[static_cast<std::size_t>(any(writers))];
        if (ids_.empty() || any(3) == 0) {
            if (const auto id = wait(by.book(any_reservation(), "u", 0))) {
                ids_.push_back(*id);
            }
            return;
        }
        const auto id = ids_[static_cast<std::size_t>(any(static_cast<int>(ids_.size())))];
        const auto is = wait(by.find(id));
        ASSERT_TRUE(is);
        result<void> done;
        switch (any(6)) {
            case 0: {
                const auto later = seconds_(any(200) - 100);
                const window held{is->held.from + later, std::max(is->held.until, is->held.from + seconds_(1)) + later};
                done = wait(by.move(id, held, held, "u"));
                break;
            }
            case 1: done = wait(by.place_anew(id, {1, "{}", {fmt::format("r{}", any(12))}}, in(any(50)))); break;
            case 2: done = wait(by.set_stage(id, stage::ending, "", "u", in(any(20)))); break;
            case 3: done = wait(by.set_stage(id, stage::cancelled, "", "u", in(0))); break;
            case 4: done = wait(by.set_stage(id, stage::ended, "", "u", in(0))); break;
            default: time_goes_on(any(60)); return;
        }
        changed_ += done.has_value() ? 1 : 0;
    }

    void time_goes_on(int seconds) { EXPECT_TRUE(wait(sleep_for(rt_, seconds_(seconds)))); }

    /// Device, from, until, of what ends later than now.
    using rows = std::vector<std::tuple<std::string, instant, instant>>;
    rows kept(scheduler::calendar& by, const std::string& lab) {
        rows out;
        const auto times = wait(by.times(lab));
        EXPECT_TRUE(times);
        for (const auto& [device, held] : **times) {
            EXPECT_TRUE(std::ranges::is_sorted(*held, {}, [](const auto& one) { return one.held.from; })) << device;
            for (const auto& one : *held) {
                if (one.held.until > in(0)) {
                    out.emplace_back(device, one.held.from, one.held.until);
                }
            }
        }
        std::ranges::sort(out);
        return out;
    }
    rows written(const std::string& lab) {
        rows out;
        const auto taken = wait(calendars_[0]->taken(lab, {in(0), instant::max()}));
        EXPECT_TRUE(taken);
        for (const auto& one : *taken) {
            out.emplace_back(one.device, one.held.from, one.held.until);
        }
        std::ranges::sort(out);
        return out;
    }

    using seconds_ = std::chrono::seconds;
    std::array<std::unique_ptr<scheduler::calendar>, writers> calendars_;
    std::vector<std::string> ids_;
    std::mt19937 random_{11};
    int changed_ = 0;
};

TEST_P(Timetable, WhatIsKept_IsWhatStands_WhoeverChangedIt) {
    std::size_t seen = 0;
    for (int round = 0; round < 400; ++round) {
        change_something();
        // Who looks seldom has more to follow.
        for (int reader = 0; reader < writers; ++reader) {
            if (any(1 + 5 * reader) == 0) {
                for (const char* lab : {"ostrava", "brno"}) {
                    const auto now = written(lab);
                    seen += now.size();
                    ASSERT_EQ(kept(*calendars_[static_cast<std::size_t>(reader)], lab), now) << round << " " << lab;
                }
            }
        }
    }
    EXPECT_GT(changed_, 50);
    EXPECT_GT(seen, 1000U);
}

TEST_P(Timetable, ClockSetBack_WhatWasOverIsThereAgain) {
    auto what = any_reservation();
    what.lab = "ostrava";
    what.held = what.promised = {in(100), in(200)};
    const auto booked = wait(calendars_[0]->book(std::move(what), "u", 0));
    ASSERT_TRUE(booked);
    blocking_calendar book(*open_tables(place_));
    const auto later = book.times("ostrava", wall_time(in(300)));
    ASSERT_TRUE(later);
    EXPECT_TRUE((*later)->empty());
    const auto now = book.times("ostrava", wall_time(in(0)));
    ASSERT_TRUE(now);
    EXPECT_EQ((*now)->size(), 2U);
}

/// One of several services that write at the same time: books, moves, cancels.
task<void> write_at_random(scheduler::calendar& book, unsigned writer, scheduler::instant from) {
    std::mt19937 random(writer);
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        const auto begins = from + std::chrono::seconds(random() % 3000);
        const window held{begins, begins + std::chrono::seconds(1 + random() % 40)};
        if (ids.empty() || random() % 3 != 0) {
            reservation what;
            what.lab = "ostrava";
            what.topology = "t";
            what.source = "<topology/>";
            what.file = "t.xml";
            what.owner = "u";
            what.promised = what.held = held;
            what.pods.push_back({1, "{}", {fmt::format("r{}", random() % 10)}});
            const auto id = co_await book.book(std::move(what), "u", 0);
            if (id) {
                ids.push_back(*id);
            }
        } else if (random() % 2 == 0) {
            const auto moved = co_await book.move(ids[random() % ids.size()], held, held, "u");
            static_cast<void>(moved.has_value());
        } else {
            const auto gone = co_await book.set_stage(ids[random() % ids.size()], stage::cancelled, "", "u", from);
            static_cast<void>(gone.has_value());
        }
    }
}

task<void> follow(runtime& rt, scheduler::calendar& book, const bool& ends, int& looks) {
    while (!ends) {
        const auto times = co_await book.times("ostrava");
        EXPECT_TRUE(times);
        ++looks;
        const auto slept = co_await sleep_for(rt, std::chrono::milliseconds(1));
        static_cast<void>(slept.has_value());
    }
}

task<void> write_and_follow(runtime& rt, scheduler::calendar& one, scheduler::calendar& other, int& looks) {
    bool ends = false;
    const auto from = scheduler::rounded_up(rt.wall_now()) + std::chrono::hours(1);
    task_group reading(rt);
    reading.spawn(follow(rt, one, ends, looks));
    task_group writing(rt);
    for (unsigned w = 0; w < 8; ++w) {
        writing.spawn(write_at_random(w % 2 == 0 ? one : other, w, from));
    }
    co_await writing.join();
    ends = true;
    co_await reading.join();
}

TEST_P(Timetable, WhileSeveralWrite_NothingIsMissed) {
    using rows = std::map<std::string, std::vector<std::pair<instant, instant>>>;
    rows kept;
    rows anew;
    int looks = 0;
    const auto read = [](real_runtime& rt, scheduler::calendar& book, rows& out) {
        auto root = [](scheduler::calendar& of, rows& into) -> task<void> {
            const auto times = co_await of.times("ostrava");
            for (const auto& [device, held] : **times) {
                for (const auto& time : *held) {
                    into[device].emplace_back(time.held.from, time.held.until);
                }
            }
        };
        rt.run(root(book, out));
    };
    real_runtime rt(4);
    const auto one = *open_calendar(rt, place_);
    const auto other = *open_calendar(rt, place_);
    rt.run(write_and_follow(rt, *one, *other, looks));
    read(rt, *one, kept);
    const auto third = *open_calendar(rt, place_);
    read(rt, *third, anew);
    EXPECT_EQ(kept, anew);
    EXPECT_GT(looks, 10);
    EXPECT_GT(anew.size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(On, Timetable, testing::ValuesIn(databases_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
