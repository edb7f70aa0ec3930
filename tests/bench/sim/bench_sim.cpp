// bench_sim [DEVICES]: simulated devices of four platforms in one process.
// First in virtual time: each boots, is configured with 200 lines, checked, erased and reloaded; printed is how long
// that took for real. Then in real time, as `rollover sim` runs them: all boot at once; printed are processor and
// memory.
#include "engine/model/reader.h"
#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/lab_simulator.h"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <sys/resource.h>

using namespace rollover;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t lines_of_configuration = 200;

struct typed {
    std::string line;  ///< with its Enter, or a single key
    std::string then;  ///< what it ends with when it is done
};

struct script {
    std::string platform;
    std::string interface;
    std::string booted;
    std::vector<typed> login;
    std::string prompt;  ///< in the configuration
    std::string line;    ///< of configuration; {} is its number
    std::string check;
    std::vector<typed> save_and_leave;
    std::vector<typed> erase;
};

const std::array<script, 4> scripts{{
    {"cisco-nxos",
     "Ethernet1/1",
     "[no]: ",
     {{"skip\r", "login: "},
      {"admin\r", "Password: "},
      {"admin\r", "switch# "},
      {"terminal length 0\r", "# "},
      {"configure terminal\r", "(config)# "}},
     "(config)# ",
     "ip route 10.1.{}.0/24 10.0.0.1",
     "ip route 10.1.199.0/24 10.0.0.1",
     {{"end\r", "switch# "}, {"copy running-config startup-config\r", "complete.\r\nswitch# "}},
     {{"write erase\r", "[n] "}, {"y", "# "}, {"reload\r", "[n] "}, {"y", "[no]: "}}},
    {"arista-eos",
     "Ethernet1",
     "login: ",
     {{"admin\r", ">"}, {"enable\r", "#"}, {"terminal length 0\r", "#"}, {"configure\r", "(config)#"}},
     "(config)#",
     "ip route 10.1.{}.0/24 10.0.0.1",
     "ip route 10.1.199.0/24 10.0.0.1",
     {{"end\r", "localhost#"}, {"write memory\r", "successfully.\r\nlocalhost#"}},
     {{"write erase\r", "[confirm]"}, {"\r", "#"}, {"reload now\r", "login: "}}},
    {"vyos",
     "eth0",
     "login: ",
     {{"vyos\r", "Password: "}, {"vyos\r", "$ "}, {"set terminal length 0\r", "$ "}, {"configure\r", "# "}},
     "# ",
     "set protocols static route 10.1.{}.0/24 next-hop 10.0.0.1",
     "route 10.1.199.0/24 {",
     {{"commit\r", "# "}, {"save\r", "# "}},
     {{"load /opt/vyatta/etc/config.boot.default\r", "# "},
      {"commit\r", "# "},
      {"save\r", "# "},
      {"exit\r", "$ "},
      {"reboot now\r", "login: "}}},
    {"mikrotik-routeros",
     "ether1",
     "Login: ",
     {{"admin+ct511w\r", "Password: "}, {"\r", "[Y/n]: "}, {"n", "new password> "}, {"\r", "] > "}},
     "] > ",
     "/ip route add dst-address=10.1.{}.0/24 gateway=10.0.0.1",
     "add dst-address=10.1.199.0/24 gateway=10.0.0.1",
     {},
     {{"/system reset-configuration no-defaults=yes\r", "[y/N]: "}, {"y", "Login: "}}},
}};

/// A lab without cables: half of the devices of each platform are behind one converter.
std::string lab_xml(std::size_t devices) {
    std::string lines;
    std::string boxes;
    for (std::size_t n = 0; n < devices; ++n) {
        const script& s = scripts[n % scripts.size()];
        lines += fmt::format("<line number=\"{}\" port=\"{}\"/>\n", n + 1, 20000 + n);
        boxes += fmt::format(
            "<device name=\"d{0}\" platform=\"{1}\"><console line=\"cs/{2}\" baud=\"115200\"/><interface "
            "name=\"{3}\"/></device>\n",
            n, s.platform, n + 1, s.interface);
    }
    return "<lab name=\"many\"><site name=\"s\"><converter name=\"cs\" protocol=\"raw\" host=\"127.0.0.1\">\n" + lines +
           "</converter>\n" + boxes + "</site></lab>\n";
}

class nothing_cabled final : public sim::fabric {
public:
    [[nodiscard]] std::vector<port> reached(const port& /*from*/) const override { return {}; }
    [[nodiscard]] bool answers(const port& /*at*/, std::string_view /*ipv4*/) const override { return false; }
};

struct box {
    const script* how = nullptr;
    std::unique_ptr<sim::uart> port;
    std::unique_ptr<sim::simulated_device> device;
    std::string seen;
    std::string trouble;
};

/// Until the device says so; a device that does not within an hour is in trouble.
task<bool> wait_for(runtime& rt, box& b, const std::string& text) {
    for (int n = 0; n < 36'000 && b.trouble.empty(); ++n) {
        if (b.seen.ends_with(text)) {
            co_return true;
        }
        const auto slept = co_await sleep_for(rt, 100ms);
        if (!slept) {
            co_return false;
        }
    }
    b.trouble = fmt::format("{}: no {:?} after {:?}", b.how->platform, text,
                            b.seen.substr(b.seen.size() - std::min<std::size_t>(b.seen.size(), 80)));
    co_return false;
}

task<bool> type(runtime& rt, box& b, const std::string& text, const std::string& then) {
    b.seen.clear();
    b.port->send(text);
    const bool came = co_await wait_for(rt, b, then);
    co_return came;
}

task<void> type_all(runtime& rt, box& b, const std::vector<typed>& all) {
    for (const typed& one : all) {
        const bool came = co_await type(rt, b, one.line, one.then);
        if (!came) {
            co_return;
        }
    }
}

task<void> life(runtime& rt, box& b) {
    const script& s = *b.how;
    b.device->power_on();
    const bool booted = co_await wait_for(rt, b, s.booted);
    if (!booted) {
        co_return;
    }
    co_await type_all(rt, b, s.login);
    for (std::size_t n = 0; n < lines_of_configuration; ++n) {
        const bool came = co_await type(rt, b, fmt::format(fmt::runtime(s.line), n) + "\r", s.prompt);
        if (!came) {
            co_return;
        }
    }
    co_await type_all(rt, b, s.save_and_leave);
    if (b.trouble.empty() && b.device->startup_configuration().find(s.check) == std::string::npos) {
        b.trouble = s.platform + ": what was typed is not saved";
    }
    co_await type_all(rt, b, s.erase);
    if (b.trouble.empty() && !b.device->is_clean()) {
        b.trouble = s.platform + ": it is not clean";
    }
}

task<void> all_lives(runtime& rt, std::vector<box>& boxes) {
    task_group group(rt);
    for (box& b : boxes) {
        group.spawn(life(rt, b));
    }
    co_await group.join();
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

std::size_t in_virtual_time(std::size_t devices) {
    virtual_runtime rt;
    const nothing_cabled network;
    std::vector<box> boxes(devices);
    for (std::size_t n = 0; n < devices; ++n) {
        box& b = boxes[n];
        b.how = &scripts[n % scripts.size()];
        sim::uart_options line;
        line.baud = 115200;
        line.fifo = 64;
        b.port = std::make_unique<sim::uart>(rt, line);
        sim::device_options options;
        options.name = fmt::format("d{}", n);
        options.interfaces = {b.how->interface};
        options.booted = false;
        options.chatty = false;
        b.device = sim::make_device(rt, b.how->platform, std::move(options), b.port->printer(), network);
        b.port->attach(*b.device);
        b.port->on_line([&b](std::string_view text) { b.seen += text; });
    }
    (void)rt.run(all_lives(rt, boxes));
    std::size_t wrong = 0;
    for (const box& b : boxes) {
        if (!b.trouble.empty() && ++wrong <= 5) {
            std::cerr << b.trouble << "\n";
        }
    }
    return wrong;
}

task<void> all_boot(real_runtime& rt, const model::lab& lab, duration how_long, bool& started) {
    sim::lab_simulator simulator(rt, lab, {}, {});
    const auto listening = simulator.start();
    if (!listening) {
        std::cerr << describe(listening.error()) << "\n";
        co_return;
    }
    started = true;
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        simulator.at({d}).power_on();
    }
    [[maybe_unused]] const auto slept = co_await sleep_for(rt, how_long);
    co_await simulator.stop();
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t devices = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    const auto begin = std::chrono::steady_clock::now();
    const std::size_t wrong = in_virtual_time(devices);
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::cout << fmt::format("{} devices, whole lives in virtual time: {:.1f} s{}\n", devices, took,
                             wrong == 0 ? "" : fmt::format(", {} IN TROUBLE", wrong));

    const auto lab = model::read_lab(lab_xml(devices), "lab.xml");
    if (!lab.value) {
        std::cerr << to_string(lab.mistakes.front()) << "\n";
        return 1;
    }
    constexpr auto watched = 20s;
    bool started = false;
    const double before = cpu_seconds();
    {
        real_runtime rt;
        rt.run(all_boot(rt, *lab.value, watched, started));
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::cout << fmt::format(
        "{} devices that boot in real time: {:.2f} cores, at most {} MiB of memory (with what came before){}\n",
        devices, (cpu_seconds() - before) / 20, usage.ru_maxrss / 1024, started ? "" : "  NOT STARTED");
    return wrong == 0 && started ? 0 : 1;
}
