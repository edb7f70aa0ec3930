#include "drivers/platform/speed.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::platform {
namespace {

using namespace std::chrono_literals;

// The echo of Enter shows that the converter has sent it; at the new speed it would be garbled. The device may have
// changed already and its prompt be noise: then this is all that is heard.
constexpr duration echo_quiet = 300ms;
constexpr duration echo_limit = 2s;

}  // namespace

speed_machine::speed_machine(dialogue_context& c, std::uint32_t baud, std::unique_ptr<machine> before,
                             std::string command)
    : context_(c), wanted_(baud), before_(std::move(before)), command_(std::move(command)) {}

std::string speed_machine::doing() const {
    return fmt::format("changing the speed to {} baud", wanted_);
}

action speed_machine::advance(const dialogue_event& e) {
    switch (phase_) {
        case phase::start: return begin(e);
        case phase::trying:
            converter_can_ = e.speed == wanted_;
            phase_ = phase::returning;
            return action::change_speed(former_);  // after a refusal too: it may have taken the nearest that it has
        case phase::returning:
            return converter_can_ ? prepare(e) : stay(fmt::format("the converter has no {} baud", wanted_));
        case phase::preparing: return prepared(before_->advance(e));
        case phase::telling: phase_ = phase::hearing; return action::listen(echo_quiet, echo_limit);
        case phase::hearing: return judge(e);
        case phase::following: return look(e);
        case phase::looking: break;
    }
    auto next = look_->advance(e);
    return next.what == action::kind::done ? found(e) : next;
}

action speed_machine::begin(const dialogue_event& e) {
    if (!e.speed || *e.speed == wanted_) {
        return action::done();
    }
    former_ = *e.speed;
    phase_ = phase::trying;
    return action::change_speed(wanted_);
}

action speed_machine::prepare(const dialogue_event& e) {
    phase_ = phase::preparing;
    auto first = e;
    first.what = dialogue_event::kind::begin;
    return prepared(before_->advance(first));
}

action speed_machine::prepared(action next) {
    if (next.what == action::kind::failed && next.why->code == errc::device_rejected) {
        return stay(fmt::format("the device rejects '{}'", next.why->command));
    }
    return next.what == action::kind::done ? tell_device() : std::move(next);
}

action speed_machine::tell_device() {
    phase_ = phase::telling;
    context_.told_speed = wanted_;
    console::typing how;
    how.kill_line = context_.how->kill_line;
    how.echo_expected = how.verified = true;
    how.without_log = [match = context_.match](std::string_view line) { return match->without_log(line); };
    how.guard = guard_of(context_);
    return action::type(command_, how);
}

/// A device that rejects the command says so at the old speed.
action speed_machine::judge(const dialogue_event& e) {
    const auto prompt = context_.match->prompt_of(e.open_line);
    const bool rejected = std::any_of(e.lines.begin(), e.lines.end(),
                                      [&](const std::string& line) { return context_.match->errors.any(line); });
    if (!rejected && (!prompt || prompt->status.value_or(0) == 0)) {
        phase_ = phase::following;
        return action::change_speed(wanted_);
    }
    context_.told_speed = former_ == context_.usual_speed ? 0 : former_;
    context_.position = prompt ? std::optional(prompt->state) : std::nullopt;
    context_.open_line = e.open_line;
    return stay(fmt::format("the device rejects '{}'", command_));
}

action speed_machine::look(const dialogue_event& e) {
    phase_ = phase::looking;
    look_.emplace(context_, look_machine::first::press_enter);
    auto first = e;
    first.what = dialogue_event::kind::begin;
    auto next = look_->advance(first);
    return next.what == action::kind::done ? found(e) : next;
}

action speed_machine::found(const dialogue_event& e) {
    context_.told_speed = *e.speed == context_.usual_speed ? 0 : *e.speed;
    if (*e.speed != wanted_) {
        former_ = *e.speed;
        return stay("the device does not change it");
    }
    context_.note(severity::info, fmt::format("the console talks at {} baud now", wanted_));
    return action::done();
}

action speed_machine::stay(const std::string& because) {
    context_.note(severity::warning,
                  fmt::format("the speed stays at {} baud and is not {}: {}", former_, wanted_, because));
    return action::done();
}

}  // namespace rollover::platform
