// What iproute2 prints as JSON, and `tc qdisc`.
#include "simulators/lab/linux_host.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::sim {

namespace {

using nlohmann::ordered_json;

ordered_json bridge_data(const linux_device& device) {
    ordered_json data;
    for (const auto& [name, value] : device.bridge) {
        if (name == "group_fwd_mask") {
            data[name] = fmt::format("{:#x}", value);
        } else {
            data[name] = value;
        }
    }
    return data;
}

ordered_json port_data(const linux_device& device) {
    ordered_json data;
    data["state"] = device.up ? "forwarding" : "disabled";
    for (const auto& [name, value] : device.port) {
        if (name == "group_fwd_mask") {
            data[name] = fmt::format("{:#x}", value);
        } else {
            data[name] = value != 0;
        }
    }
    return data;
}

ordered_json info(const linux_device& device) {
    ordered_json out;
    if (!device.kind.empty()) {
        out["info_kind"] = device.kind;
    }
    if (device.kind == "bridge") {
        out["info_data"] = bridge_data(device);
    } else if (device.kind == "vlan") {
        out["info_data"] = {{"protocol", "802.1Q"}, {"id", device.id}, {"flags", {"REORDER_HDR"}}};
    } else if (device.kind == "vxlan") {
        const std::string six = device.remote.find(':') == std::string::npos ? "" : "6";
        out["info_data"] = {{"id", device.id},
                            {"remote" + six, device.remote},
                            {"local" + six, device.local},
                            {"port", device.udp_port},
                            {"learning", false}};
    }
    if (!device.port.empty()) {
        out["info_slave_kind"] = "bridge";
        out["info_slave_data"] = port_data(device);
    }
    return out;
}

ordered_json flags(const linux_device& device) {
    auto out = ordered_json::array({"BROADCAST", "MULTICAST"});
    if (!device.arp) {
        out.push_back("NOARP");
    }
    if (device.up) {
        out.push_back("UP");
        out.push_back("LOWER_UP");
    }
    return out;
}

/// "10000us", "1.0000%", "10mbit", without the unit; 0 for anything else.
double amount(const std::string& word, std::string_view unit) {
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = error == std::errc{} && std::string_view(end, word.data() + word.size()) == unit;
    return whole ? value : 0;
}

/// The words of netem and tbf; false for one that is not simulated.
bool read_discipline(linux_device& device, const std::vector<std::string>& words, std::size_t at) {
    constexpr double mbit = 1e6 / 8;
    for (; at + 1 < words.size(); at += 2) {
        const auto& value = words[at + 1];
        if (words[at] == "delay") {
            device.discipline_values["delay"] = amount(value, "us") / 1e6;
            if (at + 2 < words.size() && words[at + 2].ends_with("us")) {
                device.discipline_values["jitter"] = amount(words[++at + 1], "us") / 1e6;
            }
        } else if (words[at] == "loss") {
            device.discipline_values["loss"] = amount(value, "%") / 100;
        } else if (words[at] == "rate") {
            device.discipline_values["rate"] = amount(value, "mbit") * mbit;
        } else if (words[at] == "limit") {
            device.discipline_values["limit"] = amount(value, "");
        } else if (words[at] != "burst" && words[at] != "latency") {
            return false;
        }
    }
    return at == words.size();
}

}  // namespace

std::string show_links(const linux_host& host) {
    auto all = ordered_json::array();
    int number = 0;
    for (const auto& [name, device] : host.devices) {
        ordered_json one;
        one["ifindex"] = ++number;
        if (const auto& other = device.kind == "veth" ? device.peer : device.parent; !other.empty()) {
            one["link"] = other;
        }
        one["ifname"] = name;
        one["flags"] = flags(device);
        one["mtu"] = device.mtu;
        one["qdisc"] = device.discipline.empty() ? "noqueue" : device.discipline;
        if (!device.master.empty()) {
            one["master"] = device.master;
        }
        one["group"] = device.group;
        one["max_mtu"] = device.most_mtu;
        if (auto details = info(device); !details.empty()) {
            one["linkinfo"] = std::move(details);
        }
        one["inet6_addr_gen_mode"] = device.addresses;
        if (!device.alias.empty()) {
            one["ifalias"] = device.alias;
        }
        if (!device.other_names.empty()) {
            one["altnames"] = device.other_names;
        }
        all.push_back(std::move(one));
    }
    return all.dump() + "\n";
}

std::string show_disciplines(const linux_host& host) {
    auto all = ordered_json::array();
    for (const auto& [name, device] : host.devices) {
        ordered_json one;
        one["kind"] = device.discipline.empty() ? "noqueue" : device.discipline;
        one["handle"] = device.discipline.empty() ? "0:" : device.discipline_handle;
        one["dev"] = name;
        one["root"] = true;
        const auto value = [&device](const std::string& what) {
            const auto found = device.discipline_values.find(what);
            return found == device.discipline_values.end() ? 0.0 : found->second;
        };
        ordered_json options = ordered_json::object();
        if (device.discipline == "tbf") {
            options["rate"] = value("rate");
        } else if (device.discipline == "netem") {
            options["limit"] = static_cast<std::uint32_t>(value("limit"));
            options["delay"] = {{"delay", value("delay")}, {"jitter", value("jitter")}, {"correlation", 0}};
            options["loss-random"] = {{"loss", value("loss")}, {"correlation", 0}};
            options["rate"] = {{"rate", value("rate")}};
        }
        one["options"] = std::move(options);
        all.push_back(std::move(one));
    }
    return all.dump() + "\n";
}

std::string change_discipline(linux_host& host, const std::vector<std::string>& words) {
    const auto found = words.size() > 3 ? host.devices.find(words[3]) : host.devices.end();
    if (found == host.devices.end()) {
        return fmt::format("Cannot find device \"{}\"", words.size() > 3 ? words[3] : "");
    }
    auto& device = found->second;
    if (words[1] == "del") {
        if (device.discipline.empty()) {
            return "Error: Cannot delete qdisc with handle of zero.";
        }
        device.discipline.clear();
        device.discipline_handle.clear();
        device.discipline_values.clear();
        return {};
    }
    // qdisc add dev D root handle H KIND ...
    constexpr std::size_t kind_at = 7;
    const bool replace = words[1] == "replace";
    if ((words[1] != "add" && !replace) || words.size() <= kind_at || words[4] != "root" || words[5] != "handle") {
        return "not simulated: tc " + words[1];
    }
    if (words[kind_at] != "tbf" && (words[kind_at] != "netem" || !host.has_netem)) {
        return "Error: Specified qdisc kind is unknown.";
    }
    if (!device.discipline.empty() && !replace) {
        return "Error: Exclusivity flag on, cannot modify.";
    }
    if (!device.discipline.empty() && device.discipline_handle == words[6] && device.discipline != words[kind_at]) {
        return "Error: Invalid qdisc name: must match existing qdisc.";
    }
    linux_device shaped = device;
    shaped.discipline_values.clear();
    shaped.discipline = words[kind_at];
    shaped.discipline_handle = words[6];
    if (!read_discipline(shaped, words, kind_at + 1)) {
        return "What is \"" + words.back() + "\"?";
    }
    device = std::move(shaped);
    return {};
}

}  // namespace rollover::sim
