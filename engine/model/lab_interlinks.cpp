// The ways between cross-connects, and how interfaces reach a cross-connect over them.
#include "engine/model/lab_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

namespace {

constexpr std::uint32_t ordinary_mtu = 1500;
constexpr std::uint32_t jumbo_mtu = 9000;
constexpr std::uint32_t largest_mtu = 65535;
constexpr std::uint32_t vxlan_port = 4789;  // RFC 7348, section 5
constexpr std::uint32_t largest_udp_port = 65535;
constexpr std::uint32_t all_vnis = 1U << 24U;
constexpr auto no_cross_connect = static_cast<std::uint32_t>(-1);

}  // namespace

void lab_reader::read_interlink(element& e) {
    interlink made;
    const auto number = static_cast<std::uint32_t>(lab_.interlinks.size());
    const auto name = e.required("name", rules::name);
    interlinks_.add(e, name, number);
    made.name = name;
    made.place = e.place();
    made.capacity = parse_bit_rate(e.optional("capacity", rules::bit_rate)).value_or(0);
    made.mtu = e.number("mtu", ordinary_mtu + tunnel_overhead, largest_mtu, made.mtu);
    made.port = static_cast<std::uint16_t>(e.number("port", 1, largest_udp_port, vxlan_port));
    made.vni = e.number("vni", 1, all_vnis - vnis_of_interlink, std::min(number + 1, 2000U) * vnis_of_interlink);
    made.passes = passes_of(e);
    traffic_set jumbo;
    jumbo.add(traffic::jumbo);
    if (made.mtu < jumbo_mtu + tunnel_overhead && made.passes.has(jumbo)) {
        if (e.has("passes")) {
            e.wrong("passes", fmt::format("jumbo frames do not fit into an mtu of {}", made.mtu),
                    fmt::format("they need mtu=\"{}\" or more", jumbo_mtu + tunnel_overhead));
        }
        made.passes = jumbo.lacking(made.passes);
    }
    made.passes.add(traffic::shaped);  // that is for the cross-connects to say
    if (e.count("end") != 2) {
        e.wrong(fmt::format("<interlink> has {} <end>, not 2", e.count("end")),
                "one <end cross-connect=\"...\" address=\"...\"/> for each of the two cross-connects");
    }
    std::size_t n = 0;
    for (const pugi::xml_node child : e.children("end")) {
        element end(reading_, child);
        interlink_end one = read_interlink_end(end);
        if (n < made.ends.size()) {
            made.ends[n++] = std::move(one);
        }
    }
    e.finish({"end"});
    lab_.interlinks.push_back(std::move(made));
}

interlink_end lab_reader::read_interlink_end(element& e) {
    interlink_end end;
    const auto name = e.required("cross-connect", rules::name);
    end.address = e.required("address", rules::ip_address);
    end.cross_connect.value = cross_connects_.resolve(e, "cross-connect", name).value_or(no_cross_connect);
    e.finish();
    return end;
}

/// What can only be said of interlinks whose ends are all right.
void lab_reader::check_interlinks() {
    std::vector<const interlink*> by_vni;
    for (std::size_t i = 0; i < lab_.interlinks.size(); ++i) {
        const interlink& one = lab_.interlinks[i];
        const auto& [a, b] = one.ends;
        if (a.cross_connect == b.cross_connect) {
            reading_.out.add(one.place,
                             fmt::format("interlink {} joins cross-connect {} with itself", in_quotes(one.name),
                                         in_quotes(lab_.at(a.cross_connect).name)),
                             "its ends are at two cross-connects");
        } else if (const auto first = interlink_between(lab_, a.cross_connect, b.cross_connect); first->value < i) {
            reading_.out.add(
                one.place,
                fmt::format("a second interlink between the cross-connects of {}", in_quotes(lab_.at(*first).name)),
                "remove one, and give the other the capacity of both");
        }
        if ((a.address.find(':') == std::string::npos) != (b.address.find(':') == std::string::npos)) {
            reading_.out.add(one.place,
                             fmt::format("interlink {} has an IPv4 and an IPv6 address", in_quotes(one.name)),
                             "both ends are of one family");
        }
        by_vni.push_back(&one);
    }
    std::ranges::sort(by_vni, {}, &interlink::vni);
    for (std::size_t i = 1; i < by_vni.size(); ++i) {
        if (by_vni[i]->vni < by_vni[i - 1]->vni + vnis_of_interlink) {
            reading_.out.add(by_vni[i]->place,
                             fmt::format("the network identifiers of interlinks {} and {} overlap",
                                         in_quotes(by_vni[i - 1]->name), in_quotes(by_vni[i]->name)),
                             fmt::format("each takes {} from its vni on", vnis_of_interlink));
        }
    }
}

std::optional<interlink_index> interlink_between(const lab& l, cross_connect_index a, cross_connect_index b) {
    const auto found = std::ranges::find_if(l.interlinks, [&](const interlink& i) {
        const auto& [first, second] = i.ends;
        return (first.cross_connect == a && second.cross_connect == b) ||
               (first.cross_connect == b && second.cross_connect == a);
    });
    if (found == l.interlinks.end()) {
        return std::nullopt;
    }
    return interlink_index{static_cast<std::uint32_t>(found - l.interlinks.begin())};
}

std::optional<way> way_to(const lab& l, interface_reference from, cross_connect_index to) {
    const auto& port = l.at(from).port;
    if (!port) {
        return std::nullopt;
    }
    const auto& trunks = l.at(port->where).trunks;
    if (const auto straight = std::ranges::find(trunks, to, &trunk::cross_connect); straight != trunks.end()) {
        return way{&*straight, std::nullopt};
    }
    for (const trunk& t : trunks) {
        if (const auto across = interlink_between(l, t.cross_connect, to)) {
            return way{&t, across};
        }
    }
    return std::nullopt;
}

}  // namespace rollover::model
