#include "engine/activation/addresses.h"

namespace rollover::activation {

namespace {

transport::serial_settings settings_of(const model::device& device) {
    const auto& line = device.console;
    return {line.baud, line.data_bits, line.parity, line.stop_bits};
}

transport::protocol protocol_of(model::line_protocol p) {
    switch (p) {
        case model::line_protocol::raw: return transport::protocol::raw;
        case model::line_protocol::telnet: return transport::protocol::telnet;
        case model::line_protocol::rfc2217: return transport::protocol::rfc2217;
        case model::line_protocol::ssh: return transport::protocol::ssh;
        case model::line_protocol::tty: return transport::protocol::tty;
    }
    return transport::protocol::raw;
}

transport::menu_answer menu_answer_of(model::menu_question::answer a) {
    switch (a) {
        case model::menu_question::answer::line: return transport::menu_answer::number;
        case model::menu_question::answer::user: return transport::menu_answer::user;
        case model::menu_question::answer::password: return transport::menu_answer::password;
    }
    return transport::menu_answer::number;
}

transport::cr_mapping after_cr_of(model::after_cr c) {
    switch (c) {
        case model::after_cr::nul: return transport::cr_mapping::nul;
        case model::after_cr::lf: return transport::cr_mapping::lf;
        case model::after_cr::nothing: return transport::cr_mapping::bare;
    }
    return transport::cr_mapping::nul;
}

console::pacing_mode mode_of(model::pacing_mode m) {
    switch (m) {
        case model::pacing_mode::timed: return console::pacing_mode::timed;
        case model::pacing_mode::acked: return console::pacing_mode::acked;
        case model::pacing_mode::echoed: return console::pacing_mode::echoed;
    }
    return console::pacing_mode::timed;
}

/// The secret behind an optional reference; its place is the credentials element.
result<std::optional<secret>> fetch_if(const std::optional<secret_reference>& reference,
                                       const model::credentials& from) {
    if (!reference) {
        return std::optional<secret>();
    }
    auto value = fetch(*reference);
    if (!value) {
        return std::move(value).error().at(to_string(from.place) + ": credentials " + from.name);
    }
    return std::optional<secret>(std::move(*value));
}

}  // namespace

std::string full_name(const model::lab& lab, const model::device& device) {
    return "device " + device.name + " (line " + name_of(lab, device.console.line) + ")";
}

namespace {

result<transport::line_address> address_of(const model::lab& lab, model::line_reference where,
                                           transport::serial_settings settings) {
    const auto& converter = lab.at(where.converter);
    const auto& line = lab.at(where);
    transport::line_address address;
    address.protocol = protocol_of(converter.protocol);
    address.to = {converter.host, line.port};
    address.path = line.path;
    address.settings = settings;
    address.known_hosts = converter.known_hosts;
    address.old_algorithms = converter.old_ssh;
    address.user = line.user;
    const auto& model = converter.model;
    address.after_cr = after_cr_of(model.after_cr);
    address.busy_texts = model.busy_texts;
    address.number = line.number;
    if (converter.menu) {
        for (const auto& question : model.menu) {
            address.menu.push_back({question.says, menu_answer_of(question.with)});
        }
    }
    address.when_busy = model.when_busy;
    address.answers_settings = model.answers_settings;
    address.sends_break = model.break_by != model::break_by::nothing;
    address.break_by_telnet = model.break_by == model::break_by::telnet;
    if (converter.login) {
        const auto& login = lab.at(*converter.login);
        auto password = fetch_if(login.password, login);
        if (!password) {
            return password.error();
        }
        address.password = std::move(*password);
        address.key = login.key;
        address.agent = login.agent;
        if (address.user.empty()) {
            address.user = login.user;
        }
    }
    return address;
}

transport::flow_control flow_of(model::flow_control f) {
    switch (f) {
        case model::flow_control::none: return transport::flow_control::none;
        case model::flow_control::xon_xoff: return transport::flow_control::xon_xoff;
        case model::flow_control::hardware: return transport::flow_control::hardware;
    }
    return transport::flow_control::none;
}

}  // namespace

result<transport::line_address> line_address_of(const model::lab& lab, const model::device& device) {
    return address_of(lab, device.console.line, settings_of(device));
}

result<patch::end> patch_end_of(const model::lab& lab, model::interface_reference interface) {
    const auto& line = *lab.at(interface).line;
    patch::end end;
    end.name = name_of(lab, interface) + " (line " + name_of(lab, line.line) + ")";
    auto address = address_of(lab, line.line, {line.baud, line.data_bits, line.parity, line.stop_bits});
    if (!address) {
        return std::move(address).error().at(end.name);
    }
    end.address = std::move(*address);
    end.flow = flow_of(line.flow);
    end.modem_signals = line.modem_signals;
    end.busy_wait = lab.at(line.line.converter).busy_wait;
    return end;
}

result<platform::logins> logins_of(const model::lab& lab, const model::device& device) {
    platform::logins who;
    if (!device.console.login) {
        return who;
    }
    const auto& login = lab.at(*device.console.login);
    auto password = fetch_if(login.password, login);
    if (!password) {
        return password.error();
    }
    auto enable = fetch_if(login.enable, login);
    if (!enable) {
        return enable.error();
    }
    who.user = login.user;
    who.password = std::move(*password);
    who.enable_password = std::move(*enable);
    return who;
}

result<crossconnect::address> address_of(const model::lab& lab, const model::cross_connect& where) {
    crossconnect::address address;
    address.name = where.name;
    address.what = where.kind == model::cross_connect_kind::openvswitch ? crossconnect::kind::openvswitch
                                                                        : crossconnect::kind::linux_bridge;
    address.host = where.host;
    address.port = where.port;
    address.bridge = where.bridge;
    address.known_hosts = where.known_hosts;
    address.ovs_run_dir = where.ovs_run_dir;
    if (where.login) {
        const auto& login = lab.at(*where.login);
        auto password = fetch_if(login.password, login);
        if (!password) {
            return password.error();
        }
        address.user = login.user;
        address.password = std::move(*password);
        address.key = login.key;
        address.agent = login.agent;
    }
    return address;
}

console::console_options console_options_of(const model::lab& lab, const model::device& device) {
    console::console_options options;
    options.pacing = {mode_of(device.console.pacing), device.console.char_delay, device.console.line_delay,
                      device.console.fifo};
    options.settings = settings_of(device);
    options.name = full_name(lab, device);
    return options;
}

}  // namespace rollover::activation
