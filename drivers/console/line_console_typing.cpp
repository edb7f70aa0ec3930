// The typing half of line_console.
#include "drivers/console/line_console.h"
#include "engine/base/text.h"

#include <fmt/format.h>
#include <utility>

namespace rollover::console {

next_turn line_console::turn(time_point now) {
    for (bool has_sent = false;;) {
        const typing_step step = typist_.next(screen_, now);
        switch (step.what) {
            case typing_step::action::send:
                if (has_sent) {
                    return now;  // no gap is wanted at all: others have their turn in between
                }
                now = send(step.characters);
                if (unsent_ || blocked_) {
                    progress_.notify();
                    return never;
                }
                has_sent = true;
                break;
            case typing_step::action::ask_ack:
                if (step.when > now) {
                    // A look that has to wait for others would make the gap longer, and lines that share a look would
                    // then stay together for good.
                    return {step.when, true};
                }
                now = look_at_acknowledgement();
                break;
            case typing_step::action::wait: return step.when;
            case typing_step::action::hold: return never;
            case typing_step::action::drop_debris:
                screen_.forget_after(debris_mark_);
                report_repair();
                break;
            case typing_step::action::finished:
            case typing_step::action::failed:
                if (busy_) {
                    outcome_ = step.what;
                    progress_.notify();
                }
                return never;
        }
    }
}

time_point line_console::send(std::string_view characters) {
    auto sent = line_->try_send_run(characters);
    // Read after the write: the promise is about the instants at which characters had left.
    const time_point after = runtime_.now();
    if (!sent) {
        unsent_ = std::move(sent).error();
        return after;
    }
    if (*sent == 0) {
        blocked_ = true;
        return after;
    }
    masking_ = masking_ || typist_.is_secret();
    if (record_) {
        if (typist_.is_secret()) {
            record_->sent_secret(*sent);
        } else {
            record_->sent(characters.substr(0, *sent));
        }
    }
    if (characters.substr(0, *sent).find('\r') != std::string_view::npos) {
        entered_mark_ = screen_.lines_ended();
    }
    typist_.sent(*sent, after);
    return after;
}

time_point line_console::look_at_acknowledgement() {
    const auto count = line_->unacknowledged();
    const time_point seen = runtime_.now();
    typist_.pace().unacknowledged(count, seen);
    return seen;
}

task<result<void>> line_console::type(std::string text, typing how, time_point deadline) {
    if (busy_) {
        co_return failure(errc::internal, "two texts are typed at the same time").at(options_.name);
    }
    busy_ = true;
    blocked_ = masking_ = false;
    unsent_.reset();
    outcome_.reset();
    debris_mark_ = screen_.lines_ended();
    typist_.begin(std::move(text), std::move(how), screen_, runtime_.now());
    wheel_.turn_now(*this);
    auto typed = co_await until_typed(deadline);
    busy_ = false;
    typed_ahead_ = typist_.typed_ahead();
    stop_typing();
    if (!typed && typed.error().where.empty()) {
        co_return std::move(typed).error().at(options_.name);
    }
    co_return typed;
}

task<result<void>> line_console::until_typed(time_point deadline) {
    for (;;) {
        if (ended_) {
            co_return *ended_;
        }
        if (unsent_) {
            co_return *unsent_;
        }
        if (outcome_ == typing_step::action::finished) {
            co_return result<void>();
        }
        if (outcome_) {
            co_return typist_.why();
        }
        if (std::exchange(blocked_, false)) {
            auto free = co_await line_->writable(deadline);
            if (!free && free.error().code == errc::timed_out) {
                co_return late();
            }
            if (!free) {
                co_return free;
            }
            wheel_.schedule(*this, runtime_.now());
        }
        const wake why = co_await progress_.wait(deadline);
        if (why == wake::cancelled) {
            co_return failure(errc::cancelled, "stopped while typing");
        }
        if (why == wake::timed_out) {
            co_return late();
        }
    }
}

void line_console::stop_typing() {
    typist_.abandon();
    // The gap to the next text counts from the acknowledgement, which is looked for also in a pause.
    wheel_.schedule(*this, typist_.pace().arrival_pending() && !closed_ ? runtime_.now() : never);
}

failure line_console::late() const {
    std::string what = "the time was over before everything was typed";
    if (!typist_.is_secret()) {
        what += fmt::format(" ({} of {} characters have left)", typist_.position(), typist_.size());
    }
    if (typist_.pace().is_suspended()) {
        what += "; the converter has asked to stop sending and has not resumed";
    } else if (typist_.pace().arrival_pending()) {
        what += "; the converter does not acknowledge what was sent";
    }
    return {errc::timed_out, std::move(what)};
}

void line_console::report_repair() {
    note(severity::warning, fmt::format("the line was cleared and is typed again: {}, after \"{}\"", typist_.trouble(),
                                        printable(typist_.seen())));
}

}  // namespace rollover::console
