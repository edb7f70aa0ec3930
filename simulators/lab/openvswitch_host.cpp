#include "simulators/lab/openvswitch_host.h"

#include "simulators/lab/shell_words.h"

#include <algorithm>

namespace rollover::sim {

namespace {

constexpr int not_found = 127;

process_result ended(int code, std::string errors) {
    process_result r;
    r.exit_code = code;
    r.errors = std::move(errors);
    return r;
}

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::optional<std::uint16_t> simulated_bridge::port_number(std::string_view port_name) const {
    if (port_name == name) {
        return local_port;
    }
    const auto found = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.name == port_name; });
    return found == ports.end() || found->number == 0 ? std::nullopt : std::optional(found->number);
}

std::optional<std::uint16_t> simulated_bridge::other_end(std::uint16_t number) const {
    const auto port = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.number == number; });
    if (kernel == nullptr || port == ports.end() || !kernel->devices.contains(port->name)) {
        return std::nullopt;
    }
    return port_number(kernel->devices.at(port->name).peer);
}

std::vector<std::uint16_t> simulated_bridge::port_numbers() const {
    std::vector<std::uint16_t> numbers;
    for (const auto& p : ports) {
        if (p.number != 0) {
            numbers.push_back(p.number);
        }
    }
    return numbers;
}

simulated_bridge& openvswitch_host::add_bridge(std::string name, std::string run_dir,
                                               const std::vector<std::string>& ports) {
    auto fresh = std::make_unique<simulated_bridge>();
    fresh->name = std::move(name);
    fresh->run_dir = std::move(run_dir);
    fresh->kernel = kernel_.get();
    for (const auto& port : ports) {
        fresh->ports.push_back({port, ++fresh->last_number});
    }
    bridges_.push_back(std::move(fresh));
    return *bridges_.back();
}

std::vector<simulated_bridge*> openvswitch_host::bridges_at(std::string_view run_dir) {
    std::vector<simulated_bridge*> found;
    for (const auto& one : bridges_) {
        if (one->run_dir == run_dir) {
            found.push_back(one.get());
        }
    }
    return found;
}

process_result openvswitch_host::run(std::vector<std::string> argv,
                                     std::vector<std::pair<std::string, std::string>> environment,
                                     std::string_view input) {
    shell_command command;
    command.argv = std::move(argv);
    command.environment = std::move(environment);
    resolve_environment(command);
    if (command.argv.empty()) {
        return {};
    }
    const std::string program(base_name(command.argv.front()));
    if (program == "true" || program == "false") {
        return ended(program == "true" ? 0 : 1, {});
    }
    if ((program == "sh" || program == "bash") && command.argv.size() == 3 && command.argv[1] == "-c") {
        const std::string line = command.argv[2];
        return run_line(line, input);
    }
    if (program == "ip" || program == "tc") {
        return kernel_->run(command.argv, std::string(input));
    }
    tool_call call;
    call.arguments.assign(command.argv.begin() + 1, command.argv.end());
    call.input = input;
    for (const auto& [name, value] : command.environment) {
        if (name == "OVS_RUNDIR") {
            call.run_dir = value;
        }
    }
    call.bridges = bridges_at(call.run_dir);
    if (program == "ovs-vsctl") {
        const auto db = std::find_if(call.arguments.begin(), call.arguments.end(),
                                     [](const std::string& a) { return a.starts_with("--db=unix:"); });
        if (db != call.arguments.end()) {
            const std::string path = db->substr(std::string_view("--db=unix:").size());
            call.run_dir = path.substr(0, path.rfind('/'));
            call.bridges = bridges_at(call.run_dir);
        }
        return run_vsctl(std::move(call));
    }
    if (program == "ovs-ofctl") {
        return run_ofctl(std::move(call));
    }
    return ended(not_found, "sh: 1: " + program + ": not found\n");
}

process_result openvswitch_host::run_line(std::string_view line, std::string_view input) {
    const auto commands = parse_shell(line);
    if (!commands) {
        return ended(2, "sh: 1: " + commands.error().reason + "\n");
    }
    process_result all;
    for (const auto& one : *commands) {
        const bool skip = (one.when == shell_command::condition::if_ok && all.exit_code != 0) ||
                          (one.when == shell_command::condition::if_failed && all.exit_code == 0);
        if (skip) {
            continue;
        }
        const bool nested = base_name(one.argv.front()) == "sh" || base_name(one.argv.front()) == "bash";
        const process_result r =
            nested ? ended(2, "sh: 1: a shell in a shell is not simulated\n") : run(one.argv, one.environment, input);
        input = {};
        all.exit_code = r.exit_code;
        all.output += r.output;
        all.errors += r.errors;
    }
    return all;
}

}  // namespace rollover::sim
