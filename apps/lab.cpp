// rollover lab identify, switch-config: who the devices of a lab are, and what its switches must be configured as;
// lab audit, survey and import are in files of their own.
#include "apps/commands.h"

#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

struct identify_arguments {
    std::vector<std::string> devices;
    bool write = false;
};

struct switch_arguments {
    std::string name;
    std::string file;
};

std::string table_of(const identity_report& report) {
    std::array<std::size_t, 4> widths{6, 4, 13, 5};
    for (const auto& one : report.devices) {
        const std::array<const std::string*, 4> cells{&one.device, &one.line, &one.serial_number, &one.model};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], cells[i]->size());
        }
    }
    const auto row = [&](const std::string& device, const std::string& line, const std::string& serial,
                         const std::string& model, const std::string& software) {
        std::string text = fmt::format("{:{}}  {:{}}  {:{}}  {:{}}  {}", device, widths[0], line, widths[1], serial,
                                       widths[2], model, widths[3], software);
        return text.erase(text.find_last_not_of(' ') + 1) + "\n";
    };
    std::string text = row("device", "line", "serial number", "model", "software");
    for (const auto& one : report.devices) {
        text += one.problem.empty() ? row(one.device, one.line, one.serial_number, one.model, one.software)
                                    : row(one.device, one.line, "not asked", "", "");
    }
    return text;
}

std::string json_of(const identity_report& report) {
    auto devices = nlohmann::ordered_json::array();
    for (const auto& one : report.devices) {
        nlohmann::ordered_json row{{"device", one.device}, {"line", one.line}};
        if (one.problem.empty()) {
            row["serial-number"] = one.serial_number;
            row["model"] = one.model;
            row["software"] = one.software;
        } else {
            row["problem"] = one.problem;
        }
        devices.push_back(std::move(row));
    }
    const nlohmann::ordered_json all{{"devices", std::move(devices)}, {"written", report.written}};
    return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void add_lab_commands(CLI::App& app, common_options& common) {
    auto* lab = app.add_subcommand("lab", "Questions about the lab itself");
    lab->require_subcommand(1);
    auto given = std::make_shared<identify_arguments>();
    auto* identify = lab->add_subcommand("identify", "Asks the devices over their consoles who they are");
    add_lab_option(*identify, common, true);
    add_state_option(*identify, common);
    add_json_option(*identify, common);
    identify->add_option("DEVICE", given->devices, "Only these devices");
    identify->add_flag("--write", given->write,
                       "Adds serial-number and model to the lab file where they are missing; the rest of it stays");
    identify->footer(
        "Devices that are in use are left alone. Nothing is configured or erased.\n"
        "Exit codes: 0 all answered, 1 some did not, 2 the input is wrong, 3 interrupted.");
    identify->callback([given, &common] {
        call_options how;
        how.stop_on_signals = true;
        const auto report = common.make_engine().identify(given->devices, given->write, how);
        print(report.problems);
        if (!report.devices.empty()) {
            std::cout << (common.json ? json_of(report) + "\n" : table_of(report));
        }
        for (const auto& one : report.devices) {
            if (!one.problem.empty() && !common.json) {
                std::cerr << one.device << ": " << one.problem << "\n";
            }
        }
        if (report.written > 0 && !common.json) {
            std::cout << report.written << " pins were added to " << common.lab << "\n";
        }
        common.exit_code = static_cast<int>(report.how);
    });

    auto wanted = std::make_shared<switch_arguments>();
    auto* config = lab->add_subcommand("switch-config", "Prints the configuration that a lab switch must have");
    config->add_option("SWITCH", wanted->name, "The switch, as the lab file names it")->required();
    add_lab_option(*config, common, true);
    config->add_option("--template", wanted->file, "A Mustache template instead of that of the switch's platform");
    config->footer("Exit codes: 0 done, 2 the input is wrong.");
    config->callback([wanted, &common] {
        const auto report = common.make_engine().switch_config(wanted->name, wanted->file);
        std::cout << report.text;
        print(report.problems);
        common.exit_code = static_cast<int>(report.how);
    });

    add_audit_command(*lab, common);
    add_survey_command(*lab, common);
    add_import_command(*lab, common);
    add_reload_command(*lab, common);
}

}  // namespace rollover::apps
