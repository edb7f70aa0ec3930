// Serial patches under full load: bench_patch [PATCHES [SECONDS [INTERVAL_MS]]]. Each line receives 11,520 bytes a
// second (115,200 baud, 8n1) and sends as many; a converter gathers INTERVAL_MS (10) of them before it sends a segment.
#include "drivers/patch/patch.h"
#include "engine/runtime/real_runtime.h"
#include "tests/bench/patch/converters.h"

#include <charconv>
#include <fmt/format.h>
#include <sys/resource.h>

namespace rollover::bench {

namespace {

using namespace std::chrono_literals;
constexpr unsigned baud = 115'200;

double cpu_seconds() {
    rusage r{};
    ::getrusage(RUSAGE_SELF, &r);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(r.ru_utime) + seconds(r.ru_stime);
}

patch::end end_at(std::uint16_t port) {
    patch::end one;
    one.name = "port " + std::to_string(port);
    one.address.protocol = transport::protocol::rfc2217;
    one.address.to = {"127.0.0.1", port};
    one.address.settings = {baud, 8, 'n', 1};
    return one;
}

task<void> carry(runtime& rt, converters& far, std::chrono::seconds how_long) {
    std::vector<std::unique_ptr<patch::patch>> all;
    task_group running(rt);
    const auto& ports = far.ports();
    for (std::size_t i = 0; i + 1 < ports.size(); i += 2) {
        std::array<patch::end, 2> ends{end_at(ports[i]), end_at(ports[i + 1])};
        all.push_back(std::make_unique<patch::patch>(rt, std::to_string(i / 2), std::move(ends)));
        const time_point deadline = rt.now() + 20s;
        const auto opened = co_await all.back()->open(deadline);
        if (!opened) {
            fmt::print(stderr, "{}\n", describe(opened.error()));
            break;
        }
        running.spawn(all.back()->run());
    }
    co_await sleep_for(rt, 1s);
    far.begin();
    const double before = cpu_seconds();
    const time_point begun = rt.now();
    co_await sleep_for(rt, how_long);
    const double used = cpu_seconds() - before;
    const auto took = std::chrono::duration<double>(rt.now() - begun).count();
    co_await sleep_for(rt, 1s);
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;
    for (const auto& one : all) {
        for (const auto& end : one->counted().ends) {
            bytes += end.bytes;
            dropped += end.dropped;
        }
    }
    fmt::print("patch: {} patches, {:.0f} s: {:.3f} of one core, {} bytes carried, {} dropped\n", all.size(), took,
               used / took, bytes, dropped);
    running.cancel();
    co_await running.join();
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
    const unsigned count = argc > 1 ? bench::number(argv[1], 200) : 200;
    const unsigned seconds = argc > 2 ? bench::number(argv[2], 10) : 10;
    const unsigned interval = argc > 3 ? bench::number(argv[3], 10) : 10;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    bench::converters far(
        {2 * count, bench::baud / 10, std::chrono::milliseconds(interval), std::chrono::seconds(seconds)});
    {
        real_runtime rt;
        rt.run(bench::carry(rt, far, std::chrono::seconds(seconds)));
    }
    const auto seen = far.report();
    fmt::print(
        "patch: {} bytes sent, {} lost, {} wrong; from send to receive p50 {:.0f} us, p99 {:.0f} us, worst {:.0f} us\n",
        seen.sent, seen.sent - seen.received, seen.wrong, seen.p50_us, seen.p99_us, seen.worst_us);
    return seen.sent > 0 && seen.sent == seen.received && seen.wrong == 0 ? 0 : 1;
}
