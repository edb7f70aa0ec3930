#include "tests/engine/placement/family_instance.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace rollover::placement {

namespace {

constexpr std::uint32_t no_limit = 900;  // Gbit/s
constexpr std::uint32_t mbit = 1000;     // of a link
constexpr unsigned most_features = 31;

template <class Number>
void get(std::istream& in, Number& into) {
    if (!(in >> into)) {
        throw std::runtime_error("not an instance: it ends too early, or there is something else than a number");
    }
}

void get_edges(std::istream& in, std::vector<family_instance::edge>& into) {
    std::uint32_t count = 0;
    get(in, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        family_instance::edge e;
        get(in, e.a);
        get(in, e.b);
        get(in, e.count);
        into.push_back(e);
    }
}

family_instance::device get_device(std::istream& in) {
    family_instance::device d;
    std::uint32_t joined = 0;
    std::uint32_t ports = 0;
    std::uint32_t switches = 0;
    get(in, d.name);
    get(in, d.type);
    get(in, d.features);
    get(in, d.cross_connect);
    get(in, joined);
    get(in, ports);
    get(in, switches);
    for (std::uint32_t s = 0; s < switches; ++s) {
        std::pair<std::uint32_t, std::uint32_t> on;
        get(in, on.first);
        get(in, on.second);
        d.ports.push_back(on);
    }
    return d;
}

std::vector<std::string> features_of(std::uint32_t bits) {
    std::vector<std::string> names;
    for (unsigned f = 0; f < most_features; ++f) {
        if (((bits >> f) & 1U) != 0) {
            names.push_back(fmt::format("f{:02}", f));
        }
    }
    return names;
}

}  // namespace

family_instance read_instance(std::istream& in) {
    family_instance i;
    std::uint32_t devices = 0;
    std::uint32_t nodes = 0;
    std::uint32_t switches = 0;
    get(in, devices);
    get(in, nodes);
    get(in, i.cross_connects);
    get(in, switches);
    for (std::uint32_t d = 0; d < devices; ++d) {
        i.devices.push_back(get_device(in));
    }
    for (std::uint32_t s = 0; s < switches; ++s) {
        family_instance::fabric_switch one;
        get(in, one.cross_connect);
        get(in, one.trunk);
        one.trunk = one.trunk >= no_limit ? 0 : one.trunk;
        i.switches.push_back(one);
    }
    get_edges(in, i.interlinks);
    get_edges(in, i.wires);
    for (std::uint32_t n = 0; n < nodes; ++n) {
        family_instance::node one;
        get(in, one.name);
        get(in, one.type);
        get(in, one.features);
        i.nodes.push_back(std::move(one));
    }
    get_edges(in, i.links);
    return i;
}

model::lab lab_of(const family_instance& i) {
    model::lab lab;
    lab.name = "families";
    for (std::uint32_t x = 0; x < std::max(i.cross_connects, 1U); ++x) {
        lab.sites.emplace_back().name = fmt::format("s{}", x);
    }
    for (std::uint32_t x = 0; x < i.cross_connects; ++x) {
        lab.cross_connects.emplace_back().name = fmt::format("x{}", x);
        lab.cross_connects.back().site = {x};
    }
    for (const auto& [x, trunk] : i.switches) {
        auto& made = lab.switches.emplace_back();
        made.name = fmt::format("sw{}", lab.switches.size());
        made.trunks.push_back({"t", {x}, fmt::format("eth{}", lab.switches.size()), {}, trunk * mbit});
    }
    for (const auto& [a, b, count] : i.interlinks) {
        if (count > 0) {
            auto& made = lab.interlinks.emplace_back();
            made.name = fmt::format("x{}-x{}", a, b);
            made.capacity = count * mbit;
            made.ends[0].cross_connect = {a};
            made.ends[1].cross_connect = {b};
        }
    }
    for (const auto& d : i.devices) {
        auto& made = lab.devices.emplace_back();
        made.name = d.name;
        made.platform = fmt::format("t{}", d.type);
        made.features = features_of(d.features);
        made.site = {static_cast<std::uint32_t>(std::max(d.cross_connect, 0))};
        for (const auto& [s, count] : d.ports) {
            for (std::uint32_t p = 0; p < count; ++p) {
                auto& port = made.interfaces.emplace_back();
                port.name = fmt::format("e{}", made.interfaces.size());
                port.port = model::switch_port{{s}, "p", 1};
            }
        }
    }
    const auto add_end = [&](std::uint32_t d) {
        auto& interfaces = lab.devices[d].interfaces;
        interfaces.emplace_back().name = fmt::format("w{}", interfaces.size());
        return model::interface_reference{{d}, static_cast<std::uint32_t>(interfaces.size() - 1)};
    };
    for (const auto& [a, b, count] : i.wires) {
        for (std::uint32_t w = 0; w < count; ++w) {
            const model::interface_reference from = add_end(a);
            const model::interface_reference to = add_end(b);
            lab.wires.push_back({fmt::format("w{}", lab.wires.size()), {from, to}, {}});
        }
    }
    return lab;
}

model::topology topology_of(const family_instance& i) {
    using kind = model::requirement::kind;
    model::topology t;
    t.name = "families";
    for (const auto& n : i.nodes) {
        auto& made = t.nodes.emplace_back();
        made.name = n.name;
        if (n.type >= 0) {
            made.requirements.push_back({kind::platform, fmt::format("t{}", n.type), {}, {}});
        }
        for (const std::string& f : features_of(n.features)) {
            made.requirements.push_back({kind::feature, f, {}, {}});
        }
    }
    for (const auto& [a, b, count] : i.links) {
        for (std::uint32_t c = 0; c < count; ++c) {
            auto& made = t.links.emplace_back();
            made.name = fmt::format("l{}", t.links.size());
            made.ends = {{{a}, "", {}}, {{b}, "", {}}};
        }
    }
    return t;
}

}  // namespace rollover::placement
