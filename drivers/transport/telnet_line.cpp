#include "drivers/transport/telnet_line.h"

#include <algorithm>
#include <array>

namespace rollover::transport {

namespace {

using namespace std::chrono_literals;

/// How long a BREAK waits for a suspended or stuck converter, and a change for its RESUME.
constexpr duration command_patience = 5s;

/// `receive` reads only when nothing waits, so only an opening or a change can come to this: it is no console any more.
constexpr std::size_t inbox_limit = std::size_t{1} << 20U;

failure woken(wake why) {
    if (why == wake::cancelled) {
        return {errc::cancelled, "stopped while waiting for the converter"};
    }
    return {errc::timed_out, "nothing was received from the converter in time"};
}

}  // namespace

telnet_line::telnet_line(runtime& rt, std::unique_ptr<byte_stream> stream, bool com_port, const line_address& address)
    : runtime_(rt),
      stream_(std::move(stream)),
      writer_(rt, *stream_),
      codec_(telnet_client_policy(com_port), address.after_cr),
      first_words_(address.busy_texts, address.when_busy),
      for_receiver_(rt),
      for_changer_(rt),
      resumed_(rt),
      com_port_wanted_(com_port),
      answers_settings_(address.answers_settings),
      sends_break_(address.sends_break),
      break_by_telnet_(address.break_by_telnet) {}

bool telnet_line::has_com_port() const {
    // A server that says WILL instead of DO (pyserial's) understands the same commands.
    return codec_.enabled(telnet_side::local, telnet::com_port) ||
           codec_.enabled(telnet_side::remote, telnet::com_port);
}

task<result<line_event>> telnet_line::receive(std::span<char> into, time_point deadline) {
    for (;;) {
        if (!inbox_.empty()) {
            co_return inbox_.take(into);
        }
        const auto pumped = co_await pump(for_receiver_, deadline);
        if (!pumped && inbox_.empty()) {
            const bool closed = pumped.error().code == errc::peer_closed;
            co_return closed ? ended_early(first_words_, pumped.error()) : pumped.error();
        }
    }
}

task<result<void>> telnet_line::pump(event& mine, time_point deadline) {
    if (ended_) {
        co_return *ended_;
    }
    if (reading_) {
        const wake why = co_await mine.wait(deadline);
        if (why != wake::notified) {
            co_return woken(why);
        }
        co_return result<void>();
    }
    if (runtime_.now() >= deadline) {
        co_return woken(wake::timed_out);  // also where there is always something to read: commands without an end
    }
    if (inbox_.size() > inbox_limit) {
        co_return failure(errc::protocol, "more than a megabyte was received while the line was set up");
    }
    std::array<char, 1024> buffer{};
    reading_ = true;
    const auto got = co_await stream_->read_some(buffer, deadline);
    reading_ = false;
    if (got) {
        take(std::string_view(buffer.data(), *got));
    } else if (got.error().code != errc::timed_out && got.error().code != errc::cancelled) {
        ended_ = got.error();
    }
    // Whoever waited beside us looks at what came, or reads on in our place.
    for_receiver_.notify();
    for_changer_.notify();
    if (!got) {
        co_return got.error();
    }
    co_return result<void>();
}

void telnet_line::take(std::string_view bytes) {
    constexpr std::size_t most_opening = 256;
    opening_ += bytes.substr(0, most_opening - std::min(most_opening, opening_.size()));
    telnet_output out;
    codec_.feed(bytes, out);
    writer_.queue(out.reply);  // first: an option is agreed before it is used
    std::size_t told = 0;
    const std::string_view data = out.data;
    for (const auto& what : out.events) {
        inbox_.put(data.substr(told, what.after_data - told));
        told = what.after_data;
        take_event(what);
    }
    inbox_.put(data.substr(told));
    first_words_.see(data);
}

void telnet_line::take_event(const telnet_event& what) {
    if (what.what == telnet_event::kind::command && what.code == telnet::brk) {
        inbox_.put(line_event(break_received{}));
    }
    if (what.what == telnet_event::kind::option && what.code == telnet::com_port && !has_com_port() &&
        com_port_heard_) {
        inbox_.put(line_event(remark{"the converter has withdrawn RFC 2217"}));
    }
    if (what.what != telnet_event::kind::subnegotiation || what.code != telnet::com_port) {
        return;
    }
    const auto message = parse_com_port(what.payload);
    if (!message) {
        return;
    }
    com_port_heard_ = true;
    const bool was_suspended = com_port_.suspended();
    auto heard = com_port_.hear(*message);
    for (auto& one : heard.events) {
        inbox_.put(std::move(one));
    }
    command(heard.reply);
    if (was_suspended && !com_port_.suspended()) {
        const std::string waiting = std::move(commands_);
        commands_.clear();
        command(waiting);
        resumed_.notify();
    }
}

void telnet_line::command(std::string_view bytes) {
    constexpr std::size_t bound = 4096;  // a server that asks for our name for ever gets it a few hundred times
    if (!com_port_.suspended()) {
        writer_.queue(bytes);
    } else if (commands_.size() < bound) {
        commands_ += bytes;
    }
}

result<send_result> telnet_line::try_send(char character) {
    if (com_port_.suspended()) {
        return send_result::would_block;
    }
    return writer_.send(codec_.encode(character));
}

result<std::size_t> telnet_line::try_send_run(std::string_view characters) {
    if (com_port_.suspended()) {
        return 0;
    }
    const auto sent = writer_.send(codec_.encode_run(characters));
    if (!sent) {
        return sent.error();
    }
    return *sent == send_result::sent ? characters.size() : 0;
}

task<result<void>> telnet_line::not_suspended(time_point deadline) {
    while (com_port_.suspended()) {
        if (ended_) {
            co_return *ended_;
        }
        const wake why = co_await resumed_.wait(deadline);
        if (why == wake::cancelled) {
            co_return woken(why);
        }
        if (why == wake::timed_out) {
            failure stuck(errc::timed_out, "the converter has suspended the line and does not resume it");
            co_return std::move(stuck).advise("look at the flow control of the port and at the device");
        }
    }
    co_return result<void>();
}

task<result<void>> telnet_line::writable(time_point deadline) {
    for (;;) {
        auto ready = co_await not_suspended(deadline);
        if (!ready) {
            co_return ready;
        }
        auto waited = co_await writer_.writable(deadline);
        if (!waited || !com_port_.suspended()) {
            co_return waited;
        }
    }
}

std::optional<std::size_t> telnet_line::unacknowledged() const {
    return stream_->unacknowledged();
}

task<result<void>> telnet_line::send_break(duration how_long) {
    if (!sends_break_) {
        co_return failure(errc::unsupported, "this kind of converter cannot send a BREAK");
    }
    const time_point patience = runtime_.now() + command_patience;
    auto ready = co_await not_suspended(patience);
    if (!ready) {
        co_return ready;
    }
    const bool by_com_port = has_com_port() && !break_by_telnet_;
    writer_.queue(by_com_port ? com_port_request(com_port_control::break_on) : telnet_codec::command(telnet::brk));
    auto begun = co_await writer_.drained(patience);
    if (begun) {
        writer_.hold();
        begun = co_await sleep_for(runtime_, how_long);
        writer_.release(by_com_port ? com_port_request(com_port_control::break_off) : std::string());
    } else if (by_com_port) {
        writer_.queue(com_port_request(com_port_control::break_off));  // never leave a BREAK standing
    }
    co_return begun;
}

task<result<void>> telnet_line::change(const serial_settings& wanted, time_point deadline) {
    if (!has_com_port()) {
        failure no(errc::unsupported, "the converter's serial settings cannot be changed without RFC 2217");
        co_return std::move(no).advise("configure the port on the converter, or use its rfc2217:// port");
    }
    auto ready = co_await not_suspended(deadline);
    if (!ready) {
        co_return ready;
    }
    command(com_port_.ask(wanted));
    co_return co_await await_settings(deadline);
}

result<void> telnet_line::control(std::string_view requests) {
    if (!has_com_port()) {
        return no_control();
    }
    command(requests);
    return {};
}

result<void> telnet_line::watch_inputs() {
    return control(
        com_port_request(com_port_command::modem_state_mask, modem_state_dcd | modem_state_dsr | modem_state_cts));
}

result<void> telnet_line::set_outputs(modem_outputs wanted) {
    return control(com_port_request(wanted.dtr ? com_port_control::dtr_on : com_port_control::dtr_off) +
                   com_port_request(wanted.rts ? com_port_control::rts_on : com_port_control::rts_off));
}

result<void> telnet_line::set_flow_control(flow_control wanted) {
    switch (wanted) {
        case flow_control::none:
            return control(com_port_request(com_port_control::flow_none) +
                           com_port_request(com_port_control::inbound_none));
        case flow_control::xon_xoff:
            return control(com_port_request(com_port_control::flow_xon_xoff) +
                           com_port_request(com_port_control::inbound_xon_xoff));
        case flow_control::hardware:
            return control(com_port_request(com_port_control::flow_hardware) +
                           com_port_request(com_port_control::inbound_hardware));
    }
    return {};
}

void telnet_line::close() noexcept {
    stream_->close();
    resumed_.notify();
}

}  // namespace rollover::transport
