// When a device in quarantine is tried again.
#include "engine/scheduler/rechecks.h"

#include <gtest/gtest.h>

namespace rollover::scheduler {
namespace {

using namespace std::chrono_literals;
using activation::record;
using activation::record_kind;

struct history {
    std::vector<record> records{{record_kind::begun, "a1", "", "", {}}};
    wall_time now{};

    void then(duration later, record_kind kind, const std::string& subject, const std::string& text = {}) {
        now += later;
        records.push_back({kind, "a1", subject, text, now});
    }
    /// From the last thing that happened.
    [[nodiscard]] std::optional<duration> wait(const std::string& device, duration first = 30min) const {
        const auto due = next_recheck(records, device, first);
        return due ? std::optional(due->when - now) : std::nullopt;
    }
};

TEST(Rechecks, TwiceAsLongEachTime_ADayAtMost) {
    history h;
    h.then(1min, record_kind::touching, "r1");
    h.then(1min, record_kind::quarantined, "r1", "no prompt");
    EXPECT_FALSE(h.wait("r1")) << "the activation is not over";
    h.then(0s, record_kind::ended, "");
    for (const duration expected : {duration(30min), duration(1h), duration(2h), duration(4h), duration(8h),
                                    duration(16h), duration(24h), duration(24h)}) {
        EXPECT_EQ(h.wait("r1"), expected);
        h.then(expected, record_kind::note, "r1", "tried again to be made clean");
        h.then(0s, record_kind::quarantined, "r1", "no prompt");
    }
    EXPECT_EQ(next_recheck(h.records, "r1", 30min)->tries, 8U);
}

TEST(Rechecks, TryThatWasInterrupted_Counts) {
    history h;
    h.then(1min, record_kind::quarantined, "r1", "no prompt");
    h.then(0s, record_kind::ended, "");
    h.then(30min, record_kind::note, "r1", "tried again to be made clean");
    EXPECT_EQ(h.wait("r1"), 1h) << "a service that dies at each try does not try each minute";
}

TEST(Rechecks, OtherDevicesAndNotes_DoNotCount) {
    history h;
    h.then(1min, record_kind::quarantined, "r1", "no prompt");
    h.then(0s, record_kind::quarantined, "r2", "no prompt");
    h.then(0s, record_kind::ended, "");
    h.then(0s, record_kind::note, "r1", "something else");
    h.then(0s, record_kind::note, "r2", "tried again to be made clean");
    EXPECT_EQ(h.wait("r1"), 30min);
    EXPECT_FALSE(h.wait("r3"));
    EXPECT_EQ(h.wait("r1", 72h), 24h);
}

}  // namespace
}  // namespace rollover::scheduler
