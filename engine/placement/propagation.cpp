#include "engine/placement/propagation.h"

#include <algorithm>

namespace rollover::placement {

namespace {
// A node with so few devices left has the ports of each of them looked at, not only when one is left.
constexpr std::size_t few_devices = 8;
}  // namespace

propagation::propagation(const problem& p)
    : problem_(p),
      facts_(*p.facts),
      state_(p),
      matching_(p.nodes.size(), p.facts->device_count(),
                [this](std::uint32_t n) -> const bit_set& { return state_.devices(n); }),
      relations_of_(p.nodes.size()),
      node_weight_(p.nodes.size(), 1),
      link_weight_(p.links.size(), 1),
      link_waits_(p.links.size(), 0),
      waiting_media_(p.links.size()),
      node_waits_(p.nodes.size(), 0),
      trunks_(p),
      interfaces_(p),
      interlinks_(p) {
    if (facts_.consoles_matter()) {
        on_converter_.assign(facts_.lab().converters.size(), bit_set(facts_.device_count()));
        for (rank d = 0; d < facts_.device_count(); ++d) {
            on_converter_[facts_.converter_of(d)].insert(d);
        }
    }
    for (const problem_link& l : p.links) {
        allowed_.resize(std::max(allowed_.size(), l.ends.size()), bit_set(facts_.device_count()));
        reach_.emplace_back();
        for (const problem_end& e : l.ends) {
            reach_.back().push_back(&facts_.reach(l.needs_at(e)));
        }
    }
    read_wires();
    for (std::uint32_t i = 0; i < p.relations.size(); ++i) {
        relations_of_[p.relations[i].a].push_back(i);
        relations_of_[p.relations[i].b].push_back(i);
    }
}

bool propagation::start() {
    if (!consoles_suffice()) {
        return false;
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        if (!node_changed(n)) {
            return false;
        }
    }
    for (std::uint32_t l = 0; l < problem_.links.size(); ++l) {
        touch_link(l);
        if (!link_changed(l)) {
            return false;
        }
    }
    return run();
}

bool propagation::decide_device(std::uint32_t node, rank d) {
    return !state_.keep_device(node, d) || (node_changed(node) && run());
}

bool propagation::decide_medium(std::uint32_t link, medium m) {
    state_.begin_keeping();
    state_.keep_medium(link, m);
    touch_link(link);
    return !state_.end_keeping(link) || (link_changed(link) && run());
}

bool propagation::exclude(std::uint32_t node, const std::vector<rank>& devices) {
    bool changed = false;
    for (const rank d : devices) {
        changed = state_.remove_device(node, d) || changed;
    }
    return !changed || (node_changed(node) && run());
}

bool propagation::decide_devices(std::uint32_t node, const bit_set& these, bool keep) {
    bit_set left = keep ? these : state_.devices(node);
    if (!keep) {
        left.remove(these);
    }
    return !state_.keep_devices(node, left) || (node_changed(node) && run());
}

bool propagation::keep_all(const std::vector<bit_set>& domains) {
    for (std::uint32_t n = 0; n < domains.size(); ++n) {
        if (state_.keep_devices(n, domains[n]) && !node_changed(n)) {
            return false;
        }
    }
    return run();
}

bool propagation::exclude_medium(std::uint32_t link, medium m) {
    touch_medium(link, m);
    return !state_.remove_medium(link, m) || (link_changed(link) && run());
}

void propagation::undo(std::size_t mark) {
    state_.undo(mark);
    for (const std::uint32_t l : waiting_links_) {
        link_waits_[l] = 0;
        waiting_media_[l].clear();
    }
    for (const std::uint32_t n : waiting_nodes_) {
        node_waits_[n] = 0;
    }
    waiting_links_.clear();
    waiting_nodes_.clear();
    matching_waits_ = true;
    trunks_wait_ = true;
    interlinks_wait_ = true;
}

std::uint64_t propagation::weight_of(std::uint32_t node) const {
    std::uint64_t sum = node_weight_[node];
    for (const slot& s : problem_.slots[node]) {
        sum += link_weight_[s.link];
    }
    return sum;
}

void propagation::touch_node(std::uint32_t node) {
    if (node_waits_[node] == 0) {
        node_waits_[node] = 1;
        waiting_nodes_.push_back(node);
    }
}

// The whole link is to be looked at.
void propagation::touch_link(std::uint32_t link) {
    if (link_waits_[link] == 0) {
        link_waits_[link] = 1;
        waiting_links_.push_back(link);
    }
    waiting_media_[link].resize(many_media + 1);
}

void propagation::touch_medium(std::uint32_t link, medium m) {
    std::vector<medium>& waiting = waiting_media_[link];
    if (link_waits_[link] == 0) {
        link_waits_[link] = 1;
        waiting_links_.push_back(link);
    }
    if (waiting.size() <= many_media && (waiting.empty() || waiting.back() != m)) {
        waiting.push_back(m);
    }
}

// A device that is gone from a node takes its media with it: only these have to be looked at. Where many are gone, all.
void propagation::touch_lost_devices() {
    const bool many = state_.lost().size() > many_media;
    std::uint32_t done = ~std::uint32_t{0};
    for (const auto& [node, d] : state_.lost()) {
        if (node == done) {
            continue;
        }
        for (const slot& s : problem_.slots[node]) {
            if (many) {
                touch_link(s.link);
                done = node;
            } else {
                touch_media_of(s, d);
            }
        }
    }
    state_.forget_lost();
}

void propagation::touch_media_of(const slot& s, rank d) {
    const port* last = nullptr;
    for (const port& at : facts_.ports_of(d)) {
        if (last != nullptr && is_on_the_same(*last, at)) {
            continue;
        }
        last = &at;
        for (const medium m : at.media) {
            if (state_.media(s.link).contains(m)) {
                touch_medium(s.link, m);
            }
        }
        for (const way_across& w : facts_.across(at)) {
            if (state_.media(s.link).contains(w.hub)) {
                touch_medium(s.link, w.hub);
            }
        }
    }
}

// Cheap rules first: links, then ports, then the matching, until all are quiet.
bool propagation::run() {
    for (;;) {
        if (!waiting_links_.empty()) {
            const std::uint32_t link = waiting_links_.front();  // what was touched first: the wave goes out evenly
            waiting_links_.pop_front();
            link_waits_[link] = 0;
            if (!narrow_link(link)) {
                ++link_weight_[link];
                return false;
            }
        } else if (!waiting_nodes_.empty()) {
            const std::uint32_t node = waiting_nodes_.back();
            waiting_nodes_.pop_back();
            node_waits_[node] = 0;
            if (!check_ports(node)) {
                ++node_weight_[node];
                return false;
            }
        } else if (matching_waits_) {
            matching_waits_ = false;
            const std::int64_t failed = matching_.mend();
            if (failed >= 0) {
                ++node_weight_[static_cast<std::size_t>(failed)];
                return false;
            }
        } else if (trunks_wait_ && trunks_.matters()) {
            trunks_wait_ = false;
            if (!trunks_.may_fit(state_)) {
                return false;
            }
        } else if (interlinks_wait_ && interlinks_.matters()) {
            interlinks_wait_ = false;
            if (!narrow_homes()) {
                return false;
            }
        } else {
            return true;
        }
    }
}

bool propagation::node_changed(std::uint32_t node) {
    matching_waits_ = true;
    trunks_wait_ = true;
    interlinks_wait_ = true;
    touch_node(node);
    if (state_.device_count(node) == 0) {
        ++node_weight_[node];
        return false;
    }
    touch_lost_devices();
    for (const std::uint32_t r : relations_of_[node]) {
        if (!narrow_relation(problem_.relations[r])) {
            return false;
        }
    }
    return state_.device_count(node) > 1 || claim_device(node);
}

// Every device plays at most one node.
bool propagation::claim_device(std::uint32_t node) {
    const rank d = state_.device_of(node);
    for (std::uint32_t other = 0; other < problem_.nodes.size(); ++other) {
        if (other != node && state_.remove_device(other, d) && !node_changed(other)) {
            ++node_weight_[node];
            return false;
        }
    }
    return on_converter_.empty() || claim_console(node);
}

bool propagation::link_changed(std::uint32_t link) {
    trunks_wait_ = true;
    interlinks_wait_ = true;
    for (const problem_end& e : problem_.links[link].ends) {
        touch_node(e.node);
    }
    const media_domain& media = state_.media(link);
    if (media.size() != 1 || facts_.is_joined(media[0])) {
        return media.size() != 0;
    }
    for (std::uint32_t other = 0; other < problem_.links.size(); ++other) {  // a wire or segment carries one link
        if (other != link && state_.remove_medium(other, media[0])) {
            touch_medium(other, media[0]);
            if (!link_changed(other)) {
                ++link_weight_[link];
                return false;
            }
        }
    }
    return true;
}

bool propagation::narrow_relation(const relation& r) {
    if (r.a == r.b) {
        return r.same;
    }
    bit_set sites_a(facts_.device_count());
    bit_set sites_b(facts_.device_count());
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    for (const bit_set& site : facts_.sites()) {
        if (state_.devices(r.a).intersects(site)) {
            sites_a.add(site);
            ++count_a;
        }
        if (state_.devices(r.b).intersects(site)) {
            sites_b.add(site);
            ++count_b;
        }
    }
    const auto narrow = [&](std::uint32_t node, const bit_set& other_sites, std::size_t other_count) {
        if (!r.same && other_count > 1) {
            return true;
        }
        bit_set wanted = state_.devices(node);
        for (std::size_t d = wanted.first(); d < wanted.size(); d = wanted.next(d + 1)) {
            if (other_sites.contains(d) != r.same) {
                wanted.erase(d);
            }
        }
        return !state_.keep_devices(node, wanted) || node_changed(node);
    };
    return narrow(r.a, sites_b, count_b) && narrow(r.b, sites_a, count_a);
}

bool propagation::narrow_homes() {
    if (!interlinks_.may_fit(state_)) {
        ++node_weight_[interlinks_.culprit()];
        return false;
    }
    const auto ruled_out = interlinks_.ruled_out();  // what follows may ask the rule again
    for (const auto& [node, home] : ruled_out) {
        bit_set others = state_.devices(node);
        others.remove(facts_.homes()[home].devices);
        if (state_.keep_devices(node, others) && !node_changed(node)) {
            ++node_weight_[node];
            return false;
        }
    }
    return true;
}

bool propagation::ports_fit(std::uint32_t node, rank d) {
    return ports_.fits(problem_.slots[node], facts_.ports_of(d), [&](const slot& s, const port& at) {
        return facts_.any_medium(at, s.needs, [&](medium m) { return state_.media(s.link).contains(m); });
    });
}

bool propagation::check_ports(std::uint32_t node) {
    if (problem_.slots[node].empty() || state_.device_count(node) > few_devices) {
        return true;
    }
    std::vector<rank> failed;
    const bit_set& devices = state_.devices(node);
    for (std::size_t d = devices.first(); d < devices.size(); d = devices.next(d + 1)) {
        if (!ports_fit(node, static_cast<rank>(d))) {
            failed.push_back(static_cast<rank>(d));
        }
    }
    for (const rank d : failed) {
        state_.remove_device(node, d);
    }
    return failed.empty() || node_changed(node);
}

std::vector<std::uint32_t> propagation::interfaces_of(std::uint32_t node) {
    std::vector<std::uint32_t> interfaces;
    if (ports_fit(node, state_.device_of(node))) {
        for (std::size_t s = 0; s < problem_.slots[node].size(); ++s) {
            interfaces.push_back(ports_.interface_of(s));
        }
    }
    return interfaces;
}

}  // namespace rollover::placement
