#include "drivers/platform/command.h"

#include "engine/base/text.h"

#include <fmt/format.h>
#include <utility>

namespace rollover::platform {
namespace {

constexpr std::size_t most_words = 2000;  // of a device's answer in a failure

std::string cut(std::string text) {
    if (text.size() > most_words) {
        text.resize(most_words);
        text += "...";
    }
    return text;
}

constexpr duration clearing_limit = std::chrono::seconds(5);
constexpr unsigned most_entered = 4;  // times that a line is typed because its Enter was lost

settle_rules waiting_rules(const command_rules& rules) {
    auto how = rules.settle;
    how.entered = rules.text;
    how.ahead = rules.ahead;
    return how;
}

/// "Continue? [confirm]", "(y/n)?": not a prompt for a login.
bool is_choice(std::string_view open_line) {
    const auto text = trim(open_line);
    return text.ends_with(']') || text.ends_with('?');
}

bool matches(const std::string& expression, std::string_view text) {
    const pattern_set one({expression}, pattern_set::match::anywhere);
    return one.any(text);
}

}  // namespace

command_machine::command_machine(dialogue_context& c, command_rules rules)
    : context_(c), rules_(std::move(rules)), settle_(std::in_place, c, waiting_rules(rules_)), prompt_(c.open_line) {}

std::string command_machine::doing() const {
    return fmt::format("waiting for the answer to '{}'", printable(rules_.text));
}

action command_machine::advance(const dialogue_event& e) {
    if (e.what == dialogue_event::kind::begin) {
        return begin();
    }
    if (auto next = settle_->advance(e)) {
        return std::move(*next);
    }
    if (verdict_) {
        return std::move(*verdict_);
    }
    if (settle_->result() == settle::outcome::not_entered && ++entered_ < most_entered) {
        rules_.ahead.clear();
        rules_.there = 0;
        settle_.emplace(context_, waiting_rules(rules_));
        return begin();
    }
    return end(judge());
}

/// Behind an answer or a failure nothing of the next line stays on the console.
action command_machine::end(action verdict) {
    if (!settle_->ahead_stands()) {
        return verdict;
    }
    if (verdict.what == action::kind::done && context_.output.empty()) {
        context_.there = rules_.ahead.size();
        return verdict;
    }
    verdict_ = std::move(verdict);
    settle_rules clearing;
    clearing.finishes_line = false;
    clearing.limit = clearing_limit;
    settle_.emplace(context_, std::move(clearing));
    console::typing key;
    key.enter = key.echo_expected = false;
    return action::type(context_.how->kill_line, key);
}

action command_machine::begin() {
    if (!context_.position) {
        return action::fail(failed(errc::internal, "a command was to be typed in an unknown state"));
    }
    context_.output.clear();
    context_.status.reset();
    context_.there = 0;
    console::typing how;
    how.kill_line = context_.how->kill_line;
    how.echo_expected = how.verified = !rules_.text.empty();
    how.without_log = [match = context_.match](std::string_view line) { return match->without_log(line); };
    how.guard = guard_of(context_);
    how.ahead = rules_.ahead;
    how.there = rules_.there;
    return action::type(rules_.text, how);
}

action command_machine::judge() {
    if (settle_->result() == settle::outcome::known) {
        return judge_known();
    }
    const auto was = context_.position_name();
    context_.position.reset();
    if (settle_->result() == settle::outcome::stuck && !rules_.may_fail) {
        // A device may offer a wrong line again, behind its prompt, to be mended (Junos).
        const auto echo = find_echo(*context_.match, prompt_, rules_.text, settle_->lines());
        context_.output = output_after_echo(*context_.match, echo.lines, settle_->lines());
        if (rejected(context_.output)) {
            return action::fail(failed(errc::device_rejected, "the device rejected the command"));
        }
    }
    switch (settle_->result()) {
        case settle::outcome::asked:
            return action::fail(
                unanswered(context_, settle_->open_line()).after_command(rules_.text).said(cut(settle_->last_words())));
        case settle::outcome::silent:
            return action::fail(failed(errc::timed_out, fmt::format("no answer at all in {}", was)));
        case settle::outcome::stuck:
            return action::fail(failed(errc::timed_out, "the answer does not end in a prompt that the platform knows"));
        case settle::outcome::flooded:
            return action::fail(failed(errc::device_state, "the device does not stop talking"));
        case settle::outcome::not_entered:
            return action::fail(failed(errc::device_differs, "Enter does not arrive at the device")
                                    .advise("characters are lost on the line: raise char-delay and line-delay, or set "
                                            "pacing=\"echoed\", in the lab file"));
        case settle::outcome::known: break;
    }
    return action::fail(failed(errc::internal, "an outcome of no kind"));
}

action command_machine::judge_known() {
    const auto came_from = *context_.position;
    context_.position = settle_->where();
    context_.status = settle_->status();
    const auto echo = find_echo(*context_.match, prompt_, rules_.text, settle_->lines());
    context_.output = output_after_echo(*context_.match, echo.lines, settle_->lines());
    if (auto bad = judge_output(echo)) {
        return action::fail(std::move(*bad));
    }
    if (auto bad = judge_state(came_from)) {
        return action::fail(std::move(*bad));
    }
    return action::done();
}

bool command_machine::rejected(std::string_view output) const {
    return context_.match->errors.in_some_line(output);
}

std::optional<failure> command_machine::judge_output(const echo_found& echo) const {
    if (echo.what == echo_found::verdict::damaged && !rules_.boots) {
        return failed(errc::device_differs, fmt::format("the device received '{}' instead", printable(echo.shown)))
            .advise("characters are lost on the line: raise char-delay, or set pacing=\"echoed\", in the lab file");
    }
    if (rules_.may_fail) {
        return std::nullopt;
    }
    if (auto asked = question_in_between()) {
        return asked;
    }
    if (rejected(context_.output)) {
        return failed(errc::device_rejected, "the device rejected the command");
    }
    if (context_.status && *context_.status != 0) {
        return failed(errc::device_rejected, fmt::format("the command failed with exit status {}", *context_.status));
    }
    if (!rules_.expect.empty() && !matches(rules_.expect, context_.output)) {
        return failed(errc::device_state, fmt::format("the answer does not match '{}'", rules_.expect));
    }
    if (!rules_.refuse.empty() && matches(rules_.refuse, context_.output)) {
        return failed(errc::device_state, fmt::format("the answer matches '{}'", rules_.refuse));
    }
    return std::nullopt;
}

/// A line of a kind that never asks has asked for a key: what was typed ahead has answered it.
std::optional<failure> command_machine::question_in_between() const {
    const auto lines = split_lines(context_.output);
    const auto question = std::find_if(lines.begin(), lines.end(), is_choice);
    if (rules_.ahead.empty() || question == lines.end()) {
        return std::nullopt;
    }
    return failure(errc::device_state,
                   fmt::format("the device asked '{}', and took the first character of the next line for an answer",
                               printable(*question)))
        .after_command(rules_.text)
        .said(cut(context_.output))
        .advise(
            "add a <config-line> with a <question> for such lines to the platform file: nothing is typed ahead then");
}

std::optional<failure> command_machine::judge_state(std::size_t came_from) const {
    const auto now = *context_.position;
    const auto& allowed = rules_.ends_in;
    const bool fine =
        rules_.boots ||
        (allowed.empty() ? now == came_from : std::find(allowed.begin(), allowed.end(), now) != allowed.end());
    if (fine) {
        return std::nullopt;
    }
    const auto& reached = context_.state_at(now);
    if (is_choice(context_.open_line)) {
        return unanswered(context_, context_.open_line).after_command(rules_.text).said(cut(settle_->last_words()));
    }
    auto why = rules_.leaving.empty() ? std::string("the device is in another state than expected") : rules_.leaving;
    return failed(errc::device_state, fmt::format("{}: it was in state {}, now it is in state {}", why,
                                                  context_.state_at(came_from).name, reached.name))
        .advise(reached.hint);
}

failure command_machine::failed(errc code, std::string why) const {
    const auto& said = settle_->result() == settle::outcome::known ? context_.output : settle_->last_words();
    return failure(code, std::move(why)).after_command(rules_.text).said(cut(said));
}

}  // namespace rollover::platform
