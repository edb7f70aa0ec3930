// A database may take its time: no statement is run by the thread that drives the lines. SQLite itself says who runs
// them.
#include "engine/runtime/real_runtime.h"
#include "engine/store/sqlite_line_book.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "engine/store/stored_users.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <set>
#include <sqlite3.h>
#include <thread>
#include <unistd.h>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using scheduler::instant;
using scheduler::stage;

/// How many statements each thread has begun, on every connection that is opened as long as this lives.
class who_runs_what {
public:
    who_runs_what() {
        seen().clear();
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&follow));
    }
    ~who_runs_what() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&follow)); }
    who_runs_what(const who_runs_what&) = delete;
    who_runs_what& operator=(const who_runs_what&) = delete;

    [[nodiscard]] static unsigned by(std::thread::id thread) {
        const std::lock_guard lock(guard());
        return seen()[thread];
    }
    [[nodiscard]] static unsigned by_all() {
        const std::lock_guard lock(guard());
        unsigned sum = 0;
        for (const auto& [thread, count] : seen()) {
            sum += count;
        }
        return sum;
    }

private:
    static int follow(sqlite3* db, const char** /*error*/, const sqlite3_api_routines* /*api*/) {
        return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, &begun, nullptr);
    }
    static int begun(unsigned /*what*/, void* /*own*/, void* /*statement*/, void* /*sql*/) {
        const std::lock_guard lock(guard());
        ++seen()[std::this_thread::get_id()];
        return 0;
    }
    static std::mutex& guard() {
        static std::mutex one;
        return one;
    }
    static std::map<std::thread::id, unsigned>& seen() {
        static std::map<std::thread::id, unsigned> all;
        return all;
    }
};

/// Awaits a call, and sees whether it has run statements at all.
template <class Value>
task<void> counted(const char* name, task<result<Value>> call) {
    const unsigned before = who_runs_what::by_all();
    const auto done = co_await std::move(call);
    static_cast<void>(done.has_value());  // what it answers is for other tests
    EXPECT_GT(who_runs_what::by_all(), before) << name << " did not reach the database";
}

scheduler::reservation any_reservation(instant from) {
    scheduler::reservation out;
    out.lab = "ostrava";
    out.topology = "t";
    out.source = "<topology/>";
    out.file = "t.xml";
    out.owner = "eva";
    out.promised = out.held = {from, from + std::chrono::hours(1)};
    out.pods.push_back({1, "{}", {"r1"}});
    return out;
}

task<void> all_of_the_calendar(scheduler::calendar& book, instant now) {
    auto what = any_reservation(now);
    const auto held = what.held;
    co_await counted("book", book.book(std::move(what), "eva", 0));
    co_await counted("find", book.find("r1"));
    scheduler::query all;
    co_await counted("list", book.list(std::move(all)));
    co_await counted("counts", book.counts("ostrava"));
    co_await counted("taken", book.taken("ostrava", held));
    co_await counted("times", book.times("ostrava"));
    co_await counted("times again", book.times("ostrava"));
    co_await counted("due", book.due("ostrava", held.until));
    co_await counted("move", book.move("r1", held, held, "eva"));
    scheduler::pod with{1, "{}", {"r2"}};
    co_await counted("place_anew", book.place_anew("r1", std::move(with), now));
    scheduler::part part;
    part.site = "brno";
    co_await counted("set_part", book.set_part("r1", 1, std::move(part)));
    co_await counted("hand_over", book.hand_over("r1", "at", "eva", now));
    co_await counted("set_why", book.set_why("r1", "for no reason"));
    co_await counted("set_ready", book.set_ready("r1", now));
    co_await counted("set_stage", book.set_stage("r1", stage::ending, "", "eva", now));
    co_await counted("measure", book.measure("ostrava", "boot", std::chrono::seconds(1)));
    co_await counted("measured", book.measured("ostrava"));
    scheduler::entry told{0, {}, "eva", "told", "r1", "", ""};
    co_await counted("tell", book.tell(std::move(told)));
    co_await counted("last_entry", book.last_entry());
    co_await counted("entries", book.entries(0, 10, ""));
    scheduler::audit_query last;
    co_await counted("audit", book.audit(std::move(last)));
}

task<void> all_of_the_journal(activation::journal& journal) {
    activation::beginning what{"ostrava", "/lab.xml", "t", "eva", {"r7"}, "{}"};
    co_await counted("begin", journal.begin(std::move(what)));
    activation::record note{activation::record_kind::note, "a1", "r7", "", {}};
    co_await counted("append", journal.append(std::move(note)));
    activation::plan_change change{{activation::record_kind::replaced, "a1", "r7", "", {}}, {"r8"}, {"r7"}, "{}"};
    co_await counted("change_plan", journal.change_plan(std::move(change)));
    co_await counted("read", journal.read("a1"));
    co_await counted("find", journal.find("a1"));
    co_await counted("list", journal.list());
    co_await counted("unavailable", journal.unavailable("ostrava"));
    co_await counted("uses", journal.uses("ostrava"));
    co_await counted("quarantine", journal.quarantine("ostrava", "r9", "smoke"));
    co_await counted("release", journal.release("ostrava", "r9"));
}

task<void> all_of_the_users(access::users& users) {
    co_await counted("add", users.add("eva", access::role::user, "olga"));
    co_await counted("list", users.list());
    co_await counted("issue", users.issue("eva", std::nullopt, "olga"));
    co_await counted("look", users.look(std::nullopt));
    co_await counted("revoke", users.revoke("t1", "olga"));
    co_await counted("remove", users.remove("eva", "olga"));
}

task<void> all_of_the_lines(activation::line_book& lines) {
    activation::line_visit visit;
    visit.lab = "ostrava";
    visit.line = "cs1/1";
    co_await counted("add", lines.add(std::move(visit)));
    co_await counted("find", lines.find("ostrava", "cs1/1"));
    co_await counted("list", lines.list());
}

TEST(NeverOnTheLoop, NoStatement_OfAnyCall_IsRunByTheThreadOfTheLines) {
    const fs::path folder = fs::path(testing::TempDir()) / ("rollover-loop-" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    {
        const who_runs_what watched;
        real_runtime rt(2);
        const auto tables = *shared_tables::open(rt, folder / "journal.sqlite");
        const auto book = *open_calendar(tables);
        const auto journal = *open_journal(tables);
        const auto users = *open_users(rt, folder / "journal.sqlite");
        const auto lines = *open_line_book(rt, folder / "lines.sqlite");
        const auto me = std::this_thread::get_id();
        const unsigned when_opened = who_runs_what::by(me);
        EXPECT_GT(when_opened, 0U) << "it sees what this thread runs: the tables were opened by it";
        auto root = [](runtime& r, scheduler::calendar& b, activation::journal& j, access::users& u,
                       activation::line_book& l) -> task<void> {
            co_await all_of_the_calendar(b, scheduler::rounded_up(r.wall_now()));
            co_await all_of_the_journal(j);
            co_await all_of_the_users(u);
            co_await all_of_the_lines(l);
        };
        rt.run(root(rt, *book, *journal, *users, *lines));
        EXPECT_EQ(who_runs_what::by(me), when_opened);
    }
    fs::remove_all(folder);
}

}  // namespace
}  // namespace rollover::store
