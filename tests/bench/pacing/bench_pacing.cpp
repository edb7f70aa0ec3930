// How well the gap is kept on many lines at once: bench_pacing [LINES [CHARACTERS [GAP_MS]]].
// One thread types on all lines over loopback TCP; another process stamps what it receives.
#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/transport/raw_line.h"
#include "engine/runtime/real_runtime.h"
#include "tests/bench/pacing/bare_loop.h"
#include "tests/bench/pacing/byte_sink.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rollover::bench {

namespace {

using console::console_options;
using console::gap_statistics;
using console::pacing_mode;
using console::pacing_wheel;

struct workload {
    unsigned lines = 2000;
    unsigned characters = 500;
    duration gap = std::chrono::milliseconds(10);
};

struct outcome {
    std::vector<gap_statistics> lines;
    double cpu_seconds = 0;
    double bytes_per_line = 0;
};

double resident_bytes() {
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

task<void> type_on(runtime& rt, console::console& on, const workload& work, time_point start) {
    const auto slept = co_await sleep_until(rt, start);
    console::typing how;
    how.enter = false;
    const auto typed = co_await on.type(std::string(work.characters, 'x'), how, never);
    if (!slept || !typed) {
        fmt::print(stderr, "{}\n", describe(typed.error()));
    }
}

task<void> type_on_all(runtime& rt, pacing_wheel& wheel, std::uint16_t port, pacing_mode mode, const workload& work,
                       outcome& result) {
    const double memory_before = resident_bytes();
    std::vector<std::unique_ptr<console::console>> consoles;
    for (unsigned i = 0; i < work.lines; ++i) {
        endpoint to{"127.0.0.1", port};
        auto stream = co_await rt.connect(std::move(to), never);
        auto line = std::make_unique<transport::raw_line>(rt, std::move(*stream));
        console_options options;
        options.pacing = {mode, work.gap, work.gap};
        options.name = "line " + std::to_string(i);
        consoles.push_back(make_console(rt, wheel, std::move(line), std::move(options), nullptr, {}));
    }
    const double cpu_before = cpu_seconds();
    task_group group(rt);
    const time_point start = rt.now() + std::chrono::milliseconds(100);
    for (unsigned i = 0; i < work.lines; ++i) {
        group.spawn(type_on(rt, *consoles[i], work, start + i * work.gap / work.lines));
    }
    co_await group.join();
    result.cpu_seconds = cpu_seconds() - cpu_before;
    result.bytes_per_line = (resident_bytes() - memory_before) / work.lines;
    for (auto& one : consoles) {
        result.lines.push_back(one->gaps());
        co_await one->close();
    }
}

double milliseconds(duration d) {
    return static_cast<double>(d.count()) * 1e-6;
}
double milliseconds_of(std::int64_t ns) {
    return static_cast<double>(ns) * 1e-6;
}

void print(std::string_view mode, const workload& work, const outcome& seen, const sink_report& received) {
    const double ideal = milliseconds(work.gap) * (work.characters - 1);
    double slowest = 0;
    double sum = 0;
    std::uint64_t too_short = 0;
    std::uint64_t characters = 0;
    duration p50{};
    duration p99{};
    duration most{};
    for (const auto& line : seen.lines) {
        slowest = std::max(slowest, milliseconds(line.total) / ideal);
        sum += milliseconds(line.total) / ideal;
        too_short += line.too_short;
        characters += line.characters;
        p50 = std::max(p50, line.late_p50);
        p99 = std::max(p99, line.late_p99);
        most = std::max(most, line.late_most);
    }
    fmt::print(
        "{:<6} {:>6} {:>9} {:>7.4f} {:>7.4f} {:>9.3f} {:>9} {:>8} {:>9} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.2f} {:>8.1f}\n",
        mode, work.lines, characters, sum / work.lines, slowest, milliseconds_of(received.shortest_ns),
        received.short_gaps, received.together, too_short, milliseconds(p50), milliseconds(p99), milliseconds(most),
        seen.cpu_seconds * 1e6 / static_cast<double>(characters), seen.bytes_per_line / 1000);
}

/// What a person would write by hand for this one job, for comparison.
void run_bare_loop(const workload& work) {
    byte_sink sink(work.lines, work.gap.count());
    const bare_outcome seen = bare_loop(sink.port(), work.lines, work.characters, work.gap);
    const double characters = static_cast<double>(work.lines) * work.characters;
    const double ideal = milliseconds(work.gap) * (work.characters - 1);
    const sink_report received = sink.report();
    fmt::print("{:<6} {:>6} {:>9} {:>7.4f} {:>7.4f} {:>9.3f} {:>9} {:>8} {:>9} {:>8} {:>8} {:>8} {:>8.2f} {:>8}\n",
               "loop", work.lines, characters, milliseconds(seen.mean_time) / ideal, milliseconds(seen.slowest) / ideal,
               milliseconds_of(received.shortest_ns), received.short_gaps, received.together, "-", "-", "-", "-",
               seen.cpu_seconds * 1e6 / characters, "-");
    std::fflush(nullptr);
}

/// In a process of its own, so that the memory of one run is not that which the run before has left.
void run(std::string_view name, pacing_mode mode, const workload& work) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child != 0) {
        ::waitpid(child, nullptr, 0);
        return;
    }
    byte_sink sink(work.lines, work.gap.count());
    outcome seen;
    {
        real_runtime rt;
        pacing_wheel wheel(rt);
        rt.run(type_on_all(rt, wheel, sink.port(), mode, work, seen));
    }
    print(name, work, seen, sink.report());
    std::fflush(nullptr);
    std::_Exit(0);
}

unsigned number(const char* text, unsigned otherwise) {
    unsigned value = 0;
    const std::string_view all(text);
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
    return error == std::errc() && value > 0 ? value : otherwise;
}

}  // namespace

}  // namespace rollover::bench

int main(int argc, char** argv) {
    using namespace rollover::bench;
    workload work;
    work.lines = argc > 1 ? number(argv[1], work.lines) : work.lines;
    work.characters = std::max(2U, argc > 2 ? number(argv[2], work.characters) : work.characters);
    work.gap = argc > 3 ? std::chrono::milliseconds(number(argv[3], 10)) : work.gap;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    const double needed = work.lines / (milliseconds(work.gap) * 1e-3);
    fmt::print("pacing: {} lines, gap {} ms: {:.0f} characters a second are wanted of one thread\n", work.lines,
               milliseconds(work.gap), needed);
    fmt::print("machine: {:.0f} bare one-byte sends per second of CPU over {} sockets\n",
               bare_sends_per_second(work.lines), work.lines);
    fmt::print("{:<6} {:>6} {:>9} {:>7} {:>7} {:>9} {:>9} {:>8} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "mode", "lines",
               "chars", "total", "slowest", "min gap", "short", "merged", "too_short", "late p50", "late p99",
               "late max", "CPU us/c", "kB/line");
    run_bare_loop(work);
    run("timed", pacing_mode::timed, work);
    run("acked", pacing_mode::acked, work);
    fmt::print(
        "loop: a loop of sends written for this job alone, without acknowledgements, echoes, transcripts;\n"
        "total, slowest: time over characters x gap, mean and worst line; min gap (ms), short: at the receiver; "
        "merged: "
        "characters\nread together with one before; too_short: by the sender's stamps; late (ms): worst line's\n");
    return 0;
}
