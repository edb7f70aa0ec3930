// One device behind an RFC 2217 converter in virtual time, whose lab file has its speed raised: activated, and taken
// down again, by the code that ships.
#pragma once

#include "engine/activation/activation.h"
#include "simulators/lab/lab_simulator.h"

#include <string>
#include <vector>

namespace rollover::tests {

struct raised_request {
    const platform::library& platforms;
    std::string platform = "cisco-ios";  ///< or "linux"
    std::string fast_baud = "115200";    ///< empty: the speed stays at 9600
    std::size_t lines = 300;             ///< of the configuration
    std::string last_line{};             ///< one more
    sim::simulator_options simulator{};
    duration stop_after{};   ///< Ctrl-C at this time; zero: never
    bool left_fast = false;  ///< instead of an activation: one was killed while the speed was raised
    std::string char_delay = "0s";
};

/// Speeds in bit/s.
struct line_speeds {
    std::uint32_t device = 0;
    std::uint32_t converter = 0;
    bool operator==(const line_speeds&) const = default;
};

struct raised_report {
    activation::ending up = activation::ending::failed;
    activation::ending down = activation::ending::failed;
    std::vector<std::string> failures;
    std::vector<std::string> log;
    line_speeds while_typed;    ///< at the last line that was typed
    line_speeds handed_over;    ///< when the activation had ended
    line_speeds at_end;         ///< when the device was clean again
    std::string running;        ///< its configuration when the activation had ended
    std::uint32_t planned = 0;  ///< plan::device_plan::raised_to
    duration worked{};  ///< from the first key of the configuration until it was compared and the speed was put back
    bool clean = false;
};

[[nodiscard]] raised_report run_raised(const raised_request& request);

}  // namespace rollover::tests
