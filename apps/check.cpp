// rollover check, place, plan: what can be known without touching anything.
#include "apps/commands.h"

#include <iostream>

namespace rollover::apps {

namespace {

void finish(const text_report& report, common_options& common) {
    if (common.json) {
        std::cout << (report.json.empty() ? "{\"problems\":" + to_json(report.problems) + "}" : report.json) << "\n";
    } else {
        std::cout << report.text;
    }
    print(report.problems);
    common.exit_code = static_cast<int>(report.how);
}

struct plan_arguments {
    std::string topology;
    std::string device;
    bool explain = false;
    unsigned copies = 0;
    bool most = false;
    std::string keep;
    std::string replace;
    std::string like;
    std::uint64_t effort = place_options().effort;
    parameter_option parameters;
};

}  // namespace

void add_check_commands(CLI::App& app, common_options& common) {
    auto files = std::make_shared<std::vector<std::string>>();
    auto* check = app.add_subcommand("check", "Validates labs and topologies: every mistake at once");
    check->add_option("FILE", *files, "Lab and topology files")->required();
    add_folder_options(*check, common);
    check->footer("Exit codes: 0 no mistakes, 2 mistakes.");
    check->callback([files, &common] {
        const auto report = common.make_engine().check({files->begin(), files->end()});
        print(report.problems);
        if (report.problems.empty()) {
            std::cout << files->size() << (files->size() == 1 ? " file: no mistakes\n" : " files: no mistakes\n");
        }
        common.exit_code = static_cast<int>(report.how);
    });

    auto given = std::make_shared<plan_arguments>();
    auto* place = app.add_subcommand("place", "Which device would play which node, which interface which link end");
    auto* plan = app.add_subcommand("plan", "The joins, and for each device the very characters that would be typed");
    for (auto* command : {place, plan}) {
        command->add_option("TOPOLOGY", given->topology, "The topology file")->required();
        add_lab_option(*command, common, true);
        add_state_option(*command, common);
        add_parameter_option(*command, given->parameters);
        add_json_option(*command, common);
        command->footer("Exit codes: 0 done, 1 it cannot be placed (the reason is printed), 2 the input is wrong.");
    }
    plan->add_option("--device", given->device, "Only this device");
    auto* explain =
        place->add_flag("--explain", given->explain,
                        "For each node: which devices could play it by themselves, and what rules out the others");
    auto* copies = place->add_option("--copies", given->copies,
                                     "Places the topology so many times at once, on devices of their own (a class)");
    copies->check(CLI::Range(1U, 1000U));
    auto* most = place->add_flag("--most", given->most, "As many copies as fit now, and why one more does not");
    auto* keep = place->add_option("--keep", given->keep, "A placement in a file, as place --json has written it");
    auto* replace = place->add_option(
        "--replace", given->replace, "Of the placement in --keep: this node on another device, all others as they are");
    keep->needs(replace);
    replace->needs(keep);
    auto* like = place->add_option("--like", given->like,
                                   "Stays close to a placement in a file, as place --json has written it");
    auto* effort =
        place->add_option("--effort", given->effort,
                          "Steps to find a placement that spares scarce devices and links between sites, and spreads "
                          "wear, once one is found; 0: takes the first one");
    effort->capture_default_str();
    effort->check([](const std::string& text) {
        return text.starts_with('-') ? "'" + text + "' is no number of steps" : std::string();
    });
    for (auto* one : {copies, most, keep}) {
        one->excludes(explain)->excludes(like)->excludes(effort);
    }
    explain->excludes(like)->excludes(effort);
    most->excludes(copies);
    keep->excludes(copies)->excludes(most);
    place->callback([given, &common] {
        auto lab = common.make_engine();
        const auto values = given->parameters.values();
        if (!given->keep.empty()) {
            finish(lab.place_anew(given->topology, values, given->keep, given->replace), common);
        } else if (given->copies > 0 || given->most) {
            finish(lab.place_copies(given->topology, values, given->copies), common);
        } else {
            finish(lab.place(given->topology, values, {given->explain, given->like, given->effort}), common);
        }
    });
    plan->callback([given, &common] {
        finish(common.make_engine().plan(given->topology, given->parameters.values(), given->device), common);
    });
}

}  // namespace rollover::apps
