#include "drivers/crossconnect/linux_bridge_wanted.h"

#include "engine/base/text.h"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::uint32_t most_vni = 0xff'ffff;
constexpr std::uint32_t least_inside = 68;  // the least MTU of a device

failure wrong(const join& one, std::string what) {
    return failure(errc::bad_input, fmt::format("join {}: {}", printable(one.name), what));
}

result<void> check_name(const join& one) {
    if (one.name.empty() || alias_of_join(one.name).size() > longest_alias) {
        return failure(errc::bad_input, fmt::format("the name of a join has to fit into {} bytes, not \"{}\"",
                                                    longest_alias - alias_of_join("").size(), printable(one.name)));
    }
    return {};
}

/// As the kernel writes it; nothing for what is no address.
std::optional<std::string> canonical(const std::string& address, int family) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::inet_pton(family, address.c_str(), bytes.data()) != 1 ||
        ::inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) {
        return std::nullopt;
    }
    return std::string(text.data());
}

result<tunnel> checked(const join& one, tunnel t) {
    const int family = t.remote.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const auto local = canonical(t.local, family);
    const auto remote = canonical(t.remote, family);
    if (!local || !remote) {
        return wrong(one, fmt::format("a tunnel from {} to {} has no two addresses of one family", printable(t.local),
                                      printable(t.remote)));
    }
    if (t.vni < 1 || t.vni > most_vni || t.port == 0) {
        return wrong(one, fmt::format("the tunnel to {} has the number {} and the port {}", *remote, t.vni, t.port));
    }
    t.local = *local;
    t.remote = *remote;
    if (mtu_inside(t) < least_inside) {
        return wrong(one,
                     fmt::format("nothing fits into the tunnel to {}, whose packets have {} bytes", *remote, t.mtu));
    }
    return t;
}

/// Names of devices where trunks could arrive, for the message.
std::string hardware_of(const linux_state& state) {
    constexpr std::size_t most = 20;
    std::vector<std::string> names;
    for (const auto& [name, one] : state.links) {
        if (one.group != our_group && one.kind != "bridge" && name != "lo" && names.size() < most) {
            names.push_back(name);
        }
    }
    return rollover::join(names, ", ");
}

result<wanted_member> to_make(const linux_state& state, std::string_view prefix, const join& one, const attachment& at,
                              free_names& names) {
    const auto* const below = find_link(state, at.port);
    auto usual = fmt::format("{}.{}", at.port, at.vlan);
    if (below == nullptr) {
        return failure(errc::not_found, fmt::format("join {}: there is no network device {} and none {}",
                                                    printable(one.name), at.port, usual))
            .advise("network devices there: " + hardware_of(state));
    }
    if (!below->up) {
        return failure(errc::device_state,
                       fmt::format("join {}: the network device {} is down", printable(one.name), at.port))
            .advise(fmt::format("ip link set {} up, and have the host do so when it starts", at.port));
    }
    if (const auto* const other = find_link(state, usual); other != nullptr) {
        return failure(errc::device_state, fmt::format("join {}: the network device {} is VLAN {} of {}",
                                                       printable(one.name), usual, other->vlan, other->parent))
            .advise("give that device another name");
    }
    if (usual.size() > longest_device_name) {
        usual = names.derive(prefix, 'm', usual, [](const link_state& /*taken*/) { return false; });
    }
    return wanted_member{std::move(usual), at, true};
}

result<wanted_member> resolve_member(const linux_state& state, std::string_view prefix, const join& one,
                                     const attachment& at, free_names& names) {
    if (at.vlan < 1 || at.vlan > 4094) {
        return wrong(one, fmt::format("VLAN {} is not in 1..4094", at.vlan));
    }
    if (!is_usable_name(at.port)) {
        return wrong(one,
                     fmt::format("\"{}\" is no name of a network device where a trunk arrives", printable(at.port)))
            .advise("name it in the lab file: <trunk ... cross-connect-port=\"eth1\"/>");
    }
    const auto* const there = device_of(state, at);
    if (there == nullptr) {
        return to_make(state, prefix, one, at, names);
    }
    // What ip -batch cannot say, the driver could not restore.
    const bool plain_alias = std::all_of(there->alias.begin(), there->alias.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '"' && c != '#' && c != '\\';
    });
    constexpr std::size_t longest_of_others = 120;
    if (!is_usable_name(there->name) || !plain_alias ||
        (there->alias.size() > longest_of_others && !is_claimed(*there))) {
        return failure(
                   errc::unsupported,
                   fmt::format("join {}: the network device {} has a name or an alias that the driver cannot restore",
                               printable(one.name), printable(there->name)))
            .advise("give it a name and an alias of letters and digits");
    }
    return wanted_member{there->name, at, false};
}

}  // namespace

result<wanted_bridge> resolve(const linux_state& state, std::string_view prefix, const join& wanted,
                              free_names& names) {
    if (auto named = check_name(wanted); !named) {
        return named.error();
    }
    wanted_bridge out;
    out.name = wanted.name;
    for (const auto& at : wanted.members) {
        auto member = resolve_member(state, prefix, wanted, at, names);
        if (!member) {
            return member.error();
        }
        out.members.push_back(std::move(*member));
    }
    std::sort(out.members.begin(), out.members.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    for (const auto& t : wanted.tunnels) {
        auto one = checked(wanted, t);
        if (!one) {
            return one.error();
        }
        out.tunnels.push_back(std::move(*one));
    }
    std::sort(out.tunnels.begin(), out.tunnels.end());
    if (out.members.size() + out.tunnels.size() < 2) {
        return wrong(wanted, "it has fewer than 2 members");
    }
    if (!discipline_of(wanted.shaped).empty()) {
        out.shaped = wanted.shaped;
    }
    return out;
}

}  // namespace rollover::crossconnect
