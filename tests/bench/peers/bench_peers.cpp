// The same configuration to many routers, by us and by what people use today: bench_peers [ROUTERS [LINES [SCENARIO]]].
// Peers that are not installed (Debian: expect, python3-netmiko) are left out, and named.
#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/platform/session.h"
#include "drivers/transport/line.h"
#include "engine/runtime/real_runtime.h"
#include "tests/bench/peers/bare_client.h"
#include "tests/bench/peers/fake_routers.h"

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::bench {

namespace {

constexpr unsigned interfaces_per_block = 4;

/// About 21 characters a line, as the configurations of a lab have.
std::vector<std::string> configuration(unsigned lines) {
    std::vector<std::string> all;
    for (unsigned i = 0; all.size() < lines; ++i) {
        all.push_back(fmt::format("interface Loopback{}", i));
        for (unsigned k = 0; k + 1 < interfaces_per_block && all.size() < lines; ++k) {
            all.push_back(fmt::format("description to core {}.{}", i, k));
        }
    }
    return all;
}

struct scenario {
    const char* name;
    router_options routers;
    console::pacing pacing;
};

task<void> configure_one(runtime& rt, console::pacing_wheel& wheel, std::shared_ptr<const platform::description> how,
                         std::uint16_t port, const console::pacing& pacing,
                         std::optional<transport::serial_settings> settings,
                         const std::vector<platform::typed_line>& lines, unsigned& failed) {
    transport::line_address address;
    address.to = {"127.0.0.1", port};
    const time_point deadline = rt.now() + std::chrono::minutes(2);
    auto line = co_await transport::open_line(rt, std::move(address), deadline);
    if (!line) {
        ++failed;
        co_return;
    }
    console::console_options options;
    options.pacing = pacing;
    options.settings = settings;
    options.name = "router";
    auto on = console::make_console(rt, wheel, std::move(*line), std::move(options), nullptr, {});
    platform::session session(rt, *on, std::move(how), {}, {}, {});
    auto done = co_await session.bring_home(deadline);
    if (done) {
        done = co_await session.configure(lines, deadline, {});
    }
    if (!done) {
        if (failed++ == 0) {
            fmt::print(stderr, "{}\n", describe(done.error()));
        }
    }
    co_await on->close();
}

task<void> configure_all(runtime& rt, console::pacing_wheel& wheel, std::shared_ptr<const platform::description> how,
                         std::uint16_t port, const scenario& what, unsigned& failed) {
    std::vector<platform::typed_line> lines;
    for (const auto& text : what.routers.wanted) {
        lines.push_back({text, {}});
    }
    std::optional<transport::serial_settings> settings;  // nothing: the line takes no time
    if (what.routers.baud != 0) {
        settings = transport::serial_settings{what.routers.baud};
    }
    task_group group(rt);
    for (unsigned i = 0; i < what.routers.routers; ++i) {
        group.spawn(configure_one(rt, wheel, how, port, what.pacing, settings, lines, failed));
    }
    co_await group.join();
}

void run_ours(std::uint16_t port, const scenario& what) {
    diagnostics mistakes;
    const auto platforms = platform::library::read({"drivers/platforms"}, mistakes);
    real_runtime rt;
    console::pacing_wheel wheel(rt);
    unsigned failed = 0;
    rt.run(configure_all(rt, wheel, platforms.find("cisco-ios"), port, what, failed));
}

/// Runs `work` in a process of its own: wall time and CPU time of it and its children.
struct used {
    double wall = 0;
    double cpu = 0;
};

used measure(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    const int child = ::fork();
    if (child == 0) {
        work();
        std::_Exit(0);
    }
    rusage spent{};
    int status = 0;
    ::wait4(child, &status, 0, &spent);
    used out;
    out.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.cpu = static_cast<double>(spent.ru_utime.tv_sec + spent.ru_stime.tv_sec) +
              static_cast<double>(spent.ru_utime.tv_usec + spent.ru_stime.tv_usec) * 1e-6;
    return out;
}

void start_and_wait(const std::vector<std::vector<std::string>>& commands) {
    std::vector<int> children;
    for (const auto& command : commands) {
        const int child = ::fork();
        if (child == 0) {
            std::vector<char*> argv;
            for (const auto& word : command) {
                argv.push_back(const_cast<char*>(word.c_str()));
            }
            argv.push_back(nullptr);
            ::execvp(argv[0], argv.data());
            std::_Exit(127);
        }
        children.push_back(child);
    }
    for (const int child : children) {
        ::waitpid(child, nullptr, 0);
    }
}

void show(const char* who, const used& u, const router_report& report, unsigned routers, double bare_cpu) {
    fmt::print("  {:<22} {:>7.2f} s  CPU {:>6.2f} s", who, u.wall, u.cpu);
    if (bare_cpu > 0) {
        fmt::print(" ({:>5.1f} x bare loop)", u.cpu / bare_cpu);
    }
    fmt::print("  right {}/{}\n", report.right, routers);
    std::fflush(stdout);
}

bool has_netmiko() {
    return std::filesystem::exists("/usr/lib/python3/dist-packages/netmiko");
}

void compare(const scenario& what, const std::string& file) {
    fmt::print("{}: {} routers, {} lines\n", what.name, what.routers.routers, what.routers.wanted.size());
    std::fflush(stdout);  // before the forks
    const unsigned n = what.routers.routers;
    double bare_cpu = 0;
    const auto run = [&](const char* who, const std::function<void(std::uint16_t)>& client) {
        fake_routers routers(what.routers);
        const auto spent = measure([&] { client(routers.port()); });
        const auto report = routers.report();
        if (bare_cpu == 0) {
            bare_cpu = spent.cpu;
        }
        show(who, spent, report, n, bare_cpu);
    };
    if (what.routers.lost == 0) {
        run("bare loop", [&](std::uint16_t port) { bare_client(port, n, what.routers.wanted); });
    }
    run("rollover", [&](std::uint16_t port) { run_ours(port, what); });
    if (what.routers.lost == 0) {
        auto without = what;
        without.pacing.fifo = 0;  // as a lab file that does not know it: nothing is typed ahead
        run("rollover, fifo unknown", [&](std::uint16_t port) { run_ours(port, without); });
    }
    if (std::filesystem::exists("/usr/bin/expect")) {
        run("expect, a process each", [&](std::uint16_t port) {
            start_and_wait(std::vector<std::vector<std::string>>(
                n, {"expect", "-f", "tests/bench/peers/expect_peer.exp", std::to_string(port), file}));
        });
    } else {
        fmt::print("  expect: not installed\n");
    }
    if (has_netmiko()) {
        run("netmiko, a thread each", [&](std::uint16_t port) {
            start_and_wait({{"/usr/bin/python3", "tests/bench/peers/netmiko_peer.py", std::to_string(port),
                             std::to_string(n), file}});
        });
    } else {
        fmt::print("  netmiko: not installed (python3-netmiko)\n");
    }
}

unsigned argument(int argc, char** argv, int index, unsigned otherwise) {
    unsigned value = otherwise;
    if (argc > index) {
        const std::string_view text = argv[index];
        std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
}

}  // namespace

int main_of(int argc, char** argv) {
    const unsigned n = argument(argc, argv, 1, 256);
    const auto lines = configuration(argument(argc, argv, 2, 200));
    const std::string file = std::filesystem::temp_directory_path() / fmt::format("rollover-peers-{}.txt", ::getpid());
    {
        std::ofstream out(file);
        for (const auto& line : lines) {
            out << line << '\n';
        }
    }
    console::pacing unpaced{console::pacing_mode::timed, {}, {}};
    unpaced.fifo = 128;
    router_options fast{n, 0, 1U << 16U, 0, 0, lines};
    router_options slow = fast;
    slow.baud = 9600;
    router_options hard = slow;
    hard.fifo = 32;
    hard.busy_ms = 30;
    hard.lost = 0.001;
    auto careful = unpaced;
    careful.fifo = 32;
    const std::vector<scenario> scenarios{
        {"as fast as they take it", fast, unpaced},
        {"behind UARTs of 9600 baud", slow, unpaced},
        {"9600 baud, FIFO of 32, 30 ms busy a line, 1 in 1,000 characters lost", hard, careful}};
    const unsigned only = argument(argc, argv, 3, 0);
    for (unsigned k = 1; k <= scenarios.size(); ++k) {
        if (only == 0 || only == k) {
            compare(scenarios[k - 1], file);
        }
    }
    std::filesystem::remove(file);
    return 0;
}

}  // namespace rollover::bench

int main(int argc, char** argv) {
    return rollover::bench::main_of(argc, argv);
}
