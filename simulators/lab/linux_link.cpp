// `ip link` and `tc qdisc`, as far as simulated: what they change, and the kernel's words when it says no.
#include "simulators/lab/linux_host.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

constexpr auto exists = "RTNETLINK answers: File exists";
constexpr auto not_supported = "RTNETLINK answers: Operation not supported";
constexpr auto unknown_type = "Error: Unknown device type.";

std::string not_there(const std::string& name) {
    return fmt::format("Cannot find device \"{}\"", name);
}

bool is_taken(const linux_host& host, const std::string& name) {
    return std::any_of(host.devices.begin(), host.devices.end(),
                       [&](const auto& one) { return one.first == name || one.second.other_names.contains(name); });
}

std::uint32_t number(const std::string& word) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc{} && end == word.data() + word.size() ? value : 0;
}

std::uint32_t switch_or_number(const std::string& word) {
    return word == "on" ? 1U : number(word);
}

/// The words of a command, taken from the front.
class reader {
public:
    explicit reader(const std::vector<std::string>& words, std::size_t from) : words_(words), at_(from) {}
    [[nodiscard]] bool done() const { return at_ >= words_.size(); }
    std::string next() { return done() ? std::string() : words_[at_++]; }

private:
    const std::vector<std::string>& words_;
    std::size_t at_;
};

std::string add_vlan(linux_host& host, linux_device& device) {
    if (!host.has_vlan_devices) {
        return unknown_type;
    }
    const auto parent = host.devices.find(device.parent);
    if (parent == host.devices.end()) {
        return not_there(device.parent);
    }
    for (const auto& [name, other] : host.devices) {
        if (other.kind == "vlan" && other.parent == device.parent && other.id == device.id) {
            return exists;
        }
    }
    device.mtu = parent->second.mtu;
    return {};
}

bool is_6(const linux_device& vxlan) {
    return vxlan.remote.find(':') != std::string::npos;
}

std::string add_vxlan(const linux_host& host, const linux_device& device) {
    for (const auto& [name, other] : host.devices) {
        if (other.kind == "vxlan" && other.id == device.id && other.udp_port == device.udp_port &&
            is_6(other) == is_6(device)) {
            return "Error: A VXLAN device with the specified VNI already exists.";
        }
    }
    return {};
}

std::string read_bridge_words(reader& words, linux_device& device) {
    while (!words.done()) {
        const auto word = words.next();
        const auto value = number(words.next());
        constexpr std::uint32_t restricted = 7;  // STP, PAUSE and LACP: BR_GROUPFWD_RESTRICTED
        if (word == "group_fwd_mask" && (value & restricted) != 0) {
            return "RTNETLINK answers: Invalid argument";
        }
        device.bridge[word] = value;
    }
    return {};
}

/// What stands after "type KIND".
std::string read_type_words(linux_device& device, reader& words) {
    if (device.kind == "bridge") {
        return read_bridge_words(words, device);
    }
    while (!words.done()) {
        const auto word = words.next();
        if (word == "id") {
            device.id = number(words.next());
        } else if (word == "local") {
            device.local = words.next();
        } else if (word == "remote") {
            device.remote = words.next();
        } else if (word == "dstport") {
            device.udp_port = number(words.next());
        } else if (word != "nolearning") {
            return fmt::format("{}: unknown option \"{}\"?", device.kind, word);
        }
    }
    return {};
}

/// The words of a device up to its kind, or to the end; the first one that has no meaning is the name.
std::string read_device(reader& words, std::string& name, linux_device& device) {
    while (!words.done() && device.kind.empty()) {
        const auto word = words.next();
        if (word == "name") {
            name = words.next();
        } else if (word == "link") {
            device.parent = words.next();
        } else if (word == "mtu") {
            device.mtu = number(words.next());
        } else if (word == "group") {
            device.group = words.next();
        } else if (word == "type") {
            device.kind = words.next();
        } else if (name.empty()) {
            name = word;
        } else {
            return fmt::format("Error: either \"dev\" is duplicate, or \"{}\" is a garbage.", word);
        }
    }
    constexpr std::size_t longest = 15;
    if (name.empty() || name.size() > longest) {
        return fmt::format("Error: argument \"{}\" is wrong: \"name\" not a valid ifname", name);
    }
    return {};
}

/// "peer name N mtu 1500"
std::string add_veth(linux_host& host, const std::string& name, linux_device& device, reader& words) {
    linux_device other;
    if (words.next() != "peer") {
        return "not simulated: a veth without its peer";
    }
    if (auto no = read_device(words, device.peer, other); !no.empty()) {
        return no;
    }
    if (device.peer == name || is_taken(host, device.peer)) {
        return exists;
    }
    other.kind = device.kind;
    other.peer = name;
    host.devices.emplace(device.peer, std::move(other));
    return {};
}

std::string add_of_kind(linux_host& host, const std::string& name, linux_device& device, reader& words) {
    if (device.kind == "veth") {
        return add_veth(host, name, device, words);
    }
    if (auto no = read_type_words(device, words); !no.empty()) {
        return no;
    }
    if (device.kind == "vlan") {
        return add_vlan(host, device);
    }
    if (device.kind == "vxlan") {
        return add_vxlan(host, device);
    }
    return device.kind == "bridge" ? "" : unknown_type;
}

std::string add(linux_host& host, reader words) {
    std::string name;
    linux_device device;
    if (auto no = read_device(words, name, device); !no.empty()) {
        return no;
    }
    if (is_taken(host, name)) {
        return exists;
    }
    if (device.kind == "bridge") {
        device.bridge = {{"stp_state", 0},
                         {"mcast_snooping", 1},
                         {"vlan_filtering", 0},
                         {"ageing_time", 30000},
                         {"group_fwd_mask", 0}};
    }
    auto no = add_of_kind(host, name, device, words);
    if (no.empty()) {
        host.devices.emplace(name, std::move(device));
    }
    return no;
}

std::string remove(linux_host& host, const std::string& name) {
    if (host.devices.erase(name) == 0) {
        return not_there(name);
    }
    std::vector<std::string> with_it;
    for (auto& [other_name, other] : host.devices) {
        if (other.master == name) {
            other.master.clear();
            other.port.clear();
        }
        if (other.parent == name || other.peer == name) {
            with_it.push_back(other_name);
        }
    }
    for (const auto& one : with_it) {
        static_cast<void>(remove(host, one));
    }
    return {};
}

std::string set_master(linux_host& host, linux_device& device, const std::string& master) {
    const auto found = host.devices.find(master);
    if (found == host.devices.end()) {
        return fmt::format("Error: argument \"{}\" is wrong: Device does not exist\n", master);
    }
    if (found->second.kind != "bridge") {
        return not_supported;
    }
    if (device.kind == "bridge") {
        return "RTNETLINK answers: Too many levels of symbolic links";
    }
    device.master = master;  // out of the bridge that it is in, without a word, as the kernel does
    device.port = {{"learning", 1}, {"flood", 1},    {"mcast_flood", 1},    {"bcast_flood", 1},
                   {"hairpin", 0},  {"isolated", 0}, {"neigh_suppress", 0}, {"group_fwd_mask", 0}};
    return {};
}

std::string set_mtu(const linux_host& host, linux_device& device, std::uint32_t mtu) {
    const auto parent = host.devices.find(device.parent);
    if (device.kind == "vlan" && parent != host.devices.end() && mtu > parent->second.mtu) {
        return "RTNETLINK answers: Numerical result out of range";
    }
    if (mtu > device.most_mtu) {
        return "Error: mtu greater than device maximum.";
    }
    device.mtu = mtu;
    return {};
}

std::string set_up(const linux_host& host, linux_device& device) {
    const auto parent = host.devices.find(device.parent);
    if (device.kind == "vlan" && parent != host.devices.end() && !parent->second.up) {
        return "RTNETLINK answers: Network is down";
    }
    device.up = true;
    return {};
}

std::string set_port(linux_device& device, reader& words) {
    if (device.master.empty()) {
        return not_supported;
    }
    while (!words.done()) {
        const auto word = words.next();
        const auto value = words.next();
        device.port[word] = switch_or_number(value);
    }
    return {};
}

std::string set_one(linux_host& host, linux_device& device, const std::string& word, reader& words) {
    if (word == "up") {
        return set_up(host, device);
    }
    if (word == "down") {
        device.up = false;
    } else if (word == "nomaster") {
        device.master.clear();
        device.port.clear();
    } else if (word == "master") {
        return set_master(host, device, words.next());
    } else if (word == "alias") {
        device.alias = words.next();
    } else if (word == "arp") {
        device.arp = words.next() == "on";
    } else if (word == "addrgenmode") {
        device.addresses = words.next();
    } else if (word == "mtu") {
        return set_mtu(host, device, number(words.next()));
    } else if (word == "type") {
        const auto kind = words.next();
        if (kind == "bridge_slave") {
            return set_port(device, words);
        }
        return kind == device.kind ? read_type_words(device, words) : not_supported;
    } else {
        return fmt::format("Error: either \"dev\" is duplicate, or \"{}\" is a garbage.", word);
    }
    return {};
}

std::string set(linux_host& host, reader words) {
    const auto first = words.next();
    const auto name = first == "dev" ? words.next() : first;
    const auto found = host.devices.find(name);
    if (found == host.devices.end()) {
        return not_there(name);
    }
    while (!words.done()) {
        const auto word = words.next();
        if (auto no = set_one(host, found->second, word, words); !no.empty()) {
            return no;
        }
    }
    return {};
}

/// "property add dev D altname N"
std::string change_names(linux_host& host, const std::vector<std::string>& words) {
    if (words.size() != 7 || words[3] != "dev" || words[5] != "altname") {
        return "not simulated: a property";
    }
    const auto found = host.devices.find(words[4]);
    if (found == host.devices.end()) {
        return not_there(words[4]);
    }
    auto& names = found->second.other_names;
    if (words[2] == "add") {
        if (is_taken(host, words[6])) {
            return exists;
        }
        names.insert(words[6]);
        return {};
    }
    return names.erase(words[6]) == 1 ? std::string() : "RTNETLINK answers: No such file or directory";
}

}  // namespace

std::string change_link(linux_host& host, const std::vector<std::string>& words) {
    const auto verb = words.size() > 1 ? words[1] : std::string();
    if (verb == "add") {
        return add(host, reader(words, 2));
    }
    if (verb == "set") {
        return set(host, reader(words, 2));
    }
    if (verb == "property") {
        return change_names(host, words);
    }
    const bool has_dev = words.size() > 2 && words[2] == "dev";
    if (verb == "del" && words.size() == (has_dev ? 4 : 3)) {
        return remove(host, words.back());
    }
    return "not simulated: " + verb;
}

}  // namespace rollover::sim
