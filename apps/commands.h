// The subcommands of `rollover`. Each group registers itself on the parser and, when chosen, leaves its exit code.
#pragma once

#include "engine/api/engine.h"
#include "engine/runtime/real_runtime.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rollover::apps {

/// What all subcommands share; filled by the parser.
struct common_options {
    std::string lab;
    std::string state;
    std::string store;
    std::vector<std::string> platforms;
    std::vector<std::string> converters;
    bool json = false;
    int exit_code = 0;

    [[nodiscard]] engine_options make_engine_options() const;
    [[nodiscard]] engine make_engine() const;
};

void add_check_commands(CLI::App& app, common_options& common);     // check, place, plan
void add_draw_command(CLI::App& app, common_options& common);       // draw
void add_activate_commands(CLI::App& app, common_options& common);  // activate, deactivate, recover
void add_status_commands(CLI::App& app, common_options& common);    // status, release
void add_mend_command(CLI::App& app, common_options& common);       // mend
void add_capture_command(CLI::App& app, common_options& common);    // capture
void add_patch_command(CLI::App& app, common_options& common);      // patch
void add_platform_commands(CLI::App& app, common_options& common);  // platform check, try
void add_lab_commands(CLI::App& app, common_options& common);       // lab identify, switch-config
void add_audit_command(CLI::App& lab, common_options& common);      // lab audit
void add_survey_command(CLI::App& lab, common_options& common);     // lab survey
void add_import_command(CLI::App& lab, common_options& common);     // lab import
void add_reload_command(CLI::App& lab, common_options& common);     // lab reload
void add_serve_command(CLI::App& app, common_options& common);      // serve
void add_reserve_commands(CLI::App& app, common_options& common);  // reserve, reservations, show, extend, cancel, watch
void add_schedule_commands(CLI::App& app, common_options& common);  // schedule, attend
void add_calendar_commands(CLI::App& app, common_options& common);  // calendar, quarantine
void add_user_commands(CLI::App& app, common_options& common);      // user, audit-log
void add_type_command(CLI::App& app, common_options& common);       // type
void add_replay_command(CLI::App& app, common_options& common);     // replay
void add_sim_command(CLI::App& app, common_options& common);        // sim

// Options that several subcommands have.
void add_lab_option(CLI::App& command, common_options& common, bool required);
/// Folders of more platform files and converter models.
void add_folder_options(CLI::App& command, common_options& common);
void add_state_option(CLI::App& command, common_options& common);
void add_json_option(CLI::App& command, common_options& common);

/// `--parameter NAME=VALUE`, repeatable.
struct parameter_option {
    std::vector<std::string> given;
    /// Throws CLI::ValidationError for a value without '='.
    [[nodiscard]] parameters values() const;
};
void add_parameter_option(CLI::App& command, parameter_option& into);

/// Runs `work`; Ctrl-C and SIGTERM cancel it, so that it ends at its next wait, with its report.
[[nodiscard]] task<void> with_stop(real_runtime& rt, task<void> work);

/// Problems on standard error, one after the other.
void print(const std::vector<problem>& problems);
/// As a JSON array of {code, text}.
[[nodiscard]] std::string to_json(const std::vector<problem>& problems);

}  // namespace rollover::apps
