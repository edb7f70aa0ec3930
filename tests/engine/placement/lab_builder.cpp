#include "tests/engine/placement/lab_builder.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace rollover::placement {

namespace {

template <class T>
std::uint32_t position(const std::vector<T>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
    if (found == all.end()) {
        throw std::invalid_argument("no " + std::string(name) + " in this test");
    }
    return static_cast<std::uint32_t>(found - all.begin());
}

std::vector<std::string> words(const std::string& text, char separator) {
    std::vector<std::string> found;
    std::istringstream in(text);
    for (std::string word; std::getline(in, word, separator);) {
        while (!word.empty() && word.front() == ' ') {
            word.erase(0, 1);
        }
        if (!word.empty()) {
            found.push_back(word);
        }
    }
    return found;
}

}  // namespace

lab_builder::lab_builder() {
    lab.name = "x";
}

model::site_index lab_builder::site(const std::string& name) {
    for (std::uint32_t i = 0; i < lab.sites.size(); ++i) {
        if (lab.sites[i].name == name) {
            return {i};
        }
    }
    lab.sites.push_back({name, {}});
    return {static_cast<std::uint32_t>(lab.sites.size() - 1)};
}

lab_builder& lab_builder::cross_connect(const std::string& name, const std::string& at) {
    model::cross_connect x;
    x.name = name;
    x.site = site(at);
    lab.cross_connects.push_back(x);
    return lab_switch(name, {name});
}

lab_builder& lab_builder::lab_switch(const std::string& name, const std::vector<std::string>& cross_connects) {
    model::lab_switch s;
    s.name = name;
    for (const std::string& x : cross_connects) {
        s.trunks.push_back({"t" + x, {position(lab.cross_connects, x)}, name + "-" + x, {}});
    }
    lab.switches.push_back(s);
    return *this;
}

lab_builder& lab_builder::interlink(const std::string& name, const std::string& a, const std::string& b,
                                    std::uint32_t capacity) {
    model::interlink made;
    made.name = name;
    made.capacity = capacity;
    made.passes.add(model::traffic::shaped);
    made.ends[0].cross_connect.value = position(lab.cross_connects, a);
    made.ends[1].cross_connect.value = position(lab.cross_connects, b);
    lab.interlinks.push_back(made);
    return *this;
}

lab_builder& lab_builder::device(const std::string& name, const std::string& platform, const std::string& features,
                                 const std::string& at, const std::string& model) {
    model::device d;
    d.name = name;
    d.site = site(at);
    d.platform = platform;
    d.model = model;
    d.features = words(features, ' ');
    std::sort(d.features.begin(), d.features.end());
    if (lab.converters.empty()) {
        lab.converters.emplace_back().name = "cs1";
    }
    auto& lines = lab.converters[0].lines;
    d.console.line = {{0}, static_cast<std::uint32_t>(lines.size())};
    lines.emplace_back().number = std::to_string(lines.size());
    lab.devices.push_back(d);
    return *this;
}

lab_builder& lab_builder::interface(const std::string& device, const std::string& name, const std::string& on,
                                    model::interface_type type) {
    model::interface i;
    i.name = name;
    i.type = type;
    if (!on.empty()) {
        i.port = model::switch_port{{position(lab.switches, on)}, device + name, 0};
        i.port->vlan = static_cast<std::uint16_t>(100 + lab.devices.size() * 10 +
                                                  lab.devices[index_of(device).value].interfaces.size());
    }
    lab.devices[index_of(device).value].interfaces.push_back(i);
    return *this;
}

lab_builder& lab_builder::line(const std::string& device) {
    model::interface& last = lab.devices[index_of(device).value].interfaces.back();
    if (last.type == model::interface_type::serial) {
        auto& lines = lab.converters[0].lines;
        last.line.emplace().line = {{0}, static_cast<std::uint32_t>(lines.size())};
        lines.emplace_back().number = std::to_string(lines.size());
    }
    return *this;
}

lab_builder& lab_builder::wire(const std::string& a, const std::string& b) {
    lab.wires.push_back({"w" + std::to_string(lab.wires.size() + 1), {end(a), end(b)}, {}});
    return *this;
}

lab_builder& lab_builder::segment(const std::vector<std::string>& ends) {
    model::fixed_medium made{"s" + std::to_string(lab.segments.size() + 1), {}, {}};
    for (const std::string& e : ends) {
        made.ends.push_back(end(e));
    }
    lab.segments.push_back(made);
    return *this;
}

model::device_index lab_builder::index_of(std::string_view device) const {
    return {position(lab.devices, device)};
}

model::interface_reference lab_builder::end(const std::string& text) const {
    const std::vector<std::string> parts = words(text, ' ');
    const model::device_index d = index_of(parts.at(0));
    return {d, position(lab.devices[d.value].interfaces, parts.at(1))};
}

topology_builder::topology_builder() {
    topology.name = "t";
    topology.file = "t.xml";
}

model::node_index topology_builder::index_of(std::string_view node) const {
    return {position(topology.nodes, node)};
}

topology_builder& topology_builder::node(const std::string& name, const std::string& requirements) {
    using kind = model::requirement::kind;
    static const std::map<std::string, kind> kinds{{"platform", kind::platform},
                                                   {"model", kind::model},
                                                   {"feature", kind::feature},
                                                   {"device", kind::device},
                                                   {"site", kind::site},
                                                   {"same", kind::same_site_as},
                                                   {"different", kind::different_site_from}};
    model::node n;
    n.name = name;
    n.place = {"t.xml", ++line_, 3};
    topology.nodes.push_back(n);
    for (const std::string& text : words(requirements, ',')) {
        const std::vector<std::string> parts = words(text, ' ');
        model::requirement r;
        r.what = kinds.at(parts.at(0));
        r.value = parts.at(1);
        r.place = {"t.xml", ++line_, 5};
        if (r.what == kind::same_site_as || r.what == kind::different_site_from) {
            r.other = index_of(r.value);
        }
        topology.nodes.back().requirements.push_back(r);
    }
    return *this;
}

topology_builder& topology_builder::link(const std::string& name, const std::vector<std::string>& ends,
                                         model::link_via via, model::interface_type type) {
    model::link l;
    l.name = name;
    l.type = type;
    l.via = via;
    l.place = {"t.xml", ++line_, 3};
    for (const std::string& text : ends) {
        const std::vector<std::string> parts = words(text, ' ');
        l.ends.push_back({index_of(parts.at(0)), parts.size() > 1 ? parts[1] : "", l.place});
    }
    topology.links.push_back(l);
    return *this;
}

request ask(const lab_builder& l, const topology_builder& t) {
    return {l.lab, t.topology, {}, {}};
}

}  // namespace rollover::placement
