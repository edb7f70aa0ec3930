#include "drivers/console/typing_machine.h"

#include "drivers/console/control_characters.h"
#include "drivers/console/screen.h"
#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace rollover::console {

namespace {

constexpr duration silence = std::chrono::milliseconds(200);  // after it the debris of a cleared line has arrived
// So long after a strange character, or behind a log line, something more has to come to make sense of it.
constexpr duration doubt = std::chrono::milliseconds(50);
// A stray XOFF has frozen the console, perhaps. An editor that does not know XON may quote the key behind it: twice.
const std::string xon = "\x11";
constexpr duration longest_settling =
    std::chrono::seconds(5);  // a device that never falls silent is typed at all the same

}  // namespace

void typing_machine::begin(std::string text, typing how, const screen& shown, time_point now) {
    text_ = std::move(text);
    how_ = std::move(how);
    end_ = text_.size();
    if (how_.enter) {
        text_ += '\r' + how_.ahead;
    }
    phase_ = phase::typing;
    lock_step_ = pace_.how().mode == pacing_mode::echoed;
    compares_ = (lock_step_ || how_.verified) && how_.echo_expected && !how_.secret;
    position_ = std::min(how_.there, end_);
    line_start_ = 0;
    repairs_ = 0;
    why_given_ = false;
    strange_ = stopped_ = deaf_ = false;
    probe_ = 0;
    trouble_.clear();
    prompt_ = shown.before_cursor();
    prompt_.resize(prompt_.size() - std::min(prompt_.size(), position_));
    seen_.clear();
    ended_before_ = shown.lines_ended();
    echo_.resume(shown, how_.without_log, std::string_view(text_).substr(0, position_));
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

typing_step typing_machine::next(const screen& shown, time_point now) {
    for (;;) {
        if (stopped_) {
            return {typing_step::action::failed, now, {}};
        }
        std::optional<typing_step> step;
        switch (phase_) {
            case phase::idle: return in_pause(now);
            case phase::typing: step = in_typing(shown, now); break;
            case phase::doubting: step = in_doubt(shown, now); break;
            case phase::clearing: step = in_clearing(now); break;
            case phase::settling: step = in_settling(shown, now); break;
        }
        if (step) {
            return *step;
        }
    }
}

typing_step typing_machine::in_pause(time_point now) const {
    const auto step = paced(now, {});
    return step.what == typing_step::action::ask_ack ? step : typing_step{typing_step::action::finished, now, {}};
}

typing_step typing_machine::paced(time_point now, std::string_view characters) const {
    using enum typing_step::action;
    const pacing_step step = pace_.next(now);
    switch (step.what) {
        case pacing_step::action::send: return {send, now, characters};
        case pacing_step::action::ask_ack: return {ask_ack, step.when, {}};
        case pacing_step::action::hold: return {hold, never, {}};
        case pacing_step::action::wait:
        case pacing_step::action::await_echo: break;
    }
    return {wait, step.when, {}};
}

/// Each character waits for all echoes before it, or only Enter, or only the end.
bool typing_machine::waits_for_echo() const noexcept {
    const auto fifo = pace_.how().fifo;
    const bool full = fifo != 0 && pace_.is_unpaced() && unechoed() >= fifo;
    return lock_step_ || full || position_ >= end_;
}

/// The next character, and those behind it that may leave in the same write: no key, no more than the FIFO holds; Enter
/// only with what is typed ahead behind it.
std::string_view typing_machine::next_run() const {
    const std::string_view rest = std::string_view(text_).substr(position_);
    if (is_at_enter() && pace_.is_unpaced()) {
        return rest;
    }
    if (lock_step_ || !pace_.is_unpaced() || is_control(rest.front())) {
        return rest.substr(0, 1);
    }
    const auto fifo = pace_.how().fifo;
    const std::size_t room =
        fifo == 0 ? rest.size() : std::max<std::size_t>(fifo - std::min<std::size_t>(unechoed(), fifo), 1);
    const auto end = std::find_if(rest.begin(), rest.end(), is_control);
    return rest.substr(0, std::min(room, static_cast<std::size_t>(end - rest.begin())));
}

bool typing_machine::is_at_enter() const noexcept {
    return how_.enter && position_ == end_;
}

std::optional<typing_step> typing_machine::in_typing(const screen& shown, time_point now) {
    if (compares_ && !has_entered()) {
        if (auto step = before_next(now)) {
            return step;
        }
        if (phase_ != phase::typing) {
            return std::nullopt;
        }
    }
    if (position_ == text_.size()) {
        return typing_step{typing_step::action::finished, now, {}};
    }
    if (compares_ && is_at_enter() && has_moved(shown)) {
        return std::nullopt;
    }
    return paced(now, next_run());
}

/// What the echo asks for: to wait, or a repair. Nothing: go on.
std::optional<typing_step> typing_machine::before_next(time_point now) {
    using enum echo_machine::verdict;
    const auto verdict = echo_.state();
    if (verdict == garbled || verdict == mixed) {
        repair("something else was received", verdict == garbled, now);
        return std::nullopt;
    }
    const bool unsettled = verdict == doubted || (verdict == right && echo_.is_interrupted() && waits_for_echo());
    const bool waits = unsettled || (verdict == pending && waits_for_echo());
    const auto until = unsettled ? heard_at_ + std::max(doubt, 4 * pace_.how().char_delay) : missing_at();
    if (!waits || (verdict == right && now >= until)) {
        return std::nullopt;
    }
    const auto step = paced(now, {});
    if (step.what == typing_step::action::ask_ack || step.what == typing_step::action::hold) {
        return step;
    }
    if (now < until) {
        return typing_step{typing_step::action::wait, until, {}};
    }
    repair(verdict == doubted ? "something else was received" : "no echo was received", true, now);
    return std::nullopt;
}

time_point typing_machine::missing_at() const {
    const auto step = pace_.next(progress_at_);
    const auto since = step.what == pacing_step::action::await_echo ? step.when : time_point();
    return std::max(since, progress_at_ + pace_.echo_limit());
}

/// What was typed may have gone to somebody else: first all that is said is heard, then it is decided.
std::optional<typing_step> typing_machine::in_doubt(const screen& shown, time_point now) {
    const auto step = paced(now, {});
    if (step.what == typing_step::action::ask_ack || step.what == typing_step::action::hold) {
        return step;
    }
    if (const auto until = not_silent_until(now)) {
        return typing_step{typing_step::action::wait, *until, {}};
    }
    if (!has_moved(shown) && !was_entered(shown)) {
        clear();
    }
    return std::nullopt;
}

std::optional<time_point> typing_machine::not_silent_until(time_point now) const {
    const auto quiet_at = heard_at_ + std::max({silence, 4 * pace_.how().char_delay, round_trip_ + silence / 2});
    const auto ends_at = std::min(quiet_at, settling_since_ + longest_settling);
    return now < ends_at ? std::optional(ends_at) : std::nullopt;
}

/// Stops when the guard says that the device is somewhere else now.
bool typing_machine::has_moved(const screen& shown) {
    if (!how_.guard) {
        return false;
    }
    auto in_front = shown.before_cursor();
    const std::string_view typed = echo_.line();
    if (in_front.ends_with(typed)) {
        in_front.remove_suffix(typed.size());
    } else if (typed.ends_with(in_front)) {
        in_front = {};  // the end of a line that goes on in a new row
    }
    const bool strict = strange_ && !in_front.starts_with(prompt_) && phase_ != phase::doubting;
    auto reason = how_.guard(shown.text().lines, in_front, strict);
    if (reason.empty()) {
        return false;
    }
    stop(std::move(reason), shown);
    return true;
}

/// The line has ended, and behind the prompt stands at most what was typed since: Enter was pressed, and not by us.
bool typing_machine::was_entered(const screen& shown) {
    const auto prompt = trim(prompt_);
    if (!how_.guard || prompt.empty() || shown.lines_ended() == ended_before_ ||
        !shown.before_cursor().starts_with(prompt)) {
        return false;
    }
    const std::string_view typed = echo_.line();
    const auto in_front = std::min(prompt_.size(), shown.before_cursor().size());
    const auto rest = shown.before_cursor().substr(in_front);
    if (typed.empty() || rest == typed || !typed.ends_with(rest)) {
        return false;
    }
    stop("the line was entered before it was complete: somebody else types on this console", shown);
    return true;
}

void typing_machine::stop(std::string reason, const screen& shown) {
    constexpr std::size_t most_lines = 8;
    const auto& lines = shown.text().lines;
    std::string said;
    for (auto i = lines.size() > most_lines ? lines.size() - most_lines : 0; i < lines.size(); ++i) {
        said += lines[i] + '\n';
    }
    said += shown.before_cursor();
    stopped_ = true;
    why_ = failure(errc::device_state, reason + "; Enter was not pressed, and nothing more was typed")
               .after_command(text_.substr(line_start_, end_ - line_start_))
               .said(std::move(said))
               .advise(
                   "the lines before this one were taken; see in the transcript what ended the session (an "
                   "exec-timeout, a logout, another user of the console)");
}

std::optional<typing_step> typing_machine::in_clearing(time_point now) {
    if (cleared_ == clearing_keys_.size()) {
        if (why_given_) {
            return typing_step{typing_step::action::failed, now, {}};
        }
        settle(true, now);
        return std::nullopt;
    }
    return paced(now, std::string_view(clearing_keys_).substr(cleared_, 1));
}

std::optional<typing_step> typing_machine::in_settling(const screen& shown, time_point now) {
    const auto step = paced(now, {});
    if (step.what == typing_step::action::ask_ack || step.what == typing_step::action::hold) {
        return step;
    }
    if (const auto until = not_silent_until(now)) {
        return typing_step{typing_step::action::wait, *until, {}};
    }
    echo_.restart(shown, how_.without_log);
    if (retype_ && has_moved(shown)) {
        return std::nullopt;
    }
    phase_ = phase::typing;
    pace_.wanted(now);
    echo_.restart(shown, how_.without_log);
    if (!std::exchange(retype_, false)) {
        return std::nullopt;
    }
    position_ = line_start_;
    return typing_step{typing_step::action::drop_debris, now, {}};
}

void typing_machine::settle(bool retype, time_point now) {
    phase_ = phase::settling;
    retype_ = retype;
    settling_since_ = now;
}

bool typing_machine::echo_of(char character) const {
    return compares_ && !is_control(character);
}

void typing_machine::sent(std::size_t count, time_point after) {
    for (std::size_t i = 0; i < count; ++i) {
        sent_one(after);
    }
}

void typing_machine::sent_one(time_point after) {
    heard_at_ = progress_at_ = after;
    if (phase_ == phase::clearing) {
        pace_.sent(clearing_keys_[cleared_++], after, false);
        return;
    }
    const char character = text_[position_++];
    if (has_entered()) {
        pace_.sent(character, after, false);
        return;
    }
    pace_.sent(character, after, lock_step_ && echo_of(character));
    if (echo_of(character)) {
        if (unechoed() == 0) {
            probe_ = echo_.line().size() + 1;
            probe_sent_at_ = after;
        }
        echo_.typed(character);
    } else if (compares_ && position_ < end_ + (how_.enter ? 1 : 0)) {
        // What a key in the middle of a text shows is the device's affair: go on when it has been shown.
        line_start_ = character == '\r' ? position_ : line_start_;
        settle(false, after);
    }
}

void typing_machine::received(char byte, screen::effect did, const screen& shown, time_point when) {
    heard_at_ = std::max(heard_at_, when);
    if (phase_ != phase::typing) {
        return;
    }
    const auto before = echo_.echoed();
    echo_.received(byte, did, shown);
    if (echo_.echoed() > before) {
        progress_at_ = heard_at_;
        measure(heard_at_);
    }
    if (pace_.echo_pending() && echo_.state() == echo_machine::verdict::right) {
        pace_.echoed(when);
    }
}

void typing_machine::measure(time_point when) {
    if (probe_ != 0 && echo_.echoed() >= probe_) {
        round_trip_ = std::max(when - probe_sent_at_, round_trip_ * 7 / 8);
        probe_ = 0;
    }
}

/// Clears the line to type it again, from now on character by character.
void typing_machine::repair(std::string trouble, bool characters_lost, time_point now) {
    trouble_ = std::move(trouble);
    seen_ = echo_.seen();
    if (repairs_ == how_.repairs || how_.kill_line.empty()) {
        give_up();
    } else {
        ++repairs_;
        pace_.count_repair();
    }
    if (characters_lost) {
        pace_.slow_down();
    }
    text_.resize(how_.enter ? end_ + 1 : end_);
    probe_ = 0;
    lock_step_ = true;
    pace_.forget_echo();
    pace_.wanted(now);
    const bool deaf = echo_.state() == echo_machine::verdict::pending;
    clearing_keys_ = std::exchange(deaf_, deaf) && deaf ? xon + how_.kill_line + how_.kill_line : how_.kill_line;
    strange_ = strange_ || !deaf;
    settling_since_ = now;
    if (how_.guard && !deaf && !why_given_) {
        phase_ = phase::doubting;
    } else {
        clear();
    }
}

void typing_machine::clear() {
    phase_ = phase::clearing;
    cleared_ = 0;
}

void typing_machine::give_up() {
    auto typed = text_.substr(line_start_, end_ - line_start_);
    std::string reason =
        "the device does not echo what is typed: " + trouble_ + " after \"" + printable(echo_.line()) + '"';
    if (repairs_ > 0) {
        reason += ", and not when it was typed again either (" + std::to_string(repairs_) + "x)";
    }
    why_ = failure(errc::device_differs, reason + "; Enter was not pressed")
               .after_command(std::move(typed))
               .said(echo_.seen())
               .advise(
                   "type slower (char-delay), or use pacing=\"acked\" if this device does not echo; see in the "
                   "transcript whether somebody else types on this console");
    why_given_ = true;
}

}  // namespace rollover::console
