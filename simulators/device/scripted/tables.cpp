#include "simulators/device/scripted/tables.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

bool is_in(const command& c, const mode& m) {
    return std::ranges::any_of(c.modes, [&m](const std::string& name) {
        return name == m.name || name == "any" || (name == "configuration" && m.configures);
    });
}

template <class T>
ios::grammar grammar_of(const std::vector<const T*>& list) {
    std::vector<std::string_view> patterns;
    for (const T* one : list) {
        patterns.push_back(one->pattern);
    }
    return ios::grammar(patterns);
}

mode_table table_for(const definition& d, const mode& m) {
    std::vector<const command*> commands;
    for (const command& c : d.commands) {
        if (is_in(c, m)) {
            commands.push_back(&c);
        }
    }
    std::vector<const setting*> settings;
    for (const setting& s : d.settings) {
        if (s.mode == m.name) {
            settings.push_back(&s);
        }
    }
    auto command_parser = grammar_of(commands);
    auto setting_parser = grammar_of(settings);
    return {std::move(commands), std::move(command_parser), std::move(settings), std::move(setting_parser)};
}

}  // namespace

tables::tables(definition_pointer d) : all(std::move(d)) {
    for (const mode& m : all->modes) {
        by_mode.emplace(m.name, table_for(*all, m));
    }
}

const mode& tables::mode_of(std::string_view name) const {
    const auto found = std::ranges::find(all->modes, name, &mode::name);
    return found == all->modes.end() ? all->modes.front() : *found;
}

}  // namespace rollover::sim::scripted
