#include "drivers/platform/look.h"

#include "drivers/platform/noise.h"
#include "drivers/platform/round_trips.h"
#include "engine/base/text.h"

#include <array>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

using namespace std::chrono_literals;

constexpr duration first_silence = 2s;  // nothing is typed before: a CR stops an autoboot, or answers a question
constexpr duration answer_limit = 2s;
constexpr duration patience_step = 1s;      // each further try on a silent console waits that much longer
constexpr duration chatter_limit = 45s;     // a boot talks that long without a pause, a debug for ever
constexpr duration restless_limit = 15min;  // of talk with short pauses: a boot comes to an end, two gettys do not
constexpr duration silence_limit = 10s;     // then a flood has not been ended by what was typed

// In the order in which they are met; a slow one comes last, because a fast device takes its characters for BREAK.
constexpr std::array<std::uint32_t, 6> common_speeds = {9600, 115200, 38400, 19200, 57600, 1200};
constexpr std::size_t longest_login_banner = 8;  // lines; what is longer was kept by the converter for us

bool types_secret_at_once(const transition& t) {
    return std::any_of(t.type.begin(), t.type.end(), [](const keystrokes& k) {
        return k.kind == answer_kind::password || k.kind == answer_kind::enable_password;
    });
}

keystrokes key(std::string text) {
    keystrokes k;
    k.text = std::move(text);
    k.enter = false;
    k.acts_at_once = true;
    return k;
}

}  // namespace

bool look_machine::attempt::presses_enter() const {
    return std::any_of(type.begin(), type.end(), [](const keystrokes& k) { return k.enter; });
}

look_machine::look_machine(dialogue_context& c, first begins_with) : context_(c) {
    if (begins_with == first::listen) {
        plan_attempts();
    } else {
        plan_enter();
    }
}

/// For a speed at which a device that hears anything answers at once.
void look_machine::plan_enter() {
    attempts_.push_back({{key(context_.how->kill_line), keystrokes()}, answer_limit});
    attempts_.push_back({{keystrokes()}, answer_limit});
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

/// First of all a flood has to end: nothing else can be understood in it.
void look_machine::plan_silence() {
    silenced_ = true;
    const auto& typed = context_.how->silence;
    for (auto k = typed.rbegin(); k != typed.rend(); ++k) {
        auto blind = *k;
        blind.acts_at_once = true;  // its echo cannot be found
        attempts_.push_front({{std::move(blind)}, answer_limit});
    }
}

action look_machine::advance(const dialogue_event& e) {
    now_ = e.now;
    speed_ = e.speed;
    framing_errors_ = e.framing_errors;
    if (e.what == dialogue_event::kind::begin) {
        framing_errors_before_ = framing_errors_;
        context_.position.reset();
        // After a new connection the converter has its own speed again, and the device still the other.
        const auto told = context_.told_speed;
        return told == 0 || !speed_ || *speed_ == told ? start_next() : action::change_speed(told);
    }
    if (e.what == dialogue_event::kind::speed) {
        framing_errors_before_ = framing_errors_;
        return asked_speed_ ? at_new_speed() : start_next();
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
    if (last_ == settle::outcome::flooded && !silenced_) {
        plan_silence();
    }
    if (is_noise()) {
        attempts_.clear();  // at this speed nothing will ever be understood
    }
    if (attempts_.empty()) {
        return end_of_tries();
    }
    current_ = std::move(attempts_.front());
    attempts_.pop_front();
    if (last_ == settle::outcome::asked && current_.presses_enter()) {
        current_.type.clear();  // Enter would be an answer: only listen
    }
    typed_ = 0;
    settle_.reset();
    return type_next();
}

bool look_machine::is_noise() const {
    return heard_ && (recognize_noise(words_).has_value() || framing_errors_ > framing_errors_before_) && !is_loop();
}

/// Nothing, or nothing but noise, was heard at this speed: the converter may have others.
action look_machine::end_of_tries() {
    const bool other_speed = !heard_ || is_noise() || trim(words_).empty();
    if (!other_speed || !speed_) {
        return action::fail(lost());
    }
    if (first_speed_ == 0) {
        first_speed_ = *speed_;
        plan_speeds();
    }
    return try_next_speed();
}

/// Those first that we may have left the device at.
void look_machine::plan_speeds() {
    const auto add = [this](std::uint32_t baud) {
        if (baud != 0 && baud != first_speed_ && std::find(speeds_.begin(), speeds_.end(), baud) == speeds_.end()) {
            speeds_.push_back(baud);
        }
    };
    if (context_.fast_speed != 0) {
        add(context_.usual_speed);
        add(context_.fast_speed);
    }
    std::for_each(common_speeds.begin(), common_speeds.end(), add);
}

action look_machine::try_next_speed() {
    if (speeds_.empty()) {
        given_up_ = true;
        asked_speed_ = first_speed_;
    } else {
        asked_speed_ = speeds_.front();
        speeds_.pop_front();
        ++tried_speeds_;
    }
    return action::change_speed(*asked_speed_);
}

action look_machine::at_new_speed() {
    if (given_up_) {
        return action::fail(lost());
    }
    if (speed_ != asked_speed_) {
        // The first refusal says that it cannot; a later one that it cannot run at this speed.
        return tried_speeds_ == 1 ? action::fail(lost()) : try_next_speed();
    }
    last_ = settle::outcome::silent;
    noise_words_ = heard_ ? words_ : noise_words_;
    heard_ = false;
    words_.clear();
    plan_enter();
    return start_next();
}

dialogue_event look_machine::beginning() const {
    dialogue_event first;
    first.now = now_;
    first.speed = speed_;
    first.framing_errors = framing_errors_;
    return first;
}

action look_machine::type_next() {
    if (typed_ < current_.type.size()) {
        typed_text_ += current_.type[typed_].text;
        auto typing = keystroke_action(context_, current_.type[typed_++]);
        return typing ? std::move(*typing) : action::fail(typing.error());
    }
    settle_rules rules;
    rules.limit = current_.limit;
    rules.finishes_line = !current_.type.empty() && current_.type.back().enter;
    rules.pager_answer = context_.how->pager_leave;
    rules.most_chatter = silenced_ ? silence_limit : chatter_limit;
    rules.most_restless = silenced_ ? silence_limit : restless_limit;
    settle_.emplace(context_, std::move(rules));
    auto next = settle_->advance(beginning());
    return next ? std::move(*next) : conclude();
}

/// A prompt that was there before we typed may come from the converter's buffer, days old. An Enter proves it, where it
/// is no answer. No password is typed without that: it would stand in clear text at another prompt.
bool look_machine::needs_proof(std::size_t seen) const {
    if (proven_ || context_.met) {
        return false;
    }
    const auto& how = *context_.how;
    const auto& name = context_.state_at(seen).name;
    const auto ways_out_of = [&](auto kind) {
        return std::any_of(how.transitions.begin(), how.transitions.end(),
                           [&](const transition& t) { return t.from == name && kind(t); });
    };
    const bool is_end = !ways_out_of([](const transition&) { return true; });
    const auto starting = starting_ways(how);
    const bool starts = std::any_of(starting.begin(), starting.end(),
                                    [&](std::size_t way) { return how.transitions[way].from == name; });
    const bool buffered = settle_->lines().size() > longest_login_banner && ways_out_of(types_login);
    return name == how.home || how.is_configuring(seen) || is_end || starts || buffered ||
           ways_out_of(types_secret_at_once);
}

action look_machine::conclude() {
    proven_ = proven_ || typed_ > 0;
    if (settle_->result() == settle::outcome::known && !needs_proof(settle_->where())) {
        context_.position = settle_->where();
        context_.met = true;
        context_.note(severity::debug, fmt::format("the device is in {}", context_.position_name()));
        say_speed();
        return action::done();
    }
    note_result();
    return start_next();
}

/// A speed that we have given it ourselves is put back by who has asked for it.
void look_machine::say_speed() const {
    if (first_speed_ == 0 || speed_ == context_.usual_speed) {
        return;
    }
    context_.note(severity::warning,
                  speed_ == context_.fast_speed
                      ? fmt::format("the device was left at {} baud", *speed_)
                      : fmt::format("the device talks at {0} baud and not at the {1} of the lab file: set baud=\"{0}\" "
                                    "in the device's console there, or the device back to {1}",
                                    *speed_, context_.usual_speed));
}

void look_machine::note_result() {
    const auto result = settle_->result();
    if (result == settle::outcome::silent) {
        return;  // what was there before still stands there
    }
    last_ = result;
    heard_ = true;
    words_ = settle_->last_words();
    question_ = result == settle::outcome::asked ? settle_->open_line() : std::string();
}

/// Everything that was heard is what was typed.
bool look_machine::is_loop() const {
    const auto printable_part = [](std::string_view text) {
        std::string part;
        std::copy_if(text.begin(), text.end(), std::back_inserter(part), [](char c) { return c > ' ' && c < '\x7f'; });
        return part;
    };
    const auto heard = printable_part(words_);
    return !heard.empty() && printable_part(typed_text_).ends_with(heard);
}

failure look_machine::lost() const {
    if (given_up_ && !noise_words_.empty()) {
        return failure(errc::device_state,
                       fmt::format("what the device sends is no text, at {} baud and at any other usual speed",
                                   first_speed_))
            .said(noise_words_)
            .advise(
                "set the speed of the device's console to that of the lab file (rommon: confreg), and check its parity "
                "and the cable");
    }
    if (!heard_) {
        return failure(errc::device_state, "the console stays silent, whatever is typed")
            .advise("check that the device is switched on, that the line is the right one, and its baud rate");
    }
    if (auto noise = recognize_noise(words_)) {
        return std::move(*noise);
    }
    if (trim(words_).empty()) {
        return failure(errc::device_state, "the device sends something, but no text")
            .advise("check the baud rate and the parity of its console in the lab file");
    }
    if (is_loop()) {
        return failure(errc::device_state, "the line gives back what is typed, and nothing else")
            .said(words_)
            .advise(
                "look for a loop on the line (a loop plug, a cable to another converter), or a program that only "
                "echoes");
    }
    if (!question_.empty()) {
        return unanswered(context_, question_).said(words_);
    }
    if (last_ == settle::outcome::flooded) {
        return failure(errc::device_state, "the device does not stop talking, whatever is typed")
            .said(words_)
            .advise("stop what it prints (a debug, a ping, a loop on the line) by hand at its console");
    }
    return failure(errc::device_state,
                   fmt::format("the device is in a state that the platform {} does not know", context_.how->name))
        .said(words_)
        .advise("bring the device to a prompt by hand, or add this state to the platform file");
}

}  // namespace rollover::platform
