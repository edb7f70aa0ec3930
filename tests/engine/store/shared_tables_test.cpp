// Calendar and journal on one connection, whose changes are committed together.
#include "engine/store/shared_tables.h"

#include "engine/runtime/real_runtime.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/engine/store/any_tables.h"

#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>
#include <sys/wait.h>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using scheduler::instant;
using scheduler::reservation;

instant second(int seconds) {
    return instant(std::chrono::seconds(2'000'000'000 + seconds));
}

reservation of(std::vector<std::string> devices, int from, int until, std::string owner) {
    reservation out;
    out.lab = "ostrava";
    out.topology = "t";
    out.source = "<topology/>";
    out.file = "t.xml";
    out.owner = std::move(owner);
    out.promised = out.held = {second(from), second(until)};
    out.pods.push_back({1, "{}", std::move(devices)});
    return out;
}

class SharedTables : public testing::TestWithParam<kind> {
protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) /
                  fmt::format("rollover-shared-{}-{}", getpid(),
                              std::string(testing::UnitTest::GetInstance()->current_test_info()->name()).substr(0, 12));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        place_ = fresh_tables(GetParam(), folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path folder_;
    tables_place place_{fs::path()};
};

struct answers {
    std::map<std::string, reservation> booked;
    unsigned refused = 0;
    unsigned others = 0;
};

task<void> book_at_random(scheduler::calendar& book, unsigned client, unsigned count, answers& out) {
    std::mt19937 random(client);
    for (unsigned i = 0; i < count; ++i) {
        const int from = static_cast<int>(random() % 400);
        std::set<std::string> devices;
        for (unsigned n = 0; n <= random() % 3; ++n) {
            devices.insert(fmt::format("r{}", random() % 20));
        }
        auto what = of({devices.begin(), devices.end()}, from, from + 1 + static_cast<int>(random() % 30),
                       fmt::format("u{}", client));
        auto copy = what;
        const auto id = co_await book.book(std::move(copy), "u", 0);
        if (id) {
            out.booked.emplace(*id, std::move(what));
        } else if (id.error().code == errc::busy) {
            ++out.refused;
        } else {
            ++out.others;
            ADD_FAILURE() << describe(id.error());
        }
    }
}

task<void> all_clients(runtime& rt, scheduler::calendar& book, activation::journal& journal, answers& out) {
    task_group all(rt);
    for (unsigned c = 0; c < 64; ++c) {
        all.spawn(book_at_random(book, c, 10, out));
    }
    for (int i = 0; i < 20; ++i) {
        activation::beginning by_hand{"ostrava", "/l.xml", "t", "jan", {fmt::format("h{}", i % 10)}, "{}"};
        const auto begun = co_await journal.begin(std::move(by_hand));
        EXPECT_EQ(begun.has_value(), i < 10) << "a device is begun once";
    }
    co_await all.join();
}

TEST_P(SharedTables, NeighboursOfWhatIsRefused_AreBooked_AndNothingElse) {
    answers told;
    {
        real_runtime rt(4);
        const auto tables = *shared_tables::open(rt, place_);
        const auto book = *open_calendar(tables);
        const auto journal = *open_journal(tables);
        rt.run(all_clients(rt, *book, *journal, told));
    }
    EXPECT_EQ(told.booked.size() + told.refused, 640U);
    EXPECT_GT(told.booked.size(), 50U);
    EXPECT_GT(told.refused, 50U);
    auto db = *open_tables(place_);
    std::map<std::string, std::map<std::int64_t, std::int64_t>> by_device;
    std::map<std::int64_t, std::set<std::string>> by_reservation;
    statement rows(*db, "SELECT device, begins, frees, reservation FROM booking");
    ASSERT_TRUE(rows.each([&] {
        EXPECT_TRUE(by_device[rows.text(0)].emplace(rows.number(1), rows.number(2)).second);
        by_reservation[rows.number(3)].insert(rows.text(0));
    }));
    for (const auto& [device, windows] : by_device) {
        std::int64_t free = 0;
        for (const auto& [begins, frees] : windows) {
            EXPECT_GE(begins, free) << device << " is in two reservations at once";
            free = frees;
        }
    }
    EXPECT_EQ(by_reservation.size(), told.booked.size()) << "what was refused left rows, or what was booked did not";
    for (const auto& [id, what] : told.booked) {
        const auto& devices = what.pods[0].devices;
        EXPECT_EQ(by_reservation[std::stoll(id.substr(1))], std::set<std::string>(devices.begin(), devices.end()))
            << id;
    }
    statement heads(*db,
                    "SELECT COUNT(*), (SELECT COUNT(*) FROM entry), (SELECT COUNT(*) FROM activation),"
                    " (SELECT COUNT(*) FROM claim) FROM reservation");
    ASSERT_TRUE(heads.step());
    EXPECT_EQ(heads.number(0), static_cast<std::int64_t>(told.booked.size()));
    EXPECT_EQ(heads.number(1), static_cast<std::int64_t>(told.booked.size())) << "each with its entry";
    EXPECT_EQ(heads.number(2), 10);
    EXPECT_EQ(heads.number(3), 10);
}

INSTANTIATE_TEST_SUITE_P(On, SharedTables, testing::ValuesIn(databases_at_hand()), name_of);

task<void> tell_each(scheduler::calendar& book, int client, int pipe) {
    for (int i = 0;; ++i) {
        auto what = of({fmt::format("r{}", client)}, 10 * i, 10 * i + 10, "u");
        const auto id = co_await book.book(std::move(what), "u", 0);
        if (!id) {
            co_return;
        }
        const auto number = std::stoll(id->substr(1));
        if (::write(pipe, &number, sizeof number) != sizeof number) {
            co_return;
        }
    }
}

[[noreturn]] void book_until_killed(const fs::path& file, int pipe) {
    real_runtime rt(4);
    const auto tables = *shared_tables::open(rt, file);
    const auto book = *open_calendar(tables);
    auto root = [](runtime& r, scheduler::calendar& into, int to) -> task<void> {
        task_group all(r);
        for (int c = 0; c < 32; ++c) {
            all.spawn(tell_each(into, c, to));
        }
        co_await all.join();
    };
    rt.run(root(rt, *book, pipe));
    ::_exit(1);
}

TEST(SharedTablesKilled, WhatWasAnswered_IsThere_HoweverTheGroupStood) {
    const fs::path folder = fs::path(testing::TempDir()) / fmt::format("rollover-killed-group-{}", getpid());
    fs::remove_all(folder);
    fs::create_directories(folder);
    const auto file = folder / "journal.sqlite";
    std::set<std::int64_t> answered;
    std::mt19937 random(7);
    for (int life = 0; life < 8; ++life) {
        fs::remove(file);
        fs::remove(folder / "journal.sqlite-wal");
        fs::remove(folder / "journal.sqlite-shm");
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            book_until_killed(file, ends[1]);
        }
        ::close(ends[1]);
        answered.clear();
        std::int64_t number = 0;
        const std::size_t enough = 50 + random() % 150;
        while (answered.size() < enough && ::read(ends[0], &number, sizeof number) == sizeof number) {
            answered.insert(number);
        }
        ::usleep(static_cast<useconds_t>(random() % 5000));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(ends[0], &number, sizeof number) == sizeof number) {
            answered.insert(number);
        }
        ::close(ends[0]);
        ASSERT_GE(answered.size(), enough);
        auto db = *open_tables(file);
        statement rows(*db,
                       "SELECT number, (SELECT COUNT(*) FROM booking WHERE reservation = reservation.number),"
                       " (SELECT COUNT(*) FROM entry WHERE reservation = reservation.number) FROM reservation");
        std::size_t stood = 0;
        ASSERT_TRUE(rows.each([&] {
            ++stood;
            answered.erase(rows.number(0));
            EXPECT_EQ(rows.number(1), 1);
            EXPECT_EQ(rows.number(2), 1);
        }));
        EXPECT_TRUE(answered.empty()) << answered.size() << " bookings were answered and are gone";
        EXPECT_GE(stood, enough);
    }
    fs::remove_all(folder);
}

task<void> insert_size(commit_group& group, database& part, int number, std::size_t size, std::map<int, bool>& out) {
    std::function<result<void>()> work = [&part, number, size]() -> result<void> {
        transaction all(part);
        auto done = all.begin();
        if (done) {
            statement insert(part, "INSERT INTO t (n, x) VALUES (?, ?)");
            done = insert.bind(1, number).bind(2, std::string(size, 'x')).run();
        }
        if (done) {
            done = all.commit();
        }
        return done;
    };
    const auto done = co_await group.run(std::move(work));
    out[number] = done.has_value();
}

TEST(SharedTablesFull, WhatWasAnsweredAsDone_IsWhatIsThere_WhenTheDatabaseIsFull) {
    const fs::path file = fs::path(testing::TempDir()) / fmt::format("rollover-full-group-{}.sqlite", getpid());
    fs::remove(file);
    std::map<int, bool> told;
    {
        real_runtime rt(2);
        const auto db = *open_sqlite(file);
        ASSERT_TRUE(db->execute("CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT NOT NULL); PRAGMA max_page_count=40"));
        commit_group group(rt, *db, changes::decided);
        const auto part = part_of(*db, changes::decided);
        auto root = [](runtime& r, commit_group& g, database& p, std::map<int, bool>& out) -> task<void> {
            for (int round = 0; round < 10; ++round) {
                task_group all(r);
                for (int i = 0; i < 10; ++i) {
                    // Now and then one that does not fit any more, in the middle of those that do.
                    all.spawn(insert_size(g, p, 10 * round + i, i == 5 && round % 2 == 1 ? 400'000 : 300, out));
                }
                co_await all.join();
            }
        };
        rt.run(root(rt, group, *part, told));
    }
    const auto db = *open_sqlite(file);
    std::set<int> there;
    statement rows(*db, "SELECT n FROM t");
    ASSERT_TRUE(rows.each([&] { there.insert(static_cast<int>(rows.number(0))); }));
    EXPECT_EQ(told.size(), 100U);
    for (const auto& [number, done] : told) {
        EXPECT_EQ(there.contains(number), done) << number;
    }
    EXPECT_GE(there.size(), 50U) << "the rounds without a large one";
    EXPECT_FALSE(told.at(15));
    fs::remove(file);
}

}  // namespace
}  // namespace rollover::store
