#include "engine/activation/together.h"

#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace rollover::activation {
namespace {

using namespace std::chrono_literals;

task<result<void>> part(runtime& rt, duration length, std::string fails_with, int& ended) {
    const auto slept = co_await sleep_for(rt, length);
    ++ended;
    if (!slept) {
        co_return slept;
    }
    if (!fails_with.empty()) {
        co_return failure(errc::device_rejected, fails_with);
    }
    co_return result<void>();
}

task<result<void>> broken_part() {
    throw std::logic_error("a bug of ours");
    co_return result<void>();
}

struct fixture {
    virtual_runtime rt;
    stop_switch stop;
    int ended = 0;
    phase_result got;
    time_point when{};

    void run(std::vector<task<result<void>>> parts, bool keep_going = false, time_point deadline = never) {
        auto root = [](fixture& f, std::vector<task<result<void>>> p, bool keep, time_point d) -> task<void> {
            f.got = co_await run_together(f.rt, std::move(p), f.stop, on_stop::end_at_first, keep, d);
            f.when = f.rt.now();
        };
        ASSERT_EQ(rt.run(root(*this, std::move(parts), keep_going, deadline)), virtual_end::finished);
    }
};

TEST(RunTogether, AllSucceed_TakesTheTimeOfTheSlowest) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(part(f.rt, 3s, "", f.ended));
    parts.push_back(part(f.rt, 5s, "", f.ended));
    f.run(std::move(parts));
    EXPECT_TRUE(f.got.ok());
    EXPECT_EQ(f.when, time_point(5s));
}

TEST(RunTogether, FirstFailure_EndsTheRestAtOnce) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(part(f.rt, 3s, "no", f.ended));
    parts.push_back(part(f.rt, 1h, "", f.ended));
    f.run(std::move(parts));
    ASSERT_EQ(f.got.failures.size(), 1U);
    EXPECT_EQ(f.got.failures[0].reason, "no");
    EXPECT_EQ(f.when, time_point(3s));
    EXPECT_EQ(f.ended, 2);
}

TEST(RunTogether, KeepGoing_WaitsForEveryPart) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(part(f.rt, 3s, "no", f.ended));
    parts.push_back(part(f.rt, 1h, "", f.ended));
    f.run(std::move(parts), true);
    EXPECT_EQ(f.when, time_point(1h));
    EXPECT_EQ(f.got.failures.size(), 1U);
}

TEST(RunTogether, Deadline_IsAFailureInWords) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(part(f.rt, 1h, "", f.ended));
    f.run(std::move(parts), false, time_point(10s));
    ASSERT_EQ(f.got.failures.size(), 1U);
    EXPECT_EQ(f.got.failures[0].code, errc::timed_out);
    EXPECT_EQ(f.when, time_point(10s));
}

TEST(RunTogether, Stop_EndsAllAndIsToldApart) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(part(f.rt, 1h, "", f.ended));
    const auto stopper = f.rt.make_alarm([&f] { f.stop.request(); });
    stopper->set(time_point(2s));
    f.run(std::move(parts));
    EXPECT_TRUE(f.got.stopped);
    EXPECT_TRUE(f.got.failures.empty());
    EXPECT_EQ(f.when, time_point(2s));
}

TEST(RunTogether, ThrowingPart_BecomesAFailure) {
    fixture f;
    std::vector<task<result<void>>> parts;
    parts.push_back(broken_part());
    f.run(std::move(parts));
    ASSERT_EQ(f.got.failures.size(), 1U);
    EXPECT_EQ(f.got.failures[0].code, errc::internal);
}

}  // namespace
}  // namespace rollover::activation
