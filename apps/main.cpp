// The program `rollover`: wiring only. Every subcommand lives in a file of its group.
#include "apps/commands.h"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    using namespace rollover::apps;
    common_options common;
    CLI::App app(
        "Rollover configures labs of real network devices: it places a topology on free devices, joins their\n"
        "ports, types their configurations over serial consoles at a pace that loses nothing, and erases at the end.",
        "rollover");
    app.set_version_flag("--version", ROLLOVER_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done; 1 the lab said no, or failed; 2 the input is wrong; 3 interrupted and cleaned up.\n"
        "Start with:  rollover check lab.xml topology.xml");
    add_check_commands(app, common);
    add_draw_command(app, common);
    add_activate_commands(app, common);
    add_status_commands(app, common);
    add_serve_command(app, common);
    add_reserve_commands(app, common);
    add_schedule_commands(app, common);
    add_calendar_commands(app, common);
    add_user_commands(app, common);
    add_mend_command(app, common);
    add_capture_command(app, common);
    add_patch_command(app, common);
    add_lab_commands(app, common);
    add_platform_commands(app, common);
    add_type_command(app, common);
    add_replay_command(app, common);
    add_sim_command(app, common);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // --help and --version are "errors" with code 0; everything else is wrong input.
        return app.exit(error) == 0 ? 0 : static_cast<int>(rollover::answer::bad_input);
    } catch (const std::exception& bug) {
        std::cerr << "rollover: a bug of ours: " << bug.what() << "\n";
        return static_cast<int>(rollover::answer::failed);
    }
    return common.exit_code;
}
