// The earliest start does not depend on how much of the calendar was read to find it: random calendars, some so full
// that the place is behind all that is booked, against the answer from the whole calendar.
#include "engine/runtime/virtual_runtime.h"
#include "engine/scheduler/reserve.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/support/timetable_of.h"
#include "tests/system/virtual_lab.h"

#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <unistd.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::instant;

class LookFor : public testing::Test {
protected:
    LookFor() : folder_(std::filesystem::temp_directory_path() / fmt::format("rollover-look-{}", ::getpid())) {
        std::filesystem::create_directories(folder_);
        diagnostics mistakes;
        files_ = std::make_shared<const scheduler::lab_files>(scheduler::lab_files{
            read_lab_or_die(lab_xml(devices)), platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes)});
        book_ = *store::open_calendar(rt_, folder_ / "journal.sqlite");
        journal_ = *store::open_journal(rt_, folder_ / "journal.sqlite");
    }
    ~LookFor() override { std::filesystem::remove_all(folder_); }

    static constexpr unsigned devices = 6;

    /// Rows of bookings for each device, with breaks; the longer the rows, the further away a place for all.
    task<void> fill(std::mt19937_64& random, unsigned each) {
        for (unsigned d = 0; d < devices; ++d) {
            instant next = scheduler::rounded_up(rt_.wall_now());
            for (unsigned i = 0; i < each; ++i) {
                next += std::chrono::minutes(random() % 200);
                const auto length = std::chrono::minutes(30 + random() % 600);
                scheduler::reservation what;
                what.lab = files_->lab.name;
                what.topology = "pairs";
                what.owner = "jan";
                what.held = what.promised = {next, next + length};
                what.pods.push_back({1, "{}", {fmt::format("r{}", d)}});
                const auto booked = co_await book_->book(std::move(what), "jan", 0);
                EXPECT_TRUE(booked) << describe(booked.error());
                next += length;
            }
        }
    }

    task<void> compare(unsigned nodes, std::chrono::seconds length) {
        scheduler::wish what;
        what.source = pairs_xml(nodes);
        what.topology = std::make_shared<const model::topology>(read_topology_or_die(what.source));
        what.file = "pairs.xml";
        what.owner = "eva";
        what.length = length;
        const auto found = co_await scheduler::look_for(rt_, *book_, *journal_, files_, what, {});
        auto all = co_await scheduler::know(rt_, *book_, *journal_, files_->lab.name, std::chrono::seconds::max());
        EXPECT_TRUE(all && found);
        if (all && found) {
            all->times = timetable_of(all->bookings);
            const auto whole = scheduler::find_reservation(*files_, what, *all, {});
            EXPECT_TRUE(whole);
            EXPECT_EQ(found->held.from, whole->held.from) << nodes << " nodes for " << length.count() << " s";
            furthest_ = std::max(furthest_, found->held.from - scheduler::rounded_up(rt_.wall_now()));
        }
    }

    task<void> all(unsigned seed) {
        std::mt19937_64 random(seed);
        co_await fill(random, 1 + seed * 6);
        for (const unsigned nodes : {2U, 4U, 6U}) {
            for (const auto length : {10min, 200min, 1200min}) {
                co_await compare(nodes, length);
            }
        }
    }

    std::filesystem::path folder_;
    virtual_runtime rt_;
    scheduler::shared_files files_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::chrono::seconds furthest_{};
};

class LookForInCalendars : public LookFor, public testing::WithParamInterface<unsigned> {};

TEST_P(LookForInCalendars, FindsWhatTheWholeCalendarSays) {
    EXPECT_EQ(rt_.run(all(GetParam())), virtual_end::finished);
    EXPECT_TRUE(GetParam() < 9 || furthest_ > 48h) << "nothing was far away: the test sees nothing";
}

INSTANTIATE_TEST_SUITE_P(Random, LookForInCalendars, testing::Values(0U, 1U, 3U, 9U, 30U));

}  // namespace
}  // namespace rollover::tests
