#include "tests/system/virtual_lab.h"

#include "drivers/console/pacing_wheel.h"
#include "engine/model/reader.h"
#include "engine/plan/plan.h"
#include "engine/runtime/virtual_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <random>

namespace rollover::tests {

using namespace std::chrono_literals;

namespace {

constexpr const char* protocols[] = {"raw", "telnet", "rfc2217"};
constexpr const char* modes[] = {"timed", "acked", "echoed"};

template <class T>
T value_or_die(model::read_result<T> read) {
    for (const auto& mistake : read.mistakes) {
        std::cerr << to_string(mistake) << "\n";
    }
    if (!read.value) {
        std::abort();
    }
    return std::move(*read.value);
}

}  // namespace

std::string lab_xml(std::size_t devices) {
    std::string xml = "<lab name=\"virtual\">\n<site name=\"main\">\n";
    for (std::size_t c = 0; c < std::min<std::size_t>(3, devices); ++c) {
        xml += fmt::format("<converter name=\"cs{}\" protocol=\"{}\" host=\"192.0.2.{}\">\n", c, protocols[c], c + 1);
        for (std::size_t d = c; d < devices; d += 3) {
            xml += fmt::format("<line number=\"{}\" port=\"{}\"/>\n", d, 4000 + d);
        }
        xml += "</converter>\n";
    }
    xml +=
        "<switch name=\"sw1\" platform=\"cisco-ios\"><trunk port=\"Gi0/24\" cross-connect=\"xc1\" "
        "cross-connect-port=\"trunk1\"/></switch>\n<cross-connect name=\"xc1\" kind=\"openvswitch\" bridge=\"xc\"/>\n";
    for (std::size_t d = 0; d < devices; ++d) {
        xml += fmt::format(
            "<device name=\"r{0}\" platform=\"cisco-ios\" model=\"2811\">\n"
            "<console line=\"cs{1}/{0}\" baud=\"9600\" char-delay=\"10ms\" line-delay=\"50ms\" pacing=\"{2}\"/>\n",
            d, d % 3, modes[(d / 3) % 3]);
        for (std::size_t i = 0; i < 2; ++i) {
            xml += fmt::format(
                "<interface name=\"FastEthernet0/{0}\" type=\"ethernet\"><switch-port switch=\"sw1\" "
                "port=\"Gi{1}/{0}\" vlan=\"{2}\"/></interface>\n",
                i, d, 100 + 2 * d + i);
        }
        xml += "</device>\n";
    }
    return xml + "</site>\n</lab>\n";
}

std::string pairs_xml(std::size_t nodes) {
    std::string xml = "<topology name=\"pairs\">\n";
    for (std::size_t n = 0; n < nodes; ++n) {
        const std::size_t pair = n / 2;
        xml += fmt::format(
            "<node name=\"N{0}\"><require platform=\"cisco-ios\"/>\n<config>\nhostname N{0}\n"
            "snmp-server location rack\ninterface ${{N{0}.l{1}}}\n description to the other one\n"
            " ip address 10.0.{1}.{2} 255.255.255.0\n no shutdown\n exit\nrouter ospf 1\n"
            " network 10.0.0.0 0.255.255.255 area 0\n exit\n</config>\n</node>\n",
            n, pair, n % 2 + 1);
    }
    for (std::size_t p = 0; p < nodes / 2; ++p) {
        xml +=
            fmt::format("<link name=\"l{0}\"><end node=\"N{1}\"/><end node=\"N{2}\"/></link>\n", p, 2 * p, 2 * p + 1);
    }
    return xml + "</topology>\n";
}

const platform::library& shipped_platforms() {
    static diagnostics mistakes;
    static const auto all = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    return all;
}

model::lab read_lab_or_die(const std::string& xml) {
    return value_or_die(model::read_lab(xml, "virtual-lab.xml"));
}

model::topology read_topology_or_die(const std::string& xml) {
    return value_or_die(model::read_topology(xml, "pairs.xml"));
}

sim::fault_plan faults_of(std::uint64_t seed) {
    sim::fault_plan faults;
    if (seed % 4 == 0) {
        return faults;
    }
    std::mt19937_64 random(seed * 7919);
    // Of 50 devices each kind hits one in every second or third run.
    const auto some = [&random] { return random() % 2 == 0 ? 0.012 : 0.0; };
    faults.connection_reset = some();
    faults.silence = some();
    faults.garbage = some();
    faults.lost_characters = some();
    faults.slow_boot = some();
    faults.refused = some() * 5;
    return faults;
}

namespace {

/// One run, step by step; collects what is broken.
class virtual_run {
public:
    explicit virtual_run(const run_request& request)
        : request_(request),
          rt_({.seed = request.seed}),
          wheel_(rt_),
          journal_(rt_),
          simulator_(rt_, request.lab, simulator_options(), {}) {
        rt_.on_process([this](const process_request& program) { return simulator_.run_on_host("xc1", program); });
    }

    run_report run() {
        const auto end = rt_.run(root(), time_point(48h));
        if (end != virtual_end::finished) {
            broken(end == virtual_end::stuck ? "stuck: nothing is left that could happen"
                                             : "not finished after 48 hours");
        }
        report_.journal = journal_.text();
        report_.virtual_seconds = std::chrono::duration<double>(rt_.now().time_since_epoch()).count();
        return std::move(report_);
    }

private:
    sim::simulator_options simulator_options() const {
        sim::simulator_options options;
        options.seed = request_.seed;
        options.faults = request_.faults;
        return options;
    }

    void broken(std::string what) { report_.broken.push_back(std::move(what)); }

    std::optional<plan::plan> make_plan() {
        const auto placed = placement::find({request_.lab, request_.topology, {}, {}});
        if (!placed) {
            broken("placement: " + describe(placed.error()));
            return std::nullopt;
        }
        diagnostics mistakes;
        auto plan = plan::make_plan(request_.lab, request_.topology, {}, *placed, request_.platforms, mistakes);
        for (const auto& mistake : mistakes) {
            broken(to_string(mistake));
        }
        return plan;
    }

    task<void> root();
    void check_up(const activation::outcome& out, const plan::plan& plan);
    void check_down(const activation::outcome& out);
    void note_failures(const activation::outcome& out) {
        for (const auto& one : out.failures) {
            report_.failures.push_back(describe(one));
        }
    }

    const run_request& request_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::memory_journal journal_;
    sim::lab_simulator simulator_;
    run_report report_;
};

void virtual_run::check_up(const activation::outcome& out, const plan::plan& plan) {
    if (simulator_.joins() != plan.joins.size()) {
        broken(fmt::format("ready with {} joins, planned are {}", simulator_.joins(), plan.joins.size()));
    }
    for (const auto& device : plan.devices) {
        const std::string running = simulator_.at(device.device).running_configuration();
        for (const auto& line : device.config) {
            if (line.text != " exit" && line.text != "exit" && line.text != " no shutdown" &&
                running.find(line.text) == std::string::npos) {
                broken(request_.lab.at(device.device).name + " is ready without '" + line.text + "'");
            }
        }
    }
    for (const auto& [name, gaps] : out.gaps) {
        if (gaps.too_short != 0) {
            broken(fmt::format("{}: {} gaps were too short", name, gaps.too_short));
        }
        report_.characters += gaps.characters;
    }
}

void virtual_run::check_down(const activation::outcome& out) {
    if (simulator_.joins() != 0) {
        broken(fmt::format("{} joins are left over", simulator_.joins()));
    }
    for (const auto& [name, condition] : out.devices) {
        if (condition == activation::device_condition::quarantined) {
            ++report_.quarantined;
        } else if (condition != activation::device_condition::clean) {
            broken(name + " is left in doubt");
        } else if (!simulator_.at(*model::find_device(request_.lab, name)).is_clean()) {
            broken(name + " is called clean and is not");
        }
    }
}

task<void> virtual_run::root() {
    const auto started = simulator_.start();
    if (!started) {
        broken("simulator: " + describe(started.error()));
        co_return;
    }
    const auto plan = make_plan();
    if (!plan) {
        co_return;
    }
    activation::beginning begin{request_.lab.name, "virtual-lab.xml", "pairs", "test", {}, ""};
    for (const auto& device : plan->devices) {
        begin.devices.push_back(request_.lab.at(device.device).name);
    }
    const auto id = co_await journal_.begin(std::move(begin));
    activation::environment env(rt_, wheel_, request_.platforms, journal_);
    activation::stop_switch stop;
    const auto interrupt = rt_.make_alarm([&stop] { stop.request(); });
    if (request_.stop_after > duration::zero()) {
        interrupt->set(rt_.now() + request_.stop_after);
    }
    auto up = co_await activation::activate(env, request_.lab, *plan, *id, stop);
    interrupt->clear();
    report_.up = up.how;
    note_failures(up);
    if (up.how == activation::ending::ready) {
        check_up(up, *plan);
        up = co_await activation::deactivate(env, request_.lab, *id, stop);
        note_failures(up);
    }
    check_down(up);
    co_await simulator_.stop();
}

}  // namespace

run_report run_once(const run_request& request) {
    virtual_run run(request);
    return run.run();
}

}  // namespace rollover::tests
