// What only PostgreSQL has: connections that break, and several services on one database.
#include "engine/runtime/virtual_runtime.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/engine/store/any_tables.h"
#include "tests/engine/store/cutting_proxy.h"

#include <fmt/format.h>
#include <thread>

namespace rollover::store {
namespace {

using activation::record_kind;
using namespace std::chrono_literals;

class Postgres : public OnTables {
protected:
    void SetUp() override {
        OnTables::SetUp();
        calendar_ = *open_calendar(rt_, place_);
    }
    /// As another service sees it, with its own number.
    tables_place another() const { return {std::filesystem::path(), place_.url}; }

    std::string reservation_of_r1() {
        const auto now = scheduler::rounded_down(rt_.wall_now());
        scheduler::reservation what;
        what.lab = "ostrava";
        what.owner = "eva";
        what.promised = what.held = {now, now + 2h};
        what.pods.push_back({1, "{}", {"r1"}});
        return wait(calendar_->book(what, "eva", 0)).value();
    }

    std::unique_ptr<scheduler::calendar> calendar_;
};

TEST_P(Postgres, AConnectionThatWasLost_IsMadeAgain_AndATransactionOnItIsNotHalfDone) {
    auto db = *open_tables(place_);
    auto killer = *open_tables(place_);
    const auto kill = [&killer] {
        ASSERT_TRUE(
            killer->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE pid <> pg_backend_pid() AND datname = current_database()"));
        std::this_thread::sleep_for(100ms);
    };
    {
        transaction all(*db);
        ASSERT_TRUE(all.begin());
        ASSERT_TRUE(db->execute("INSERT INTO wear VALUES ('l', 'd', 1)"));
        kill();
        EXPECT_FALSE(db->execute("INSERT INTO wear VALUES ('l', 'e', 1)"));
        EXPECT_FALSE(all.commit());
    }
    statement count(*db, "SELECT count(*) FROM wear");
    ASSERT_TRUE(count.step().value());
    EXPECT_EQ(count.number(0), 0);
    kill();
    EXPECT_TRUE(db->execute("INSERT INTO wear VALUES ('l', 'd', 1)"));
}

TEST_P(Postgres, CommitIsCutOff_WhetherItWasMadeIsFoundOut) {
    using moment = cutting_proxy::moment;
    auto direct = *open_tables(place_);
    statement port_of(*direct, "SHOW port");
    ASSERT_TRUE(port_of.step().value());
    cutting_proxy way(static_cast<std::uint16_t>(std::stoi(port_of.text(0))));
    const auto slash = place_.url.rfind('/');
    const auto colon = place_.url.rfind(':', slash);
    auto db = *open_postgres(fmt::format("{}:{}{}", place_.url.substr(0, colon), way.port(), place_.url.substr(slash)),
                             place_.server);
    int number = 0;
    for (const auto [when, made] :
         {std::pair(moment::after_commit, true), {moment::before_commit, false}, {moment::never, true}}) {
        transaction all(*db);
        ASSERT_TRUE(all.begin());
        ASSERT_TRUE(db->execute(fmt::format("INSERT INTO wear VALUES ('l', 'd', {})", ++number)));
        way.cut(when);
        EXPECT_EQ(all.commit().has_value(), made) << number;
        statement there(*direct, "DELETE FROM wear WHERE uses = ? RETURNING uses");
        EXPECT_EQ(there.bind(1, std::int64_t{number}).step().value(), made) << number;
        EXPECT_TRUE(there.run());
    }
}

TEST_P(Postgres, AFailedStatement_LeavesNothingOfItsTransaction_AlsoWhenItIsCommitted) {
    auto db = *open_tables(place_);
    transaction all(*db);
    ASSERT_TRUE(all.begin());
    ASSERT_TRUE(db->execute("INSERT INTO wear VALUES ('l', 'd', 1)"));
    EXPECT_FALSE(db->execute("INSERT INTO wear VALUES ('l', 'd', 1)"));
    EXPECT_FALSE(all.commit());
}

TEST_P(Postgres, ADatabaseThatIsNotThere_IsTold_WithoutThePassword) {
    const auto db = open_tables({std::filesystem::path(), "postgresql://rollover:secret-word@127.0.0.1:1/lab"});
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().code, errc::store);
    EXPECT_EQ(describe(db.error()).find("secret-word"), std::string::npos);
    EXPECT_NE(describe(db.error()).find("127.0.0.1"), std::string::npos) << describe(db.error());
}

TEST_P(Postgres, OneServiceWorksOnAReservation_UntilItsTermIsOver) {
    const auto id = reservation_of_r1();
    auto elsewhere = another();
    auto first = *open_roster(rt_, place_, {"first", "", 1s});
    auto second = *open_roster(rt_, elsewhere, {"second", "", 20s});
    ASSERT_TRUE(wait(first->renew()).value());
    ASSERT_TRUE(wait(second->renew()).value());
    const auto may_act = first->fence();
    EXPECT_EQ(wait(first->take({id})).value(), std::vector<scheduler::work_part>{id});
    EXPECT_TRUE(wait(second->take({id}))->empty());
    EXPECT_TRUE(may_act());

    auto journal = *open_journal(rt_, place_);
    auto others = *open_journal(rt_, elsewhere);
    activation::beginning begin{"ostrava", "/l.xml", "t", "eva", {"r1"}, "{}", id, 1};
    EXPECT_FALSE(wait(others->begin(begin))) << "the first one works on it";
    const auto begun = wait(journal->begin(begin));
    ASSERT_TRUE(begun) << describe(begun.error());
    ASSERT_TRUE(wait(journal->append({record_kind::touching, *begun, "r1", "", {}})));

    // The first one is stopped for longer than its term.
    std::this_thread::sleep_for(1100ms);
    EXPECT_EQ(wait(second->take({id})).value(), std::vector<scheduler::work_part>{id});
    ASSERT_TRUE(wait(others->append({record_kind::touching, *begun, "r1", "", {}})));

    // It wakes up: it may not write what it was about to, and it is told that it has nothing any more.
    const auto late = wait(journal->append({record_kind::configured, *begun, "r1", "", {}}));
    ASSERT_FALSE(late);
    EXPECT_NE(late.error().reason.find("another service works on reservation " + id), std::string::npos);
    EXPECT_FALSE(wait(first->renew()).value());
    EXPECT_FALSE(may_act()) << "what it took before is not its own any more";
    EXPECT_TRUE(wait(first->take({id}))->empty());
    EXPECT_FALSE(wait(journal->append({record_kind::configured, *begun, "r1", "", {}})));

    ASSERT_TRUE(wait(second->sign_off()));
    EXPECT_EQ(wait(first->take({id})).value(), std::vector<scheduler::work_part>{id})
        << "who signs off is not waited for";
}

TEST_P(Postgres, AReservation_IsWorkedOnAsAWholeOrBySites) {
    using parts = std::vector<scheduler::work_part>;
    const auto id = reservation_of_r1();
    auto elsewhere = another();
    auto everywhere = another();
    auto north = *open_roster(rt_, place_, {"north", "north", 1s});
    auto south = *open_roster(rt_, elsewhere, {"south", "south", 20s});
    auto all = *open_roster(rt_, everywhere, {"all", "", 20s});
    ASSERT_TRUE(wait(north->renew()).value());
    ASSERT_TRUE(wait(south->renew()).value());
    ASSERT_TRUE(wait(all->renew()).value());
    EXPECT_EQ(wait(north->take({{id, "north"}})).value(), (parts{{id, "north"}}));
    EXPECT_TRUE(wait(all->take({{id, ""}, {id, "north"}}))->empty()) << "it is split by now";
    EXPECT_EQ(wait(south->take({{id, "north"}, {id, "south"}})).value(), (parts{{id, "south"}}));

    // Each writes of its own part, in the journal and in the calendar.
    auto journal = *open_journal(rt_, place_);
    auto others = *open_journal(rt_, elsewhere);
    auto others_calendar = *open_calendar(rt_, elsewhere);
    activation::beginning begin{"ostrava", "/l.xml", "t", "eva", {"r1"}, "{}", id, 1, {}, "north"};
    EXPECT_FALSE(wait(others->begin(begin)));
    EXPECT_FALSE(wait(others_calendar->set_part(id, 1, {"north"})));
    ASSERT_TRUE(wait(calendar_->set_part(id, 1, {"north"})));
    ASSERT_TRUE(wait(others_calendar->set_part(id, 1, {"south", scheduler::part_stage::built, "w"})));
    const auto begun = wait(journal->begin(begin));
    ASSERT_TRUE(begun) << describe(begun.error());
    const auto found = wait(calendar_->find(id));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->pods[0].parts,
              (std::vector<scheduler::part>{{"north", scheduler::part_stage::begun, "", false, *begun},
                                            {"south", scheduler::part_stage::built, "w"}}));

    // One is gone: its part is taken over, the other stays where it is.
    std::this_thread::sleep_for(1100ms);
    EXPECT_EQ(wait(all->take({{id, ""}, {id, "north"}, {id, "south"}})).value(), (parts{{id, "north"}}));
    EXPECT_FALSE(wait(journal->append({record_kind::touching, *begun, "r1", "", {}})));
    EXPECT_FALSE(wait(calendar_->set_part(id, 1, {"north"})));
}

TEST_P(Postgres, ServicesThatTakeAtOnce_NeverBothHaveOne) {
    std::vector<std::string> ids;
    for (int n = 0; n < 40; ++n) {
        scheduler::reservation what;
        what.lab = "ostrava";
        what.promised = what.held = {scheduler::instant(std::chrono::seconds(100 * n)),
                                     scheduler::instant(std::chrono::seconds(100 * n + 100))};
        what.pods.push_back({1, "{}", {"r1"}});
        ids.push_back(wait(calendar_->book(what, "eva", 0)).value());
    }
    constexpr unsigned services = 6;
    std::vector<std::vector<scheduler::work_part>> taken(services);
    std::vector<std::thread> threads;
    for (unsigned n = 0; n < services; ++n) {
        threads.emplace_back([this, &ids, &mine = taken[n]] {
            virtual_runtime rt;
            auto one = *open_roster(rt, another(), {"one of them", ""});
            auto root = [](scheduler::roster& r, std::vector<std::string> all,
                           std::vector<scheduler::work_part>& into) -> task<void> {
                const auto signed_on = co_await r.renew();
                EXPECT_TRUE(signed_on);
                for (auto& id : all) {
                    std::vector<scheduler::work_part> wanted{std::move(id)};
                    const auto got = co_await r.take(std::move(wanted));
                    if (got) {
                        into.insert(into.end(), got->begin(), got->end());
                    }
                }
            };
            EXPECT_EQ(rt.run(root(*one, ids, mine)), virtual_end::finished);
        });
    }
    std::vector<std::string> all;
    for (unsigned n = 0; n < services; ++n) {
        threads[n].join();
        std::ranges::transform(taken[n], std::back_inserter(all), &scheduler::work_part::reservation);
    }
    std::ranges::sort(all);
    std::ranges::sort(ids);
    EXPECT_EQ(all, ids);
}

// Where there is none at hand, there is nothing to try.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Postgres);
INSTANTIATE_TEST_SUITE_P(On, Postgres, testing::ValuesIn(postgres_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
