// rollover status, release: what stands, and letting a device back in.
#include "apps/commands.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace rollover::apps {

namespace {

using json = nlohmann::ordered_json;

std::string utc(std::chrono::system_clock::time_point when) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

bool interrupted(const activation_status& one) {
    return !one.worked_on && one.phase != "ready" && one.phase != "ended";
}

json json_of(const patch_status& patch) {
    json ends = json::array();
    for (const auto& end : patch.ends) {
        ends.push_back({{"end", end.end},
                        {"connected", end.connected},
                        {"bytes", end.bytes},
                        {"breaks", end.breaks},
                        {"breaks_lost", end.breaks_lost},
                        {"reconnects", end.reconnects},
                        {"dropped", end.dropped}});
    }
    return {{"link", patch.link}, {"carried", patch.carried}, {"ends", ends}};
}

void print_json(const status_report& report) {
    json out{{"activations", json::array()}, {"unavailable", report.unavailable}};
    for (const auto& one : report.activations) {
        json devices = json::array();
        for (const auto& device : one.devices) {
            devices.push_back({{"device", device.device}, {"condition", device.condition}, {"why", device.why}});
        }
        json patches = json::array();
        for (const auto& patch : one.patches) {
            patches.push_back(json_of(patch));
        }
        out["activations"].push_back({{"id", one.id},
                                      {"lab", one.lab},
                                      {"topology", one.topology},
                                      {"owner", one.owner},
                                      {"begun", utc(one.begun)},
                                      {"phase", one.phase},
                                      {"interrupted", interrupted(one)},
                                      {"failure", one.failure},
                                      {"devices", devices},
                                      {"joins", one.joins},
                                      {"patches", patches},
                                      {"folder", one.folder.string()}});
    }
    std::cout << out.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

bool has_quarantined(const activation_status& one) {
    return std::any_of(one.devices.begin(), one.devices.end(),
                       [](const device_status& device) { return device.condition == "quarantined"; });
}

void print_patches(const activation_status& one) {
    bool lost = false;
    for (const auto& patch : one.patches) {
        std::cout << fmt::format("    patch {}{}\n", patch.link, patch.carried ? "" : ": not carried");
        lost = lost || !patch.carried;
        for (const auto& end : patch.ends) {
            std::cout << fmt::format("        {}: {}{} bytes from it, {} breaks, {} reconnects, dropped {}{}\n",
                                     end.end, end.connected || !patch.carried ? "" : "not connected, ", end.bytes,
                                     end.breaks, end.reconnects, end.dropped,
                                     end.breaks_lost == 0
                                         ? ""
                                         : fmt::format(", {} breaks that the other line cannot send", end.breaks_lost));
        }
    }
    if (lost && one.phase == "ready") {
        std::cout << "    no process carries the patches; begin again with: rollover patch " << one.id << " --detach\n";
    }
}

void print_text(const status_report& report) {
    if (report.activations.empty()) {
        std::cout << "No activation stands.\n";
    }
    for (const auto& one : report.activations) {
        std::cout << fmt::format("{}  {}  topology {}  lab {}  by {}  since {}\n", one.id, one.phase, one.topology,
                                 one.lab, one.owner.empty() ? "-" : one.owner, utc(one.begun));
        if (interrupted(one)) {
            std::cout << "    interrupted: no process works on it; clean up with: rollover deactivate " << one.id
                      << "\n";
        }
        for (const auto& device : one.devices) {
            std::cout << fmt::format("    {:<16} {}\n", device.device, device.condition);
            std::istringstream why(device.why);
            for (std::string line; std::getline(why, line);) {
                std::cout << "        " << line << "\n";
            }
        }
        if (has_quarantined(one)) {
            std::cout << "    to clean what is in quarantine:  rollover deactivate " << one.id
                      << "\n    or, when you have cleaned it:    rollover release DEVICE\n";
        }
        for (const auto& join : one.joins) {
            std::cout << "    join " << join << "\n";
        }
        print_patches(one);
        if (!one.failure.empty()) {
            std::cout << "    failed: " << one.failure << "\n";
        }
        std::cout << "    " << one.folder.string() << "\n";
    }
    for (const auto& [lab, devices] : report.unavailable) {
        std::cout << "lab " << lab << ":\n";
        for (const auto& [device, why] : devices) {
            std::cout << fmt::format("    {:<16} {}\n", device, why);
        }
    }
}

void print_json(const lines_report& report) {
    json out = json::array();
    for (const auto& one : report.lines) {
        out.push_back({{"lab", one.lab},
                       {"line", one.line},
                       {"device", one.device},
                       {"learned_ms", one.learned_ms},
                       {"gap_ms", {{"min", one.shortest_ms}, {"p50", one.p50_ms}, {"p99", one.p99_ms}}},
                       {"characters", one.characters},
                       {"repairs", one.repairs},
                       {"retries", one.retries},
                       {"reconnects", one.reconnects},
                       {"visits", one.visits},
                       {"last", utc(one.last)}});
    }
    std::cout << json{{"lines", out}}.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

void print_text(const lines_report& report) {
    if (report.lines.empty()) {
        std::cout << "Nothing was typed on any line yet.\n";
        return;
    }
    std::cout << fmt::format("{:<12} {:<12} {:<12} {:>9} {:>9} {:>9} {:>9} {:>10} {:>8} {:>8} {:>10} {:>7}\n", "lab",
                             "line", "device", "learned", "gap min", "gap p50", "gap p99", "characters", "repairs",
                             "retries", "reconnects", "visits");
    for (const auto& one : report.lines) {
        std::cout << fmt::format(
            "{:<12} {:<12} {:<12} {:>9.1f} {:>9.3f} {:>9.3f} {:>9.3f} {:>10} {:>8} {:>8} {:>10} {:>7}\n", one.lab,
            one.line, one.device, one.learned_ms, one.shortest_ms, one.p50_ms, one.p99_ms, one.characters, one.repairs,
            one.retries, one.reconnects, one.visits);
    }
    std::cout << "Times in ms. learned: added to the delays of the lab file, because characters were lost; "
                 "gaps: of the last visit.\nA line with many repairs or a high learned delay has a bad cable, a wrong "
                 "flow control or a slow device.\n";
}

int show_lines(const common_options& common) {
    const auto report = common.make_engine().lines();
    if (common.json) {
        print_json(report);
    } else if (report.how == answer::done) {
        print_text(report);
    }
    print(report.problems);
    return static_cast<int>(report.how);
}

}  // namespace

void add_status_commands(CLI::App& app, common_options& common) {
    auto name = std::make_shared<std::string>();
    auto* status = app.add_subcommand("status", "Activations, their devices, and what is in quarantine");
    status->add_option("ID", *name, "One activation, also an ended one");
    auto lines = std::make_shared<bool>(false);
    status->add_flag("--lines", *lines, "The console lines instead: gaps really achieved, pace learned, repairs")
        ->excludes(status->get_option("ID"));
    add_state_option(*status, common);
    add_json_option(*status, common);
    status->footer("Exit codes: 0 done, 1 the state cannot be read, 2 there is no such activation.");
    status->callback([name, lines, &common] {
        if (*lines) {
            common.exit_code = show_lines(common);
            return;
        }
        const auto report = common.make_engine().status(*name);
        if (common.json) {
            print_json(report);
        } else if (report.how == answer::done) {
            print_text(report);
        }
        print(report.problems);
        common.exit_code = static_cast<int>(report.how);
    });

    auto* release =
        app.add_subcommand("release", "Lets a device out of quarantine: you have seen to it that it is clean");
    release->add_option("DEVICE", *name, "The device")->required();
    add_lab_option(*release, common, false);
    add_state_option(*release, common);
    release->footer("Exit codes: 0 done, 1 the state cannot be written, 2 the device is not in quarantine.");
    release->callback([name, &common] {
        const auto report = common.make_engine().release(*name);
        print(report.problems);
        if (report.how == answer::done) {
            std::cout << *name << " is free again\n";
        }
        common.exit_code = static_cast<int>(report.how);
    });
}

}  // namespace rollover::apps
