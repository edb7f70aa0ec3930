// rollover activate, deactivate, recover.
#include "apps/commands.h"
#include "apps/progress_display.h"
#include "engine/model/value_rules.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

using json = nlohmann::ordered_json;

std::string milliseconds(std::chrono::nanoseconds t) {
    return fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>(t).count());
}

/// Which subcommand reports.
enum class command { activate, deactivate, recover };

const char* word_for(const activation_report& report, command what) {
    switch (report.how) {
        case answer::done: return what == command::activate ? "ready" : "clean";
        case answer::stopped: return "stopped";
        default: return "failed";
    }
}

void print_json(const activation_report& report, command what) {
    json out{{"event", word_for(report, what)}, {"activation", report.id}};
    out["nodes"] = json::array();
    for (const auto& node : report.nodes) {
        out["nodes"].push_back({{"node", node.node},
                                {"device", node.device},
                                {"platform", node.platform},
                                {"console", node.console},
                                {"interfaces", node.interfaces}});
    }
    out["devices"] = report.devices;
    for (const auto& [device, gaps] : report.gaps) {
        out["gaps"][device] = {{"characters", gaps.characters},        {"too_short", gaps.too_short},
                               {"shortest_ns", gaps.shortest.count()}, {"p50_ns", gaps.p50.count()},
                               {"p99_ns", gaps.p99.count()},           {"repairs", gaps.repairs}};
    }
    out["problems"] = json::array();
    for (const auto& one : report.problems) {
        out["problems"].push_back({{"code", one.code}, {"text", one.text}});
    }
    std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
}

void print_nodes(const activation_report& report) {
    for (const auto& node : report.nodes) {
        std::string interfaces;
        for (const auto& [link, interface] : node.interfaces) {
            interfaces += fmt::format("{}{}={}", interfaces.empty() ? "" : ", ", link, interface);
        }
        std::cout << fmt::format("  {:<12} is {:<12} {:<14} {}\n", node.node, node.device, node.platform, interfaces);
        std::cout << fmt::format("  {:<12} console: {}\n", "", node.console);
    }
}

void print_gaps(const activation_report& report) {
    for (const auto& [device, gaps] : report.gaps) {
        std::cout << fmt::format(
            "  {:<12} {} characters, gaps: shortest {}, p50 {}, p99 {}, too short {}, repairs {}\n", device,
            gaps.characters, milliseconds(gaps.shortest), milliseconds(gaps.p50), milliseconds(gaps.p99),
            gaps.too_short, gaps.repairs);
    }
}

bool all_clean(const activation_report& report) {
    return std::all_of(report.devices.begin(), report.devices.end(),
                       [](const auto& device) { return device.second == "clean"; });
}

std::string how_it_failed(const activation_report& report, command what) {
    if (report.how == answer::stopped) {
        return " was stopped and rolled back.";
    }
    if (what == command::deactivate) {
        return " is not wholly taken down.";
    }
    if (report.devices.empty()) {
        return " failed; no device was touched.";
    }
    return all_clean(report) ? " failed and was rolled back." : " failed; what could not be cleaned is named below.";
}

void print_text(const activation_report& report, command what) {
    if (what == command::recover && !report.id.empty()) {
        std::cout << (report.how == answer::done ? "\nThe device is clean and free again.\n"
                                                 : "\nThe device was not recovered.\n");
    } else if (report.how == answer::done && what == command::activate) {
        std::cout << "\nActivation " << report.id << " is ready.\n";
        print_nodes(report);
        std::cout << "Typing:\n";
        print_gaps(report);
        std::cout << "To take it down:  rollover deactivate " << report.id << "\n";
    } else if (report.nothing_to_do) {
        std::cout << "Activation " << report.id << " had ended already, and nothing of it is in quarantine.\n";
    } else if (report.how == answer::done) {
        std::cout << "\nActivation " << report.id << " is taken down; its devices are clean and free.\n";
    } else if (!report.id.empty() && report.how != answer::bad_input) {
        std::cout << "\nActivation " << report.id << how_it_failed(report, what) << "\n";
    }
    for (const auto& [device, condition] : report.devices) {
        std::cout << fmt::format("  {:<12} {}\n", device, condition);
    }
    std::cout.flush();
    print(report.problems);
}

/// Zero: as the engine has it.
struct time_limits {
    std::chrono::nanoseconds whole{};
    std::chrono::nanoseconds device{};
};

std::chrono::nanoseconds read_limit(const std::string& option, const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto read = model::parse_duration(text);
    if (!read || *read <= duration::zero()) {
        throw CLI::ValidationError(option, "'" + text + "' is no time; write 90s, 15m or 2h");
    }
    return *read;
}

/// Runs one call with live progress and prints its report.
template <class Call>
void carry_out(common_options& common, bool verbose, command what, const time_limits& limits, Call call) {
    progress_display display(std::cout, kind_for_standard_output(common.json));
    call_options how;
    how.stop_on_signals = true;
    how.tell = [&display](const progress& p) { display.tell(p); };
    how.stopping = [&display](unsigned times) {
        display.say(
            times == 1
                ? "Stopping: what was touched is cleaned up, which takes a while. Stop again to leave it as it is."
                : "Leaving devices as they are; rollover status shows which may be dirty.");
    };
    how.deadline = limits.whole;
    how.device_deadline = limits.device;
    if (verbose) {
        how.log = [](const std::string& line) { std::cerr << line << "\n"; };
    }
    const activation_report report = call(how);
    display.finish();
    if (common.json) {
        print_json(report, what);
        print(report.problems);
    } else {
        print_text(report, what);
    }
    common.exit_code = static_cast<int>(report.how);
}

struct activate_arguments {
    std::string deadline;
    std::string device_deadline;
    std::string topology;
    std::string id;
    std::string device;
    parameter_option parameters;
    bool verbose = false;
};

constexpr auto exit_codes =
    "Exit codes: 0 done; 1 failed, and rolled back: every touched device is clean or in quarantine;\n"
    "2 the input is wrong, nothing was touched; 3 interrupted (Ctrl-C, SIGTERM, SIGHUP) and cleaned up.\n"
    "Interrupted a second time, it ends at once and leaves the rest to rollover deactivate: exit code 1.";

}  // namespace

void add_activate_commands(CLI::App& app, common_options& common) {
    auto given = std::make_shared<activate_arguments>();
    auto* activate = app.add_subcommand("activate", "Finds devices, joins, types, checks; all devices in parallel");
    activate->add_option("TOPOLOGY", given->topology, "The topology file")->required();
    add_lab_option(*activate, common, true);
    add_parameter_option(*activate, given->parameters);
    activate->add_option("--deadline", given->deadline, "Until everything is ready; then it is rolled back (2h)");
    activate->add_option("--device-deadline", given->device_deadline, "For each device, checks included (1h)");
    auto* deactivate =
        app.add_subcommand("deactivate", "Unjoins, erases, verifies clean; also what a killed process left");
    deactivate->add_option("ID", given->id, "The activation, as `rollover status` names it")->required();
    add_lab_option(*deactivate, common, false);
    auto* recover = app.add_subcommand(
        "recover", "Brings back a device that lets nobody in: by its boot loader, then erased and verified clean");
    recover->add_option("DEVICE", given->device, "The device, as the lab file names it")->required();
    add_lab_option(*recover, common, true);
    for (auto* one : {activate, deactivate, recover}) {
        add_state_option(*one, common);
        add_json_option(*one, common);
        one->add_flag("-v,--verbose", given->verbose, "The log on standard error");
        one->footer(exit_codes);
    }
    recover->footer(
        "The lab's power-cycle hook switches it off and on; without one you are asked to, and have 15 minutes.\n"
        "Exit codes: 0 it is clean and free; 1 it is in quarantine; 2 the input is wrong, nothing was touched.");
    activate->callback([given, &common] {
        const auto values = given->parameters.values();
        const time_limits limits{read_limit("--deadline", given->deadline),
                                 read_limit("--device-deadline", given->device_deadline)};
        carry_out(common, given->verbose, command::activate, limits,
                  [&](const call_options& how) { return common.make_engine().activate(given->topology, values, how); });
    });
    deactivate->callback([given, &common] {
        carry_out(common, given->verbose, command::deactivate, {},
                  [&](const call_options& how) { return common.make_engine().deactivate(given->id, how); });
    });
    recover->callback([given, &common] {
        carry_out(common, given->verbose, command::recover, {},
                  [&](const call_options& how) { return common.make_engine().recover(given->device, how); });
    });
}

}  // namespace rollover::apps
