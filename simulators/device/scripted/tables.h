// The commands and settings of a simulator file as parsers, one pair for each mode; made once for each file.
#pragma once

#include "simulators/device/ios/grammar.h"
#include "simulators/device/scripted/definition.h"

#include <map>

namespace rollover::sim::scripted {

struct mode_table {
    std::vector<const command*> commands;
    ios::grammar command_parser;
    std::vector<const setting*> settings;
    ios::grammar setting_parser;
};

struct tables {
    explicit tables(definition_pointer d);

    [[nodiscard]] const mode& mode_of(std::string_view name) const;
    [[nodiscard]] const mode_table& of(const mode& m) const { return by_mode.find(m.name)->second; }
    /// Where a setting of the file stands in it: the order in which the device prints.
    [[nodiscard]] int order_of(const setting& s) const { return static_cast<int>(&s - all->settings.data()); }

    definition_pointer all;
    std::map<std::string, mode_table, std::less<>> by_mode;
};
using tables_pointer = std::shared_ptr<const tables>;

/// Those of a platform that ships with the product, made once; null when there is none.
[[nodiscard]] tables_pointer shipped_tables(std::string_view platform);

}  // namespace rollover::sim::scripted
