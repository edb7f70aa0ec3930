// rollover schedule, attend: reservations that the system's at begins and ends.
#include "engine/service/schedule.h"

#include "apps/commands.h"
#include "engine/service/attend.h"

#include <iostream>

namespace rollover::apps {

namespace {

struct schedule_command {
    std::string id;
    std::string via;
    bool until_ready = false;
    bool json_log = false;
};

void show(const text_report& report, int& exit_code) {
    print(report.problems);
    if (!report.text.empty()) {
        std::cout << report.text << "\n";
    }
    exit_code = static_cast<int>(report.how);
}

}  // namespace

void add_schedule_commands(CLI::App& app, common_options& common) {
    const auto g = std::make_shared<schedule_command>();
    auto* schedule = app.add_subcommand("schedule", "Who begins and ends a reservation: the service, or jobs of at");
    schedule->add_option("ID", g->id, "r17")->required();
    schedule->add_option("--via", g->via, "at: two jobs of at(1); serve: the service again")
        ->required()
        ->check(CLI::IsMember({"at", "serve"}));
    add_lab_option(*schedule, common, true);
    add_state_option(*schedule, common);
    schedule->callback([&common, g] {
        show(service::schedule({common.make_engine_options(), g->id, g->via == "at"}), common.exit_code);
    });

    auto* attend = app.add_subcommand("attend", "What the jobs of at run: begins a reservation, keeps it, ends it");
    attend->add_option("ID", g->id, "r17")->required();
    attend->add_flag("--until-ready", g->until_ready, "Only until it was handed over; another job ends it");
    attend->add_flag("--json-log", g->json_log, "The log as JSON, an object on each line");
    add_lab_option(*attend, common, true);
    add_state_option(*attend, common);
    attend->callback([&common, g] {
        service::attend_options options{common.make_engine_options(), g->id, g->until_ready, g->json_log, {}};
        options.log = [](const std::string& line) { std::cerr << line << "\n"; };
        show(service::attend(options), common.exit_code);
    });
}

}  // namespace rollover::apps
