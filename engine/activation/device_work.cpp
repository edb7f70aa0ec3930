#include "engine/activation/device_work.h"

#include "engine/activation/addresses.h"
#include "engine/base/text.h"

#include <algorithm>
#include <re2/re2.h>

namespace rollover::activation {

using namespace std::chrono_literals;

namespace {

constexpr duration between_checks = 2s;

task<result<void>> write(environment& env, record_kind kind, std::string activation, std::string subject,
                         std::string text) {
    record one{kind, std::move(activation), std::move(subject), std::move(text), {}};
    co_return co_await env.journal.append(std::move(one));
}

std::vector<platform::typed_line> typed_lines(const plan::device_plan& plan) {
    std::vector<platform::typed_line> lines;
    lines.reserve(plan.config.size());
    for (const auto& line : plan.config) {
        lines.push_back({line.text, line.place});
    }
    return lines;
}

/// The way to the device ended, not the device's willingness.
bool is_lost_connection(errc code) {
    return code == errc::peer_closed || code == errc::io;
}

}  // namespace

device_work::device_work(environment& env, const model::lab& lab, const plan::device_plan& plan, std::string activation)
    : env_(env),
      lab_(lab),
      plan_(plan),
      device_(lab.at(plan.device)),
      activation_(std::move(activation)),
      deadline_(env.rt.now() + env.limits.device),
      visit_(env, lab, device_, activation_) {}

void device_work::tell(stage s, std::string text) {
    if (env_.tell) {
        progress_event event;
        event.activation = activation_;
        event.device = device_.name;
        event.stage = s;
        event.total = plan_.config.size();
        event.text = std::move(text);
        env_.tell(event);
    }
}

task<result<void>> device_work::write_down_as_found() {
    if (visit_.description().how_to_erase != platform::erase_method::restore) {
        co_return result<void>();
    }
    auto found = co_await visit_.session().read_configuration(deadline());
    while (!found) {
        const auto back = co_await come_back(found.error());
        if (!back) {
            co_return back;
        }
        found = co_await visit_.session().read_configuration(deadline());
    }
    co_return co_await write(env_, record_kind::found, activation_, device_.name, join(*found, "\n"));
}

task<result<void>> device_work::come_back(failure why) {
    while (is_lost_connection(why.code) && reconnects_ < env_.limits.reconnects) {
        ++reconnects_;
        if (env_.log) {
            env_.log({severity::warning, activation_, device_.name, "the connection was lost: " + describe(why)});
        }
        tell(stage::connecting, "the connection was lost; making it again");
        const auto opened = co_await visit_.reopen(deadline());
        if (!opened) {
            co_return opened;
        }
        tell(stage::homing);
        const auto home = co_await visit_.come_home(deadline());
        if (home) {
            co_return home;
        }
        why = home.error();
    }
    co_return why;
}

/// Where the plan has it. Coming back from a lost connection puts it to the usual one.
task<result<void>> device_work::raise_speed() {
    if (plan_.raised_to == 0) {
        co_return result<void>();
    }
    co_return co_await visit_.session().raise_speed(deadline());
}

/// The usual speed is put back however it ends, but for a stop, after which the session has done so, and a lost
/// connection, after which the next visit does.
task<result<void>> device_work::type_configuration() {
    auto done = co_await type_and_compare();
    const bool stopped = !done && (done.error().code == errc::cancelled || is_lost_connection(done.error().code));
    if (stopped || !visit_.is_open()) {
        co_return done;
    }
    auto back = co_await visit_.session().restore_speed(deadline());
    if (!back && done) {
        back = co_await come_back(back.error());
    }
    co_return done ? back : done;
}

task<result<void>> device_work::type_and_compare() {
    const auto lines = typed_lines(plan_);
    const std::function<void(const platform::progress&)> progress = [this](const platform::progress& p) {
        if (env_.tell) {
            env_.tell({activation_, device_.name, stage::typing, p.typed, p.total, p.characters, {}});
        }
    };
    tell(stage::typing);
    auto done = co_await raise_speed();
    if (done) {
        done = co_await visit_.session().configure(lines, deadline(), progress);
    }
    while (!done) {
        const auto back = co_await come_back(done.error());
        if (!back) {
            co_return back;
        }
        done = co_await raise_speed();
        if (done) {
            done = co_await visit_.session().resume(lines, deadline(), progress);
        }
    }
    if (plan_.config_compared) {
        tell(stage::comparing);
        done = co_await keep_at(&platform::session::compare);
        // With a command it is that one which did not arrive: nothing was compared.
        differs_from_what_was_meant_ = !done && done.error().command.empty();
    }
    if (done) {
        done = co_await keep_at(&platform::session::confirm);
    }
    co_return done;
}

task<result<void>> device_work::keep_at(session_step step) {
    auto done = co_await (visit_.session().*step)(deadline());
    while (!done) {
        const auto back = co_await come_back(done.error());
        if (!back) {
            co_return back;
        }
        done = co_await (visit_.session().*step)(deadline());
    }
    co_return done;
}

task<result<void>> device_work::configure() {
    tell(stage::connecting);
    auto opened = co_await visit_.open(deadline());
    if (!opened) {
        tell(stage::failed, opened.error().reason);
        co_return opened;
    }
    const auto intent = co_await write(env_, record_kind::touching, activation_, device_.name, "");
    if (!intent) {
        co_return intent;
    }
    tell(stage::homing);
    auto done = co_await visit_.come_home(deadline());
    if (!done) {
        done = co_await come_back(done.error());
    }
    if (!done && visit_.met_another()) {
        tell(stage::failed, done.error().reason);
        const auto taken_back =
            co_await write(env_, record_kind::untouched, activation_, device_.name, describe(done.error()));
        co_return taken_back ? done : taken_back;
    }
    if (done) {
        done = co_await write_down_as_found();
    }
    if (done) {
        done = co_await type_configuration();
    }
    gaps_ = visit_.gaps();
    if (!done) {
        if (done.error().code != errc::cancelled) {
            tell(stage::failed, done.error().reason);
        }
        co_return done;
    }
    co_return co_await write(env_, record_kind::configured, activation_, device_.name, "");
}

task<result<void>> device_work::hold(const plan::planned_check& one) {
    RE2::Options quiet;
    quiet.set_log_errors(false);
    const RE2 expected(one.expect, quiet);
    const std::string where = full_name(lab_, device_) + ", " + to_string(one.place);
    if (!expected.ok()) {
        co_return failure(errc::bad_input, "the check's expect is no regular expression: " + expected.error())
            .at(where);
    }
    const auto until = std::min(deadline(), env_.rt.now() + one.within);
    for (;;) {
        auto answer = co_await visit_.session().run(one.command, deadline());
        if (!answer && is_lost_connection(answer.error().code)) {
            const auto back = co_await come_back(answer.error());
            if (!back) {
                co_return back;
            }
            tell(stage::checking, one.command);
            continue;
        }
        // A device may reject a command now that it takes in a moment (a protocol that is still starting).
        if (!answer && answer.error().code != errc::device_rejected) {
            co_return answer.error();
        }
        if (answer && RE2::PartialMatch(*answer, expected)) {
            co_return result<void>();
        }
        if (env_.rt.now() + between_checks >= until) {
            differs_from_what_was_meant_ = true;
            const std::string said = answer ? *answer : answer.error().device_text;
            co_return failure(errc::device_differs, "the check does not hold: expected /" + one.expect + "/")
                .at(where)
                .after_command(one.command)
                .said(said)
                .advise("look at the transcript; if it only needs more time, raise within=\"...\" of the check");
        }
        const auto slept = co_await sleep_for(env_.rt, between_checks);
        if (!slept) {
            co_return slept;
        }
    }
}

task<result<void>> device_work::be_there() {
    if (visit_.is_open()) {
        co_return result<void>();
    }
    const auto opened = co_await visit_.open(deadline());
    if (!opened) {
        co_return opened;
    }
    co_return co_await visit_.come_home(deadline());
}

task<result<void>> device_work::check() {
    const auto there = co_await be_there();
    if (!there) {
        co_return there;
    }
    for (const auto& one : plan_.checks) {
        tell(stage::checking, one.command);
        auto held = co_await hold(one);
        gaps_ = visit_.gaps();
        if (!held) {
            if (held.error().code != errc::cancelled) {
                tell(stage::failed, held.error().reason);
            }
            co_return held;
        }
    }
    co_return result<void>();
}

task<result<void>> device_work::hand_over() {
    const auto there = co_await be_there();
    if (!there) {
        co_return there;
    }
    const auto done = co_await keep_at(&platform::session::hand_over);
    gaps_ = visit_.gaps();
    if (done) {
        tell(stage::ready);
    }
    co_return done;
}

task<void> device_work::close() {
    co_await visit_.close();
}

}  // namespace rollover::activation
