#include "engine/audit/linux_host.h"

#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/linux_bridge_standing.h"
#include "drivers/crossconnect/tool.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::audit {

namespace {

using crossconnect::linux_state;

/// The kernel's packet filter on bridges, which holds for all of them: there it drops, trims and puts together what
/// users say to one another.
constexpr std::string_view filters[] = {"net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables",
                                        "net.bridge.bridge-nf-call-arptables"};
constexpr std::string_view routing = "net.ipv6.conf.all.forwarding";

std::vector<std::string> settings_command() {
    std::vector<std::string> words{"sysctl", "-e", std::string(routing)};
    words.insert(words.end(), std::begin(filters), std::end(filters));
    return words;
}

/// The lines of a change as commands for a shell.
std::vector<std::string> commands_of(const crossconnect::linux_change& change) {
    std::vector<std::string> commands;
    const auto add = [&commands](std::string_view program, std::string_view lines) {
        for (const auto line : split_lines(lines)) {
            if (!line.empty()) {
                commands.push_back(fmt::format("{} {}", program, line));
            }
        }
    };
    add("ip", change.links);
    add("tc", change.shapes);
    add("ip", change.starts);
    return commands;
}

class linux_judge {
public:
    linux_judge(const linux_state& state, cross_connect_findings& into)
        : state_(state), into_(into), prefix_(into.here().bridge) {}

    void trunks() {
        for (const auto& s : into_.lab().switches) {
            for (const auto& trunk : s.trunks) {
                if (trunk.cross_connect == into_.which()) {
                    judge_trunk(s, trunk);
                }
            }
        }
    }

    void joins(const known_joins& known) {
        const auto standing = crossconnect::standing_bridges(state_, prefix_);
        std::vector<crossconnect::join> all;
        for (const auto& one : standing) {
            all.push_back(one.what);
            if (!one.faults.empty() && known.contains(one.what.name)) {
                into_.tell(into_.here().place, "", fmt::format("join {} as it was made", one.what.name),
                           join(one.faults, "; "), change({{one.what}, {}, {}}));
            }
            if (one.what.members.size() + one.what.tunnels.size() < 2 && known.contains(one.what.name)) {
                into_.tell(into_.here().place, "", fmt::format("join {} with 2 members or more", one.what.name),
                           fmt::format("{}", one.what.members.size() + one.what.tunnels.size()), {});
            }
        }
        into_.compare_joins(all, known, [this](const crossconnect::join& one) { return change({{}, {one.name}, {}}); });
        for (const auto& [name, link] : state_.links) {
            const bool of_our_prefix = link.kind == "bridge" && name.starts_with(prefix_ + "-");
            if (of_our_prefix && !crossconnect::is_our_bridge(link, prefix_)) {
                into_.note(fmt::format("the bridge {} has a name as ours, and was not made by the engine", name));
            }
        }
    }

    void settings(std::string_view answer) {
        for (const auto line : split_lines(answer)) {
            const auto equals = line.find('=');
            const auto name = trim(line.substr(0, equals));
            const bool is_on = equals != std::string_view::npos && trim(line.substr(equals + 1)) == "1";
            if (is_on && std::ranges::find(filters, name) != std::end(filters)) {
                into_.tell(into_.here().place, "", fmt::format("{} 0", name),
                           "1: the packet filter of the host drops and changes frames of the users",
                           {fmt::format("sysctl -w {}=0", name)});
            }
            if (is_on && name == routing) {
                into_.note("the host routes IPv6: it reports multicast groups (MLD) on the members of joins");
            }
        }
    }

private:
    [[nodiscard]] std::vector<std::string> change(const crossconnect::linux_goal& goal) const {
        const auto needed = crossconnect::change_to(state_, prefix_, goal, true);
        return needed ? commands_of(*needed) : std::vector<std::string>();
    }

    void judge_trunk(const model::lab_switch& s, const model::trunk& trunk) {
        const auto& name = trunk.cross_connect_port;
        const auto* const port = crossconnect::find_link(state_, name);
        const std::string what = "the trunk of switch " + s.name;
        bool all_there = true;
        for (const auto vlan : vlans_of(s)) {
            const auto* const device = crossconnect::device_of(state_, {name, vlan});
            all_there = all_there && device != nullptr;
            if (device != nullptr) {
                judge_member(trunk, *device);
            }
        }
        if (port == nullptr) {
            // All VLANs as devices of their own, and the trunk somewhere else: then nothing is missing.
            if (!all_there) {
                into_.tell(trunk.place, name, what, "no such network device", {});
            }
            return;
        }
        if (!port->up) {
            into_.tell(trunk.place, name, what + " up", "shut down by its configuration",
                       {fmt::format("ip link set dev {} up", name)});
        } else if (!port->carrier) {
            into_.tell(trunk.place, name, what + " up", "no carrier", {});
        }
        model::traffic_set jumbo;
        jumbo.add(model::traffic::jumbo);
        constexpr std::uint32_t enough = 9004;  // 9,000 bytes and a tag of the users
        if (s.passes.has(jumbo) && into_.here().passes.has(jumbo) && port->mtu < enough) {
            into_.tell(trunk.place, name, fmt::format("an MTU of {} at least (jumbo frames)", enough),
                       std::to_string(port->mtu),
                       {fmt::format("ip link set dev {} mtu {}", name, crossconnect::wanted_mtu)});
        }
    }

    /// A device that others have put into a bridge of theirs cannot be in a join.
    void judge_member(const model::trunk& trunk, const crossconnect::link_state& device) {
        const auto* const master = crossconnect::find_link(state_, device.master);
        if (!device.master.empty() && (master == nullptr || !crossconnect::is_our_bridge(*master, prefix_))) {
            into_.tell(trunk.place, device.name, "free, or in a join", "in " + device.master,
                       {fmt::format("ip link set dev {} nomaster", device.name)});
        }
    }

    [[nodiscard]] std::vector<std::uint16_t> vlans_of(const model::lab_switch& s) const {
        std::vector<std::uint16_t> vlans;
        for (const auto& device : into_.lab().devices) {
            for (const auto& interface : device.interfaces) {
                if (interface.port && &into_.lab().at(interface.port->where) == &s) {
                    vlans.push_back(interface.port->vlan);
                }
            }
        }
        return vlans;
    }

    const linux_state& state_;
    cross_connect_findings& into_;
    const std::string prefix_;
};

}  // namespace

void judge_linux_host(const linux_state& state, std::string_view settings, const known_joins& joins,
                      cross_connect_findings& into) {
    linux_judge judge(state, into);
    judge.settings(settings);
    judge.trunks();
    judge.joins(joins);
}

task<result<void>> audit_linux_host(activation::environment& env, crossconnect::address where,
                                    cross_connect_findings& into, const known_joins& joins, time_point deadline) {
    auto host = co_await crossconnect::open_host(env.rt, std::move(where), deadline);
    if (!host) {
        co_return host.error();
    }
    linux_state state;
    const auto links = co_await crossconnect::run_tool(**host, crossconnect::show_links_command(), "", deadline);
    if (!links) {
        co_return links.error();
    }
    auto read = crossconnect::parse_links(*links);
    if (!read) {
        co_return read.error();
    }
    state.links = std::move(*read);
    const crossconnect::linux_goal nothing;
    if (crossconnect::needs_disciplines(state, nothing)) {
        const auto shown =
            co_await crossconnect::run_tool(**host, crossconnect::show_disciplines_command(), "", deadline);
        if (!shown) {
            co_return shown.error();
        }
        auto disciplines = crossconnect::parse_disciplines(*shown);
        if (!disciplines) {
            co_return disciplines.error();
        }
        state.disciplines = std::move(*disciplines);
    }
    const auto settings = co_await crossconnect::run_tool(**host, settings_command(), "", deadline);
    if (!settings) {
        into.note("sysctl cannot be asked there: " + settings.error().reason);
    }
    judge_linux_host(state, settings ? *settings : std::string(), joins, into);
    co_return result<void>();
}

}  // namespace rollover::audit
