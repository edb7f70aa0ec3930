#include "simulators/lab/lab_simulator.h"

#include "simulators/lab/lab_fabric.h"
#include "simulators/lab/lab_parts.h"
#include "simulators/lab/line_faults.h"
#include "simulators/lab/serial_line.h"
#include "simulators/lab/tcp_line_server.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace rollover::sim {

namespace {

/// Everything that belongs to one device.
struct device_parts {
    std::unique_ptr<uart> port;
    std::unique_ptr<simulated_device> device;
};

}  // namespace

struct lab_simulator::state {
    state(runtime& r, const model::lab& l, simulator_options o, log_sink s);

    /// Null, and `trouble`, when it cannot be.
    [[nodiscard]] std::unique_ptr<simulated_device> device_for(const model::device& d, uart& port);
    void make_device_at(std::uint32_t number);
    void cable();
    void make_lines();
    [[nodiscard]] result<void> listen_on_lines();
    [[nodiscard]] result<void> listen_for_ssh();
    void say(severity level, std::string text) const;

    runtime& rt;
    const model::lab& lab;
    const simulator_options options;
    const log_sink log;
    cross_connect_hosts hosts;
    lab_fabric cables;
    std::vector<device_parts> devices;
    std::map<model::line_reference, std::unique_ptr<serial_line>> lines;
    std::map<model::line_reference, std::uint32_t> consoles;  ///< which device's console a line is
    std::vector<std::unique_ptr<tcp_line_server>> tcp_servers;
    ssh_key_pointer host_key;
    std::vector<std::unique_ptr<ssh_server>> ssh_servers;
    std::optional<failure> trouble;  ///< found while it was made, told by start()
    task_group group;
};

lab_simulator::state::state(runtime& r, const model::lab& l, simulator_options o, log_sink s)
    : rt(r), lab(l), options(std::move(o)), log(std::move(s)), hosts(l), cables(l, hosts.bridges()), group(r) {
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        make_device_at(d);
    }
    cable();
    cables.set_kernels(hosts.kernels());
    make_lines();
}

std::unique_ptr<simulated_device> lab_simulator::state::device_for(const model::device& d, uart& port) {
    auto made = device_options_for(lab, d, options);
    if (!made) {
        trouble = trouble ? trouble : made.error();
        return nullptr;
    }
    made->set_speed = [&port](std::uint32_t baud) { port.set_device_baud(baud); };
    const auto file = std::ranges::find(options.devices, d.platform, &device_file::platform);
    auto device = file == options.devices.end() ? make_device(rt, d.platform, std::move(*made), port.printer(), cables)
                                                : make_device(rt, *file, std::move(*made), port.printer(), cables);
    if (device) {
        port.attach(*device);
    } else if (!trouble) {
        trouble = failure(errc::unsupported, fmt::format("there is no simulator for the platform {}", d.platform))
                      .at(to_string(d.place))
                      .advise(fmt::format("simulated are: {}; others by a file of your own (docs/simulators.md)",
                                          fmt::join(simulated_platforms(), ", ")));
    }
    return device;
}

void lab_simulator::state::make_device_at(std::uint32_t number) {
    const model::device& d = lab.devices[number];
    uart_options speed = options.uart;
    speed.baud = d.console.baud;
    device_parts parts;
    parts.port = std::make_unique<uart>(rt, speed);
    parts.device = device_for(d, *parts.port);
    consoles[d.console.line] = number;
    devices.push_back(std::move(parts));
}

void lab_simulator::state::cable() {
    std::vector<const network_identity*> identities;
    for (const auto& one : devices) {
        identities.push_back(one.device.get());
    }
    cables.set_devices(std::move(identities));
}

void lab_simulator::state::make_lines() {
    for (std::uint32_t c = 0; c < lab.converters.size(); ++c) {
        for (std::uint32_t l = 0; l < lab.converters[c].lines.size(); ++l) {
            const model::line_reference where{{c}, l};
            const auto console = consoles.find(where);
            const bool has_device = console != consoles.end();
            const std::string name =
                has_device ? lab.devices[console->second].name
                           : fmt::format("{}/{}", lab.converters[c].name, lab.converters[c].lines[l].number);
            const auto faults = has_device ? draw_faults(options.faults, options.seed, name) : line_faults();
            const std::uint32_t baud = has_device ? lab.devices[console->second].console.baud : 9600;
            lines[where] = std::make_unique<serial_line>(
                name, has_device ? devices[console->second].port.get() : nullptr, baud, faults);
        }
    }
}

void lab_simulator::state::say(severity level, std::string text) const {
    if (log) {
        log({level, {}, {}, std::move(text)});
    }
}

result<void> lab_simulator::state::listen_on_lines() {
    for (const auto& [where, line] : lines) {
        const model::converter& converter = lab.at(where.converter);
        if (converter.protocol == model::line_protocol::ssh) {
            continue;
        }
        if (converter.protocol == model::line_protocol::tty) {
            say(severity::warning, fmt::format("the tty line {} is not simulated", line->name()));
            continue;
        }
        auto server = std::make_unique<tcp_line_server>(rt, *line, converter.protocol, log);
        auto listening = server->listen({converter.host, lab.at(where).port});
        if (!listening) {
            return explain_listening(listening.error(), to_string(converter.place));
        }
        tcp_servers.push_back(std::move(server));
    }
    return {};
}

result<void> lab_simulator::state::listen_for_ssh() {
    auto planned = plan_ssh(lab, hosts, [this](model::line_reference where) { return lines.at(where).get(); });
    if (!planned) {
        return planned.error();
    }
    if (planned->empty()) {
        return {};
    }
    if (!rt.watch(0)) {
        say(severity::warning, "SSH is not simulated on this runtime");
        return {};
    }
    auto key = host_key_at(options.host_key);
    if (!key) {
        return key.error();
    }
    host_key = std::move(*key);
    std::vector<endpoint> addresses;
    for (auto& [at, accounts] : *planned) {
        auto server = std::make_unique<ssh_server>(rt, to_string(at), std::move(accounts), host_key.get(), log);
        auto listening = server->listen(at);
        if (!listening) {
            return explain_listening(listening.error(), "SSH");
        }
        addresses.push_back(at);
        ssh_servers.push_back(std::move(server));
    }
    return options.known_hosts.empty() ? result<void>()
                                       : write_known_hosts(options.known_hosts, addresses, host_key.get());
}

lab_simulator::lab_simulator(runtime& rt, const model::lab& lab, simulator_options options, log_sink log)
    : state_(std::make_unique<state>(rt, lab, std::move(options), std::move(log))) {}

lab_simulator::~lab_simulator() = default;

result<void> lab_simulator::start() {
    if (state_->trouble) {
        return *state_->trouble;
    }
    auto done = state_->listen_on_lines();
    if (done) {
        done = state_->listen_for_ssh();
    }
    if (!done) {
        state_->tcp_servers.clear();
        state_->ssh_servers.clear();
        return done;
    }
    for (const auto& one : state_->tcp_servers) {
        state_->group.spawn(one->serve());
    }
    for (const auto& one : state_->ssh_servers) {
        state_->group.spawn(one->serve());
    }
    return {};
}

task<void> lab_simulator::stop() {
    auto& group = state_->group;
    group.cancel();
    co_await group.join();
    state_->tcp_servers.clear();
    state_->ssh_servers.clear();
}

result<process_result> lab_simulator::run_on_host(const std::string& cross_connect, const process_request& request) {
    for (std::uint32_t i = 0; i < state_->lab.cross_connects.size(); ++i) {
        if (state_->lab.cross_connects[i].name == cross_connect) {
            return state_->hosts.host_of({i}).run(request.argv, request.environment, request.input);
        }
    }
    return failure(errc::not_found, "there is no cross-connect " + cross_connect);
}

result<process_result> lab_simulator::run_here(const process_request& request) {
    return state_->hosts.local().run(request.argv, request.environment, request.input);
}

void lab_simulator::hold(model::device_index d, bool suspended) {
    state_->lines.at(state_->lab.at(d).console.line)->hold(suspended);
}

void lab_simulator::clear(model::device_index d) {
    state_->lines.at(state_->lab.at(d).console.line)->hang_up();
}

void lab_simulator::silence(model::device_index d, std::optional<std::uint64_t> after) {
    state_->lines.at(state_->lab.at(d).console.line)->silence(after);
}

void lab_simulator::refuse(model::device_index d, unsigned connections) {
    state_->lines.at(state_->lab.at(d).console.line)->refuse(connections);
}

std::size_t lab_simulator::connected(model::converter_index c) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        state_->lines, [c](const auto& one) { return one.first.converter == c && one.second->is_taken(); }));
}

void lab_simulator::power_cycle(model::device_index d) {
    state_->devices[d.value].device->power_on();
}

void lab_simulator::inject(model::device_index d, line_faults faults) {
    state_->lines.at(state_->lab.at(d).console.line)->inject(std::move(faults));
}

void lab_simulator::hang_up(model::device_index d) {
    state_->lines.at(state_->lab.at(d).console.line)->hang_up();
}

void lab_simulator::swap(model::device_index d) {
    auto& parts = state_->devices[d.value];
    parts.device = state_->device_for(state_->lab.at(d), *parts.port);
    state_->cable();
}

simulated_device& lab_simulator::at(model::device_index d) {
    return *state_->devices[d.value].device;
}

uart_counters lab_simulator::counters(model::device_index d) const {
    return state_->devices[d.value].port->counters();
}

uart& lab_simulator::port(model::device_index d) {
    return *state_->devices[d.value].port;
}

const serial_line& lab_simulator::line(model::device_index d) const {
    return *state_->lines.at(state_->lab.at(d).console.line);
}

const fabric& lab_simulator::network() const {
    return state_->cables;
}

std::size_t lab_simulator::joins() const {
    return state_->cables.joins();
}

linux_host* lab_simulator::kernel(model::cross_connect_index x) const {
    return state_->hosts.kernels()[x.value];
}

std::string lab_simulator::flows(model::cross_connect_index x) const {
    std::string out;
    if (state_->hosts.bridges()[x.value] == nullptr) {
        return out;
    }
    flow_request everything;
    everything.what = flow_request::verb::show;
    for (const flow& one : state_->hosts.bridges()[x.value]->flows.select(everything)) {
        out += to_string(one, 13, false) + "\n";
    }
    return out;
}

}  // namespace rollover::sim
