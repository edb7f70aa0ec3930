// bench_speed: a long configuration at 9600 baud, and with the console raised to 115200 for it. Virtual time: UARTs
// true to their speed, a device whose processor takes the time that is printed, no network and no computer in between;
// the same figures on every machine. From the first key of the configuration until it was typed, read back, compared,
// and the usual speed was put back.
#include "tests/system/raised_lab.h"

#include <chrono>
#include <fmt/format.h>
#include <iostream>

using namespace rollover;
using namespace rollover::tests;
using namespace std::chrono_literals;

namespace {

struct processor {
    const char* name;
    duration character;
    duration line;
};

constexpr processor processors[] = {{"one that takes no time", 1us, 0ms},
                                    {"20 us a character, 2 ms a line", 20us, 2ms},
                                    {"60 us a character, 20 ms a line", 60us, 20ms}};

double seconds(const platform::library& platforms, const processor& p, std::size_t lines, const char* fast_baud) {
    raised_request request{platforms};
    request.fast_baud = fast_baud;
    request.lines = lines;
    request.simulator.uart.service_time = p.character;
    request.simulator.line_time = p.line;
    request.simulator.chatty = false;
    const auto done = run_raised(request);
    for (const auto& one : done.failures) {
        std::cerr << one << "\n";
    }
    return std::chrono::duration<double>(done.worked).count();
}

}  // namespace

int main() {
    diagnostics mistakes;
    const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    std::cout << "| device | lines | 9600 baud | raised to 115200 | ratio |\n| --- | ---: | ---: | ---: | ---: |\n";
    for (const auto& p : processors) {
        for (const std::size_t lines : {100U, 500U, 2000U}) {
            const double usual = seconds(platforms, p, lines, "");
            const double raised = seconds(platforms, p, lines, "115200");
            std::cout << fmt::format("| {} | {} | {:.1f} s | {:.1f} s | {:.1f} |\n", p.name, lines, usual, raised,
                                     usual / raised);
        }
    }
    return 0;
}
