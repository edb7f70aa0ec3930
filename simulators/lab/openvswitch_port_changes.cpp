// Changes of a simulated bridge's ports: what ovs-vsctl(8) writes, and what ovs-vswitchd makes of it.
#include "simulators/lab/flow_text.h"
#include "simulators/lab/openvswitch_host.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

failure wrong_change(std::string words) {
    return {errc::bad_input, std::move(words)};
}

simulated_bridge* bridge_of(std::span<simulated_bridge* const> bridges, std::string_view name) {
    const auto found = std::find_if(bridges.begin(), bridges.end(), [&](const auto* b) { return b->name == name; });
    return found == bridges.end() ? nullptr : *found;
}

bridge_port* find_in(simulated_bridge& bridge, std::string_view name) {
    const auto found =
        std::find_if(bridge.ports.begin(), bridge.ports.end(), [&](const auto& p) { return p.name == name; });
    return found == bridge.ports.end() ? nullptr : &*found;
}

/// {key=value,key="value"}; braces may be left out.
result<std::map<std::string, std::string>> read_map(std::string_view text) {
    if (text.starts_with('{') && text.ends_with('}')) {
        text = text.substr(1, text.size() - 2);
    }
    std::map<std::string, std::string> map;
    while (!text.empty()) {
        const std::size_t mark = text.find('=');
        if (mark == std::string_view::npos) {
            return wrong_change(fmt::format("{}: no key=value", text));
        }
        const std::string key(text.substr(0, mark));
        text.remove_prefix(mark + 1);
        const bool quoted = text.starts_with('"');
        text.remove_prefix(quoted ? 1 : 0);
        const std::size_t end = text.find(quoted ? '"' : ',');
        map[key] = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), end == std::string_view::npos ? end : end + (quoted ? 1 : 0)));
        text.remove_prefix(text.starts_with(',') ? 1 : 0);
    }
    return map;
}

result<void> set_column(bridge_port& port, std::string_view setting) {
    const std::size_t mark = setting.find('=');
    const std::string_view column = setting.substr(0, mark);
    const std::string_view value = mark == std::string_view::npos ? std::string_view() : setting.substr(mark + 1);
    if (column == "type") {
        port.type = value;
        port.number = 0;  // it is opened anew
    } else if (column == "options" || column == "external_ids") {
        auto read = read_map(value);
        if (!read) {
            return read.error();
        }
        (column == "options" ? port.options : port.external_ids) = std::move(*read);
    } else if (column == "ofport_request") {
        const auto number = parse_number(value);
        if (!number || *number == 0 || *number >= 0xff00) {
            return wrong_change(
                fmt::format("constraint violation: {} is not in the valid range 1 to 65,279 (inclusive)", value));
        }
        port.number = static_cast<std::uint16_t>(*number);
    } else {
        return failure(errc::unsupported, fmt::format("setting the column {} is not simulated", column));
    }
    return {};
}

result<void> add_port(std::span<simulated_bridge* const> bridges, const port_change& change) {
    auto* const bridge = bridge_of(bridges, change.words[1]);
    const auto& name = change.words[2];
    if (bridge == nullptr) {
        return failure(errc::not_found, fmt::format("no bridge named {}", change.words[1]));
    }
    for (auto* other : bridges) {
        if (find_in(*other, name) == nullptr && other->name != name) {
            continue;
        }
        if (change.may_exist && other == bridge && other->name != name) {
            return {};
        }
        return wrong_change(
            fmt::format("cannot create a port named {} because a port named {} already exists on bridge {}", name, name,
                        other->name));
    }
    for (std::size_t i = 3; i < change.words.size(); ++i) {
        if (!change.words[i].starts_with("trunks=")) {
            return failure(errc::unsupported, fmt::format("{} is not simulated", change.words[i]));
        }
    }
    bridge->ports.push_back({name, 0});
    return {};
}

result<void> delete_port(std::span<simulated_bridge* const> bridges, const port_change& change) {
    const auto& name = change.words.back();
    for (auto* bridge : bridges) {
        if ((change.words.size() == 2 || bridge->name == change.words[1]) && find_in(*bridge, name) != nullptr) {
            std::erase_if(bridge->ports, [&](const bridge_port& p) { return p.name == name; });
            return {};
        }
    }
    return change.if_exists ? result<void>() : failure(errc::not_found, fmt::format("no port named {}", name));
}

result<void> set_interface(std::span<simulated_bridge* const> bridges, const port_change& change) {
    const auto& name = change.words[2];
    for (auto* bridge : bridges) {
        auto* const port = find_in(*bridge, name);
        if (port == nullptr) {
            continue;
        }
        const auto former = port->number;
        bool set = true;
        for (std::size_t i = 3; i < change.words.size(); ++i) {
            if (auto done = set_column(*port, change.words[i]); !done) {
                return done;
            }
            set = set && !change.words[i].starts_with("ofport_request=");
        }
        port->number = set && former != 0 ? former : port->number;
        return {};
    }
    return change.if_exists ? result<void>()
                            : failure(errc::not_found, fmt::format("no row \"{}\" in table Interface", name));
}

bool same_tunnel(const bridge_port& a, const bridge_port& b) {
    return a.type == "vxlan" && b.type == "vxlan" && a.options == b.options;
}

}  // namespace

result<void> change_ports(std::span<simulated_bridge* const> bridges, const port_change& change) {
    const auto& command = change.words[0];
    return command == "add-port"   ? add_port(bridges, change)
           : command == "del-port" ? delete_port(bridges, change)
                                   : set_interface(bridges, change);
}

void open_ports(std::span<simulated_bridge* const> bridges) {
    const auto taken = [&](const bridge_port& port) {
        return std::any_of(bridges.begin(), bridges.end(), [&](const auto* bridge) {
            return std::any_of(bridge->ports.begin(), bridge->ports.end(), [&](const bridge_port& other) {
                return &other != &port && other.number != 0 && same_tunnel(other, port);
            });
        });
    };
    for (auto* bridge : bridges) {
        for (auto& port : bridge->ports) {
            port.error.clear();
            if (taken(port)) {
                port.number = 0;
                port.error = fmt::format("could not add network device {} to ofproto (File exists)", port.name);
            } else if (port.number == 0) {
                port.number = ++bridge->last_number;
            }
            bridge->last_number = std::max(bridge->last_number, port.number);
        }
    }
}

}  // namespace rollover::sim
