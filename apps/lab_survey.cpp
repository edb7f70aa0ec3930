// rollover lab survey: whether the devices are cabled as the lab file says.
#include "apps/commands.h"

#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

struct survey_arguments {
    std::vector<std::string> devices;
    double listen = 0;  // seconds
};

nlohmann::ordered_json json_of(const surveyed_device& one) {
    nlohmann::ordered_json row{{"device", one.device}};
    if (!one.left_alone.empty()) {
        row["left-alone"] = one.left_alone;
    } else if (!one.problem.empty()) {
        row["problem"] = one.problem;
    } else {
        row["interfaces"] = one.interfaces;
        row["proved"] = one.proved;
    }
    if (!one.left.empty()) {
        row["left"] = one.left;
    }
    return row;
}

std::string json_of(const survey_report& report) {
    auto devices = nlohmann::ordered_json::array();
    for (const auto& one : report.devices) {
        devices.push_back(json_of(one));
    }
    auto findings = nlohmann::ordered_json::array();
    for (const auto& f : report.findings) {
        nlohmann::ordered_json row{
            {"what", f.what}, {"place", f.place}, {"target", f.target}, {"difference", f.difference}};
        if (f.difference) {
            row["expected"] = f.expected;
        }
        row["found"] = f.found;
        if (!f.mend.empty()) {
            row["mend"] = f.mend;
        }
        findings.push_back(std::move(row));
    }
    const nlohmann::ordered_json all{
        {"id", report.id}, {"devices", std::move(devices)}, {"findings", std::move(findings)}};
    return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_lines(const survey_report& report) {
    for (const auto& f : report.findings) {
        std::cout << f.text << "\n";
    }
    for (const auto& one : report.devices) {
        if (!one.left_alone.empty()) {
            std::cout << one.device << ": left alone: " << one.left_alone << "\n";
        } else if (!one.problem.empty()) {
            std::cerr << one.problem << "\n";
        } else if (one.interfaces > 0) {
            std::cout << fmt::format("{}: {} of {} interfaces proved{}\n", one.device, one.proved, one.interfaces,
                                     one.left.empty() ? "" : "; it is " + one.left + " again");
        }
    }
}

}  // namespace

void add_survey_command(CLI::App& lab, common_options& common) {
    auto given = std::make_shared<survey_arguments>();
    auto* survey = lab.add_subcommand("survey", "Proves how the devices are cabled");
    add_lab_option(*survey, common, true);
    add_state_option(*survey, common);
    add_json_option(*survey, common);
    survey->add_option("DEVICE", given->devices, "Only these devices");
    survey->add_option("--listen", given->listen, "Seconds that are waited at least for what has not answered")
        ->default_val(12)
        ->check(CLI::Range(1, 3600));
    survey->footer(
        "The devices say who their interfaces are; marked frames are sent towards each through the cross-connects, "
        "and\n"
        "what comes back is compared with the lab file. Devices in use are left alone; the others are claimed while "
        "it\n"
        "runs. Where interfaces are shut down they are brought up, and the device is made clean afterwards.\n"
        "Exit codes: 0 all is as the file says, 1 there are differences, 2 something could not be read or the input "
        "is\n"
        "wrong, 3 interrupted.");
    survey->callback([given, &common] {
        call_options how;
        how.stop_on_signals = true;
        const auto listen =
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(given->listen));
        const auto report = common.make_engine().survey(given->devices, listen, how);
        print(report.problems);
        if (!report.devices.empty()) {
            if (common.json) {
                std::cout << json_of(report) << "\n";
            } else {
                print_lines(report);
            }
        }
        common.exit_code = static_cast<int>(report.how);
    });
}

}  // namespace rollover::apps
