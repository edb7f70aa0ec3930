// Carries out the lines of a bundle on a list of rules, as Open vSwitch does: what the pure part is tested against.
#pragma once

#include "drivers/crossconnect/join_table.h"
#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "engine/base/text.h"

#include <gtest/gtest.h>

namespace rollover::crossconnect {

/// "add ..." as dump-flows would print the rule.
inline std::string as_dumped(std::string_view add) {
    std::string line(add.substr(std::string_view("add check_overlap,").size()));
    const auto swap = [&line](std::string_view from, std::string_view to) {
        for (auto at = line.find(from); at != std::string::npos; at = line.find(from, at + to.size())) {
            line.replace(at, from.size(), to);
        }
    };
    swap(",priority", ", duration=1.5s, table=0, n_packets=0, n_bytes=0, check_overlap priority");
    swap(",actions", " actions");
    swap("vlan_vid,in_port", "vlan_vid,IN_PORT");
    return " " + line + "\n";
}

/// The rules as dump-flows prints them.
struct fake_switch {
    std::vector<std::string> lines;

    void apply(const std::string& bundle) {
        for (const auto line : split_lines(bundle)) {
            if (line.starts_with("delete cookie=")) {
                const auto cookie = line.substr(7, line.find('/') - 7);
                std::erase_if(lines, [&](const std::string& one) {
                    return one.find(std::string(cookie) + ",") != std::string::npos;
                });
            } else if (!line.empty()) {
                lines.push_back(as_dumped(line));
            }
        }
    }

    [[nodiscard]] std::string dump() const {
        std::string text = "OFPST_FLOW reply (OF1.3) (xid=0x2):\n";
        for (const auto& line : lines) {
            text += line;
        }
        return text;
    }

    /// Two ports: t1 is number 1, t2 is number 7.
    [[nodiscard]] bridge_state state() const {
        bridge_state found;
        found.ports = {{"t1", 1}, {"t2", 7}};
        auto rules = parse_rules(dump());
        EXPECT_TRUE(rules);
        found.rules = std::move(*rules);
        return found;
    }
};

inline join a_join(std::string name, std::vector<attachment> members) {
    join one;
    one.name = std::move(name);
    one.members = std::move(members);
    return one;
}

}  // namespace rollover::crossconnect
