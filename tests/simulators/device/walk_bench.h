// Walks a simulated device through lines as a person types them, each with what has to come out.
#pragma once

#include "console_bench.h"

#include <gtest/gtest.h>

namespace rollover::sim {

struct said_and_seen {
    std::string typed;  ///< without Enter; "~" at its end: a single key, no Enter
    std::string seen;   ///< somewhere in what comes out, echo included; "not: x": x does not come out
    duration wait = 3s;
};

inline void walk(console_bench& device, const std::vector<said_and_seen>& steps) {
    for (const said_and_seen& step : steps) {
        device.seen.clear();
        if (step.typed.ends_with('~')) {
            device.type(step.typed.substr(0, step.typed.size() - 1), 10ms, step.wait);
        } else {
            device.command(step.typed, step.wait);
        }
        if (step.seen.starts_with("not: ")) {
            EXPECT_THAT(device.seen, testing::Not(testing::HasSubstr(step.seen.substr(5)))) << "after: " << step.typed;
        } else {
            EXPECT_THAT(device.seen, testing::HasSubstr(step.seen)) << "after: " << step.typed;
        }
    }
}

inline device_options switched_off(std::vector<std::string> interfaces) {
    device_options options = quiet();
    options.interfaces = std::move(interfaces);
    options.booted = false;
    return options;
}

}  // namespace rollover::sim
