#include "drivers/crossconnect/linux_bridge_lines.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::string_view bridge_words = "type bridge stp_state 0 mcast_snooping 0 group_fwd_mask 65528 ageing_time 0";
constexpr std::string_view port_words =
    "type bridge_slave learning off flood on mcast_flood on bcast_flood on hairpin off isolated off neigh_suppress off "
    "group_fwd_mask 4";

/// Frames that wait in netem: those of `delay` at the rate (or at 1 Gbit/s), 500 bytes each.
std::int64_t netem_limit(const shape& s) {
    constexpr std::int64_t least = 1000;
    constexpr std::int64_t most = 200'000;
    constexpr std::int64_t bits_of_frame = 4000;
    const std::int64_t rate = s.rate == 0 ? 1000 : s.rate;
    const auto waits = std::min<std::int64_t>(microseconds_of(s.delay + s.jitter), 10'000'000);
    return std::clamp(waits * std::min<std::int64_t>(rate, 100'000) / bits_of_frame, least, most);
}

std::string netem_words(const shape& s) {
    auto words = fmt::format("netem limit {} delay {}us", netem_limit(s), microseconds_of(s.delay));
    if (microseconds_of(s.jitter) != 0) {
        words += fmt::format(" {}us", microseconds_of(s.jitter));
    }
    if (s.loss_per_million != 0) {
        words += fmt::format(" loss {}.{:04}%", s.loss_per_million / 10'000, s.loss_per_million % 10'000);
    }
    if (s.rate != 0) {
        words += fmt::format(" rate {}mbit", s.rate);
    }
    return words;
}

/// The bucket holds 4 ms (a tick of the slowest kernels), and more than the largest frame.
std::string tbf_words(const shape& s) {
    constexpr std::uint64_t least = 32'768;
    const auto burst = std::max<std::uint64_t>(least, std::uint64_t{s.rate} * 1'000'000 / 8 / 250);
    return fmt::format("tbf rate {}mbit burst {} latency 50ms", s.rate, burst);
}

owner_mark mark_for(const link_state* has, const std::string& bridge) {
    owner_mark mark;
    mark.bridge = bridge;
    if (has == nullptr || has->group == our_group) {
        return mark;
    }
    if (const auto earlier = owner_of_alias(has->alias); earlier && earlier->before) {
        mark.before = earlier->before;  // taken before; what it was like then is what counts
        return mark;
    }
    const auto addresses = has->addresses.empty() ? "eui64" : has->addresses;
    mark.before = device_before{has->mtu, addresses, has->up, has->alias};
    return mark;
}

}  // namespace

void line_writer::make_bridge(const std::string& bridge, const link_state* has, const std::string& join_name) {
    auto& out = change_.links;
    if (has == nullptr) {
        out += fmt::format("link add name {} group {} {}\n", bridge, our_group, bridge_words);
    } else if (has->bridge != our_bridge_settings) {
        // Not said otherwise: there are kernels that do not know the word.
        const bool filters = has->bridge && has->bridge->vlan_filtering;
        out += fmt::format("link set dev {} {}{}\n", bridge, bridge_words, filters ? " vlan_filtering 0" : "");
    }
    const auto alias = alias_of_join(join_name);
    if (has == nullptr || has->alias != alias || has->arp) {
        out += fmt::format("link set dev {} alias \"{}\" arp off\n", bridge, alias);
    }
    if (has == nullptr || has->addresses != "none") {
        out += fmt::format("link set dev {} addrgenmode none\n", bridge);
    }
}

void line_writer::make_vlan_device(const std::string& name, const attachment& at) {
    change_.links +=
        fmt::format("link add link {} name {} group {} type vlan id {}\n", at.port, name, our_group, at.vlan);
}

void line_writer::make_tunnel(const std::string& name, const tunnel& t) {
    change_.links +=
        fmt::format("link add name {} mtu {} group {} type vxlan id {} local {} remote {} dstport {} nolearning\n",
                    name, mtu_inside(t), our_group, t.vni, t.local, t.remote, t.port);
}

void line_writer::take_member(const std::string& name, const link_state* has, const std::string& bridge) {
    if (has == nullptr || !is_claimed(*has)) {
        change_.links += fmt::format("link property add dev {} altname {}\n", name, claim_on(name));
    }
    attach(name, has, bridge);
}

void line_writer::take_tunnel(const std::string& name, const link_state* has, const std::string& bridge) {
    attach(name, has, bridge);
}

void line_writer::attach(const std::string& name, const link_state* has, const std::string& bridge) {
    auto& out = change_.links;
    const auto alias = alias_of_owner(mark_for(has, bridge));
    if (has == nullptr || has->alias != alias) {
        out += fmt::format("link set dev {} alias \"{}\"\n", name, alias);
    }
    const bool moves = has == nullptr || has->master != bridge;
    if (moves) {
        out += fmt::format("link set dev {} master {}\n", name, bridge);
    }
    if (has == nullptr || has->addresses != "none") {
        out += fmt::format("link set dev {} addrgenmode none\n", name);
    }
    if (has != nullptr && !has->vxlan) {
        if (const auto mtu = mtu_of_member(state_, *has); mtu != has->mtu) {
            out += fmt::format("link set dev {} mtu {}\n", name, mtu);
        }
    }
    if (moves || has->port != our_port_settings) {
        // Not said otherwise: there are kernels that do not know the word.
        const bool restricted = has != nullptr && has->port && has->port->restricted;
        out += fmt::format("link set dev {} {}{}\n", name, port_words, restricted ? " locked off" : "");
    }
    if (has == nullptr || !has->up) {
        out += fmt::format("link set dev {} up\n", name);
    }
}

void line_writer::shape_member(const std::string& name, const std::optional<shape>& shaped) {
    if (is_shaped_as(state_, name, shaped)) {
        return;
    }
    if (has_our_discipline(state_, name)) {
        change_.shapes += fmt::format("qdisc del dev {} root\n", name);
    }
    if (const auto kind = discipline_of(shaped); !kind.empty()) {
        change_.shapes += fmt::format("qdisc add dev {} root handle {} {}\n", name, our_discipline,
                                      kind == "tbf" ? tbf_words(*shaped) : netem_words(*shaped));
    }
}

void line_writer::start_bridge(const std::string& bridge, const link_state* has) {
    if (has == nullptr || !has->up) {
        change_.starts += fmt::format("link set dev {} up\n", bridge);
    }
}

void line_writer::stop_bridge(const std::string& bridge) {
    change_.links += fmt::format("link set dev {} down\n", bridge);
}

void line_writer::release(const link_state& device) {
    auto& out = change_.links;
    if (device.group == our_group) {
        remove(device.name);
        return;
    }
    if (!device.master.empty()) {
        out += fmt::format("link set dev {} nomaster\n", device.name);
    }
    const auto mark = owner_of_alias(device.alias);
    if (mark && mark->before) {
        const auto& was = *mark->before;
        if (device.up && !was.up) {
            out += fmt::format("link set dev {} down\n", device.name);
        }
        if (device.mtu != was.mtu) {
            out += fmt::format("link set dev {} mtu {}\n", device.name, was.mtu);
        }
        if (device.addresses != was.addresses) {
            out += fmt::format("link set dev {} addrgenmode {}\n", device.name, was.addresses);
        }
        // Quotes are no part of what ip -batch can say of an alias: the driver does not take such a device.
        out += fmt::format("link set dev {} alias \"{}\"\n", device.name, was.alias);
    }
    if (is_claimed(device)) {
        out += fmt::format("link property del dev {} altname {}\n", device.name, claim_on(device.name));
    }
    if (has_our_discipline(state_, device.name)) {
        change_.shapes += fmt::format("qdisc del dev {} root\n", device.name);
    }
}

void line_writer::remove(const std::string& device) {
    change_.links += fmt::format("link del dev {}\n", device);
}

}  // namespace rollover::crossconnect
