// rollover lab audit: where switches and cross-connects differ from the lab file.
#include "apps/commands.h"

#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

std::string json_of(const audit_report& report) {
    auto targets = nlohmann::ordered_json::array();
    for (const auto& one : report.targets) {
        auto findings = nlohmann::ordered_json::array();
        for (const auto& f : one.findings) {
            nlohmann::ordered_json row{{"place", f.place}, {"difference", f.difference}};
            if (!f.port.empty()) {
                row["port"] = f.port;
            }
            if (f.difference) {
                row["expected"] = f.expected;
            }
            row["found"] = f.found;
            row["mend"] = f.mend;
            findings.push_back(std::move(row));
        }
        nlohmann::ordered_json row{{"target", one.target}, {"read", one.problem.empty()}};
        if (!one.problem.empty()) {
            row["problem"] = one.problem;
        }
        row["findings"] = std::move(findings);
        targets.push_back(std::move(row));
    }
    const nlohmann::ordered_json all{{"targets", std::move(targets)}};
    return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_lines(const audit_report& report) {
    for (const auto& one : report.targets) {
        std::size_t differences = 0;
        for (const auto& f : one.findings) {
            std::cout << f.text << "\n";
            differences += f.difference ? 1U : 0U;
        }
        if (!one.problem.empty()) {
            std::cerr << one.problem << "\n";
        } else if (differences == 0) {
            std::cout << one.target << ": as the lab file says\n";
        }
    }
}

}  // namespace

void add_audit_command(CLI::App& lab, common_options& common) {
    auto names = std::make_shared<std::vector<std::string>>();
    auto* audit = lab.add_subcommand("audit", "Says where switches and cross-connects differ from the lab file");
    add_lab_option(*audit, common, false);
    audit->add_option("LAB", common.lab, "The lab file; --lab, or $ROLLOVER_LAB, when it is not given");
    add_state_option(*audit, common);
    add_json_option(*audit, common);
    audit->add_option("--switch", *names, "Only this switch, and no cross-connect; may be repeated");
    audit->footer(
        "Reads every switch (console or SSH) and every cross-connect, all at once; nothing is configured.\n"
        "Exit codes: 0 all is as the file says, 1 there are differences, 2 something could not be read or the input "
        "is\n"
        "wrong, 3 interrupted.");
    audit->callback([names, &common] {
        if (common.lab.empty()) {
            throw CLI::ValidationError("audit", "name the lab file");
        }
        call_options how;
        how.stop_on_signals = true;
        const auto report = common.make_engine().audit(*names, how);
        print(report.problems);
        if (!report.targets.empty()) {
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
