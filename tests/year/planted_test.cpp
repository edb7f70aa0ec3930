// The checker of the year can fail: each promise is broken on purpose, and it says so. And faults excuse only what they
// have touched.
#include "tests/year/topologies.h"
#include "tests/year/year_lab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using scheduler::reservation;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t mark = 7;

/// A story with one reservation of a pair, an hour from now, for an hour; what is planted is the story's.
class one_reservation {
public:
    explicit one_reservation(year_lab& lab) : lab_(lab) {}

    task<reservation> book() {
        auto& wish = lab_.inspector().wished(mark);
        wish.mark = mark;
        wish.links = pair.links;
        std::function<task<result<reservation>>(service::front_desk&)> ask = [](service::front_desk& desk) {
            service::booking_request what;
            what.source = pair.xml;
            what.file = "pair.xml";
            what.arguments["mark"] = std::to_string(mark);
            what.owner = "eva";
            what.length = "1h";
            what.from = "+1h";
            return desk.reserve({"eva"}, what);
        };
        const auto made = co_await lab_.ask(std::move(ask));
        EXPECT_TRUE(made && *made);
        lab_.inspector().booked(mark, (**made).id);
        co_return **made;
    }
    task<void> until(scheduler::instant when) {
        const auto slept = co_await sleep_for(lab_.world(), wall_time(when) - lab_.wall_now());
        static_cast<void>(slept.has_value());
    }
    void sql(const std::string& text) const {
        sqlite3* db = nullptr;
        sqlite3_open_v2(lab_.journal_file().c_str(), &db, SQLITE_OPEN_READWRITE, "unix");
        char* words = nullptr;
        const int code = sqlite3_exec(db, text.c_str(), nullptr, nullptr, &words);
        said_ = code == SQLITE_OK ? "" : words;
        sqlite3_free(words);
        sqlite3_close(db);
    }
    [[nodiscard]] const std::string& said() const { return said_; }

private:
    year_lab& lab_;
    mutable std::string said_;
};

/// What the checker says after the story.
std::vector<std::string> found(task<void> (*story)(year_lab&)) {
    static const auto files = year_files::read();
    year_lab lab(files, 8, 0, 1, false);
    lab.run(story, 48h);
    return lab.inspector().broken();
}

task<void> nothing(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, None_NothingIsFound) {
    EXPECT_THAT(found(nothing), IsEmpty());
}

task<void> booked_twice(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    const std::string again =
        "INSERT INTO booking SELECT lab, device, begins + 60, frees, reservation, pod FROM booking LIMIT 1";
    one.sql(again);
    EXPECT_THAT(one.said(), HasSubstr("another reservation")) << "the database itself refuses it";
    lab.inspector().audit();
    EXPECT_THAT(lab.inspector().broken(), IsEmpty());
    one.sql("DROP TRIGGER booking_never_overlaps; " + again);
    EXPECT_EQ(one.said(), "");
    lab.inspector().audit();
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, DoubleBooking_WithTheTriggerDropped) {
    EXPECT_THAT(found(booked_twice), Contains(HasSubstr("is booked twice")));
}

task<void> join_left(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.until + 1min);
    const auto added =
        lab.simulator().run_here({{"ovs-ofctl", "-O", "OpenFlow13", "add-flow", "xc",
                                   "priority=9,in_port=1,dl_vlan=100,actions=set_field:4198->vlan_vid,in_port"},
                                  {},
                                  {},
                                  {}});
    EXPECT_TRUE(added && added->exit_code == 0) << (added ? added->errors : describe(added.error()));
}

TEST(PlantedViolations, JoinThatIsLeft) {
    EXPECT_THAT(found(join_left), Contains(HasSubstr("a join is left")));
}

task<void> join_missing(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.promised.from + 1min);
    lab.forget_joins();
    lab.inspector().audit();
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, JoinThatIsMissing_WhileItsUserHasIt) {
    EXPECT_THAT(found(join_missing), Contains(HasSubstr("with 0 joins of 1")));
}

void type_at(year_lab& lab, const std::string& device, std::string_view text) {
    auto& box = lab.simulator().at(*model::find_device(lab.lab(), device));
    for (const char c : text) {
        box.input(c);
    }
}

task<void> dirty_device(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.from - 1min);
    type_at(lab, r.pods[0].devices[0], "\rconfigure\rnote m3\rend\r");
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, DirtyDevice_IsFoundWhenItIsTaken_AndWhenItIsHandedOver) {
    const auto broken = found(dirty_device);
    EXPECT_THAT(broken, Contains(HasSubstr("was dirty when activation a1")));
    EXPECT_THAT(broken, Contains(HasSubstr("with another user's configuration")));
}

task<void> dirty_and_free(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.until + 1min);
    type_at(lab, r.pods[0].devices[0], "\rconfigure\rnote m3\rend\r");
    co_await one.until(r.held.until + 2min);
}

TEST(PlantedViolations, DirtyDevice_ThatIsFree) {
    EXPECT_THAT(found(dirty_and_free), Contains(HasSubstr("is dirty, and free")));
}

task<void> another_mark(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.from + 2s);
    one.sql("UPDATE reservation SET arguments = '{\"mark\":\"8\"}'");
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, HandedOver_WithoutItsConfiguration) {
    EXPECT_THAT(found(another_mark), Contains(HasSubstr("without its configuration")));
}

/// The service is away for twenty minutes, and the checker is told that something else was wrong.
task<void> late(year_lab& lab, const char* what, bool of_its_own) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.held.from - 1min);
    const auto outage = lab.inspector().faults();
    lab.kill_after(0, 20min);
    co_await one.until(r.held.until + 1min);
    lab.inspector().noted(outage) = {"not known", "no device", 0, 0};
    const auto of = of_its_own ? r.pods[0].devices[0] : "d7";
    EXPECT_TRUE(of_its_own || std::ranges::count(r.pods[0].devices, of) == 0);
    if (*what != 0) {
        const auto from = r.held.from.time_since_epoch().count();
        lab.inspector().note({what, of, from, from + 60});
    }
}
task<void> late_without_reason(year_lab& lab) {
    return late(lab, "", false);
}
task<void> late_with_a_fault_of_others(year_lab& lab) {
    return late(lab, "device hangs", false);
}
task<void> late_with_a_fault_of_its_own(year_lab& lab) {
    return late(lab, "device hangs", true);
}

TEST(PlantedViolations, LateStart_WithoutAFault) {
    EXPECT_THAT(found(late_without_reason), Contains(HasSubstr("s late, and no fault excuses it")));
}
TEST(PlantedViolations, LateStart_IsNotExcusedByAFaultOfAnotherDevice) {
    EXPECT_THAT(found(late_with_a_fault_of_others), Contains(HasSubstr("s late, and no fault excuses it")));
}
TEST(PlantedViolations, LateStart_IsExcusedByAFaultOfItsOwnDevice) {
    EXPECT_THAT(found(late_with_a_fault_of_its_own), IsEmpty());
}

task<void> lost(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    one.sql("DELETE FROM booking; DELETE FROM pod; DELETE FROM reservation");
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, PromisedReservation_ThatTheCalendarHasLost) {
    EXPECT_THAT(found(lost), Contains(HasSubstr("was promised to a user")));
}

task<void> cancelled_by_nobody(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    std::function<task<result<reservation>>(service::front_desk&)> end = [id = r.id](service::front_desk& desk) {
        return desk.cancel({"somebody"}, id);
    };
    const auto done = co_await lab.ask(std::move(end));
    EXPECT_TRUE(done && *done);
    co_await one.until(r.held.until + 1min);
}

TEST(PlantedViolations, Cancelled_AndNobodyWantedThat) {
    EXPECT_THAT(found(cancelled_by_nobody), Contains(HasSubstr("nobody wanted that")));
}

task<void> innocent_in_quarantine(year_lab& lab) {
    std::function<task<result<void>>(service::front_desk&)> aside = [](service::front_desk& desk) {
        return desk.quarantine({"somebody"}, "d3", "I do not like it");
    };
    const auto done = co_await lab.ask(std::move(aside));
    EXPECT_TRUE(done && *done);
}

TEST(PlantedViolations, DeviceInQuarantine_WithNothingWrong) {
    EXPECT_THAT(found(innocent_in_quarantine), Contains(HasSubstr("nothing was wrong with it")));
}

task<void> never_ended(year_lab& lab) {
    one_reservation one(lab);
    const auto r = co_await one.book();
    co_await one.until(r.promised.from + 1min);
}

TEST(PlantedViolations, ReservationThatIsStillThereAtTheEnd) {
    const auto broken = found(never_ended);
    EXPECT_THAT(broken, Contains(HasSubstr("never ended: it is running")));
    EXPECT_THAT(broken, Contains(HasSubstr("joins are left at the end")));
    EXPECT_THAT(broken, Contains(HasSubstr("is still claimed")));
}

}  // namespace
}  // namespace rollover::tests
