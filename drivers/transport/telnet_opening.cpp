// How a Telnet line is opened: negotiation, serial settings, and the look for a busy text.
#include "drivers/transport/telnet_line.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::transport {

namespace {

using namespace std::chrono_literals;

// Servers that answer at all do so within one round trip; the rest is silence, which is allowed.
constexpr duration option_patience = 2s;
constexpr duration settings_patience = 2s;

}  // namespace

task<result<void>> telnet_line::negotiate(std::optional<serial_settings> settings, time_point deadline) {
    auto ready = co_await set_up(settings, deadline);
    if (!ready && ready.error().code == errc::peer_closed) {
        failure otherwise(errc::unreachable, "the converter closed the connection while the line was set up");
        co_return ended_early(first_words_, std::move(otherwise).said(first_words_.text()));
    }
    co_return ready;
}

task<result<void>> telnet_line::set_up(std::optional<serial_settings> settings, time_point deadline) {
    auto agreed = co_await agree(deadline);
    if (!agreed) {
        co_return agreed;
    }
    if (has_com_port()) {
        command(com_port_client::greeting());
        if (settings) {
            command(com_port_.ask(*settings));
            auto set = co_await await_settings(std::min(deadline, runtime_.now() + settings_patience));
            if (!set) {
                co_return set;
            }
        }
    } else if (com_port_wanted_) {
        const bool silent = codec_.pending(telnet_side::local, telnet::com_port);
        if (!silent && settings) {
            failure no(errc::refused, "the converter refuses RFC 2217 on this port");
            co_return std::move(no).advise("use the port's telnet:// protocol, or switch RFC 2217 on in the converter");
        }
        inbox_.put(
            line_event(remark{silent ? "the converter does not answer the offer of RFC 2217; its serial settings stay"
                                     : "the converter refuses RFC 2217"}));
    }
    co_return co_await settle(deadline);
}

task<result<void>> telnet_line::agree(time_point deadline) {
    std::string asks;
    for (const std::uint8_t option : {telnet::binary, telnet::suppress_go_ahead}) {
        asks += codec_.ask(telnet_side::local, option, true) + codec_.ask(telnet_side::remote, option, true);
    }
    if (com_port_wanted_) {
        asks += codec_.ask(telnet_side::local, telnet::com_port, true);
    }
    writer_.queue(asks);
    const time_point until = std::min(deadline, runtime_.now() + option_patience);
    const auto waiting = [this] {
        return codec_.pending(telnet_side::local, telnet::binary) ||
               codec_.pending(telnet_side::remote, telnet::binary) ||
               (com_port_wanted_ && codec_.pending(telnet_side::local, telnet::com_port) && !has_com_port());
    };
    while (waiting()) {
        auto pumped = co_await pump(for_changer_, until);
        if (!pumped && pumped.error().code != errc::timed_out) {
            co_return pumped;
        }
        if (!pumped) {
            break;
        }
    }
    if (!codec_.enabled(telnet_side::local, telnet::binary)) {
        inbox_.put(line_event(remark{codec_.pending(telnet_side::local, telnet::binary)
                                         ? "the converter does not answer Telnet's BINARY"
                                         : "the converter refuses Telnet's BINARY"}));
    }
    co_return result<void>();
}

task<result<void>> telnet_line::await_settings(time_point deadline) {
    while (answers_settings_ && !com_port_.answered()) {
        auto pumped = co_await pump(for_changer_, deadline);
        if (!pumped && pumped.error().code != errc::timed_out) {
            co_return pumped;
        }
        if (!pumped) {
            break;
        }
    }
    if (auto differs = com_port_.mismatch()) {
        co_return std::move(*differs);
    }
    if (!com_port_.answered()) {
        const auto names = com_port_.unanswered();
        inbox_.put(line_event(remark{"the converter did not acknowledge: " + join(names, ", ")}));
    }
    co_return result<void>();
}

task<result<void>> telnet_line::settle(time_point deadline) {
    const time_point until = std::min(deadline, runtime_.now() + busy_patience);
    while (!com_port_heard_ && first_words_.says() != busy_watch::verdict::other) {
        auto pumped = co_await pump(for_changer_, until);
        if (!pumped && pumped.error().code != errc::timed_out) {
            co_return pumped;
        }
        if (!pumped) {
            break;
        }
    }
    co_return result<void>();
}

task<result<std::unique_ptr<line>>> open_telnet_line(runtime& rt, std::unique_ptr<byte_stream> stream,
                                                     line_address address, time_point deadline) {
    const bool com_port = address.protocol == protocol::rfc2217;
    auto opened = std::make_unique<telnet_line>(rt, std::move(stream), com_port, address);
    const std::optional<serial_settings> settings =
        com_port && address.settings_given ? std::optional(address.settings) : std::nullopt;
    const auto ready = co_await opened->negotiate(settings, deadline);
    if (!ready) {
        co_return ready.error();
    }
    std::unique_ptr<line> made = std::move(opened);
    co_return std::move(made);
}

}  // namespace rollover::transport
