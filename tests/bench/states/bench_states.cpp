// What it costs to see in what state a device is: per kilobyte received, with as many patterns as one likes, and on a
// stream that never ends. Beside it what the same machine needs to look at the bytes at all.
#include "drivers/console/screen.h"
#include "drivers/platform/patterns.h"

#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace {

using namespace rollover;
using clock = std::chrono::steady_clock;

constexpr std::size_t kilobyte = 1024;

/// A routing table and interface counters, as routers print them.
std::string output_of_a_router(std::size_t bytes) {
    std::string text;
    for (unsigned i = 0; text.size() < bytes; ++i) {
        text += fmt::format("O    10.{}.{}.0/24 [110/{}] via 192.0.2.{}, 00:{:02}:{:02}, GigabitEthernet0/{}\n",
                            i % 250, i * 7 % 250, i % 100, i % 254 + 1, i % 60, i * 13 % 60, i % 4);
        text += fmt::format("     {} packets input, {} bytes, 0 no buffer\n", i * 37, i * 4099);
        text += "     Received 0 broadcasts (0 IP multicasts), 0 runts, 0 giants, 0 throttles\n";
    }
    text.resize(bytes);
    return text;
}

volatile std::size_t sink = 0;

/// Microseconds for each kilobyte that `work` goes through `bytes`, the fastest of several rounds.
template <class Work>
double cost(std::size_t bytes, Work work) {
    double best = 1e9;
    for (int round = 0; round < 7; ++round) {
        const auto began = clock::now();
        std::size_t done = 0;
        while (done < 4 * kilobyte * kilobyte) {
            sink = sink + work();
            done += bytes;
        }
        const double us = std::chrono::duration<double, std::micro>(clock::now() - began).count();
        best = std::min(best, us * static_cast<double>(kilobyte) / static_cast<double>(done));
    }
    return best;
}

/// One look: where the device stands, by its open line and the last finished one.
std::size_t look(const platform::patterns& match, std::string_view last_line, std::string_view open_line) {
    const auto banner = match.banner_of(match.without_log(last_line));
    const auto prompt = match.prompt_of(open_line);
    return (banner ? *banner : 0) + (prompt ? prompt->state : 0);
}

platform::description with_states(std::size_t count) {
    platform::description d;
    d.name = "many";
    for (std::size_t i = 0; i < count; ++i) {
        platform::state s;
        s.name = fmt::format("s{}", i);
        s.prompts.push_back(fmt::format("(?P<host>[A-Za-z][-\\w.]*)\\(mode-{}\\)# ?", i));
        s.banners.push_back(fmt::format("^Entering mode number {} of", i));
        d.states.push_back(std::move(s));
        d.errors.push_back(fmt::format("^% (?:Error|Failure) {} of", i));
    }
    return d;
}

std::size_t resident() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t in_memory = 0;
    statm >> all >> in_memory;
    return in_memory * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void report(const std::string& what, const platform::patterns& match, const std::string& output) {
    const std::string_view last_line = std::string_view(output).substr(0, output.find('\n'));
    const double state = cost(kilobyte, [&] { return look(match, last_line, "core-7.lab.example.net(config-if)# "); });
    const double middle = cost(kilobyte, [&] { return look(match, last_line, "O    10.3.21.0/24 [110/3] via 192"); });
    const double errors =
        cost(output.size(), [&] { return match.errors.in_some_line(output) ? std::size_t{1} : std::size_t{0}; });
    fmt::print("{:<22} {:>12.2f} {:>14.2f} {:>16.2f}\n", what, state, middle, errors);
}

/// A hundred megabytes with line ends, and as many without.
void endless(const platform::patterns& match) {
    const std::string piece = output_of_a_router(kilobyte);
    std::string flat = piece;
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    const std::string& with_ends = piece;
    const std::string& without = flat;
    for (const auto& [name, one] : {std::pair("with line ends", &with_ends), std::pair("without", &without)}) {
        console::screen shown;
        std::size_t least = 0;
        for (int megabyte = 0; megabyte < 100; ++megabyte) {
            for (std::size_t k = 0; k < kilobyte; ++k) {
                shown.feed(*one);
                sink = sink + look(match, shown.last_line(), shown.text().open_line);
            }
            least = megabyte == 20 ? resident() : least;
        }
        const auto grown = static_cast<double>(resident()) - static_cast<double>(least);
        fmt::print("endless stream {:<14}: 100 MB, memory grown by {:.1f} kB from the 20th megabyte on\n", name,
                   grown / kilobyte);
    }
}

}  // namespace

int main() {
    const std::string output = output_of_a_router(64 * kilobyte);
    diagnostics mistakes;
    const auto all = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    fmt::print("microseconds for each kilobyte received, a look at each kilobyte (limit 1 for a look)\n");
    fmt::print("{:<22} {:>12} {:>14} {:>16}\n", "platform", "at a prompt", "in an output", "errors in output");
    for (const auto& name : all.names()) {
        report(name, *all.find(name)->compiled, output);
    }
    for (const std::size_t count : {10U, 100U, 1000U}) {
        const auto d = with_states(count);
        report(fmt::format("{} states", count), platform::patterns(d), output);
    }
    const double bare = cost(output.size(), [&] {
        std::size_t lines = 0;
        for (const char* at = output.data();
             (at = static_cast<const char*>(
                  std::memchr(at, '\n', static_cast<std::size_t>(output.data() + output.size() - at)))) != nullptr;
             ++at) {
            ++lines;
        }
        return lines;
    });
    fmt::print("for comparison: finding the line ends alone {:.2f}\n", bare);
    endless(*all.find("cisco-ios")->compiled);
    return mistakes.empty() ? 0 : 1;
}
