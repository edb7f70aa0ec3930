#include "engine/runtime/virtual_runtime.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/engine/store/any_tables.h"
#include "tests/engine/store/older_state.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <thread>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

instant at(int seconds) {
    return instant(std::chrono::seconds(1'000'000'000 + seconds));  // 2001-09-09, behind the start of virtual time
}

reservation of(std::vector<std::string> devices, int from, int until) {
    reservation out;
    out.lab = "ostrava";
    out.topology = "two-routers";
    out.source = "<topology/>";
    out.file = "two.xml";
    out.arguments = {{"pod", "3"}};
    out.owner = "eva";
    out.promised = {at(from + 1), at(until - 1)};
    out.held = {at(from), at(until)};
    out.pods.push_back({1, "{}", std::move(devices)});
    return out;
}

class Calendar : public OnTables {
protected:
    void SetUp() override {
        OnTables::SetUp();
        calendar_ = open();
    }

    std::unique_ptr<scheduler::calendar> open() {
        auto opened = open_calendar(rt_, place_);
        EXPECT_TRUE(opened) << (opened ? "" : describe(opened.error()));
        return opened ? std::move(*opened) : nullptr;
    }

    result<std::string> book(reservation what, unsigned most_open = 0) {
        return wait(calendar_->book(std::move(what), "eva", most_open));
    }

    /// This process is the service that works on it.
    void work_on(const std::string& id) {
        if (GetParam() == kind::postgres) {
            roster_ = *open_roster(rt_, place_, {"here", ""});
            EXPECT_TRUE(wait(roster_->renew()));
            EXPECT_EQ(wait(roster_->take({id})).value(), std::vector<scheduler::work_part>{id});
        }
    }

    std::unique_ptr<scheduler::calendar> calendar_;
    std::unique_ptr<scheduler::roster> roster_;
};

TEST_P(Calendar, WhatWasBooked_ComesBackWhole_AlsoAfterTheEndOfTheProcess) {
    auto what = of({"r1", "r2"}, 100, 200);
    what.pods.push_back({2, R"({"nodes":[]})", {"r3"}});
    const auto id = book(what);
    ASSERT_TRUE(id) << describe(id.error());
    EXPECT_EQ(*id, "r1");
    calendar_ = open();
    const auto found = wait(calendar_->find("r1"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->source, what.source);
    EXPECT_EQ(found->arguments, what.arguments);
    EXPECT_EQ(found->held, what.held);
    EXPECT_EQ(found->promised, what.promised);
    EXPECT_EQ(found->now, stage::booked);
    ASSERT_EQ(found->pods.size(), 2U);
    EXPECT_EQ(found->pods[0].devices, (std::vector<std::string>{"r1", "r2"}));
    EXPECT_EQ(found->pods[1].placement, what.pods[1].placement);
    const auto entries = wait(calendar_->entries(0, 10, "r1"));
    ASSERT_EQ(entries->size(), 1U);
    EXPECT_EQ(entries->front().what, "booked");
    EXPECT_EQ(entries->front().who, "eva");
}

TEST_P(Calendar, WindowsThatMeet_AreBothBooked_OneSecondMore_IsRefusedByName) {
    ASSERT_TRUE(book(of({"r1"}, 100, 200)));
    EXPECT_TRUE(book(of({"r1"}, 200, 300)));
    EXPECT_TRUE(book(of({"r1"}, 50, 100)));
    const auto refused = book(of({"r2", "r1"}, 299, 310));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
    EXPECT_NE(refused.error().reason.find("r1 is in r2"), std::string::npos) << refused.error().reason;
    EXPECT_TRUE(wait(calendar_->taken("ostrava", {at(299), at(310)}))->size() == 1) << "all or none";
    EXPECT_TRUE(book(of({"r2"}, 299, 310)));
}

TEST_P(Calendar, ToBeEnded_BeforeItsTimeIsCancelled_AndNothingBeginsIt) {
    const auto before = book(of({"r1"}, 100, 200));
    const auto begun = book(of({"r2"}, 100, 200));
    work_on(*before);
    work_on(*begun);
    EXPECT_TRUE(wait(calendar_->set_stage(*before, stage::ending, "", "eva", at(99))));
    EXPECT_EQ(wait(calendar_->find(*before))->now, stage::cancelled);
    EXPECT_TRUE(wait(calendar_->set_stage(*begun, stage::ending, "", "eva", at(100))));
    EXPECT_EQ(wait(calendar_->find(*begun))->now, stage::ending);
    for (const auto& id : {*before, *begun}) {
        const auto refused = wait(calendar_->set_stage(id, stage::running, "", "rollover", at(101)));
        ASSERT_FALSE(refused) << id;
        EXPECT_EQ(refused.error().code, errc::bad_input);
    }
}

TEST_P(Calendar, TwoPodsOnOneDevice_AreRefused) {
    auto what = of({"r1"}, 100, 200);
    what.pods.push_back({2, "{}", {"r1"}});
    const auto refused = book(what);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
}

TEST_P(Calendar, Move_StopsAtTheNextOnesStart_AndNothingOfItStays) {
    const auto id = book(of({"r1", "r2"}, 100, 200));
    ASSERT_TRUE(book(of({"r2"}, 250, 300)));
    const auto refused = wait(calendar_->move(*id, {at(101), at(250)}, {at(100), at(251)}, "eva"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
    EXPECT_NE(refused.error().reason.find("r2 is in r2"), std::string::npos) << refused.error().reason;
    EXPECT_EQ(wait(calendar_->find(*id))->held, (window{at(100), at(200)}));
    ASSERT_TRUE(wait(calendar_->move(*id, {at(101), at(249)}, {at(100), at(250)}, "eva")));
    EXPECT_EQ(wait(calendar_->find(*id))->promised, (window{at(101), at(249)}));
    EXPECT_FALSE(book(of({"r1"}, 249, 260)));
    EXPECT_TRUE(book(of({"r1"}, 250, 260)));
}

TEST_P(Calendar, PlacedAnew_TheOldDeviceIsFreeFromThenOn_AndTheNewOneHeld) {
    const auto id = book(of({"r1", "r2"}, 100, 200));
    ASSERT_TRUE(wait(calendar_->place_anew(*id, {1, "anew", {"r1", "r3"}}, at(150))));
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].devices, (std::vector<std::string>{"r1", "r3"}));
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].placement, "anew");
    EXPECT_FALSE(book(of({"r2"}, 149, 160)));
    EXPECT_TRUE(book(of({"r2"}, 150, 160)));
    EXPECT_FALSE(book(of({"r3"}, 199, 210)));
    EXPECT_TRUE(book(of({"r3"}, 100, 150)));
    ASSERT_TRUE(wait(calendar_->move(*id, {at(101), at(220)}, {at(100), at(221)}, "eva")));
    EXPECT_TRUE(book(of({"r2"}, 160, 300))) << "what was given back does not move";
    EXPECT_FALSE(book(of({"r3"}, 220, 300)));
}

TEST_P(Calendar, PlacedAnewBeforeItBegins_TheOldDeviceWasNeverHeld) {
    const auto id = book(of({"r1"}, 100, 200));
    ASSERT_TRUE(wait(calendar_->place_anew(*id, {1, "anew", {"r2"}}, at(50))));
    EXPECT_TRUE(book(of({"r1"}, 100, 200)));
    EXPECT_FALSE(book(of({"r2"}, 100, 101)));
}

TEST_P(Calendar, PlacedAnewOntoAnothersDevice_IsRefused_AndNothingChanges) {
    const auto id = book(of({"r1"}, 100, 200));
    ASSERT_TRUE(book(of({"r2"}, 190, 300)));
    const auto refused = wait(calendar_->place_anew(*id, {1, "anew", {"r2"}}, at(50)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].devices, (std::vector<std::string>{"r1"}));
}

TEST_P(Calendar, WhatIsOver_HoldsNothingFromThenOn_AndCannotChangeAnyMore) {
    const auto id = book(of({"r1"}, 100, 200));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::running, "", "rollover", at(100))));
    EXPECT_FALSE(book(of({"r1"}, 160, 170)));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::ended, "cancelled by eva", "eva", at(150))));
    EXPECT_TRUE(book(of({"r1"}, 150, 170)));
    EXPECT_FALSE(book(of({"r1"}, 149, 150))) << "what was held stays in the calendar";
    EXPECT_EQ(wait(calendar_->set_stage(*id, stage::failed, "", "eva", at(160))).error().code, errc::bad_input);
    EXPECT_EQ(wait(calendar_->move(*id, {at(1), at(2)}, {at(1), at(2)}, "eva")).error().code, errc::bad_input);
    EXPECT_EQ(wait(calendar_->place_anew(*id, {1, "anew", {"r2"}}, at(160))).error().code, errc::bad_input);
    EXPECT_TRUE(book(of({"r2"}, 160, 170))) << "nothing is booked for what is over";
    EXPECT_EQ(wait(calendar_->find(*id))->why, "cancelled by eva");
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].devices, std::vector<std::string>{"r1"})
        << "what it had is still told";
}

TEST_P(Calendar, EndedEarly_HoldsItsDevicesForTheirCleanUpOnly) {
    auto what = of({"r1"}, 100, 200);
    what.promised = {at(120), at(190)};
    const auto id = book(what);
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::running, "", "rollover", at(100))));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::ending, "cancelled by eva", "eva", at(150))));
    EXPECT_EQ(wait(calendar_->find(*id))->held, (window{at(100), at(160)}));
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].devices, std::vector<std::string>{"r1"});
    EXPECT_FALSE(book(of({"r1"}, 159, 170)));
    EXPECT_TRUE(book(of({"r1"}, 160, 170)));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::ending, "once more", "eva", at(155))));
    EXPECT_EQ(wait(calendar_->find(*id))->held.until, at(160)) << "never later than it was";
}

TEST_P(Calendar, CancelledBeforeItsTime_HoldsNothing) {
    const auto id = book(of({"r1"}, 100, 200));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::cancelled, "", "eva", at(0))));
    EXPECT_TRUE(wait(calendar_->taken("ostrava", {at(0), at(1000)}))->empty());
    EXPECT_TRUE(wait(calendar_->due("ostrava", at(1000)))->empty());
}

TEST_P(Calendar, AnOwnerWithAsManyAsHeMayHave_IsRefused_UntilOneIsOver) {
    const auto id = book(of({"r1"}, 100, 200), 1);
    ASSERT_TRUE(id);
    const auto refused = book(of({"r2"}, 100, 200), 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::refused);
    auto anothers = of({"r2"}, 100, 200);
    anothers.owner = "jan";
    EXPECT_TRUE(book(anothers, 1));
    ASSERT_TRUE(wait(calendar_->set_stage(*id, stage::cancelled, "", "eva", at(0))));
    EXPECT_TRUE(book(of({"r3"}, 100, 200), 1));
}

TEST_P(Calendar, WhatWasMeasured_IsAnEstimate_ByLabAndKey) {
    for (const int s : {10, 12, 11, 30}) {
        ASSERT_TRUE(wait(calendar_->measure("ostrava", "coming cisco-ios", std::chrono::seconds(s))));
    }
    const auto known = wait(calendar_->measured("ostrava"));
    ASSERT_EQ(known->size(), 1U);
    scheduler::estimate same;
    for (const int s : {10, 12, 11, 30}) {
        same.add(std::chrono::seconds(s));
    }
    EXPECT_EQ(known->at("coming cisco-ios").mean, same.mean);
    EXPECT_EQ(known->at("coming cisco-ios").deviation, same.deviation);
    EXPECT_GT(same.likely({}), std::chrono::seconds(30));
    EXPECT_TRUE(wait(calendar_->measured("brno"))->empty());
}

TEST_P(Calendar, DueAndList_FindByTimeOwnerAndStage) {
    const auto first = book(of({"r1"}, 100, 200));
    auto later = of({"r1"}, 300, 400);
    later.owner = "jan";
    ASSERT_TRUE(book(later));
    EXPECT_EQ(wait(calendar_->due("ostrava", at(300)))->size(), 1U);
    EXPECT_EQ(wait(calendar_->due("ostrava", at(301)))->size(), 2U);
    EXPECT_EQ(wait(calendar_->due("brno", at(301)))->size(), 0U);
    EXPECT_EQ(wait(calendar_->list({"", "jan", false, {}}))->size(), 1U);
    EXPECT_EQ(wait(calendar_->list({"", "", false, window{at(200), at(300)}}))->size(), 0U);
    EXPECT_EQ(wait(calendar_->list({"", "", false, window{at(199), at(301)}}))->size(), 2U);
    ASSERT_TRUE(wait(calendar_->set_stage(*first, stage::cancelled, "", "eva", at(0))));
    EXPECT_EQ(wait(calendar_->list({"", "", true, {}}))->size(), 1U);
}

TEST_P(Calendar, UnknownIds_AreNotFound) {
    for (const auto* id : {"r1", "a1", "", "r", "r1x", "r99999999999999999999", "1"}) {
        EXPECT_EQ(wait(calendar_->find(id)).error().code, errc::not_found) << id;
        EXPECT_EQ(wait(calendar_->set_stage(id, stage::ended, "", "eva", at(1))).error().code, errc::not_found) << id;
    }
}

TEST_P(Calendar, ByHand_KeepsOffWhatIsReserved_AndReservationsKeepOffWhatIsTakenByHand) {
    auto opened = open_journal(rt_, place_);
    auto& journal = **opened;
    const auto now = scheduler::rounded_down(rt_.wall_now());
    auto soon = of({"r1"}, 0, 1);
    soon.promised = soon.held = {now + std::chrono::hours(1), now + std::chrono::hours(2)};
    ASSERT_TRUE(book(soon));
    activation::beginning by_hand{"ostrava", "/l.xml", "t", "jan", {"r1"}, "{}"};
    const auto refused = wait(journal.begin(by_hand));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("reservation r1"), std::string::npos) << refused.error().reason;
    by_hand.until = rt_.wall_now() + std::chrono::hours(1);
    EXPECT_TRUE(wait(journal.begin(by_hand))) << "over before it begins";
    by_hand.devices = {"r2"};
    by_hand.until.reset();
    const auto begun = wait(journal.begin(by_hand));
    ASSERT_TRUE(begun);
    auto on_it = soon;
    on_it.pods[0].devices = {"r2"};
    const auto taken = book(on_it);
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().reason.find(*begun), std::string::npos) << taken.error().reason;
}

TEST_P(Calendar, APodTakesOnlyWhatIsHeldForIt_AndItsActivationIsFound) {
    auto opened = open_journal(rt_, place_);
    auto& journal = **opened;
    const auto now = scheduler::rounded_down(rt_.wall_now());
    auto mine = of({"r1"}, 0, 1);
    mine.promised = mine.held = {now, now + std::chrono::hours(2)};
    const auto id = book(mine);
    activation::beginning begin{"ostrava", "/l.xml", "t", "eva", {"r1"}, "{}", *id, 2};
    EXPECT_EQ(wait(journal.begin(begin)).error().code, errc::busy) << "another pod";
    work_on(*id);
    begin.pod = 1;
    begin.devices = {"r2"};
    EXPECT_EQ(wait(journal.begin(begin)).error().code, errc::busy) << "another device";
    begin.devices = {"r1"};
    const auto begun = wait(journal.begin(begin));
    ASSERT_TRUE(begun) << describe(begun.error());
    EXPECT_EQ(wait(calendar_->find(*id))->pods[0].activation, *begun);
    EXPECT_EQ(wait(journal.find(*begun))->reservation, *id);
    EXPECT_EQ(wait(journal.find(*begun))->pod, 1U);
}

/// The check that the constraint is measured by: shares nothing with it.
std::size_t overlaps_in(const tables_place& place) {
    auto db = open_tables(place);
    statement rows(**db, "SELECT lab, device, begins, frees FROM booking");
    struct row {
        std::string device;
        std::int64_t begins, frees;
    };
    std::vector<row> all;
    while (rows.step().value()) {
        all.push_back({rows.text(0) + "/" + rows.text(1), rows.number(2), rows.number(3)});
    }
    std::size_t found = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            found += all[i].device == all[j].device &&
                     std::max(all[i].begins, all[j].begins) < std::min(all[i].frees, all[j].frees);
        }
    }
    return found;
}

/// Clients that book, move, replace and cancel at random, as fast as they can, each with a connection of its own.
void storm(const tables_place& place, unsigned clients, unsigned rounds) {
    std::vector<std::thread> threads;
    for (unsigned c = 0; c < clients; ++c) {
        threads.emplace_back([&place, rounds, c] {
            virtual_runtime rt(virtual_options{.seed = c + 1});
            auto book = open_calendar(rt, place);
            auto root = [](scheduler::calendar& into, unsigned n, unsigned seed) -> task<void> {
                std::mt19937 random(seed);
                const auto any = [&random](int most) {
                    return static_cast<int>(random() % static_cast<unsigned>(most));
                };
                std::vector<std::string> mine;
                for (unsigned i = 0; i < n; ++i) {
                    const int from = any(300);
                    std::set<std::string> devices;
                    for (int d = any(3); d >= 0; --d) {
                        devices.insert("r" + std::to_string(any(20)));
                    }
                    auto what = of({devices.begin(), devices.end()}, from, from + 3 + any(60));
                    const auto held = what.held;
                    const auto id = co_await into.book(std::move(what), "eva", 0);
                    if (id) {
                        mine.push_back(*id);
                    }
                    if (mine.empty()) {
                        continue;
                    }
                    const auto& one = mine[static_cast<std::size_t>(any(static_cast<int>(mine.size())))];
                    const auto moved = co_await into.move(one, {held.from, held.until}, held, "eva");
                    scheduler::pod with{1, "{}", {"r" + std::to_string(any(20))}};
                    const auto anew = co_await into.place_anew(one, std::move(with), at(from));
                    static_cast<void>(moved.has_value() && anew.has_value());
                    if (any(4) == 0) {
                        const auto over = co_await into.set_stage(one, stage::cancelled, "", "eva", at(from + 10));
                        static_cast<void>(over.has_value());
                    }
                }
            };
            ASSERT_TRUE(book) << describe(book.error());
            EXPECT_EQ(rt.run(root(**book, rounds, c)), virtual_end::finished);
        });
    }
    for (auto& one : threads) {
        one.join();
    }
}

TEST_P(Calendar, ClientsThatBookTheSameDevices_NeverOverlap) {
    storm(place_, 64, 20);
    EXPECT_EQ(overlaps_in(place_), 0U);
    EXPECT_GT(wait(calendar_->list({}))->size(), 20U);
}

TEST_P(Calendar, WithoutTheConstraint_TheSameTestSeesOverlaps) {
    auto db = open_tables(place_);
    ASSERT_TRUE(
        (*db)->execute(GetParam() == kind::sqlite
                           ? "DROP TRIGGER booking_never_overlaps; DROP TRIGGER booking_never_moves_onto_another;"
                           : "ALTER TABLE booking DROP CONSTRAINT booking_never_overlaps"));
    storm(place_, 64, 20);
    EXPECT_GT(overlaps_in(place_), 0U);
}

/// Of a time when there was SQLite only.
class OlderCalendar : public Calendar {};

TEST_P(OlderCalendar, StateOfVersion2_IsKeptAsItWas_AndBroughtUpToDate) {
    calendar_.reset();
    const auto older = make_older(place_.file, 2);
    ASSERT_TRUE(older) << describe(older.error());
    auto db = open_sqlite(place_.file);
    ASSERT_TRUE((*db)->execute(
        "INSERT INTO activation (lab, lab_file, topology, owner, plan, begun) VALUES ('l','f','t','o','{}',1);"
        "INSERT INTO claim (lab, device, activation) VALUES ('ostrava','r1',1)"));
    db->reset();
    calendar_ = open();
    EXPECT_FALSE(book(of({"r1"}, 100, 200))) << "a claim of before has no end";
    EXPECT_TRUE(book(of({"r2"}, 100, 200)));
    auto kept = open_sqlite(folder_ / "journal.sqlite.version-2");
    ASSERT_TRUE(kept);
    statement version(**kept, "PRAGMA user_version");
    ASSERT_TRUE(version.step());
    EXPECT_EQ(version.number(0), 2);
}

INSTANTIATE_TEST_SUITE_P(On, OlderCalendar, testing::Values(kind::sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(On, Calendar, testing::ValuesIn(databases_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
