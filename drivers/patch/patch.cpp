#include "drivers/patch/patch.h"

#include "drivers/transport/com_port_codec.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace rollover::patch {

namespace {

using namespace std::chrono_literals;
using transport::modem_outputs;

/// Long enough for those who look for one (ROMMON wants 250 ms); of a received BREAK only its beginning is told.
constexpr duration break_length = 300ms;
constexpr duration opening_patience = 20s;
constexpr duration opening_limit = 30s;
constexpr duration first_pause = 1s;
constexpr duration last_pause = 30s;
/// A converter that has suspended us, while all that it sends in front of its RESUME fits nowhere any more.
constexpr duration deadlock_limit = 60s;

/// What the device behind the line drives, told by NOTIFY-MODEMSTATE: its RTS is our CTS, its DTR our DSR.
modem_outputs outputs_of(std::uint8_t bits) {
    return {(bits & transport::modem_state_dsr) != 0, (bits & transport::modem_state_cts) != 0};
}

}  // namespace

patch::patch(runtime& rt, std::string name, std::array<end, 2> ends, log_sink log, opener open)
    : rt_(rt),
      name_(std::move(name)),
      ends_{side(rt, std::move(ends[0])), side(rt, std::move(ends[1]))},
      log_(std::move(log)),
      open_(std::move(open)) {
    if (!open_) {
        open_ = [&rt](transport::line_address address, time_point deadline) {
            return transport::open_line(rt, std::move(address), deadline);
        };
    }
}

patch::~patch() = default;

counts patch::counted() const {
    return {{ends_[0].counts, ends_[1].counts}};
}

task<result<std::unique_ptr<transport::line>>> patch::open_end(std::size_t at, time_point deadline) {
    co_return co_await open_(ends_.at(at).about.address, deadline);
}

task<void> patch::open_into(std::size_t at, time_point deadline, std::optional<failure>& why) {
    std::uint64_t retries = 0;
    transport::patience how{
        opening_patience, ends_.at(at).about.busy_wait, [this, at, deadline] { return open_end(at, deadline); }, {}};
    auto opened = co_await transport::open_line_patiently(rt_, std::move(how), deadline, retries);
    if (!opened) {
        why = std::move(opened).error().at(fmt::format("patch {}: {}", name_, ends_.at(at).about.name));
        co_return;
    }
    ends_.at(at).line = std::move(*opened);
}

task<result<void>> patch::open(time_point deadline) {
    std::array<std::optional<failure>, 2> wrong;
    task_group both(rt_);
    for (std::size_t at = 0; at < ends_.size(); ++at) {
        both.spawn(open_into(at, deadline, wrong.at(at)));
    }
    co_await both.join();
    for (auto& one : wrong) {
        if (one) {
            disconnect(0);
            disconnect(1);
            co_return std::move(*one);
        }
    }
    set_up(0);
    set_up(1);
    co_return result<void>();
}

task<void> patch::run() {
    task_group both(rt_);
    both.spawn(tend(0));
    both.spawn(tend(1));
    co_await both.join();
    disconnect(0);
    disconnect(1);
}

/// One end for as long as the patch lives.
task<void> patch::tend(std::size_t at) {
    side& mine = ends_.at(at);
    for (;;) {
        co_await carry(at);
        if (!mine.lost) {
            co_return;  // cancelled
        }
        mine.counts.dropped += mine.line->unacknowledged().value_or(0);
        disconnect(at);
        tell(severity::warning, fmt::format("{} was lost: {}", mine.about.name, mine.lost->reason));
        put_outputs(1 - at, {});  // as when the cable is pulled
        const bool again = co_await open_again(at);
        if (!again) {
            co_return;
        }
    }
}

task<bool> patch::open_again(std::size_t at) {
    side& mine = ends_.at(at);
    duration pause = first_pause;
    for (bool first = true;; first = false) {
        const auto slept = co_await sleep_for(rt_, pause);
        if (!slept) {
            co_return false;
        }
        auto opened = co_await open_end(at, rt_.now() + opening_limit);
        if (opened) {
            mine.line = std::move(*opened);
            mine.lost.reset();
            ++mine.counts.reconnects;
            set_up(at);
            tell(severity::info, mine.about.name + " is connected again");
            co_return true;
        }
        if (opened.error().code == errc::cancelled) {
            co_return false;
        }
        if (first) {
            tell(severity::warning,
                 fmt::format("{} cannot be connected again yet: {}", mine.about.name, opened.error().reason));
        }
        pause = std::min(2 * pause, last_pause);
    }
}

/// One connection: the first of reader and writer that ends takes the other with it.
task<void> patch::carry(std::size_t at) {
    task_group both(rt_);
    both.spawn(read(at, both));
    both.spawn(write(at, both));
    co_await both.join();
}

task<void> patch::read(std::size_t at, task_group& both) {
    side& mine = ends_.at(at);
    std::array<char, 4096> buffer{};
    for (;;) {
        const bool room = co_await wait_for_room(at);
        if (!room) {
            break;
        }
        const auto got = co_await mine.line->receive(buffer, never);
        if (!got) {
            if (got.error().code != errc::cancelled) {
                mine.lost = got.error();
            }
            break;
        }
        take(at, *got, std::string_view(buffer.data(), buffer.size()));
    }
    both.cancel();
}

/// Holds back the reading of what the other end cannot take. False: cancelled, or there is no way out but a new
/// connection.
task<bool> patch::wait_for_room(std::size_t at) {
    side& mine = ends_.at(at);
    side& to = other(at);
    while (to.outgoing.full(mine.line->is_suspended())) {
        const bool suspended = mine.line->is_suspended();
        const wake why = co_await to.room.wait(suspended ? rt_.now() + deadlock_limit : never);
        if (why == wake::cancelled) {
            co_return false;
        }
        if (why == wake::timed_out) {
            mine.lost = failure(errc::timed_out, "the converter has suspended the line, and sends more than can wait");
            co_return false;
        }
    }
    co_return true;
}

void patch::take(std::size_t at, const transport::line_event& what, std::string_view data) {
    if (const auto* received = std::get_if<transport::data_received>(&what)) {
        take_data(at, data.substr(0, received->bytes));
    } else if (std::holds_alternative<transport::break_received>(what)) {
        other(at).outgoing.put_break();
        other(at).more.notify();
    } else if (const auto* state = std::get_if<transport::modem_state>(&what)) {
        put_outputs(1 - at, outputs_of(state->bits));
    } else if (const auto* note = std::get_if<transport::remark>(&what)) {
        tell(severity::info, ends_.at(at).about.name + ": " + note->text);
    }
}

void patch::take_data(std::size_t at, std::string_view data) {
    side& to = other(at);
    if (to.idle && to.outgoing.empty()) {
        // Nothing is in front of it: straight on. What goes wrong here, the writer finds again.
        const auto sent = to.line->try_send_run(data);
        const std::size_t count = sent ? *sent : 0;
        ends_.at(at).counts.bytes += count;
        data.remove_prefix(count);
    }
    if (!data.empty()) {
        to.outgoing.put(data);
        to.more.notify();
    }
}

void patch::put_outputs(std::size_t to, modem_outputs outputs) {
    side& there = ends_.at(to);
    const bool cabled = ends_[0].about.modem_signals && ends_[1].about.modem_signals;
    const bool known = there.outputs.has_value() || outputs != modem_outputs{};
    if (!cabled || !known || there.outputs == outputs) {
        return;
    }
    there.outputs = outputs;
    there.outgoing.put(outputs);
    there.more.notify();
}

task<void> patch::write(std::size_t at, task_group& both) {
    side& mine = ends_.at(at);
    for (;;) {
        if (mine.outgoing.empty()) {
            mine.idle = true;
            const wake why = co_await mine.more.wait();
            mine.idle = false;
            if (why == wake::cancelled) {
                break;
            }
            continue;
        }
        auto sent = co_await send_next(at);
        if (!sent) {
            if (sent.error().code != errc::cancelled && !mine.lost) {
                mine.lost = sent.error();
            }
            break;
        }
        if (!mine.outgoing.full(false)) {
            mine.room.notify();
        }
    }
    both.cancel();
}

/// Does the next step of what waits for this end, or a part of it.
task<result<void>> patch::send_next(std::size_t at) {
    side& mine = ends_.at(at);
    end_counts& from = other(at).counts;
    const auto step = mine.outgoing.next();
    if (const auto* data = std::get_if<std::string_view>(&step)) {
        const auto sent = mine.line->try_send_run(*data);
        if (!sent) {
            co_return sent.error();
        }
        if (*sent == 0) {
            co_return co_await mine.line->writable(never);
        }
        from.bytes += *sent;
        mine.outgoing.done(*sent);
        co_return result<void>();
    }
    if (const auto* outputs = std::get_if<modem_outputs>(&step)) {
        (void)mine.line->set_outputs(*outputs);  // a line without signals has been told of
        mine.outgoing.done();
        co_return result<void>();
    }
    auto broken = co_await mine.line->send_break(break_length);
    if (!broken && broken.error().code == errc::timed_out && mine.line->is_suspended()) {
        co_return result<void>();  // again, when it has resumed
    }
    if (!broken && broken.error().code != errc::unsupported) {
        co_return broken;
    }
    ++(broken ? from.breaks : from.breaks_lost);
    mine.outgoing.done();
    if (!broken && !std::exchange(told_breaks_, true)) {
        tell(severity::warning, fmt::format("{} cannot send a BREAK: {}", mine.about.name, broken.error().reason));
    }
    co_return result<void>();
}

/// What a fresh connection has to be told.
void patch::set_up(std::size_t at) {
    side& mine = ends_.at(at);
    mine.counts.connected = true;
    if (mine.line->has_control()) {
        (void)mine.line->set_flow_control(mine.about.flow);
        if (mine.about.modem_signals) {
            (void)mine.line->watch_inputs();
        }
        if (mine.outputs) {
            (void)mine.line->set_outputs(*mine.outputs);
        }
    }
    if (ends_[0].line && ends_[1].line && !std::exchange(told_limits_, true)) {
        tell_what_is_carried();
    }
}

void patch::disconnect(std::size_t at) {
    side& mine = ends_.at(at);
    mine.counts.connected = false;
    mine.line.reset();
}

void patch::tell_what_is_carried() {
    for (const side& one : ends_) {
        if (!one.line->has_control()) {
            tell(severity::info,
                 fmt::format("{} does not speak RFC 2217: only bytes are carried, no modem signals and no flow control",
                             one.about.name));
        }
    }
}

void patch::tell(severity level, std::string text) const {
    if (log_) {
        log_({level, {}, {}, fmt::format("patch {}: {}", name_, text)});
    }
}

}  // namespace rollover::patch
