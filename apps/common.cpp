#include "apps/commands.h"

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rollover::apps {

engine common_options::make_engine() const {
    return engine(make_engine_options());
}

engine_options common_options::make_engine_options() const {
    engine_options options;
    options.lab = lab;
    options.state = state;
    options.store = store;
    for (const auto& folder : platforms) {
        options.platforms.emplace_back(folder);
    }
    for (const auto& folder : converters) {
        options.converters.emplace_back(folder);
    }
    std::error_code unknown;  // then it is found along PATH
    options.program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return options;
}

namespace {

/// The environment gives what the command line does not. CLI11's own envname() would let the variable of one subcommand
/// overwrite the option of another, because they share their target.
void take_from_environment(const char* variable, std::string& into) {
    const char* value = std::getenv(variable);
    if (value != nullptr && into.empty()) {
        into = value;
    }
}

}  // namespace

void add_lab_option(CLI::App& command, common_options& common, bool required) {
    take_from_environment("ROLLOVER_LAB", common.lab);
    command.add_option("--lab", common.lab, "The lab file; $ROLLOVER_LAB when it is not given")
        ->required(required && common.lab.empty());
    add_folder_options(command, common);
}

void add_folder_options(CLI::App& command, common_options& common) {
    command.add_option("--platforms", common.platforms, "A folder of more platform files; may be repeated");
    command.add_option("--converters", common.converters, "A folder of more converter models; may be repeated");
}

void add_state_option(CLI::App& command, common_options& common) {
    take_from_environment("ROLLOVER_STATE", common.state);
    command.add_option("--state", common.state,
                       "The state folder; else $ROLLOVER_STATE, else $XDG_STATE_HOME/rollover");
    take_from_environment("ROLLOVER_STORE", common.store);
    command.add_option(
        "--store", common.store,
        "postgresql://USER@HOST/DATABASE, for the calendar and the journal; else $ROLLOVER_STORE, else the "
        "state folder has them");
}

void add_json_option(CLI::App& command, common_options& common) {
    command.add_flag("--json", common.json, "JSON for programs instead of text");
}

parameters parameter_option::values() const {
    parameters out;
    for (const auto& one : given) {
        const auto equals = one.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw CLI::ValidationError("--parameter", "'" + one + "' is not NAME=VALUE");
        }
        out[one.substr(0, equals)] = one.substr(equals + 1);
    }
    return out;
}

void add_parameter_option(CLI::App& command, parameter_option& into) {
    command.add_option("-p,--parameter", into.given, "A parameter of the topology, NAME=VALUE; may be repeated")
        ->allow_extra_args(false);
}

task<void> with_stop(real_runtime& rt, task<void> work) {
    task_group group(rt);
    group.spawn(std::move(work));
    rt.on_stop_signal([&group](int /*number*/) { group.cancel(); });
    co_await group.join();
    rt.on_stop_signal([](int /*number*/) {});
}

void print(const std::vector<problem>& problems) {
    for (const auto& one : problems) {
        std::cerr << one.text << "\n";
        if (!one.excerpt.empty()) {
            std::cerr << one.excerpt << "\n";
        }
    }
}

std::string to_json(const std::vector<problem>& problems) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& one : problems) {
        nlohmann::ordered_json made{{"code", one.code}, {"text", one.text}};
        if (!one.missing.empty()) {
            made["missing"] = one.missing;
        }
        for (const auto& change : one.changes) {
            made["changes"].push_back({{"kind", change.kind}, {"text", change.text}, {"where", change.where}});
        }
        out.push_back(std::move(made));
    }
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rollover::apps
