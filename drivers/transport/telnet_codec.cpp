#include "drivers/transport/telnet_codec.h"

#include <algorithm>
#include <utility>

namespace rollover::transport {

namespace {

char as_char(std::uint8_t byte) {
    return static_cast<char>(byte);
}

void append_verb(std::string& to, std::uint8_t verb, std::uint8_t option) {
    to += {as_char(telnet::iac), as_char(verb), as_char(option)};
}

std::uint8_t positive(telnet_side side) {
    return side == telnet_side::local ? telnet::will : telnet::do_;
}

std::uint8_t negative(telnet_side side) {
    return side == telnet_side::local ? telnet::wont : telnet::dont;
}

telnet_policy both_ways(bool com_port, telnet_side echo, telnet_side com_port_side) {
    telnet_policy policy;
    for (const std::uint8_t option : {telnet::binary, telnet::suppress_go_ahead}) {
        policy.local.set(option);
        policy.remote.set(option);
    }
    (echo == telnet_side::local ? policy.local : policy.remote).set(telnet::echo);
    if (com_port) {
        // pyserial's server says WILL instead of DO, so a client agrees to both (RFC 2217 section 2 names only its own
        // WILL).
        policy.remote.set(telnet::com_port);
        if (com_port_side == telnet_side::local) {
            policy.local.set(telnet::com_port);
        }
    }
    return policy;
}

}  // namespace

telnet_policy telnet_client_policy(bool com_port) {
    return both_ways(com_port, telnet_side::remote, telnet_side::local);
}

telnet_policy telnet_server_policy(bool com_port) {
    return both_ways(com_port, telnet_side::local, telnet_side::remote);
}

telnet_codec::telnet_codec(telnet_policy policy, cr_mapping after_cr) : policy_(policy), after_cr_(after_cr) {}

void telnet_codec::feed(std::string_view bytes, telnet_output& out) {
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        switch (place_) {
            case place::data: data_byte(byte, out); break;
            case place::command: command_byte(byte, out); break;
            case place::option:
                place_ = place::data;
                negotiate(verb_, byte, out);
                break;
            case place::sub_option:
                if (byte == telnet::iac) {  // no option at all: an empty subnegotiation, or a cut one
                    sub_too_long_ = true;
                    place_ = place::sub_iac;
                } else {
                    sub_option_ = byte;
                    place_ = place::sub;
                }
                break;
            case place::sub:
                if (byte == telnet::iac) {
                    place_ = place::sub_iac;
                } else {
                    sub_byte(byte);
                }
                break;
            case place::sub_iac:
                if (byte == telnet::se) {
                    place_ = place::data;
                    end_of_subnegotiation(out);
                } else if (byte == telnet::iac) {
                    place_ = place::sub;
                    sub_byte(byte);
                } else {  // the end got lost: drop what there is, honour the command
                    command_byte(byte, out);
                }
                break;
        }
    }
}

void telnet_codec::data_byte(std::uint8_t byte, telnet_output& out) {
    if (byte == telnet::iac) {
        place_ = place::command;
        return;
    }
    const bool padding = cr_before_ && byte == 0;
    cr_before_ = byte == '\r' && !enabled(telnet_side::remote, telnet::binary);
    if (!padding) {
        out.data += as_char(byte);
    }
}

void telnet_codec::command_byte(std::uint8_t byte, telnet_output& out) {
    place_ = place::data;
    switch (byte) {
        case telnet::iac:
            cr_before_ = false;
            out.data += as_char(byte);
            break;
        case telnet::will:
        case telnet::wont:
        case telnet::do_:
        case telnet::dont:
            verb_ = byte;
            place_ = place::option;
            break;
        case telnet::sb:
            sub_.clear();
            sub_too_long_ = false;
            place_ = place::sub_option;
            break;
        default:
            if (byte > telnet::se) {  // a stray SE and bytes that are no commands mean nothing
                out.events.push_back({telnet_event::kind::command, out.data.size(), byte, {}, false, {}});
            }
            break;
    }
}

void telnet_codec::sub_byte(std::uint8_t byte) {
    if (sub_too_long_ || sub_.size() == subnegotiation_limit) {
        sub_too_long_ = true;
        return;
    }
    sub_ += as_char(byte);
}

void telnet_codec::end_of_subnegotiation(telnet_output& out) {
    // Whoever speaks of an option has agreed to it, even when our request crossed his and he held it for the answer
    // (pyserial's RFC 2217 client says nothing more then).
    for (const auto side : {telnet_side::local, telnet_side::remote}) {
        if (state(side, sub_option_) == q::want_yes) {
            heard_yes(side, sub_option_, out);
        }
    }
    const bool agreed = enabled(telnet_side::local, sub_option_) || enabled(telnet_side::remote, sub_option_);
    if (agreed && !sub_too_long_) {
        out.events.push_back(
            {telnet_event::kind::subnegotiation, out.data.size(), sub_option_, {}, true, std::move(sub_)});
    }
    sub_.clear();
}

void telnet_codec::negotiate(std::uint8_t verb, std::uint8_t option, telnet_output& out) {
    switch (verb) {
        case telnet::will: heard_yes(telnet_side::remote, option, out); break;
        case telnet::wont: heard_no(telnet_side::remote, option, out); break;
        case telnet::do_: heard_yes(telnet_side::local, option, out); break;
        default: heard_no(telnet_side::local, option, out); break;
    }
}

// The next two follow the tables of RFC 1143 section 7 line by line.
void telnet_codec::heard_yes(telnet_side side, std::uint8_t option, telnet_output& out) {
    q& now = state(side, option);
    const auto& agreeable = side == telnet_side::local ? policy_.local : policy_.remote;
    switch (now) {
        case q::yes: return;
        case q::no:
            if (!agreeable.test(option)) {
                append_verb(out.reply, negative(side), option);
                return;
            }
            now = q::yes;
            append_verb(out.reply, positive(side), option);
            break;
        case q::want_no: now = q::no; break;  // their error: a refusal was answered by agreement
        case q::want_no_opposite:
        case q::want_yes: now = q::yes; break;
        case q::want_yes_opposite:
            now = q::want_no;
            append_verb(out.reply, negative(side), option);
            return;
    }
    out.events.push_back({telnet_event::kind::option, out.data.size(), option, side, now == q::yes, {}});
}

void telnet_codec::heard_no(telnet_side side, std::uint8_t option, telnet_output& out) {
    q& now = state(side, option);
    switch (now) {
        case q::no: return;
        case q::yes:
            now = q::no;
            append_verb(out.reply, negative(side), option);
            break;
        case q::want_no_opposite:
            now = q::want_yes;
            append_verb(out.reply, positive(side), option);
            return;
        case q::want_no:
        case q::want_yes:
        case q::want_yes_opposite: now = q::no; break;
    }
    out.events.push_back({telnet_event::kind::option, out.data.size(), option, side, false, {}});
}

std::string telnet_codec::ask(telnet_side side, std::uint8_t option, bool on) {
    q& now = state(side, option);
    std::string request;
    switch (now) {
        case q::no:
            if (on) {
                now = q::want_yes;
                append_verb(request, positive(side), option);
            }
            break;
        case q::yes:
            if (!on) {
                now = q::want_no;
                append_verb(request, negative(side), option);
            }
            break;
        case q::want_no:
        case q::want_no_opposite: now = on ? q::want_no_opposite : q::want_no; break;
        case q::want_yes:
        case q::want_yes_opposite: now = on ? q::want_yes : q::want_yes_opposite; break;
    }
    return request;
}

void telnet_codec::assume(telnet_side side, std::uint8_t option, bool on) {
    state(side, option) = on ? q::yes : q::no;
}

bool telnet_codec::enabled(telnet_side side, std::uint8_t option) const {
    return (side == telnet_side::local ? local_ : remote_)[option] == q::yes;
}

bool telnet_codec::pending(telnet_side side, std::uint8_t option) const {
    const q now = (side == telnet_side::local ? local_ : remote_)[option];
    return now != q::yes && now != q::no;
}

telnet_codec::q& telnet_codec::state(telnet_side side, std::uint8_t option) {
    return (side == telnet_side::local ? local_ : remote_)[option];
}

std::string telnet_codec::encode(char character) const {
    if (static_cast<std::uint8_t>(character) == telnet::iac) {
        return {character, character};
    }
    std::string bytes(1, character);
    if (character == '\r' && !enabled(telnet_side::local, telnet::binary)) {
        switch (after_cr_) {
            case cr_mapping::nul: bytes += '\0'; break;
            case cr_mapping::lf: bytes += '\n'; break;
            case cr_mapping::bare: break;
        }
    }
    return bytes;
}

std::string telnet_codec::encode_run(std::string_view characters) const {
    constexpr std::string_view special("\xff\r");
    std::string bytes;
    bytes.reserve(characters.size() + 16);
    while (!characters.empty()) {
        const std::size_t plain = std::min(characters.find_first_of(special), characters.size());
        bytes += characters.substr(0, plain);
        characters.remove_prefix(plain);
        if (!characters.empty()) {
            bytes += encode(characters.front());
            characters.remove_prefix(1);
        }
    }
    return bytes;
}

std::string telnet_codec::encode(std::string_view text) const {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "\r\n") {
            bytes += "\r\n";
            ++i;
        } else {
            bytes += encode(text[i]);
        }
    }
    return bytes;
}

std::string telnet_codec::command(std::uint8_t code) {
    return {as_char(telnet::iac), as_char(code)};
}

std::string telnet_codec::subnegotiation(std::uint8_t option, std::string_view payload) {
    std::string bytes = command(telnet::sb) + as_char(option);
    for (const char c : payload) {
        bytes += c;
        if (static_cast<std::uint8_t>(c) == telnet::iac) {
            bytes += c;
        }
    }
    return bytes + command(telnet::se);
}

}  // namespace rollover::transport
