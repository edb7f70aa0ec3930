#include "drivers/platform/look.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::platform {
namespace {

using namespace std::chrono_literals;

constexpr duration first_silence = 2s;  // nothing is typed before: a CR stops an autoboot, or answers a question
constexpr duration answer_limit = 2s;
constexpr duration patience_step = 1s;   // each further try on a silent console waits that much longer
constexpr duration chatter_limit = 45s;  // a boot talks that long without a pause, a debug for ever

keystrokes key(std::string text) {
    keystrokes k;
    k.text = std::move(text);
    k.enter = false;
    k.acts_at_once = true;
    return k;
}

}  // namespace

look_machine::look_machine(dialogue_context& c) : context_(c) {
    plan_attempts();
}

void look_machine::plan_attempts() {
    const auto& how = *context_.how;
    const keystrokes enter;
    attempts_.push_back({{}, first_silence});
    attempts_.push_back({{key(how.kill_line), enter}, answer_limit});
    duration limit = answer_limit;
    for (const auto& wake : how.wake) {
        attempts_.push_back({{wake}, limit += patience_step});
    }
    for (const auto& leave : how.leave_unknown) {
        attempts_.push_back({{key(leave)}, answer_limit});
    }
    attempts_.push_back({{key(how.kill_line), enter}, limit + 2 * patience_step});
}

action look_machine::advance(const dialogue_event& e) {
    now_ = e.now;
    if (e.what == dialogue_event::kind::begin) {
        context_.position.reset();
        return start_next();
    }
    if (!settle_) {
        return type_next();
    }
    if (auto next = settle_->advance(e)) {
        return std::move(*next);
    }
    return conclude();
}

action look_machine::start_next() {
    if (attempts_.empty()) {
        return action::fail(lost());
    }
    current_ = std::move(attempts_.front());
    attempts_.pop_front();
    typed_ = 0;
    settle_.reset();
    return type_next();
}

dialogue_event look_machine::beginning() const {
    dialogue_event first;
    first.now = now_;
    return first;
}

action look_machine::type_next() {
    if (typed_ < current_.type.size()) {
        auto typing = keystroke_action(context_, current_.type[typed_++]);
        return typing ? std::move(*typing) : action::fail(typing.error());
    }
    settle_rules rules;
    rules.limit = current_.limit;
    rules.finishes_line = !current_.type.empty() && current_.type.back().enter;
    rules.pager_answer = context_.how->pager_leave;
    rules.most_chatter = chatter_limit;
    settle_.emplace(context_, std::move(rules));
    auto next = settle_->advance(beginning());
    return next ? std::move(*next) : conclude();
}

/// A prompt that was there before we typed may come from the converter's buffer, days old.
bool look_machine::needs_proof(std::size_t seen) const {
    const auto& home = context_.how->home;
    return !proven_ && !context_.met && (context_.state_at(seen).name == home || context_.how->is_configuring(seen));
}

action look_machine::conclude() {
    proven_ = proven_ || typed_ > 0;
    if (settle_->result() == settle::outcome::known && !needs_proof(settle_->where())) {
        context_.position = settle_->where();
        context_.met = true;
        context_.note(severity::debug, fmt::format("the device is in {}", context_.position_name()));
        return action::done();
    }
    const auto words = settle_->last_words();
    if (settle_->result() != settle::outcome::silent) {
        heard_ = true;
        words_ = words;
    }
    return start_next();
}

failure look_machine::lost() const {
    if (!heard_) {
        return failure(errc::device_state, "the console stays silent, whatever is typed")
            .advise("check that the device is switched on, that the line is the right one, and its baud rate");
    }
    return failure(errc::device_state,
                   fmt::format("the device is in a state that the platform {} does not know", context_.how->name))
        .said(words_)
        .advise("bring the device to a prompt by hand, or add this state to the platform file");
}

}  // namespace rollover::platform
