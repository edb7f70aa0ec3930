#include "engine/placement/explain.h"

#include "engine/base/text.h"
#include "engine/placement/matching.h"
#include "engine/placement/speaker.h"
#include "engine/placement/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace rollover::placement {

speaker::speaker(const lab_facts& facts, const request& r, const core& c)
    : facts_(facts), request_(r), core_(c), problem_(compile(facts, r.topology, c.part)) {
    for (std::uint32_t n = 0; n < r.topology.nodes.size(); ++n) {
        if (!c.part.nodes[n]) {
            continue;
        }
        part p{n, {}, bit_set(facts.device_count(), true), {}, {}};
        for (std::size_t i = 0; i < r.topology.nodes[n].requirements.size(); ++i) {
            if (c.part.requirements[n][i]) {
                const model::requirement& q = r.topology.nodes[n].requirements[i];
                p.needs.push_back(&q);
                p.fitting.keep(facts.meeting(q));
                relations_ = relations_ || is_relation(q);
            }
        }
        p.available = p.fitting;
        p.missing = bit_set(facts.device_count());
        if (!c.part.all_devices) {
            p.available.keep(facts.available());
            p.missing = p.fitting;
            for (std::size_t d = p.available.first(); d < p.available.size(); d = p.available.next(d + 1)) {
                p.missing.erase(d);
            }
        }
        parts_.push_back(std::move(p));
    }
    for (std::uint32_t l = 0; l < r.topology.links.size(); ++l) {
        if (c.part.links[l]) {
            links_.push_back(l);
        }
    }
}

reason speaker::speak() {
    reason said;
    const auto short_of_ports =
        std::find_if(parts_.begin(), parts_.end(), [&](const part& p) { return ports_are_short(p); });
    if (parts_.size() == 1 && links_.empty()) {
        said.text = about_one_node(parts_.front());
    } else if (links_.empty() && !relations_ && facts_.consoles_matter() && devices_are_enough()) {
        said.text = about_consoles();
    } else if (links_.empty() && !relations_) {
        said.text = about_nodes();
    } else if (const model::link* link = bad_wire()) {
        said.text = fmt::format("link {}: a wire has 2 ends, the link has {}", link->name, link->ends.size());
    } else if (!links_.empty() && short_of_ports != parts_.end()) {
        said.text = about_ports(*short_of_ports);
    } else if (const std::string full = about_interlinks(); !full.empty()) {
        said.text = full;
    } else if (links_.size() == 1 && !relations_) {
        said.text = about_one_link(links_.front());
    } else {
        said.text = everything();
    }
    for (const std::uint32_t l : links_) {
        said.places.push_back(request_.topology.links[l].place);
    }
    for (const part& p : parts_) {
        for (const model::requirement* q : p.needs) {
            said.places.push_back(q->place);
        }
        if (p.needs.empty() && links_.empty()) {
            said.places.push_back(request_.topology.nodes[p.node].place);
        }
    }
    return said;
}

std::string speaker::about_one_node(const part& p) const {
    if (p.fitting.first() == p.fitting.size()) {
        return nothing_meets(p);
    }
    if (p.missing.first() == p.missing.size()) {  // devices are there: the node contradicts itself
        return fmt::format("node {} needs {}: a node cannot be at another site than itself", name(p),
                           words_of(p.needs));
    }
    const std::string needs = p.needs.empty() ? "" : fmt::format(" needs {}", words_of(p.needs));
    const std::vector<std::string> names = names_of(facts_, p.missing);
    const bool one = names.size() == 1;
    if (one && p.needs.size() == 1 && p.needs.front()->what == model::requirement::kind::device) {
        return fmt::format("node {}{}, and {}", name(p), needs, why_not_available(facts_, request_, p.missing));
    }
    if (p.needs.empty()) {
        return fmt::format("node {} needs a device, and none is available: {}", name(p),
                           why_not_available(facts_, request_, p.missing));
    }
    if (one) {
        const std::string why = why_not_available(facts_, request_, p.missing).substr(names.front().size());
        return fmt::format("node {}{}: only {} fits and it{}", name(p), needs, names.front(), why);
    }
    return fmt::format("node {}{}: only {} fit, and {}", name(p), needs, list_of(names),
                       why_not_available(facts_, request_, p.missing));
}

std::string speaker::nothing_meets(const part& p) const {
    if (request_.lab.devices.empty()) {
        return fmt::format("node {} needs a device: {} has none", name(p), lab_name());
    }
    if (p.needs.size() == 1) {
        const model::requirement& q = *p.needs.front();
        if (q.what == model::requirement::kind::device) {
            return fmt::format("node {} needs device {}: {} has no device of that name", name(p), q.value, lab_name());
        }
        return fmt::format("node {} needs {}: no device of {} {} it; {}", name(p), words_of(q), lab_name(),
                           q.what == model::requirement::kind::site ? "is at" : "has", what_there_is(q));
    }
    std::string text = fmt::format("node {} needs {}: no device of {} has {}", name(p), words_of(p.needs), lab_name(),
                                   p.needs.size() == 2 ? "both" : "all of these");
    for (const model::requirement* q : p.needs) {
        text += fmt::format("; {}: {}", words_of(*q), list_of(names_of(facts_, facts_.meeting(*q))));
    }
    return text;
}

// "there are: cisco-ios and frr": the values that the devices of the lab have.
std::string speaker::what_there_is(const model::requirement& r) const {
    using kind = model::requirement::kind;
    std::set<std::string> values;
    for (const model::device& d : request_.lab.devices) {
        switch (r.what) {
            case kind::platform: values.insert(d.platform); break;
            case kind::model: values.insert(d.model); break;
            case kind::feature: values.insert(d.features.begin(), d.features.end()); break;
            case kind::site: values.insert(request_.lab.at(d.site).name); break;
            case kind::capacity:
                for (const model::capacity& c : d.capacities) {
                    if (c.name == r.value) {
                        values.insert(fmt::format("{} ({})", c.amount, d.name));
                    }
                }
                break;
            case kind::device:
            case kind::not_device:
            case kind::same_site_as:
            case kind::different_site_from: break;
        }
    }
    values.erase("");
    if (values.empty()) {
        return "there is none at all";
    }
    return "there are: " + list_of(std::vector<std::string>(values.begin(), values.end()), 12);
}

// Several nodes for too few devices.
std::string speaker::about_nodes() const {
    bit_set fitting(facts_.device_count());
    for (const part& p : parts_) {
        fitting.add(p.available);
    }
    const std::vector<std::string> devices = names_of(facts_, fitting);
    const auto words = [](const part& p) { return words_of(p.needs); };
    const bool alike =
        std::all_of(parts_.begin(), parts_.end(), [&](const part& p) { return words(p) == words(parts_.front()); });
    if (alike && parts_.front().needs.empty()) {
        const char* free = core_.part.all_devices ? "" : " available";
        return fmt::format("the topology has {} nodes: {} has only {} {}{}{}", parts_.size(), lab_name(),
                           devices.size(), plural(devices.size(), "device"), free, not_available_too());
    }
    if (alike) {
        const std::string only = devices.empty() ? "no device" : "only " + list_of(devices);
        return fmt::format("nodes {} need {}: {} {} it{}", node_list(), words(parts_.front()), only,
                           devices.size() == 1 ? "has" : "have", not_available_too());
    }
    std::string text = fmt::format("nodes {} have only {} to share", node_list(), list_of(devices));
    for (const part& p : parts_) {
        if (!p.needs.empty()) {
            text += fmt::format("; node {} needs {}", name(p), words(p));
        }
    }
    return text + not_available_too();
}

/// Were it not for the converters.
bool speaker::devices_are_enough() const {
    node_matching matching(problem_.nodes.size(), facts_.device_count(),
                           [this](std::uint32_t n) -> const bit_set& { return problem_.domains[n]; });
    return matching.mend() < 0;
}

std::string speaker::about_consoles() const {
    std::vector<std::string> each;
    for (const model::converter& c : facts_.lab().converters) {
        if (c.most_devices > 0) {
            each.push_back(fmt::format("{} of converter {}", c.most_devices, c.name));
        }
    }
    return fmt::format("{} {} do not fit: a topology may have at most {} {}", plural(parts_.size(), "node"),
                       node_list(), list_of(each), plural(2, "device")) +
           not_available_too();
}

/// "; trunk Gi0/24 of switch sw1 takes 10g": limits that may be a part of why.
std::string speaker::limits() const {
    std::string text;
    for (const model::lab_switch& s : facts_.lab().switches) {
        for (const model::trunk& t : s.trunks) {
            if (t.capacity > 0 && !links_.empty()) {
                text +=
                    fmt::format("; trunk {} of switch {} takes {}", t.port, s.name, model::bit_rate_text(t.capacity));
            }
        }
    }
    std::vector<std::string> interlinks;
    for (const model::interlink& i : facts_.lab().interlinks) {
        if (i.capacity > 0 && !links_.empty()) {
            interlinks.push_back(fmt::format("interlink {} takes {}", i.name, model::bit_rate_text(i.capacity)));
        }
    }
    text += interlinks.empty() ? "" : "; " + list_of(interlinks);
    for (const model::converter& c : facts_.lab().converters) {
        if (c.most_devices > 0) {
            text +=
                fmt::format("; converter {} may have {} {}", c.name, c.most_devices, plural(c.most_devices, "device"));
        }
    }
    return text;
}

// A link that asks for what no lab can give: a wire with other than two ends.
const model::link* speaker::bad_wire() const {
    for (const std::uint32_t l : links_) {
        const model::link& link = request_.topology.links[l];
        if (link.via == model::link_via::wire && link.ends.size() != 2) {
            return &link;
        }
    }
    return nullptr;
}

// "; segment s1 is in use by activation a3": where it might have carried a link of the core.
std::string speaker::segments_in_use() const {
    const bool wanted = std::any_of(links_.begin(), links_.end(), [&](std::uint32_t l) {
        const model::link_via via = request_.topology.links[l].via;
        return via == model::link_via::segment || via == model::link_via::any;
    });
    std::string text;
    for (const auto& [segment, why] : request_.unavailable_segments) {
        if (wanted && segment < request_.lab.segments.size()) {
            text += fmt::format("; segment {} is {}", request_.lab.segments[segment].name, why);
        }
    }
    return text;
}

// Whether a requirement of another node of the core speaks of this one.
bool speaker::is_related(const part& p) const {
    return std::any_of(parts_.begin(), parts_.end(), [&](const part& other) {
        return std::any_of(other.needs.begin(), other.needs.end(),
                           [&](const model::requirement* q) { return is_relation(*q) && q->other.value == p.node; });
    });
}

// No short sentence is known for this shape: the parts, each with its place.
std::string speaker::everything() const {
    std::string text = core_.smallest ? "these cannot all hold at once, and leaving out any one would do"
                                      : "these cannot all hold at once";
    for (const part& p : parts_) {
        for (const model::requirement* q : p.needs) {
            text += fmt::format("; node {} needs {} ({})", name(p), words_of(*q), to_string(q->place));
        }
    }
    for (const std::uint32_t l : links_) {
        const model::link& link = request_.topology.links[l];
        std::vector<std::string> ends;
        for (const model::link_end& e : link.ends) {
            ends.push_back(request_.topology.at(e.node).name + (e.interface.empty() ? "" : " " + e.interface));
        }
        text += fmt::format("; link {} joins {}{}{} ({})", link.name, list_of(ends), via_words(link.via),
                            needs_words(link), to_string(link.place));
    }
    std::vector<std::string> bare;
    for (const part& p : parts_) {
        if (p.needs.empty() && links_.empty() && !is_related(p)) {
            bare.push_back(name(p));
        }
    }
    if (!bare.empty()) {
        text += fmt::format("; {} {} a device too", plural(bare.size(), "node") + " " + list_of(bare),
                            bare.size() == 1 ? "needs" : "need");
    }
    return text + limits() + segments_in_use() + not_available_too();
}

// Devices that would fit but are not available: "; r3 is busy in activation a3".
std::string speaker::not_available_too() const {
    if (core_.part.all_devices) {
        return "";
    }
    bit_set missing(facts_.device_count());
    for (const part& p : parts_) {
        missing.add(p.missing);
    }
    if (missing.first() == missing.size()) {
        return "";
    }
    return "; would fit too, but " + why_not_available(facts_, request_, missing);
}

std::string speaker::node_list() const {
    std::vector<std::string> names;
    for (const part& p : parts_) {
        names.push_back(name(p));
    }
    return list_of(names);
}

std::string speaker::advise() const {
    if (!core_.part.all_devices) {
        return "with all devices of the lab available there may be a placement: wait for them, or free one of those "
               "named";
    }
    if (!segments_in_use().empty()) {
        return "wait until the segments named here are free, or loosen a requirement or a link";
    }
    const std::string near = spelling();
    return near.empty() ? "loosen a requirement or a link that is named here, or use another lab" : near;
}

std::string speaker::spelling() const {
    if (parts_.size() == 1 && links_.empty() && parts_.front().needs.size() == 1) {
        const model::requirement& q = *parts_.front().needs.front();
        std::vector<std::string> values;
        for (const model::device& d : request_.lab.devices) {
            switch (q.what) {
                case model::requirement::kind::platform: values.push_back(d.platform); break;
                case model::requirement::kind::model: values.push_back(d.model); break;
                case model::requirement::kind::device: values.push_back(d.name); break;
                case model::requirement::kind::site: values.push_back(request_.lab.at(d.site).name); break;
                case model::requirement::kind::feature:
                    values.insert(values.end(), d.features.begin(), d.features.end());
                    break;
                case model::requirement::kind::capacity:
                    for (const model::capacity& c : d.capacities) {
                        values.push_back(c.name);
                    }
                    break;
                case model::requirement::kind::not_device:
                case model::requirement::kind::same_site_as:
                case model::requirement::kind::different_site_from: break;
            }
        }
        const std::string_view near = closest(q.value, values);
        if (!near.empty() && near != q.value) {
            return fmt::format("did you mean {}?", near);
        }
    }
    return "";
}

reason put_in_words(const lab_facts& facts, const request& r, const core& c) {
    return speaker(facts, r, c).speak();
}

std::string spelling(const lab_facts& facts, const request& r, const core& c) {
    return speaker(facts, r, c).spelling();
}

std::string advice(const lab_facts& facts, const request& r, const core& c) {
    return speaker(facts, r, c).advise();
}

}  // namespace rollover::placement
