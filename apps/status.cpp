// rollover status, release: what stands, and letting a device back in.
#include "apps/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

using json = nlohmann::ordered_json;

std::string utc(std::chrono::system_clock::time_point when) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

bool interrupted(const activation_status& one) {
    return !one.worked_on && one.phase != "ready" && one.phase != "ended";
}

void print_json(const status_report& report) {
    json out{{"activations", json::array()}, {"unavailable", report.unavailable}};
    for (const auto& one : report.activations) {
        json devices = json::array();
        for (const auto& device : one.devices) {
            devices.push_back({{"device", device.device}, {"condition", device.condition}, {"why", device.why}});
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
                                      {"folder", one.folder.string()}});
    }
    std::cout << out.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
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
        }
        for (const auto& join : one.joins) {
            std::cout << "    join " << join << "\n";
        }
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

}  // namespace

void add_status_commands(CLI::App& app, common_options& common) {
    auto name = std::make_shared<std::string>();
    auto* status = app.add_subcommand("status", "Activations, their devices, and what is in quarantine");
    status->add_option("ID", *name, "One activation, also an ended one");
    add_state_option(*status, common);
    add_json_option(*status, common);
    status->footer("Exit codes: 0 done, 1 the state cannot be read, 2 there is no such activation.");
    status->callback([name, &common] {
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
