// What open consoles cost while nobody says anything, in time and in memory: bench_idle [CONSOLES [SECONDS]].
#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/console/transcript.h"
#include "drivers/transport/raw_line.h"
#include "engine/runtime/real_runtime.h"
#include "tests/bench/pacing/byte_sink.h"

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace rollover::bench {

namespace {

struct usage {
    double cpu_seconds = 0;
    long switches = 0;
};

usage used() {
    rusage r{};
    ::getrusage(RUSAGE_SELF, &r);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return {seconds(r.ru_utime) + seconds(r.ru_stime), r.ru_nvcsw};
}

/// What the process has in memory, in bytes (proc(5), statm).
std::size_t resident() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t in_memory = 0;
    statm >> all >> in_memory;
    return in_memory * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

task<void> stay_idle(runtime& rt, console::pacing_wheel& wheel, std::uint16_t port, unsigned count, unsigned seconds) {
    std::vector<std::unique_ptr<console::console>> consoles;
    consoles.reserve(count);
    auto ignored = std::make_shared<std::string>();
    const std::size_t at_first = resident();
    for (unsigned i = 0; i < count; ++i) {
        endpoint to{"127.0.0.1", port};
        auto stream = co_await rt.connect(std::move(to), never);
        if (!stream) {
            fmt::print(stderr, "{}\n", describe(stream.error()));
            break;
        }
        auto line = std::make_unique<transport::raw_line>(rt, std::move(*stream));
        console::console_options options;
        options.pacing.mode = console::pacing_mode::acked;
        options.name = "line " + std::to_string(i);
        consoles.push_back(make_console(rt, wheel, std::move(line), std::move(options),
                                        console::make_memory_transcript(rt, ignored), {}));
        // Each has typed something: what is left behind must cost nothing either.
        console::typing how;
        co_await consoles.back()->type("x", how, never);
    }
    co_await sleep_for(rt, std::chrono::seconds(2));
    const usage before = used();
    co_await sleep_for(rt, std::chrono::seconds(seconds));
    const usage after = used();
    fmt::print("idle: {} open consoles, {} s: {:.6f} s of CPU ({:.5f} % of one core), {} wake-ups\n", consoles.size(),
               seconds, after.cpu_seconds - before.cpu_seconds,
               (after.cpu_seconds - before.cpu_seconds) / seconds * 100, after.switches - before.switches);
    fmt::print("idle: {:.1f} kB of memory for each\n",
               static_cast<double>(resident() - at_first) / static_cast<double>(consoles.size()) / 1000);
    for (auto& one : consoles) {
        co_await one->close();
    }
}

unsigned number(std::string_view text, unsigned otherwise) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value > 0 ? value : otherwise;
}

}  // namespace

}  // namespace rollover::bench

int main(int argc, char** argv) {
    using namespace rollover;
    const unsigned count = argc > 1 ? bench::number(argv[1], 1000) : 1000;
    const unsigned seconds = argc > 2 ? bench::number(argv[2], 10) : 10;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    bench::byte_sink sink(count, 0);
    {
        real_runtime rt;
        console::pacing_wheel wheel(rt);
        rt.run(bench::stay_idle(rt, wheel, sink.port(), count, seconds));
    }
    (void)sink.report();
    return 0;
}
