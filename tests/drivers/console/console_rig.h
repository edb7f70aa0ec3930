// A console on a fake line in virtual time, and the way to run a test on it.
#pragma once

#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/console/transcript.h"
#include "engine/runtime/virtual_runtime.h"
#include "tests/support/fake_line.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace rollover::console {

struct console_rig {
    explicit console_rig(pacing_mode mode = pacing_mode::timed) {
        options.pacing.mode = mode;
        options.name = "device r1 (line cs1/1)";
    }

    void open() {
        auto made = std::make_unique<transport::fake_line>(rt);
        line = made.get();
        record = make_memory_transcript(rt, recorded);
        log_sink sink = [this](const log_line& one) { logged.push_back(one.text); };
        it = make_console(rt, wheel, std::move(made), options, record, std::move(sink));
    }

    /// Opens, runs `body`, closes; the whole must end by itself.
    template <class Body>
    void run(Body body) {
        open();
        auto root = [](console_rig& rig, Body inner) -> task<void> {
            co_await inner(rig);
            co_await rig.it->close();
        };
        EXPECT_EQ(rt.run(root(*this, body), time_point(std::chrono::hours(1))), virtual_end::finished);
    }

    /// A device that echoes what it receives, CR as CR LF, after `delay`.
    void echo(duration delay = {}) {
        line->on_arrival = [this, delay](char c) { line->say(c == '\r' ? "\r\n" : std::string(1, c), delay); };
    }

    [[nodiscard]] std::vector<duration> sent_at() const {
        std::vector<duration> times;
        for (const auto& one : line->sent) {
            times.push_back(one.when.time_since_epoch());
        }
        return times;
    }

    virtual_runtime rt;
    pacing_wheel wheel{rt};
    console_options options;
    transport::fake_line* line = nullptr;
    std::shared_ptr<std::string> recorded = std::make_shared<std::string>();
    std::shared_ptr<transcript> record;
    std::vector<std::string> logged;
    std::unique_ptr<console> it;
};

}  // namespace rollover::console
