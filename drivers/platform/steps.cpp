#include "drivers/platform/steps.h"

#include "drivers/platform/navigator.h"

namespace rollover::platform {

machine_ptr in_order(parts p) {
    return std::make_unique<sequence>(std::move(p));
}

std::size_t state_named(const dialogue_context& c, const std::string& name) {
    return c.how->find_state(name).value_or(0);
}

void go_to(dialogue_context& c, const std::string& name, parts& to) {
    to.push_back([&c, name] { return std::make_unique<navigator>(c, state_named(c, name)); });
}

std::string with_value(std::string command, std::string_view variable, const std::string& value) {
    for (auto at = command.find(variable); at != std::string::npos; at = command.find(variable, at)) {
        command.replace(at, variable.size(), value);
        at += value.size();
    }
    return command;
}

command_rules rules_of(const dialogue_context& c, const step& s, const std::string& interface) {
    command_rules rules;
    rules.text = with_value(s.command, "${interface}", interface);
    rules.settle.questions = s.questions;
    rules.settle.limit = s.boots ? c.how->boot_limit : s.limit;
    rules.settle.boots = s.boots;
    rules.boots = s.boots;
    rules.expect = s.expect;
    rules.refuse = s.refuse;
    rules.may_fail = s.may_fail;
    if (!s.ends_in.empty()) {
        rules.ends_in.push_back(state_named(c, s.ends_in));
        if (s.boots && rules.ends_in.back() != c.position) {
            rules.settle.leaves = c.position;  // its prompt is printed once more before the device goes down
        }
    }
    return rules;
}

namespace {

void add_unconditional_step(dialogue_context& c, const step& s, const std::string& interface, parts& to) {
    if (!s.in_state.empty()) {
        go_to(c, s.in_state, to);
    }
    to.push_back([&c, &s, interface]() -> machine_ptr {
        return std::make_unique<command_machine>(c, rules_of(c, s, interface));
    });
    if (s.boots) {
        to.push_back([&c]() -> machine_ptr {
            c.host.clear();  // it may have another name now
            return nullptr;
        });
    }
}

}  // namespace

void add_step(dialogue_context& c, const step& s, const std::string& interface, parts& to) {
    if (s.after.empty()) {
        add_unconditional_step(c, s, interface, to);
        return;
    }
    to.push_back([&c, &s, interface]() -> machine_ptr {
        if (!pattern_set({s.after}, pattern_set::match::anywhere).any(c.output)) {
            return nullptr;
        }
        parts one;
        add_unconditional_step(c, s, interface, one);
        return in_order(std::move(one));
    });
}

void add_steps(dialogue_context& c, const std::vector<step>& steps, parts& to) {
    for (const auto& s : steps) {
        if (!s.for_each_interface && !s.for_each_serial_port) {
            add_step(c, s, {}, to);
            continue;
        }
        for (const auto& interface : s.for_each_interface ? c.interfaces : c.serial_ports) {
            add_step(c, s, interface, to);
        }
    }
}

}  // namespace rollover::platform
