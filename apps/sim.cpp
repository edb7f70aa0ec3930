// rollover sim: the whole lab of a lab file as simulators, at the addresses in the file.
#include "apps/commands.h"
#include "engine/api/platform_folders.h"
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/runtime/real_runtime.h"
#include "simulators/lab/control_port.h"
#include "simulators/lab/lab_simulator.h"

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

namespace rollover::apps {

namespace {

struct sim_arguments {
    std::string lab;
    sim::simulator_options options;
    std::string known_hosts;
    std::string host_key;
    bool quiet_devices = false;
    std::vector<std::string> device_files;
    std::string control_port;
};

/// "127.0.0.1:2000"; nothing when it is no such address.
std::optional<endpoint> endpoint_from(const std::string& text) {
    const auto colon = text.rfind(':');
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    if (colon == std::string::npos || std::from_chars(text.data() + colon + 1, end, port).ptr != end || port == 0) {
        return std::nullopt;
    }
    return endpoint{text.substr(0, colon), port};
}

task<void> simulate(real_runtime& rt, const model::lab& lab, const sim_arguments& given, answer& how) {
    const auto log = [](const log_line& line) { std::cerr << line.device << " " << printable(line.text) << "\n"; };
    sim::lab_simulator simulator(rt, lab, given.options, log);
    auto started = simulator.start();
    sim::control_port control(rt, lab, simulator);
    if (started && !given.control_port.empty()) {
        started = control.listen(endpoint_from(given.control_port).value_or(endpoint()));
    }
    if (!started) {
        std::cerr << describe(started.error()) << "\n";
        how = answer::failed;
        co_await simulator.stop();
        co_return;
    }
    task_group others(rt);
    if (!given.control_port.empty()) {
        others.spawn(control.serve());
    }
    event stop(rt);
    rt.on_stop_signal([&stop](int /*number*/) { stop.notify(); });
    std::cout << "simulating lab " << lab.name << ": " << lab.devices.size() << " devices; Ctrl-C ends it" << std::endl;
    co_await stop.wait();
    others.cancel();
    co_await others.join();
    co_await simulator.stop();
    how = answer::done;
}

/// The simulated devices that a user has written; false when one of them is wrong, which is then told.
bool read_devices(sim_arguments& given) {
    diagnostics mistakes;
    for (const std::string& path : given.device_files) {
        std::ifstream in(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (!in) {
            std::cerr << path << ": error: it cannot be read\n  hint: is the path right?\n";
            return false;
        }
        if (auto file = sim::read_device_file(text, path, mistakes)) {
            given.options.devices.push_back(std::move(*file));
        }
    }
    for (const auto& mistake : mistakes) {
        std::cerr << to_string(mistake) << "\n";
    }
    return mistakes.empty();
}

answer run(sim_arguments& given, const common_options& common) {
    diagnostics mistakes;
    std::vector<std::filesystem::path> folders{api::shipped_converters()};
    folders.insert(folders.end(), common.converters.begin(), common.converters.end());
    const auto models = model::read_converter_models(folders, mistakes);
    auto lab = model::read_lab(std::filesystem::path(given.lab), models);
    lab.mistakes.insert(lab.mistakes.begin(), mistakes.begin(), mistakes.end());
    for (const auto& mistake : lab.mistakes) {
        std::cerr << to_string(mistake) << "\n";
    }
    if (!lab.value) {
        return answer::bad_input;
    }
    if (!read_devices(given)) {
        return answer::bad_input;
    }
    given.options.known_hosts = given.known_hosts;
    given.options.host_key = given.host_key;
    given.options.chatty = !given.quiet_devices;
    real_runtime rt;
    answer how = answer::failed;
    rt.run(simulate(rt, *lab.value, given, how));
    return how;
}

}  // namespace

void add_sim_command(CLI::App& app, common_options& common) {
    auto given = std::make_shared<sim_arguments>();
    auto& faults = given->options.faults;
    auto* sim = app.add_subcommand("sim", "Runs the whole lab of a file as simulators, at the addresses in the file");
    sim->add_option("LAB", given->lab, "The lab file")->required();
    add_folder_options(*sim, common);
    sim->add_option(
        "--device", given->device_files,
        "A simulated device of your own (docs/simulators.md), for all devices of its platform; more than once");
    sim->add_option("--seed", given->options.seed, "Seed of everything random");
    sim->add_option("--time-scale", given->options.time_scale,
                    "Boots and slow commands take this many times as long (1.0)")
        ->check(CLI::Range(0.0, 100.0));
    sim->add_option("--known-hosts", given->known_hosts, "Write the SSH host keys of the simulated hosts to this file");
    sim->add_option("--host-key", given->host_key, "SSH host key; made when the file is not there");
    sim->add_option(
           "--control", given->control_port,
           "ADDRESS:PORT of a text port to the lab: \"cycle DEVICE\" for a power-cycle hook, \"running DEVICE\", "
           "\"startup DEVICE\", \"joins\"")
        ->check([](const std::string& text) {
            return endpoint_from(text) ? std::string() : "'" + text + "' is no ADDRESS:PORT, as in 127.0.0.1:2000";
        });
    sim->add_flag("--quiet-devices", given->quiet_devices, "Devices do not log to their consoles");
    const auto probability = [&sim](const char* name, double& value, const char* help) {
        sim->add_option(name, value, help)->check(CLI::Range(0.0, 1.0));
    };
    probability("--fault-reset", faults.connection_reset, "Probability that a line's connection is reset");
    probability("--fault-silence", faults.silence, "Probability that a device falls silent");
    probability("--fault-garbage", faults.garbage, "Probability of random bytes on a line");
    probability("--fault-lost", faults.lost_characters, "Probability that a line loses characters");
    probability("--fault-slow-boot", faults.slow_boot, "Probability that a device boots ten times slower");
    sim->footer(
        "Exit codes: 0 ended by Ctrl-C or SIGTERM, 1 an address could not be listened on, 2 the lab file or a "
        "--device\nis wrong.");
    sim->callback([given, &common] { common.exit_code = static_cast<int>(run(*given, common)); });
}

}  // namespace rollover::apps
