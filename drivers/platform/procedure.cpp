#include "drivers/platform/procedure.h"

#include "drivers/platform/candidate.h"
#include "drivers/platform/configuration.h"
#include "drivers/platform/lines.h"
#include "drivers/platform/speed.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr duration run_limit = std::chrono::seconds(60);  // of silence
constexpr duration read_limit = std::chrono::seconds(60);
constexpr unsigned most_rounds = 4;  // of restoring: what depends on something else goes in the second

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
        add_committing_for_good(c, p);
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
            const auto refused = c.forbidden ? c.forbidden->find(commands) : std::vector<refused_line>();
            if (!refused.empty()) {
                return std::make_unique<decision>([line = commands[refused[0].index], why = refused[0].because] {
                    return result<void>(failure(errc::bad_input, "its configuration cannot be restored: " + why)
                                            .after_command(line)
                                            .advise("restore it by hand, then: rollover release DEVICE"));
                });
            }
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

machine_ptr make_go_to(dialogue_context& c, std::string name) {
    parts p;
    go_to(c, name, p);
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
    auto refused = c.forbidden ? c.forbidden->find(texts) : std::vector<refused_line>();
    for (std::size_t i = 0; refused.empty() && i < texts.size(); ++i) {
        if (auto wrong = check_line(*c.how, texts[i])) {
            refused.push_back({i, std::move(*wrong), ""});
        }
    }
    if (refused.empty()) {
        refused = refused_lines(*c.how, texts);
    }
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
    const auto typing = [&c, lines, tell = std::move(tell)]() -> machine_ptr {
        return std::make_unique<lines_machine>(c, lines, on_rejection::stop, tell);
    };
    if (c.how->candidate.is_used()) {
        add_typing_and_committing(c, typing, p);
    } else {
        p.push_back(typing);
    }
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
    add_discarding_if_open(c, p);
    p.push_back([&c] { return make_hand_over(c); });
    return in_order(std::move(p));
}

}  // namespace rollover::platform
