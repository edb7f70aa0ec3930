#include "engine/model/topology_reader.h"

#include "engine/model/config_text.h"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

using namespace std::chrono_literals;

namespace {

using kind = requirement::kind;

constexpr std::array<word<kind>, 9> kinds{{{"platform", kind::platform},
                                           {"model", kind::model},
                                           {"feature", kind::feature},
                                           {"device", kind::device},
                                           {"site", kind::site},
                                           {"same-site-as", kind::same_site_as},
                                           {"different-site-from", kind::different_site_from},
                                           {"not-device", kind::not_device},
                                           {"capacity", kind::capacity}}};
constexpr std::array<word<interface_type>, 2> link_types{
    {{"ethernet", interface_type::ethernet}, {"serial", interface_type::serial}}};
constexpr std::array<word<link_via>, 5> vias{{{"any", link_via::any},
                                              {"cross-connect", link_via::cross_connect},
                                              {"wire", link_via::wire},
                                              {"segment", link_via::segment},
                                              {"patch", link_via::patch}}};

bool names_a_node(kind k) {
    return k == kind::same_site_as || k == kind::different_site_from;
}

const value_rule& rule_of(kind k) {
    if (names_a_node(k)) {
        return rules::identifier;
    }
    return k == kind::model ? rules::label : rules::name;
}

}  // namespace

topology_reader::topology_reader(xml_document& document) : reading_(document.shared()), root_(document.root()) {
    topology_.file = reading_.source.file();
}

topology topology_reader::read() {
    element root(reading_, root_);
    topology_.name = root.required("name", rules::name);
    for (const pugi::xml_node child : root.children("parameter")) {
        element e(reading_, child);
        read_parameter(e);
    }
    for (const pugi::xml_node child : root.children("node")) {
        element e(reading_, child);
        const auto name = e.required("name", rules::identifier);
        nodes_.add(e, name, static_cast<std::uint32_t>(topology_.nodes.size()));
        node& made = topology_.nodes.emplace_back();
        made.name = name;
        made.place = e.place();
    }
    if (topology_.nodes.empty()) {
        root.wrong("<topology> has no <node>", "add <node name=\"...\"> for each device that it needs");
    }
    std::uint32_t index = 0;
    for (const pugi::xml_node child : root.children("node")) {
        element e(reading_, child);
        read_node(e, node_index{index++});
    }
    for (const pugi::xml_node child : root.children("link")) {
        element e(reading_, child);
        read_link(e);
    }
    root.finish({"parameter", "node", "link"});
    return std::move(topology_);
}

void topology_reader::read_parameter(element& e) {
    parameter p;
    const auto name = e.required("name", rules::identifier);
    parameters_.add(e, name, static_cast<std::uint32_t>(topology_.parameters.size()));
    p.name = name;
    const auto given = e.optional("default", rules::any_line);
    if (e.has("default")) {
        p.default_value = std::string(given);
    }
    p.place = e.place();
    e.finish();
    topology_.parameters.push_back(std::move(p));
}

void topology_reader::read_node(element& e, node_index self) {
    static_cast<void>(e.raw("name"));  // read before
    for (const pugi::xml_node child : e.children("require")) {
        element require(reading_, child);
        read_requirement(require, self);
    }
    node& n = topology_.nodes[self.value];
    bool has_config = false;
    for (const pugi::xml_node child : e.children("config")) {
        element config(reading_, child);
        if (has_config) {
            config.wrong(fmt::format("a second <config> of node {}", in_quotes(n.name)), "put all lines into one");
        }
        has_config = true;
        n.config_compared = config.flag("compared", true);
        config.finish_text();
        n.config = read_config(config);
    }
    for (const pugi::xml_node child : e.children("check")) {
        element check(reading_, child);
        read_check(check, n);
    }
    e.finish({"require", "config", "check"});
}

void topology_reader::read_requirement(element& e, node_index self) {
    requirement r;
    r.place = e.place();
    std::size_t given = 0;
    for (const auto& [text, k] : kinds) {
        const std::string_view value = e.optional(text, rule_of(k));
        if (!e.has(text)) {
            continue;
        }
        if (++given == 1) {
            r.what = k;
            r.value = value;
        }
        const auto other = names_a_node(k) ? nodes_.resolve(e, text, value) : std::nullopt;
        if (other == self.value) {
            e.wrong(text, "a node is always at the site of itself", "name another node");
        }
        if (given == 1) {
            r.other = node_index{other.value_or(0)};
        }
    }
    const bool of_capacity = given == 1 && r.what == kind::capacity;
    r.amount = e.number("at-least", 1, most_of_a_capacity, 1);
    if (of_capacity != e.has("at-least")) {
        e.wrong(of_capacity ? "the <require> of a capacity has no attribute at-least" : "at-least means nothing here",
                of_capacity ? "say how much: at-least=\"16\"" : "it goes with capacity");
    }
    const bool misspelled = given == 0 && !e.bare();  // finish() says so
    if (given != 1 && !misspelled) {
        e.wrong(fmt::format("<require> has {} conditions, not 1", given),
                "one attribute in each <require>: platform, model, feature, device, site, same-site-as, "
                "different-site-from, not-device or capacity");
    } else if (given == 1 && !r.value.empty()) {
        check_once(e, topology_.nodes[self.value], r);
    }
    e.finish();
    topology_.nodes[self.value].requirements.push_back(std::move(r));
}

/// What contradicts itself, or says nothing new.
void topology_reader::check_once(const element& e, const node& n, const requirement& r) {
    const auto once = [&](std::string_view attribute) {
        used_.take(e, attribute, fmt::format("the {} of node {}", attribute, n.name), "given");
    };
    switch (r.what) {
        case kind::platform: once("platform"); break;
        case kind::model: once("model"); break;
        case kind::site: once("site"); break;
        case kind::feature:
            used_.take(e, "feature", fmt::format("feature {} of node {}", r.value, n.name), "required");
            break;
        case kind::device:
            once("device");
            used_.take(e, "device", fmt::format("device {}", r.value));
            break;
        case kind::capacity:
            used_.take(e, "capacity", fmt::format("capacity {} of node {}", r.value, n.name), "required");
            break;
        case kind::not_device:
        case kind::same_site_as:
        case kind::different_site_from: break;
    }
}

void topology_reader::read_check(element& e, node& n) {
    check c;
    c.command = e.required("command", rules::text_line);
    c.expect = e.required("expect", rules::text_line);
    c.within = e.time("within", 0s, 24h, c.within);
    c.place = e.place();
    e.finish();
    n.checks.push_back(std::move(c));
}

void topology_reader::read_link(element& e) {
    link l;
    const auto name = e.required("name", rules::identifier);
    links_.add(e, name, static_cast<std::uint32_t>(topology_.links.size()));
    l.name = name;
    l.type = e.choice<interface_type>("type", link_types, l.type);
    l.via = e.choice<link_via>("via", vias, l.via);
    l.speed = parse_bit_rate(e.optional("speed", rules::bit_rate)).value_or(0);
    l.needs = parse_traffic(e.optional("needs", rules::traffic_words)).value_or(traffic_set());
    l.place = e.place();
    read_shape(e, l);
    claims used;
    for (const pugi::xml_node child : e.children("end")) {
        element end(reading_, child);
        read_end(end, l, used);
    }
    if (const std::size_t ends = e.count("end"); ends < 2) {
        e.wrong(fmt::format("<link> has {} <end>, not 2 or more", ends), "add <end node=\"...\"/> for each node on it");
    }
    check_carrier(e, l);
    e.finish({"end"});
    topology_.links.push_back(std::move(l));
}

void topology_reader::read_shape(element& e, link& l) {
    l.shaped.delay = e.time("delay", 0s, 10s, 0s);
    l.shaped.jitter = e.time("jitter", 0s, 10s, 0s);
    l.shaped.loss_per_million = parse_percentage(e.optional("loss", rules::percentage)).value_or(0);
    l.shaped.rate = parse_bit_rate(e.optional("rate", rules::bit_rate)).value_or(0);
    if (l.shaped.jitter > l.shaped.delay) {
        e.wrong("jitter", "the jitter is longer than the delay", "a frame cannot be early: at most the delay");
    }
    if (l.shaped.empty()) {
        return;
    }
    l.needs.add(traffic::shaped);
    if (l.type == interface_type::serial || (l.via != link_via::any && l.via != link_via::cross_connect)) {
        e.wrong(fmt::format("delay, loss and rate of link {} need a cross-connect", in_quotes(l.name)),
                "an ethernet link with via=\"cross-connect\" (or without via), or none of them");
    } else {
        l.via = link_via::cross_connect;
    }
}

void topology_reader::read_end(element& e, link& l, claims& used) {
    link_end end;
    const auto name = e.required("node", rules::identifier);
    end.interface = e.optional("interface", rules::port);
    end.place = e.place();
    if (const auto found = nodes_.resolve(e, "node", name)) {
        end.node = node_index{*found};
        used.take(e, "node", fmt::format("node {} in link {}", name, l.name));
        if (!end.interface.empty()) {
            used_.take(e, "interface", fmt::format("interface {} of node {}", end.interface, name));
        }
    }
    e.finish();
    l.ends.push_back(std::move(end));
}

void topology_reader::check_carrier(const element& e, const link& l) const {
    if (l.via == link_via::wire && l.ends.size() > 2) {
        e.wrong("via", fmt::format("link {} has {} ends, and a wire has 2", in_quotes(l.name), l.ends.size()),
                "allowed: any, cross-connect, segment");
    }
    if (l.type == interface_type::ethernet) {
        if (l.via == link_via::patch) {
            e.wrong("via", fmt::format("link {} is ethernet, and a patch carries serial links", in_quotes(l.name)),
                    "add type=\"serial\" to the <link>, or allow: any, cross-connect, wire, segment");
        }
        return;
    }
    if (l.via == link_via::cross_connect || l.via == link_via::segment) {
        e.wrong("via", fmt::format("link {} is serial, and its carrier is for ethernet only", in_quotes(l.name)),
                "allowed: any, wire, patch");
    }
    if (l.ends.size() > 2) {
        e.wrong(fmt::format("serial link {} has {} ends", in_quotes(l.name), l.ends.size()), "a serial link has 2");
    }
}

}  // namespace rollover::model
