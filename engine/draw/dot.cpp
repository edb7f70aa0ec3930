#include "engine/draw/dot.h"

#include "engine/draw/graph_writer.h"
#include "engine/placement/format.h"

#include <fmt/format.h>

namespace rollover::draw {

namespace {

// Kinds have names of their own: a device and a site may both be called "main".
std::string id_of(std::string_view kind, std::string_view name) {
    return fmt::format("{} {}", kind, name);
}

std::string words_of(const model::requirement& r) {
    switch (r.what) {
        case model::requirement::kind::platform:
        case model::requirement::kind::model:
        case model::requirement::kind::feature: return r.value;
        case model::requirement::kind::device: return "is " + r.value;
        case model::requirement::kind::site: return "at " + r.value;
        case model::requirement::kind::not_device: return "is not " + r.value;
        case model::requirement::kind::capacity: return fmt::format("{} of {}", r.amount, r.value);
        case model::requirement::kind::same_site_as: return "at the site of " + r.value;
        case model::requirement::kind::different_site_from: return "not at the site of " + r.value;
    }
    return {};
}

struct link_words {
    std::string name;
    std::vector<std::string> ends;  ///< the interface at each end; may be empty
    std::string style = "solid";
};

void add_link(graph_writer& g, const model::topology& t, const model::link& l, const link_words& words) {
    const auto node_at = [&](std::size_t end) { return id_of("node", t.at(l.ends[end].node).name); };
    if (l.ends.size() == 2) {
        g.edge(node_at(0), node_at(1),
               {{"label", words.name}, {"taillabel", words.ends[0]}, {"headlabel", words.ends[1]}}, words.style);
        return;
    }
    g.node(id_of("link", l.name), {words.name}, "ellipse");
    for (std::size_t e = 0; e < l.ends.size(); ++e) {
        g.edge(node_at(e), id_of("link", l.name), {{"taillabel", words.ends[e]}}, words.style);
    }
}

std::string style_of(placement::carrier::kind k) {
    switch (k) {
        case placement::carrier::kind::cross_connect: return "solid";
        case placement::carrier::kind::patch: return "dashed";
        case placement::carrier::kind::wire:
        case placement::carrier::kind::segment: break;
    }
    return "bold";  // what is cabled for ever is drawn thick
}

void add_device(graph_writer& g, const model::lab& l, const model::device& d) {
    g.node(id_of("device", d.name), {d.name, d.model.empty() ? d.platform : d.platform + " " + d.model});
    for (const model::interface& i : d.interfaces) {
        if (i.port) {
            g.edge(id_of("device", d.name), id_of("switch", l.at(i.port->where).name),
                   {{"taillabel", i.name}, {"edgetooltip", fmt::format("{} vlan {}", i.port->port, i.port->vlan)}});
        }
        if (i.line) {
            g.edge(id_of("device", d.name), id_of("converter", l.at(i.line->line.converter).name),
                   {{"taillabel", i.name}, {"headlabel", l.at(i.line->line).number}}, "dashed");
        }
    }
    const model::line_reference line = d.console.line;
    g.edge(id_of("device", d.name), id_of("converter", l.at(line.converter).name), {{"headlabel", l.at(line).number}},
           "dotted");
}

void add_site(graph_writer& g, const model::lab& l, model::site_index site) {
    g.begin_cluster(id_of("site", l.at(site).name), l.at(site).name);
    for (const model::converter& c : l.converters) {
        if (c.site == site) {
            g.node(id_of("converter", c.name), {c.name}, "component");
        }
    }
    for (const model::cross_connect& c : l.cross_connects) {
        if (c.site == site) {
            g.node(id_of("cross-connect", c.name), {c.name}, "hexagon");
        }
    }
    for (const model::lab_switch& s : l.switches) {
        if (s.site == site) {
            g.node(id_of("switch", s.name), {s.name, s.platform}, "box3d");
            for (const model::trunk& t : s.trunks) {
                g.edge(id_of("switch", s.name), id_of("cross-connect", l.at(t.cross_connect).name),
                       {{"taillabel", t.port}, {"headlabel", t.cross_connect_port}, {"label", "trunk"}}, "bold");
            }
        }
    }
    for (const model::device& d : l.devices) {
        if (d.site == site) {
            add_device(g, l, d);
        }
    }
    g.end_cluster();
}

void add_fixed(graph_writer& g, const model::lab& l, const model::fixed_medium& m, std::string_view kind) {
    const auto device_at = [&](std::size_t end) { return id_of("device", l.at(m.ends[end].device).name); };
    if (m.ends.size() == 2) {
        g.edge(device_at(0), device_at(1),
               {{"label", m.name}, {"taillabel", l.at(m.ends[0]).name}, {"headlabel", l.at(m.ends[1]).name}}, "bold");
        return;
    }
    g.node(id_of(kind, m.name), {m.name}, "ellipse");
    for (std::size_t e = 0; e < m.ends.size(); ++e) {
        g.edge(device_at(e), id_of(kind, m.name), {{"taillabel", l.at(m.ends[e]).name}}, "bold");
    }
}

}  // namespace

std::string dot_of(const model::topology& t, medium m) {
    graph_writer g(t.name, m);
    for (const model::node& n : t.nodes) {
        std::vector<std::string> lines{n.name};
        for (const model::requirement& r : n.requirements) {
            lines.push_back(words_of(r));
        }
        g.node(id_of("node", n.name), lines);
    }
    for (const model::link& l : t.links) {
        link_words words{l.name, {}, "solid"};
        for (const model::link_end& e : l.ends) {
            words.ends.push_back(e.interface);
        }
        add_link(g, t, l, words);
    }
    return g.take();
}

std::string dot_of(const model::lab& l, const model::topology& t, const placement::placement& p, medium m) {
    graph_writer g(t.name, m);
    for (std::uint32_t s = 0; s < l.sites.size(); ++s) {
        g.begin_cluster(id_of("site", l.sites[s].name), l.sites[s].name);
        for (std::size_t n = 0; n < t.nodes.size(); ++n) {
            const model::device& d = l.at(p.devices[n]);
            if (d.site.value == s) {
                g.node(id_of("node", t.nodes[n].name), {t.nodes[n].name, fmt::format("{} ({})", d.name, d.platform)});
            }
        }
        g.end_cluster();
    }
    for (std::size_t i = 0; i < t.links.size(); ++i) {
        const placement::placed_link& placed = p.links[i];
        link_words words{
            fmt::format("{} ({})", t.links[i].name, placement::name_of(l, placed.by)), {}, style_of(placed.by.what)};
        for (const model::interface_reference& e : placed.ends) {
            words.ends.push_back(l.at(e).name);
        }
        add_link(g, t, t.links[i], words);
    }
    return g.take();
}

std::string dot_of(const model::lab& l, medium m) {
    graph_writer g(l.name, m);
    for (std::uint32_t s = 0; s < l.sites.size(); ++s) {
        add_site(g, l, {s});
    }
    for (const model::fixed_medium& w : l.wires) {
        add_fixed(g, l, w, "wire");
    }
    for (const model::fixed_medium& s : l.segments) {
        add_fixed(g, l, s, "segment");
    }
    return g.take();
}

}  // namespace rollover::draw
