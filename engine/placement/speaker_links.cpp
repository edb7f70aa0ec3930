// What is said about links and the interfaces that they need.
#include "engine/placement/ports.h"
#include "engine/placement/speaker.h"
#include "engine/placement/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::placement {

std::string via_words(model::link_via via) {
    switch (via) {
        case model::link_via::any: return "";
        case model::link_via::cross_connect: return " on a cross-connect";
        case model::link_via::wire: return " on a wire";
        case model::link_via::segment: return " on a segment";
        case model::link_via::patch: return " with lines for a patch";
    }
    return "";
}

std::string needs_words(const model::link& l) {
    std::string text = l.speed > 0 ? fmt::format(" of {} or more", model::bit_rate_text(l.speed)) : "";
    if (!l.needs.empty()) {
        text += " passing " + model::to_string(l.needs);
    }
    return text;
}

std::vector<slot> speaker::slots_of(const part& p) const {
    for (std::size_t n = 0; n < problem_.nodes.size(); ++n) {
        if (problem_.nodes[n].value == p.node) {
            return problem_.slots[n];
        }
    }
    return {};
}

// Interfaces of a device that could serve some link of the node, were it the only one.
std::size_t speaker::usable_ports(const part& p, rank d) const {
    const std::vector<slot> slots = slots_of(p);
    const auto ports = facts_.ports_of(d);
    return static_cast<std::size_t>(std::count_if(ports.begin(), ports.end(), [&](const port& at) {
        return std::any_of(slots.begin(), slots.end(), [&](const slot& s) {
            return suits(at, s.needs) && facts_.any_medium(at, s.needs, [&](medium m) {
                return may_carry(facts_, problem_.links[s.link], m);
            });
        });
    }));
}

bool speaker::ports_are_short(const part& p) const {
    problem alone = problem_;
    keep_devices_with_enough_ports(alone);
    for (std::size_t n = 0; n < alone.nodes.size(); ++n) {
        if (alone.nodes[n].value == p.node) {
            return alone.domains[n].first() == alone.domains[n].size();
        }
    }
    return false;
}

std::string speaker::about_ports(const part& p) const {
    const std::vector<slot> slots = slots_of(p);
    std::vector<std::string> names;
    std::vector<std::string> pins;
    bool one_kind = true;
    const problem_link& first = problem_.links[slots.front().link];
    for (const slot& s : slots) {
        const problem_link& l = problem_.links[s.link];
        const model::link& written = request_.topology.at(l.link);
        names.push_back(written.name);
        one_kind =
            one_kind && l.type == first.type && l.via == first.via && l.speed == first.speed && l.needs == first.needs;
        if (!written.ends[s.end].interface.empty()) {
            pins.push_back(fmt::format("{} on {}", written.name, written.ends[s.end].interface));
        }
    }
    std::size_t most = 0;
    std::vector<std::string> each;
    for (const std::string& device : names_of(facts_, p.available)) {
        for (std::size_t d = p.available.first(); d < p.available.size(); d = p.available.next(d + 1)) {
            if (request_.lab.at(facts_.device_at(static_cast<rank>(d))).name == device) {
                const std::size_t usable = usable_ports(p, static_cast<rank>(d));
                most = std::max(most, usable);
                each.push_back(fmt::format("{} has {}", device, usable));
            }
        }
    }
    const std::string kind =
        one_kind ? std::string(first.type == model::interface_type::serial ? "serial " : "ethernet ") : "";
    const std::string where = one_kind ? via_words(first.via) + needs_words(request_.topology.at(first.link)) : "";
    std::string text = fmt::format("{} {}: node {} needs {} {}{}{}", plural(slots.size(), "link"), list_of(names),
                                   name(p), slots.size(), kind, plural(slots.size(), "interface"), where);
    if (!pins.empty()) {
        text += fmt::format(" ({})", list_of(pins));
    }
    if (!p.needs.empty()) {
        text += fmt::format(" and {}", words_of(p.needs));
    }
    text += most < slots.size() ? fmt::format("; its devices have at most {} of use: {}", most, list_of(each))
                                : fmt::format("; its devices have no such set: {}", list_of(each));
    return text + segments_in_use() + not_available_too();
}

std::string speaker::about_one_link(std::uint32_t l) const {
    const model::link& link = request_.topology.links[l];
    std::string media;
    switch (link.via) {
        case model::link_via::any:
            media = link.ends.size() == 2 ? "cross-connect, wire or segment" : "cross-connect or segment";
            if (link.type == model::interface_type::serial) {
                media = "wire or patch";
            }
            break;
        case model::link_via::cross_connect: media = "cross-connect"; break;
        case model::link_via::wire: media = "wire"; break;
        case model::link_via::segment: media = "segment"; break;
        case model::link_via::patch: media = "patch within one site"; break;
    }
    std::vector<std::string> each;
    for (const part& p : parts_) {
        std::string text = "node " + name(p);
        text += p.needs.empty() ? "" : fmt::format(" ({})", words_of(p.needs));
        each.push_back(text + ": " + list_of(names_of(facts_, p.available), 5));
    }
    std::string text =
        fmt::format("link {}: no {}{}{} joins devices for its nodes", link.name, media,
                    link.type == model::interface_type::serial ? " on serial interfaces" : "", needs_words(link));
    for (const model::link_end& e : link.ends) {
        if (!e.interface.empty()) {
            text += fmt::format(", {} at {}", request_.topology.at(e.node).name, e.interface);
        }
    }
    for (const std::string& one : each) {
        text += "; " + one;
    }
    return text + limits() + segments_in_use() + not_available_too();
}

}  // namespace rollover::placement
