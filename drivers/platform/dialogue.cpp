#include "drivers/platform/dialogue.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::platform {
namespace {

failure no_login(std::string_view what, std::string_view attribute) {
    return failure(errc::not_found, fmt::format("the device asks for {}, and the lab gives none for it", what))
        .advise(
            fmt::format("add credentials with {} to the lab file and name them in the device's console", attribute));
}

}  // namespace

action action::type(std::string text, console::typing how) {
    action a;
    a.what = kind::type;
    a.text = std::move(text);
    a.how = std::move(how);
    return a;
}

action action::listen(duration quiet, duration limit) {
    action a;
    a.what = kind::listen;
    a.quiet = quiet;
    a.limit = limit;
    return a;
}

action action::change_speed(std::uint32_t baud) {
    action a;
    a.what = kind::change_speed;
    a.baud = baud;
    return a;
}

action action::send_break() {
    action a;
    a.what = kind::send_break;
    return a;
}

action action::fail(failure why) {
    action a;
    a.what = kind::failed;
    a.why = std::move(why);
    return a;
}

std::string dialogue_context::position_name() const {
    return position ? fmt::format("state {}", state_at(*position).name) : "an unknown state";
}

failure unanswered(const dialogue_context& c, std::string_view question) {
    return failure(errc::device_state, fmt::format("the device asks '{}', and the platform {} has no answer for it",
                                                   printable(trim(question)), c.how->name))
        .advise(
            "nothing was answered; answer it by hand at the console, add a question to the platform file, or leave the "
            "command out that leads to it");
}

console::place_guard guard_of(const dialogue_context& c) {
    if (!c.position) {
        return {};
    }
    return [match = c.match, seen = c.seen, how = c.how, was = *c.position](
               std::span<const std::string> lines, std::string_view in_front, bool strict) -> std::string {
        const auto moved = [&](std::size_t now) {
            return fmt::format("the device has gone from state {} to state {} by itself", how->states[was].name,
                               how->states[now].name);
        };
        for (const auto& line : lines) {
            const auto now = match->banner_of(trim(match->without_log(line)));
            if (now && *now != was) {
                return moved(*now);
            }
        }
        const auto prompt = seen->of(*match, in_front);
        if (prompt) {
            return prompt->state == was ? std::string() : moved(prompt->state);
        }
        const auto before_log = trim(match->without_log(in_front));
        return strict && !before_log.empty() ? fmt::format("'{}' stands where the prompt of state {} was",
                                                           printable(before_log), how->states[was].name)
                                             : std::string();
    };
}

result<action> keystroke_action(const dialogue_context& c, const keystrokes& k) {
    console::typing how;
    how.enter = k.enter;
    how.kill_line = c.how->kill_line;
    how.echo_expected = !k.acts_at_once && !k.text.empty();
    how.verified = how.echo_expected && k.enter;
    how.without_log = [match = c.match](std::string_view line) { return match->without_log(line); };
    switch (k.kind) {
        case answer_kind::text: return action::type(k.text, how);
        case answer_kind::user:
            if (c.who.user.empty()) {
                return no_login("a user name", "user");
            }
            how.echo_expected = how.verified = true;
            return action::type(c.who.user, how);
        case answer_kind::password:
        case answer_kind::enable_password: {
            const bool enable = k.kind == answer_kind::enable_password;
            const auto& given = enable ? c.who.enable_password : c.who.password;
            if (!given) {
                return no_login(enable ? "the enable password" : "a password", enable ? "enable" : "password");
            }
            how.secret = true;
            how.echo_expected = false;
            return action::type(given->reveal(), how);
        }
    }
    return failure(errc::internal, "an answer of no kind");
}

action sequence::advance(const dialogue_event& e) {
    if (current_) {
        auto a = current_->advance(e);
        if (a.what != action::kind::done) {
            return a;
        }
    }
    dialogue_event first;
    first.now = e.now;
    first.speed = e.speed;
    first.framing_errors = e.framing_errors;
    while (next_ < parts_.size()) {
        current_ = parts_[next_++]();
        auto a = current_ ? current_->advance(first) : action::done();
        if (a.what != action::kind::done) {
            return a;
        }
    }
    current_.reset();
    return action::done();
}

std::string sequence::doing() const {
    return current_ ? current_->doing() : "nothing";
}

std::string sequence::place() const {
    return current_ ? current_->place() : std::string();
}

action decision::advance(const dialogue_event&) {
    const auto decided = decide_();
    return decided ? action::done() : action::fail(decided.error());
}

}  // namespace rollover::platform
