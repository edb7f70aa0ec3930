#include "drivers/platform/session.h"

#include "drivers/platform/dialogue.h"
#include "drivers/platform/meant.h"
#include "drivers/platform/procedure.h"
#include "drivers/platform/recover.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::platform {

namespace {

constexpr duration speed_limit = std::chrono::seconds(3);  // for the converter's answer
// A terminal's break key holds the line for so long; IOS wants more than a character, and no less than 0.1 s.
constexpr duration break_length = std::chrono::milliseconds(500);
constexpr duration tidying = std::chrono::seconds(10);  // as long as a stop may take, and no longer

}  // namespace

struct session::shell {
    shell(runtime& rt, console::console& console_on, log_sink sink) : time(rt), on(&console_on), log(std::move(sink)) {}

    runtime& time;
    console::console* on;
    log_sink log;
    dialogue_context context;
    std::optional<std::size_t> broken_off_in;  ///< the position when an action could not be carried out

    task<result<void>> hold(std::unique_ptr<machine> dialogue, time_point deadline);
    task<result<void>> carry_on(machine& dialogue, time_point deadline);
    task<void> tidy_up(std::optional<std::size_t> was);
    task<void> leave(std::optional<std::size_t> was, time_point deadline, event& left);
    task<result<void>> type(action a, dialogue_event& came, time_point deadline);
    task<result<void>> listen(action a, dialogue_event& came, time_point deadline);
    task<result<void>> change_speed(std::uint32_t baud, dialogue_event& came, time_point deadline);
    task<result<void>> to_speed(std::uint32_t baud, time_point deadline);
    failure blame(failure why, const machine& dialogue) const;
    failure not_carried_out(failure why, const machine& dialogue) const;
};

failure session::shell::blame(failure why, const machine& dialogue) const {
    if (why.code == errc::timed_out && why.command.empty()) {
        why.reason += fmt::format(", {}", dialogue.doing());
    }
    if (why.device_text.empty() && why.code == errc::timed_out) {
        why.device_text = context.open_line;
    }
    // The author's place of a line stays in front; the device is named behind it.
    return std::move(why).at(on->name());
}

/// The console has said no: it knows neither the author's place nor that it is named again.
failure session::shell::not_carried_out(failure why, const machine& dialogue) const {
    if (why.where == on->name()) {
        why.where.clear();
    }
    const auto place = dialogue.place();
    return blame(place.empty() ? std::move(why) : std::move(why).at(place), dialogue);
}

task<result<void>> session::shell::type(action a, dialogue_event& came, time_point deadline) {
    result<void> typed = co_await on->type(std::move(a.text), std::move(a.how), deadline);
    came.what = dialogue_event::kind::typed;
    came.typed_ahead = on->typed_ahead();
    came.round_trip = on->round_trip();
    came.now = time.now();
    co_return typed;
}

task<result<void>> session::shell::listen(action a, dialogue_event& came, time_point deadline) {
    const auto now = time.now();
    if (now >= deadline) {
        co_return failure(errc::timed_out, "the time for this device is over");
    }
    const auto limit = a.limit < deadline - now ? now + a.limit : deadline;
    const auto received_before = on->received();
    const result<console::heard> heard = co_await on->listen(a.quiet, limit, a.at_once);
    if (!heard) {
        co_return heard.error();
    }
    auto screen = on->take(true);
    came.what = dialogue_event::kind::heard;
    came.heard = *heard;
    came.received = on->received() - received_before;
    came.lines = std::move(screen.lines);
    came.open_line = std::move(screen.open_line);
    came.now = time.now();
    co_return result<void>{};
}

task<result<void>> session::shell::hold(std::unique_ptr<machine> dialogue, time_point deadline) {
    const result<void> held = co_await carry_on(*dialogue, deadline);
    const bool broken_off =
        !held && (held.error().code == errc::cancelled || (held.error().code == errc::timed_out && broken_off_in));
    const auto was = std::exchange(broken_off_in, std::nullopt);
    if (broken_off) {
        co_await tidy_up(was);
    }
    co_return held;
}

/// Somebody has stopped us in the middle, or the time is over. The line is cleared and the device goes home, in a tree
/// of its own that this stop does not reach, for some seconds at most.
task<void> session::shell::tidy_up(std::optional<std::size_t> was) {
    const bool between_speeds = context.told_speed != 0;
    if ((!was && !between_speeds) || context.booting) {
        const auto where = was ? std::string("as it starts") : std::string("in an unknown state");
        on->remark(severity::warning, "stopped in the middle; the device was left " + where);
        co_return;
    }
    task_group tree(time);
    event left(time);
    tree.spawn(leave(was, time.now() + tidying, left));
    // Each operation in it has the deadline; the join would pass the stop on.
    const wake ended = co_await left.wait(time.now() + tidying + tidying, cancellable::no);
    static_cast<void>(ended);
    co_await tree.join();
}

task<void> session::shell::leave(std::optional<std::size_t> was, time_point deadline, event& left) {
    context.position = was;
    auto tidying_up = make_tidy_up(context);
    const result<void> done = co_await carry_on(*tidying_up, deadline);
    broken_off_in.reset();
    const auto state = context.position_name();
    on->remark(severity::warning,
               done ? "stopped in the middle; the line was cleared, and the device was left in " + state
                    : "stopped in the middle; the device was left in " + state + ": " + done.error().reason);
    left.notify();
}

task<result<void>> session::shell::change_speed(std::uint32_t baud, dialogue_event& came, time_point deadline) {
    const auto until = std::min(deadline, time.now() + speed_limit);
    result<void> changed = co_await on->change_speed(baud, until);
    const auto dropped = on->take(false);  // what came at the old speed
    static_cast<void>(dropped);
    came.what = dialogue_event::kind::speed;
    came.now = time.now();
    const bool lost = !changed && (changed.error().code == errc::cancelled ||
                                   changed.error().code == errc::peer_closed || changed.error().code == errc::io);
    if (!lost) {
        co_return result<void>{};
    }
    co_return changed;
}

task<result<void>> session::shell::to_speed(std::uint32_t baud, time_point deadline) {
    auto dialogue = on->speed() == baud ? nullptr : make_change_speed(context, baud);
    if (!dialogue) {
        co_return result<void>{};
    }
    co_return co_await hold(std::move(dialogue), deadline);
}

/// Carries out what the machine says until it ends.
task<result<void>> session::shell::carry_on(machine& dialogue, time_point deadline) {
    dialogue_event came;
    came.now = time.now();
    came.speed = on->speed();
    came.framing_errors = on->framing_errors();
    for (;;) {
        auto next = dialogue.advance(came);
        if (next.what == action::kind::done) {
            co_return result<void>{};
        }
        if (next.what == action::kind::failed) {
            co_return blame(std::move(*next.why), dialogue);
        }
        came = dialogue_event();
        result<void> carried_out;
        if (next.what == action::kind::type) {
            carried_out = co_await type(std::move(next), came, deadline);
        } else if (next.what == action::kind::change_speed) {
            carried_out = co_await change_speed(next.baud, came, deadline);
        } else if (next.what == action::kind::send_break) {
            carried_out = co_await on->send_break(break_length);
            came.what = dialogue_event::kind::sent_break;
            came.now = time.now();
        } else {
            carried_out = co_await listen(std::move(next), came, deadline);
        }
        came.speed = on->speed();
        came.framing_errors = on->framing_errors();
        if (!carried_out) {
            broken_off_in = std::exchange(context.position, std::nullopt);
            co_return not_carried_out(carried_out.error(), dialogue);
        }
    }
}

session::session(runtime& rt, console::console& on, std::shared_ptr<const description> how, logins who,
                 std::vector<std::string> interfaces, log_sink log)
    : shell_(std::make_unique<shell>(rt, on, std::move(log))) {
    auto& c = shell_->context;
    c.match = how->compiled ? how->compiled : std::make_shared<const patterns>(*how);
    c.how = std::move(how);
    c.usual_speed = on.speed().value_or(0);
    c.who = std::move(who);
    c.interfaces = std::move(interfaces);
    c.fifo = on.fifo();
    c.note = [s = shell_.get()](severity level, const std::string& text) {
        if (s->log) {
            s->log({level, {}, s->on->name(), text});
        }
    };
}

session::~session() = default;

task<result<void>> session::bring_home(time_point deadline) {
    auto dialogue = make_bring_home(shell_->context);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

void session::allow_speed(std::uint32_t baud) {
    shell_->context.fast_speed = baud;
}

void session::know_serial_ports(std::vector<std::string> names) {
    shell_->context.serial_ports = std::move(names);
}

task<result<void>> session::raise_speed(time_point deadline) {
    co_return co_await shell_->to_speed(shell_->context.fast_speed, deadline);
}

task<result<void>> session::restore_speed(time_point deadline) {
    co_return co_await shell_->to_speed(shell_->context.usual_speed, deadline);
}

task<result<std::string>> session::go_to(std::string name, time_point deadline) {
    auto& context = shell_->context;
    if (!context.how->find_state(name)) {
        co_return failure(errc::not_found, "platform " + context.how->name + " has no state " + name);
    }
    auto dialogue = make_go_to(context, std::move(name));
    const result<void> held = co_await shell_->hold(std::move(dialogue), deadline);
    if (!held) {
        co_return held.error();
    }
    co_return context.open_line;
}

void session::forbid(std::shared_ptr<const forbidden_commands> commands) {
    shell_->context.forbidden = std::move(commands);
}

task<result<std::string>> session::run(std::string command, time_point deadline) {
    const auto& forbidden = shell_->context.forbidden;
    if (const auto refused = forbidden ? forbidden->find(command) : std::nullopt) {
        co_return failure(errc::bad_input, "this command is not typed: " + refused->because)
            .at(shell_->on->name())
            .after_command(std::move(command))
            .advise(refused->hint);
    }
    auto dialogue = make_run(shell_->context, std::move(command));
    const result<void> held = co_await shell_->hold(std::move(dialogue), deadline);
    if (!held) {
        co_return held.error();
    }
    co_return shell_->context.output;
}

task<result<void>> session::configure(std::span<const typed_line> lines, time_point deadline,
                                      const std::function<void(const progress&)>& tell) {
    shell_->context.taken = {};
    shell_->context.meant_before = shell_->context.meant.size();
    co_return co_await resume(lines, deadline, tell);
}

task<result<void>> session::resume(std::span<const typed_line> lines, time_point deadline,
                                   const std::function<void(const progress&)>& tell) {
    auto& context = shell_->context;
    if (context.how->candidate.is_used()) {
        context.taken = {};
        context.meant.resize(context.meant_before);
    }
    auto dialogue = make_configure(context, lines, tell);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

void session::continue_on(console::console& next) {
    auto& context = shell_->context;
    shell_->on = &next;
    context.position.reset();
    context.open_line.clear();
    context.met = false;
    context.believed.clear();
}

task<result<void>> session::compare(time_point deadline) {
    auto& context = shell_->context;
    if (!context.how->readback.compared || context.meant.empty()) {
        co_return result<void>{};
    }
    auto dialogue = make_read(context);
    const result<void> held = co_await shell_->hold(std::move(dialogue), deadline);
    if (!held) {
        co_return held;
    }
    const auto wrong = deviations(*context.how, context.meant, context.read);
    if (wrong.empty()) {
        co_return result<void>{};
    }
    std::string reason = "the running configuration is not what was typed";
    if (auto rolling_back = make_roll_back(context)) {
        const result<void> back = co_await shell_->hold(std::move(rolling_back), deadline);
        reason += back ? "; it was rolled back" : "; nor could it be rolled back: " + back.error().reason;
        if (!back && context.committed) {
            reason += "; the device takes it back by itself, because it is not confirmed";
        }
    }
    co_return failure(errc::device_differs, std::move(reason))
        .at(shell_->on->name())
        .said(describe(wrong))
        .advise(
            "- was typed and is missing, + stands there instead. If the device shows such a line otherwise, say so in "
            "<readback> of its platform file, or switch the comparison off with <config compared=\"false\">");
}

task<result<void>> session::confirm(time_point deadline) {
    auto dialogue = make_confirm(shell_->context);
    if (!dialogue) {
        co_return result<void>{};
    }
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

task<result<configuration>> session::read_configuration(time_point deadline) {
    auto dialogue = make_read(shell_->context);
    const result<void> held = co_await shell_->hold(std::move(dialogue), deadline);
    if (!held) {
        co_return held.error();
    }
    co_return shell_->context.read;
}

task<result<identity>> session::identify(std::vector<identity_part> wanted, time_point deadline) {
    auto& context = shell_->context;
    context.who_it_is = {};
    if (context.how->identify.empty()) {
        co_return context.who_it_is;
    }
    auto dialogue = make_identify(context, std::move(wanted));
    const result<void> held = co_await shell_->hold(std::move(dialogue), deadline);
    if (!held) {
        co_return held.error();
    }
    co_return context.who_it_is;
}

task<result<void>> session::erase(const configuration& before, time_point deadline) {
    auto dialogue = make_erase(shell_->context, before);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

task<result<void>> session::recover(duration wait, time_point deadline) {
    auto dialogue = make_recover(shell_->context, wait);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

task<result<void>> session::save(time_point deadline) {
    auto dialogue = make_save(shell_->context);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

task<result<void>> session::hand_over(time_point deadline) {
    auto dialogue = make_hand_over(shell_->context);
    co_return co_await shell_->hold(std::move(dialogue), deadline);
}

}  // namespace rollover::platform
