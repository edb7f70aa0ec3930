#include "drivers/console/typing_machine.h"

#include "drivers/console/control_characters.h"
#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace rollover::console {

namespace {

constexpr duration silence = std::chrono::milliseconds(200);  // after it the debris of a cleared line has arrived
constexpr duration longest_settling =
    std::chrono::seconds(5);  // a device that never falls silent is typed at all the same

}  // namespace

void typing_machine::begin(std::string text, typing how, time_point now) {
    text_ = std::move(text);
    how_ = std::move(how);
    if (how_.enter) {
        text_.push_back('\r');
    }
    phase_ = phase::typing;
    compares_ = pace_.how().mode == pacing_mode::echoed && how_.echo_expected && !how_.secret;
    position_ = line_start_ = 0;
    repairs_ = 0;
    why_given_ = false;
    trouble_.clear();
    echo_.restart();
    pace_.forget_echo();
    pace_.wanted(now);
}

void typing_machine::abandon() {
    if (how_.secret) {
        std::fill(text_.begin(), text_.end(), '\0');
    }
    text_.clear();
    phase_ = phase::idle;
    pace_.forget_echo();
}

typing_step typing_machine::next(time_point now) {
    for (;;) {
        std::optional<typing_step> step;
        switch (phase_) {
            case phase::idle: return in_pause(now);
            case phase::typing: step = in_typing(now); break;
            case phase::clearing: step = in_clearing(now); break;
            case phase::settling: step = in_settling(now); break;
        }
        if (step) {
            return *step;
        }
    }
}

typing_step typing_machine::in_pause(time_point now) const {
    const auto step = paced(now, '\0');
    return step.what == typing_step::action::ask_ack ? step : typing_step{typing_step::action::finished, now, 0};
}

typing_step typing_machine::paced(time_point now, char character) const {
    using enum typing_step::action;
    const pacing_step step = pace_.next(now);
    switch (step.what) {
        case pacing_step::action::send: return {send, now, character};
        case pacing_step::action::ask_ack: return {ask_ack, step.when, 0};
        case pacing_step::action::hold: return {hold, never, 0};
        case pacing_step::action::wait:
        case pacing_step::action::await_echo: break;
    }
    return {wait, step.when, 0};
}

std::optional<typing_step> typing_machine::in_typing(time_point now) {
    if (compares_ && echo_.disturbed()) {
        repair("something else was received", now);
        return std::nullopt;
    }
    const bool echo_open = compares_ && !echo_.agrees();
    if (position_ == text_.size() && !echo_open) {
        return typing_step{typing_step::action::finished, now, 0};
    }
    const auto step = paced(now, echo_open ? '\0' : text_[position_]);
    if (!echo_open || step.what == typing_step::action::ask_ack || step.what == typing_step::action::hold) {
        return step;
    }
    const auto missing_at = pace_.echo_pending() ? step.when : heard_at_ + pace_.echo_limit();
    if (now >= missing_at) {
        repair(echo_.pending() ? "no echo was received" : "the line was not drawn to its end", now);
        return std::nullopt;
    }
    return typing_step{typing_step::action::wait, missing_at, 0};
}

std::optional<typing_step> typing_machine::in_clearing(time_point now) {
    if (cleared_ == how_.kill_line.size()) {
        if (why_given_) {
            return typing_step{typing_step::action::failed, now, 0};
        }
        settle(true, now);
        return std::nullopt;
    }
    return paced(now, how_.kill_line[cleared_]);
}

std::optional<typing_step> typing_machine::in_settling(time_point now) {
    const auto step = paced(now, '\0');
    if (step.what == typing_step::action::ask_ack || step.what == typing_step::action::hold) {
        return step;
    }
    const auto quiet_at = heard_at_ + std::max(silence, 4 * pace_.how().char_delay);
    const auto ends_at = std::min(quiet_at, settling_since_ + longest_settling);
    if (now < ends_at) {
        return typing_step{typing_step::action::wait, ends_at, 0};
    }
    phase_ = phase::typing;
    pace_.wanted(now);
    echo_.restart();
    if (!std::exchange(retype_, false)) {
        return std::nullopt;
    }
    position_ = line_start_;
    return typing_step{typing_step::action::drop_debris, now, 0};
}

void typing_machine::settle(bool retype, time_point now) {
    phase_ = phase::settling;
    retype_ = retype;
    settling_since_ = now;
}

bool typing_machine::echo_of(char character) const {
    return compares_ && !is_control(character);
}

void typing_machine::sent(time_point after) {
    heard_at_ = after;
    if (phase_ == phase::clearing) {
        pace_.sent(how_.kill_line[cleared_++], after, false);
        return;
    }
    const char character = text_[position_++];
    pace_.sent(character, after, echo_of(character));
    if (echo_of(character)) {
        echo_.typed(character);
    } else if (compares_ && position_ < text_.size()) {
        // What a key in the middle of a text shows is the device's affair: go on when it has been shown.
        line_start_ = character == '\r' ? position_ : line_start_;
        settle(false, after);
    }
}

void typing_machine::received(char byte, screen::effect did, std::string_view before_cursor, time_point when) {
    heard_at_ = std::max(heard_at_, when);
    if (phase_ != phase::typing) {
        return;
    }
    echo_.received(byte, did, before_cursor);
    if (pace_.echo_pending() && !echo_.pending()) {
        pace_.echoed(when);
    }
}

void typing_machine::repair(std::string trouble, time_point now) {
    trouble_ = std::move(trouble);
    if (repairs_ == how_.repairs || how_.kill_line.empty()) {
        give_up();
    } else {
        ++repairs_;
        pace_.count_repair();
    }
    pace_.forget_echo();
    pace_.wanted(now);
    phase_ = phase::clearing;
    cleared_ = 0;
}

void typing_machine::give_up() {
    auto typed = text_.substr(line_start_);
    if (typed.ends_with('\r')) {
        typed.pop_back();
    }
    std::string reason =
        "the device does not echo what is typed: " + trouble_ + " after \"" + printable(echo_.line()) + '"';
    if (repairs_ > 0) {
        reason += ", and not when it was typed again either (" + std::to_string(repairs_) + "x)";
    }
    why_ = failure(errc::device_differs, reason + "; Enter was not pressed")
               .after_command(std::move(typed))
               .said(echo_.seen())
               .advise("type slower (char-delay), or use pacing=\"acked\" if this device does not echo");
    why_given_ = true;
}

}  // namespace rollover::console
