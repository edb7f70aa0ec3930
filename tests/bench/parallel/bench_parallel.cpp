// bench_parallel [DEVICES...]: activations of 1, 10, 100 and 1,000 simulated devices at once, in real time over TCP.
// The simulators run in a process of their own, the engine on one thread here. The limit is the time of the slowest
// device: that of the same activation in virtual time, where processors cost nothing. The ratio to it is printed.
#include "drivers/console/pacing_wheel.h"
#include "engine/activation/activation.h"
#include "engine/activation/memory_journal.h"
#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"
#include "tests/system/virtual_lab.h"

#include <csignal>
#include <fmt/format.h>
#include <iostream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rollover;
using namespace rollover::tests;

namespace {

std::string on_loopback(std::string xml) {
    for (std::size_t at = 0; (at = xml.find("host=\"192.0.2.", at)) != std::string::npos;) {
        const auto end = xml.find('"', at + 6);
        xml.replace(at, end - at, "host=\"127.0.0.1");
    }
    return xml;
}

/// Nodes without links: what is measured is the typing, not the cross-connect.
std::string alone_xml(std::size_t nodes) {
    std::string xml = "<topology name=\"alone\">\n";
    for (std::size_t n = 0; n < nodes; ++n) {
        xml += fmt::format(
            "<node name=\"N{0}\"><require device=\"r{0}\"/>\n<config>\nhostname N{0}\ninterface FastEthernet0/0\n"
            " description to the other one\n ip address 10.0.0.1 255.255.255.0\n exit\nrouter ospf 1\n"
            " network 10.0.0.0 0.255.255.255 area 0\n exit\nsnmp-server location rack\nsnmp-server contact eva\n"
            "</config>\n</node>\n",
            n);
    }
    return xml + "</topology>\n";
}

sim::simulator_options quick() {
    sim::simulator_options options;
    options.time_scale = 0.02;
    return options;
}

task<void> serve(real_runtime& rt, const model::lab& lab, int ready) {
    sim::lab_simulator simulator(rt, lab, quick(), {});
    const auto started = simulator.start();
    if (!started) {
        std::cerr << describe(started.error()) << "\n";
        ::_exit(1);
    }
    [[maybe_unused]] const auto told = ::write(ready, "x", 1);
    event forever(rt);
    co_await forever.wait();
}

struct measured {
    double seconds = 0;
    double cpu = 0;
    std::uint64_t characters = 0;
    std::uint64_t too_short = 0;
    bool all_ready = false;
};

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

task<void> activate_all(runtime& rt, const model::lab& lab, const plan::plan& plan, const platform::library& platforms,
                        measured& out) {
    console::pacing_wheel wheel(rt);
    activation::memory_journal journal(rt);
    activation::environment env(rt, wheel, platforms, journal);
    activation::beginning begin{lab.name, "", "alone", "bench", {}, ""};
    const auto id = co_await journal.begin(std::move(begin));
    activation::stop_switch stop;
    const double cpu = cpu_seconds();
    const auto start = rt.now();
    const auto up = co_await activation::activate(env, lab, plan, *id, stop);
    out.seconds = std::chrono::duration<double>(rt.now() - start).count();
    out.cpu = cpu_seconds() - cpu;
    out.all_ready = up.how == activation::ending::ready;
    for (const auto& one : up.failures) {
        std::cerr << describe(one) << "\n";
    }
    for (const auto& [name, gaps] : up.gaps) {
        out.characters += gaps.characters;
        out.too_short += gaps.too_short;
    }
}

task<void> activate_in_virtual_time(runtime& rt, const model::lab& lab, const plan::plan& plan,
                                    const platform::library& platforms, measured& out) {
    sim::lab_simulator simulator(rt, lab, quick(), {});
    const auto started = simulator.start();
    if (!started) {
        std::cerr << describe(started.error()) << "\n";
        co_return;
    }
    co_await activate_all(rt, lab, plan, platforms, out);
    co_await simulator.stop();
}

/// Device n plays node n.
plan::plan plan_or_die(const model::lab& lab, const model::topology& topology, const platform::library& platforms) {
    placement::placement all;
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        all.devices.push_back({d});
    }
    diagnostics mistakes;
    auto made = plan::make_plan(lab, topology, {}, all, platforms, mistakes);
    if (!made) {
        std::cerr << "no plan\n";
        std::exit(1);
    }
    return std::move(*made);
}

measured measure_limit(const model::lab& lab, const plan::plan& plan, const platform::library& platforms) {
    measured out;
    virtual_runtime rt;
    (void)rt.run(activate_in_virtual_time(rt, lab, plan, platforms, out));
    return out;
}

measured measure(const model::lab& lab, const plan::plan& plan, const platform::library& platforms) {
    int ends[2];
    if (::pipe(ends) != 0) {
        return {};
    }
    const pid_t child = ::fork();
    if (child == 0) {
        real_runtime rt;
        rt.run(serve(rt, lab, ends[1]));
        ::_exit(0);
    }
    char byte = 0;
    const bool up = ::read(ends[0], &byte, 1) == 1;
    measured out;
    if (up) {
        real_runtime rt;
        rt.run(activate_all(rt, lab, plan, platforms, out));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::vector<std::size_t> sizes;
    for (int i = 1; i < argc; ++i) {
        sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    }
    if (sizes.empty()) {
        sizes = {1, 10, 100, 1000};
    }
    diagnostics mistakes;
    const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    std::cout << "devices  limit s  seconds  ratio  characters  too short  CPU s\n";
    for (const auto size : sizes) {
        const auto lab = read_lab_or_die(on_loopback(lab_xml(size)));
        const auto plan = plan_or_die(lab, read_topology_or_die(alone_xml(size)), platforms);
        const auto limit = measure_limit(lab, plan, platforms);
        const auto m = measure(lab, plan, platforms);
        std::cout << fmt::format("{:>7}  {:>7.2f}  {:>7.2f}  {:>5.2f}  {:>10}  {:>9}  {:>5.2f}{}\n", size,
                                 limit.seconds, m.seconds, m.seconds / limit.seconds, m.characters, m.too_short, m.cpu,
                                 m.all_ready && limit.all_ready ? "" : "  NOT ALL READY")
                  << std::flush;
    }
}
