#include "simulators/lab/lab_parts.h"

#include "simulators/lab/lab_fabric.h"
#include "simulators/lab/line_faults.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

std::vector<std::string> ports_of(const model::lab& lab, model::cross_connect_index x) {
    std::vector<std::string> ports;
    for (const auto& one : lab.switches) {
        for (const auto& trunk : one.trunks) {
            const std::string name = bridge_port_name(trunk);
            if (trunk.cross_connect == x && std::find(ports.begin(), ports.end(), name) == ports.end()) {
                ports.push_back(name);
            }
        }
    }
    return ports;
}

/// User, password and key; the rest of the account is the caller's.
result<ssh_account> account_for(const model::lab& lab, std::optional<model::credentials_index> login) {
    ssh_account account;
    if (!login) {
        return account;
    }
    const model::credentials& c = lab.at(*login);
    account.user = c.user;
    account.key = c.key;
    if (c.password) {
        auto password = fetch(*c.password);
        if (!password) {
            return password.error().at(to_string(c.place));
        }
        account.password = std::move(*password);
    }
    return account;
}

}  // namespace

cross_connect_hosts::cross_connect_hosts(const model::lab& lab) {
    for (std::uint32_t i = 0; i < lab.cross_connects.size(); ++i) {
        const model::cross_connect& x = lab.cross_connects[i];
        const endpoint at = x.host.empty() ? endpoint() : endpoint{x.host, x.port};
        openvswitch_host& host = hosts_[at];
        by_index_.push_back(&host);
        if (x.kind == model::cross_connect_kind::linux_bridge) {
            kernels_.push_back(&host.kernel());
            bridges_.push_back(nullptr);
            for (const auto& port : ports_of(lab, {i})) {
                host.kernel().add_device(port);
            }
            continue;
        }
        kernels_.push_back(nullptr);
        bridges_.push_back(&host.add_bridge(x.bridge, x.ovs_run_dir, ports_of(lab, {i})));
    }
}

result<device_options> device_options_for(const model::lab& lab, const model::device& d,
                                          const simulator_options& options) {
    device_options o;
    o.name = d.name;
    o.model = d.model;
    o.serial_number = d.serial_number;
    for (const auto& one : d.interfaces) {
        o.interfaces.push_back(one.name);
    }
    o.seed = seed_for(options.seed, d.name, "device");
    o.time_scale = options.time_scale;
    o.boot_factor = draw_faults(options.faults, options.seed, d.name).boot_factor;
    o.chatty = options.chatty;
    o.line_time = options.line_time;
    if (d.console.login) {
        const model::credentials& login = lab.at(*d.console.login);
        o.user = login.user;
        if (login.password) {
            auto password = fetch(*login.password);
            if (!password) {
                return password.error().at(to_string(login.place));
            }
            o.password = password->reveal();
        }
    }
    return o;
}

result<std::map<endpoint, std::vector<ssh_account>>> plan_ssh(
    const model::lab& lab, cross_connect_hosts& hosts,
    const std::function<serial_line*(model::line_reference)>& line_at) {
    std::map<endpoint, std::vector<ssh_account>> servers;
    for (std::uint32_t c = 0; c < lab.converters.size(); ++c) {
        const model::converter& converter = lab.converters[c];
        if (converter.protocol != model::line_protocol::ssh) {
            continue;
        }
        for (std::uint32_t l = 0; l < converter.lines.size(); ++l) {
            auto account = account_for(lab, converter.login);
            if (!account) {
                return account.error();
            }
            account->line = line_at({{c}, l});
            account->user = converter.lines[l].user.empty() ? account->user : converter.lines[l].user;
            auto& there = servers[{converter.host, converter.lines[l].port}];
            const bool taken =
                std::any_of(there.begin(), there.end(), [&](const ssh_account& a) { return a.user == account->user; });
            if (taken) {
                return failure(errc::duplicate,
                               fmt::format("two lines of the converter {} have the same port and user", converter.name))
                    .at(to_string(converter.lines[l].place));
            }
            there.push_back(std::move(*account));
        }
    }
    for (std::uint32_t x = 0; x < lab.cross_connects.size(); ++x) {
        const model::cross_connect& cross_connect = lab.cross_connects[x];
        if (cross_connect.host.empty()) {
            continue;
        }
        auto account = account_for(lab, cross_connect.login);
        if (!account) {
            return account.error();
        }
        account->host = &hosts.host_of({x});
        servers[{cross_connect.host, cross_connect.port}].push_back(std::move(*account));
    }
    return servers;
}

failure explain_listening(failure f, std::string place) {
    return std::move(f)
        .at(std::move(place))
        .advise(
            "the simulator listens at the addresses in the lab file: use addresses of this machine (127.0.0.1), or "
            "add them with: ip address add ADDRESS/32 dev lo");
}

}  // namespace rollover::sim
