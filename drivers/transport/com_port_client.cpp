#include "drivers/transport/com_port_client.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::transport {

namespace {

constexpr std::string_view our_name = "rollover";
constexpr std::string_view parities = "?noems";  // by the octet of SET-PARITY

constexpr std::array<com_port_command, 4> setting_commands = {com_port_command::baud, com_port_command::data_size,
                                                              com_port_command::parity, com_port_command::stop_size};
constexpr std::array<std::string_view, 4> setting_names = {"baud rate", "data bits", "parity", "stop bits"};

std::optional<std::size_t> setting_of(com_port_command command) {
    for (std::size_t i = 0; i < setting_commands.size(); ++i) {
        if (setting_commands[i] == command) {
            return i;
        }
    }
    return std::nullopt;
}

std::string words(std::size_t setting, std::uint32_t value) {
    if (setting_commands[setting] == com_port_command::parity && value > 0 && value < parities.size()) {
        return std::string(1, parities[value]);
    }
    if (setting_commands[setting] == com_port_command::stop_size && value == 3) {
        return "1.5";
    }
    return std::to_string(value);
}

bool same(std::size_t setting, std::uint32_t asked, std::uint32_t answered) {
    if (setting_commands[setting] != com_port_command::baud) {
        return asked == answered;
    }
    const std::uint64_t apart = asked > answered ? asked - answered : answered - asked;
    return apart * 100 <= asked;
}

}  // namespace

std::string com_port_client::ask(const serial_settings& wanted) {
    const std::size_t parity = parities.find(wanted.parity, 1);
    settings_[0] = {wanted.baud, std::nullopt};
    settings_[1] = {wanted.data_bits, std::nullopt};
    settings_[2] = {parity == std::string_view::npos ? 1U : static_cast<std::uint32_t>(parity), std::nullopt};
    settings_[3] = {wanted.stop_bits, std::nullopt};
    asked_ = true;
    std::string bytes;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        bytes += com_port_request(setting_commands[i], settings_[i].asked);
    }
    return bytes;
}

std::string com_port_client::greeting() {
    const com_port_message who;  // an empty signature asks
    return com_port_request(com_port_command::line_state_mask,
                            line_state_break | line_state_framing | line_state_overrun) +
           encode(who);
}

com_port_client::heard com_port_client::hear(const com_port_message& message) {
    heard out;
    if (!message.from_server) {
        if (message.command == com_port_command::signature && message.text.empty()) {
            com_port_message us;
            us.text = our_name;
            out.reply = encode(us);
        }
        return out;
    }
    const auto octet = static_cast<std::uint8_t>(message.value);
    switch (message.command) {
        case com_port_command::suspend:
            suspended_ = true;
            out.events.emplace_back(transport::suspended{});
            break;
        case com_port_command::resume:
            suspended_ = false;
            out.events.emplace_back(resumed{});
            break;
        case com_port_command::line_state:
            out.events.emplace_back(line_state{octet});
            if ((octet & line_state_break) != 0) {
                out.events.emplace_back(break_received{});
            }
            break;
        case com_port_command::modem_state: out.events.emplace_back(modem_state{octet}); break;
        case com_port_command::signature:
            if (message.text != name_) {
                name_ = message.text;
                out.events.emplace_back(remark{"the converter calls itself \"" + printable(name_) + "\""});
            }
            break;
        case com_port_command::baud:
        case com_port_command::data_size:
        case com_port_command::parity:
        case com_port_command::stop_size: note(message, out); break;
        case com_port_command::control:
        case com_port_command::line_state_mask:
        case com_port_command::modem_state_mask:
        case com_port_command::purge: break;  // acknowledgements that some leave out and some get wrong
    }
    return out;
}

void com_port_client::note(const com_port_message& message, heard& out) {
    const auto which = setting_of(message.command);
    if (!asked_ || !which) {
        return;
    }
    const std::uint32_t value = message.short_baud ? baud_of_short_code(message.value) : message.value;
    setting& one = settings_[*which];
    const bool was_settled = one.answered.has_value();
    one.answered = value;
    if (was_settled && !same(*which, one.asked, value)) {
        out.events.emplace_back(
            remark{fmt::format("the converter has changed its {} to {}", setting_names[*which], words(*which, value))});
    }
}

bool com_port_client::answered() const noexcept {
    for (const auto& one : settings_) {
        if (!one.answered) {
            return false;
        }
    }
    return asked_;
}

std::vector<std::string> com_port_client::unanswered() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        if (!settings_[i].answered) {
            names.emplace_back(setting_names[i]);
        }
    }
    return names;
}

std::optional<failure> com_port_client::mismatch() const {
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        const setting& one = settings_[i];
        if (one.answered && !same(i, one.asked, *one.answered)) {
            failure differs(errc::refused, fmt::format("the converter was asked for {} {} and answered {}",
                                                       setting_names[i], words(i, one.asked), words(i, *one.answered)));
            return std::move(differs).advise("set what the port can do, or configure the port on the converter");
        }
    }
    return std::nullopt;
}

}  // namespace rollover::transport
