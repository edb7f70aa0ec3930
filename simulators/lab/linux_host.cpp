#include "simulators/lab/linux_host.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

/// Words of a line of -batch: blanks part them, double quotes hold them together, '#' begins a comment.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    line = line.substr(0, line.find('#'));
    while (!(line = trim(line)).empty()) {
        const bool quoted = line.starts_with('"');
        const auto end = line.find(quoted ? '"' : ' ', quoted ? 1 : 0);
        words.emplace_back(line.substr(quoted ? 1 : 0, quoted && end != std::string_view::npos ? end - 1 : end));
        line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    }
    return words;
}

process_result ended(int code, std::string output, std::string errors) {
    process_result r;
    r.exit_code = code;
    r.output = std::move(output);
    r.errors = std::move(errors);
    return r;
}

bool works(const linux_device& device) {
    return device.up;
}

}  // namespace

linux_device& linux_host::add_device(const std::string& name) {
    constexpr std::uint32_t jumbo = 9216;
    auto& device = devices[name];
    device.up = true;
    device.mtu = jumbo;
    device.most_mtu = jumbo;
    return device;
}

process_result linux_host::run(const std::vector<std::string>& argv, const std::string& input) {
    const auto program = argv.empty() ? std::string() : argv.front().substr(argv.front().rfind('/') + 1);
    std::vector<std::string> words(argv.begin() + (argv.empty() ? 0 : 1), argv.end());
    const bool force = !words.empty() && words.front() == "-force";
    words.erase(words.begin(), words.begin() + (force ? 1 : 0));
    if (words == std::vector<std::string>{"-batch", "-"} && (program == "ip" || program == "tc")) {
        return batch(program, input, force);
    }
    if (program == "ip" && words == std::vector<std::string>{"-j", "-d", "link", "show"}) {
        return ended(0, show_links(*this), {});
    }
    if (program == "tc" && words == std::vector<std::string>{"-j", "qdisc", "show"}) {
        return ended(0, show_disciplines(*this), {});
    }
    return ended(255, {}, "not simulated: " + rollover::join(argv, " ") + "\n");
}

process_result linux_host::batch(const std::string& program, const std::string& input, bool force) {
    process_result all;
    int number = 0;
    for (const auto line : split_lines(input)) {
        ++number;
        const auto words = words_of(line);
        if (words.empty()) {
            continue;
        }
        auto no = refuse ? refuse(std::string(line)) : std::string();
        if (no.empty()) {
            no = carry_out(program, words);
        }
        if (!no.empty()) {
            all.exit_code = 1;
            all.errors += fmt::format("{}\nCommand failed -:{}\n", no, number);
        }
        if (!no.empty() && !force) {
            break;
        }
    }
    return all;
}

std::string linux_host::carry_out(const std::string& program, const std::vector<std::string>& words) {
    if (program == "ip" && words.front() == "link") {
        return change_link(*this, words);
    }
    if (program == "tc" && words.front() == "qdisc") {
        return change_discipline(*this, words);
    }
    return "not simulated: " + rollover::join(words, " ");
}

std::vector<std::string> linux_host::reached(const std::string& device) const {
    std::vector<std::string> out;
    const auto from = devices.find(device);
    if (from == devices.end() || !works(from->second) || from->second.master.empty()) {
        return out;
    }
    const auto bridge = devices.find(from->second.master);
    if (bridge == devices.end() || !works(bridge->second)) {
        return out;
    }
    for (const auto& [name, other] : devices) {
        if (name != device && other.master == from->second.master && works(other)) {
            out.push_back(name);
        }
    }
    return out;
}

std::string linux_host::device_of(const std::string& port, std::uint32_t vlan) const {
    const auto found = std::find_if(devices.begin(), devices.end(), [&](const auto& one) {
        return one.second.kind == "vlan" && one.second.parent == port && one.second.id == vlan;
    });
    const auto usual = fmt::format("{}.{}", port, vlan);
    return found != devices.end() ? found->first : devices.contains(usual) ? usual : std::string();
}

std::size_t linux_host::joins() const {
    std::set<std::string> bridges;
    for (const auto& [name, device] : devices) {
        if (!reached(name).empty()) {
            bridges.insert(device.master);
        }
    }
    return bridges.size();
}

}  // namespace rollover::sim
