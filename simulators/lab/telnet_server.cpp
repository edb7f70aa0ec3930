#include "simulators/lab/telnet_server.h"

namespace rollover::sim {

using transport::com_port_command;
using transport::com_port_control;
using transport::com_port_message;
using transport::telnet_event;
using transport::telnet_side;
namespace telnet = transport::telnet;

namespace {

/// Carrier, DSR and CTS: a device is there and switched on. Source: RFC 2217, NOTIFY-MODEMSTATE.
constexpr std::uint32_t modem_ready = 0x80 | 0x20 | 0x10;
constexpr std::uint32_t slowest = 50;

std::string answer(com_port_command command, std::uint32_t value) {
    com_port_message m;
    m.command = command;
    m.from_server = true;
    m.value = value;
    return transport::encode(m);
}

/// A setting with small codes: 0 asks, what is in range is taken, anything else leaves it.
void settle(std::uint32_t& setting, std::uint32_t wanted, std::uint32_t lowest, std::uint32_t highest) {
    if (wanted >= lowest && wanted <= highest) {
        setting = wanted;
    }
}

std::uint32_t code(com_port_control c) {
    return static_cast<std::uint32_t>(c);
}

}  // namespace

telnet_server::telnet_server(bool com_port, std::uint32_t baud, std::uint32_t fastest)
    : codec_(transport::telnet_server_policy(com_port)), com_port_(com_port), baud_(baud), fastest_(fastest) {}

std::string telnet_server::opening() {
    std::string bytes;
    bytes += codec_.ask(telnet_side::local, telnet::suppress_go_ahead, true);
    bytes += codec_.ask(telnet_side::remote, telnet::suppress_go_ahead, true);
    bytes += codec_.ask(telnet_side::local, telnet::echo, true);
    bytes += codec_.ask(telnet_side::remote, telnet::binary, true);
    bytes += codec_.ask(telnet_side::local, telnet::binary, true);
    if (com_port_) {
        bytes += codec_.ask(telnet_side::remote, telnet::com_port, true);
    }
    return bytes;
}

bool telnet_server::agreed() const {
    return codec_.enabled(telnet_side::remote, telnet::com_port);
}

std::string telnet_server::hold(bool suspended) const {
    if (!agreed()) {
        return {};
    }
    return answer(suspended ? com_port_command::suspend : com_port_command::resume, 0);
}

std::string telnet_server::line_state(std::uint8_t bits) const {
    const auto wanted = bits & line_mask_;
    return agreed() && wanted != 0 ? answer(com_port_command::line_state, wanted) : std::string();
}

void telnet_server::feed(std::string_view bytes, telnet_server_output& out) {
    transport::telnet_output decoded;
    codec_.feed(bytes, decoded);
    out.reply += decoded.reply;
    std::size_t typed = 0;
    const auto type_until = [&](std::size_t end) {
        if (end > typed) {
            out.orders.push_back({line_order::kind::type, decoded.data.substr(typed, end - typed), 0});
            typed = end;
        }
    };
    for (const telnet_event& event : decoded.events) {
        type_until(event.after_data);
        on_event(event, out);
    }
    type_until(decoded.data.size());
}

void telnet_server::on_event(const telnet_event& event, telnet_server_output& out) {
    switch (event.what) {
        case telnet_event::kind::option:
            if (event.code == telnet::com_port && event.side == telnet_side::remote && event.on) {
                out.reply += answer(com_port_command::modem_state, modem_ready & modem_mask_);
            }
            return;
        case telnet_event::kind::command:
            if (event.code == telnet::brk) {
                out.orders.push_back({line_order::kind::break_pulse, {}, 0});
            }
            return;
        case telnet_event::kind::subnegotiation: break;
    }
    if (event.code != telnet::com_port || !com_port_) {
        return;
    }
    const auto message = transport::parse_com_port(event.payload);
    if (message && !message->from_server) {
        on_com_port(*message, out);
    }
}

void telnet_server::on_com_port(const com_port_message& message, telnet_server_output& out) {
    using kind = line_order::kind;
    switch (message.command) {
        case com_port_command::signature:
            if (message.text.empty()) {
                com_port_message ours;
                ours.from_server = true;
                ours.text = "rollover sim";
                out.reply += transport::encode(ours);
            }
            return;
        case com_port_command::baud: {
            const std::uint32_t wanted =
                message.short_baud ? transport::baud_of_short_code(message.value) : message.value;
            if (wanted >= slowest && wanted <= fastest_ && wanted != baud_) {
                baud_ = wanted;
                out.orders.push_back({kind::baud, {}, baud_});
            }
            out.reply += answer(message.command, baud_);
            return;
        }
        case com_port_command::data_size:
            settle(data_size_, message.value, 5, 8);
            out.reply += answer(message.command, data_size_);
            return;
        case com_port_command::parity:
            settle(parity_, message.value, 1, 5);
            out.reply += answer(message.command, parity_);
            return;
        case com_port_command::stop_size:
            settle(stop_size_, message.value, 1, 3);
            out.reply += answer(message.command, stop_size_);
            return;
        case com_port_command::control: on_control(message.value, out); return;
        case com_port_command::suspend: out.orders.push_back({kind::hold, {}, 0}); return;
        case com_port_command::resume: out.orders.push_back({kind::release, {}, 0}); return;
        case com_port_command::modem_state_mask:
            modem_mask_ = message.value;
            out.reply += answer(message.command, message.value);
            return;
        case com_port_command::line_state_mask:
            line_mask_ = message.value;
            out.reply += answer(message.command, message.value);
            return;
        case com_port_command::purge:
            if ((message.value & 1U) != 0) {
                out.orders.push_back({kind::purge_received, {}, 0});
            }
            if ((message.value & 2U) != 0) {
                out.orders.push_back({kind::purge_typed, {}, 0});
            }
            out.reply += answer(message.command, message.value);
            return;
        case com_port_command::line_state:
        case com_port_command::modem_state: return;  // only a server says these
    }
}

void telnet_server::on_control(std::uint32_t value, telnet_server_output& out) {
    struct group {
        std::uint32_t query;
        std::uint32_t last;
        std::uint32_t* setting;
    };
    const group groups[] = {
        {code(com_port_control::flow_query), code(com_port_control::flow_hardware), &flow_},
        {code(com_port_control::break_query), code(com_port_control::break_off), &break_},
        {code(com_port_control::dtr_query), code(com_port_control::dtr_off), &dtr_},
        {code(com_port_control::rts_query), code(com_port_control::rts_off), &rts_},
        {code(com_port_control::inbound_query), code(com_port_control::inbound_hardware), &inbound_flow_}};
    for (const group& g : groups) {
        if (value < g.query || value > g.last) {
            continue;
        }
        if (value != g.query && *g.setting != value) {
            *g.setting = value;
            if (g.setting == &break_) {
                const bool on = value == code(com_port_control::break_on);
                out.orders.push_back({on ? line_order::kind::break_on : line_order::kind::break_off, {}, 0});
            }
        }
        out.reply += answer(com_port_command::control, *g.setting);
        return;
    }
    if (value <= code(com_port_control::flow_dsr)) {
        out.reply +=
            answer(com_port_command::control, flow_);  // DCD and DSR flow control: refused, as most converters do
    }
}

}  // namespace rollover::sim
