// rollover mend.
#include "apps/commands.h"

#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

namespace {

using json = nlohmann::ordered_json;

void print_json(const mend_report& report) {
    json mended = json::array();
    for (const auto& one : report.mended) {
        mended.push_back({{"activation", one.activation}, {"cross_connect", one.cross_connect}, {"join", one.join}});
    }
    const json all{{"looked_at", report.looked_at},
                   {"mended", std::move(mended)},
                   {"problems", json::parse(to_json(report.problems))}};
    std::cout << all.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

void print_text(const mend_report& report) {
    for (const auto& one : report.mended) {
        std::cout << fmt::format("cross-connect {}: join {} is there again\n", one.cross_connect, one.join);
    }
    if (report.mended.empty() && report.how == answer::done) {
        std::cout << (report.looked_at == 0 ? std::string("there are no joins that have to stand\n")
                                            : fmt::format("all {} joins stand\n", report.looked_at));
    }
}

}  // namespace

void add_mend_command(CLI::App& app, common_options& common) {
    auto id = std::make_shared<std::string>();
    auto* mend = app.add_subcommand(
        "mend", "Makes the joins of activations that are ready stand again, after a cross-connect was restarted");
    mend->add_option("ID", *id, "One activation; left out: all of the lab, which --lab then names");
    add_lab_option(*mend, common, false);
    add_state_option(*mend, common);
    add_json_option(*mend, common);
    mend->footer("Exit codes: 0 all joins stand, 1 some could not be made, 2 the input is wrong, 3 interrupted.");
    mend->callback([id, &common] {
        if (id->empty() && common.lab.empty()) {
            throw CLI::ValidationError("mend", "name an activation, or a lab with --lab");
        }
        call_options how;
        how.stop_on_signals = true;
        const auto report = common.make_engine().mend(*id, how);
        common.json ? print_json(report) : print_text(report);
        if (!common.json) {
            print(report.problems);
        }
        common.exit_code = static_cast<int>(report.how);
    });
}

}  // namespace rollover::apps
