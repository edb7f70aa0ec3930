#include "drivers/platform/procedure.h"

#include "drivers/platform/configuration.h"
#include "drivers/platform/lines.h"
#include "drivers/platform/navigator.h"
#include "drivers/platform/speed.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

using parts = std::vector<sequence::part>;

constexpr duration run_limit = std::chrono::seconds(60);  // of silence
constexpr duration read_limit = std::chrono::seconds(60);
constexpr unsigned most_rounds = 4;  // of restoring: what depends on something else goes in the second

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
    }
    return rules;
}

void add_step(dialogue_context& c, const step& s, const std::string& interface, parts& to) {
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

/// The steps, each for every interface where it says so. They live in the description, which the context keeps alive.
void add_steps(dialogue_context& c, const std::vector<step>& steps, parts& to) {
    for (const auto& s : steps) {
        if (!s.for_each_interface) {
            add_step(c, s, {}, to);
            continue;
        }
        for (const auto& interface : c.interfaces) {
            add_step(c, s, interface, to);
        }
    }
}

machine_ptr in_order(parts p) {
    return std::make_unique<sequence>(std::move(p));
}

command_rules plain_command(std::string text, duration limit) {
    command_rules rules;
    rules.text = std::move(text);
    rules.settle.limit = limit;
    return rules;
}

/// Clears a half-typed line.
class clearing_machine final : public machine {
public:
    explicit clearing_machine(dialogue_context& c) : context_(c) {}
    [[nodiscard]] action advance(const dialogue_event& e) override {
        if (e.what != dialogue_event::kind::begin) {
            return action::done();
        }
        console::typing key;
        key.enter = false;
        key.echo_expected = false;
        return action::type(context_.how->kill_line, key);
    }
    [[nodiscard]] std::string doing() const override { return "clearing the line"; }

private:
    dialogue_context& context_;
};

/// Lines that are made while the dialogue runs live as long as their machine.
class restoring_machine final : public machine {
public:
    restoring_machine(dialogue_context& c, std::vector<std::string> commands) {
        for (auto& text : commands) {
            lines_.push_back({std::move(text), {"restored configuration", 0, 0}});
        }
        parts p;
        go_to(c, c.how->config_state, p);
        p.push_back([this, &c] { return std::make_unique<lines_machine>(c, lines_, on_rejection::go_on, nullptr); });
        go_to(c, c.how->home, p);
        steps_ = in_order(std::move(p));
    }
    [[nodiscard]] action advance(const dialogue_event& e) override { return steps_->advance(e); }
    [[nodiscard]] std::string doing() const override { return "restoring: " + steps_->doing(); }

private:
    std::vector<typed_line> lines_;
    machine_ptr steps_;
};

void add_restoring(dialogue_context& c, const configuration& before, parts& to) {
    const auto changed = std::make_shared<bool>(true);  // since the last reading
    const auto read_again = [&c, changed] { return std::exchange(*changed, false) ? make_read(c) : nullptr; };
    for (unsigned round = 0; round < most_rounds; ++round) {
        to.push_back(read_again);
        to.push_back([&c, &before, changed]() -> machine_ptr {
            auto commands = lines_to_restore(*c.how, c.read, before);
            *changed = !commands.empty();
            return commands.empty() ? nullptr : std::make_unique<restoring_machine>(c, std::move(commands));
        });
    }
    to.push_back(read_again);
    to.push_back([&c, &before] {
        return std::make_unique<decision>([&c, &before]() -> result<void> {
            if (c.read == before) {
                return {};
            }
            return failure(errc::device_differs, "the configuration is not the one from before the activation")
                .said(difference(c.read, before))
                .advise("restore it by hand, then clear the device's quarantine");
        });
    });
}

}  // namespace

machine_ptr make_change_speed(dialogue_context& c, std::uint32_t baud) {
    const auto& steps = c.how->console_speed.steps;
    if (steps.empty() || c.fast_speed == 0) {
        return nullptr;
    }
    parts before;
    for (const auto& s : steps) {
        if (!s.in_state.empty()) {
            go_to(c, s.in_state, before);
        }
        if (&s != &steps.back()) {
            before.push_back([&c, &s, baud] {
                auto rules = rules_of(c, s, {});
                rules.text = with_value(s.command, "${baud}", fmt::to_string(baud));
                return std::make_unique<command_machine>(c, std::move(rules));
            });
        }
    }
    parts p;
    p.push_back([&c, &steps, baud, before = std::move(before)] {
        auto command = with_value(steps.back().command, "${baud}", fmt::to_string(baud));
        return std::make_unique<speed_machine>(c, baud, in_order(before), std::move(command));
    });
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

/// What was raised is put back; nothing to do at the usual speed.
void put_speed_back(dialogue_context& c, parts& to) {
    to.push_back([&c] { return make_change_speed(c, c.usual_speed); });
}

machine_ptr make_bring_home(dialogue_context& c) {
    parts p;
    go_to(c, c.how->home, p);
    put_speed_back(c, p);
    add_steps(c, c.how->prepare, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_run(dialogue_context& c, std::string command) {
    parts p;
    go_to(c, c.how->home, p);
    p.push_back([&c, command = std::move(command)] {
        return std::make_unique<command_machine>(c, plain_command(command, run_limit));
    });
    return in_order(std::move(p));
}

result<void> check_configuration(const dialogue_context& c, std::span<const typed_line> lines) {
    std::vector<std::string> texts;
    texts.reserve(lines.size());
    for (const auto& line : lines) {
        texts.push_back(line.text);
    }
    const auto refused = refused_lines(*c.how, texts);
    if (refused.empty()) {
        return {};
    }
    const auto& first = refused.front();
    return failure(errc::bad_input, fmt::format("this line is never typed on {}: {}", c.how->name, first.because))
        .at(to_string(lines[first.index].place))
        .after_command(texts[first.index])
        .advise(first.hint);
}

machine_ptr make_configure(dialogue_context& c, std::span<const typed_line> lines,
                           std::function<void(const progress&)> tell) {
    parts p;
    p.push_back(
        [&c, lines] { return std::make_unique<decision>([&c, lines] { return check_configuration(c, lines); }); });
    go_to(c, c.how->config_state, p);
    p.push_back([&c, lines, tell = std::move(tell)] {
        return std::make_unique<lines_machine>(c, lines, on_rejection::stop, tell);
    });
    go_to(c, c.how->home, p);
    add_steps(c, c.how->after_config, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_read(dialogue_context& c) {
    parts p;
    go_to(c, c.how->home, p);
    p.push_back([&c] {
        auto rules = plain_command(c.how->readback.command, read_limit);
        rules.may_fail = true;  // a configuration may hold text that looks like an error
        return std::make_unique<command_machine>(c, std::move(rules));
    });
    p.push_back([&c]() -> machine_ptr {
        c.read = normalized(*c.how, c.output);
        return nullptr;
    });
    return in_order(std::move(p));
}

machine_ptr make_erase(dialogue_context& c, const configuration& before) {
    parts p;
    p.push_back([&c] { return make_bring_home(c); });
    add_steps(c, c.how->erase, p);
    if (c.how->how_to_erase == erase_method::restore) {
        add_restoring(c, before, p);
    } else {
        p.push_back([&c] { return make_bring_home(c); });
    }
    add_steps(c, c.how->verify_clean, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_identify(dialogue_context& c, std::vector<identity_part> wanted) {
    parts p;
    for (const auto& command : c.how->identify) {
        // Decided when it is its turn: an earlier command may have said all.
        const auto adds = [&c, &command, wanted] {
            return std::any_of(command.reads.begin(), command.reads.end(), [&](const identity_rule& rule) {
                return c.who_it_is[rule.what].empty() &&
                       std::find(wanted.begin(), wanted.end(), rule.what) != wanted.end();
            });
        };
        p.push_back([&c, &command, adds]() -> machine_ptr {
            if (!adds()) {
                return nullptr;
            }
            parts one;
            go_to(c, command.run.in_state.empty() ? c.how->home : command.run.in_state, one);
            add_step(c, command.run, {}, one);
            one.push_back([&c, &command]() -> machine_ptr {
                take_identity(command, c.output, c.who_it_is);
                return nullptr;
            });
            return in_order(std::move(one));
        });
    }
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_save(dialogue_context& c) {
    parts p;
    go_to(c, c.how->home, p);
    add_steps(c, c.how->save, p);
    return in_order(std::move(p));
}

machine_ptr make_hand_over(dialogue_context& c) {
    parts p;
    go_to(c, c.how->home, p);
    put_speed_back(c, p);
    add_steps(c, c.how->hand_over, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_tidy_up(dialogue_context& c) {
    parts p;
    p.push_back([&c] { return std::make_unique<clearing_machine>(c); });
    p.push_back([&c] { return make_hand_over(c); });
    return in_order(std::move(p));
}

}  // namespace rollover::platform
