// What follows from the media and devices that a link may still have.
#include "engine/placement/propagation.h"

#include <algorithm>
#include <map>

namespace rollover::placement {

bool propagation::can_end(const problem_end& e, const problem_link& l, const media_end& at) const {
    return suits(facts_.ports_of(at.device)[at.interface], l.needs_at(e)) && state_.devices(e.node).contains(at.device);
}

// Whether some devices that the ends may still have are all on medium m; adds these devices to `allowed_`.
bool propagation::admit(std::uint32_t link, medium m) {
    const problem_link& l = problem_.links[link];
    if (!facts_.is_joined(m)) {
        return facts_.is_wire(m) ? admit_wire(link, m) : admit_segment(l, facts_.ends_of(m));
    }
    if (!supported(link, m)) {
        return false;
    }
    admit_joined(link, m);
    return true;
}

bool propagation::is_straight(std::uint32_t link, std::size_t end, medium m) const {
    return state_.devices(problem_.links[link].ends[end].node).intersects(reach_[link][end]->straight[m]);
}

bool propagation::is_across(std::uint32_t link, std::size_t end, medium m) const {
    const auto& across = reach_[link][end]->across;
    return !across.empty() && state_.devices(problem_.links[link].ends[end].node).intersects(across[m]);
}

/// Devices that come over an interlink, where some other end is straight on the hub.
void propagation::admit_joined(std::uint32_t link, medium m) {
    const std::size_t ends = problem_.links[link].ends.size();
    for (std::size_t e = 0; e < ends; ++e) {
        allowed_[e].add(reach_[link][e]->straight[m]);
    }
    if (facts_.interlink_count() == 0) {
        return;
    }
    std::size_t straight = 0;
    std::size_t one = 0;
    for (std::size_t e = 0; e < ends && straight < 2; ++e) {
        if (is_straight(link, e, m)) {
            ++straight;
            one = e;
        }
    }
    for (std::size_t e = 0; e < ends; ++e) {
        if (straight > 1 || one != e) {
            allowed_[e].add(reach_[link][e]->across[m]);
        }
    }
}

/// Every end reaches the hub, one of them straight.
bool propagation::joins(std::uint32_t link, medium m) const {
    bool some = false;
    for (std::size_t e = 0; e < problem_.links[link].ends.size(); ++e) {
        const bool straight = is_straight(link, e, m);
        some = some || straight;
        if (!straight && !is_across(link, e, m)) {
            return false;
        }
    }
    return some;
}

/// What interfaces say of wires, which does not change; links that ask the same share it.
void propagation::read_wires() {
    std::map<std::pair<port_needs, port_needs>, std::shared_ptr<std::vector<wire_way>>> known;
    for (const problem_link& l : problem_.links) {
        const bool pair = l.ends.size() == 2;
        const auto needs =
            pair ? std::pair(l.needs_at(l.ends[0]), l.needs_at(l.ends[1])) : std::pair<port_needs, port_needs>();
        auto& ways = known[needs];
        if (pair && !ways) {
            ways = std::make_shared<std::vector<wire_way>>(facts_.media_count());
            const auto suits_at = [&](const media_end& at, const port_needs& asked) {
                return suits(facts_.ports_of(at.device)[at.interface], asked);
            };
            for (medium m = 0; m < facts_.media_count(); ++m) {
                const auto ends = facts_.ends_of(m);
                if (facts_.is_wire(m) && ends.size() == 2) {
                    (*ways)[m] = {ends[0].device, ends[1].device,
                                  suits_at(ends[0], needs.first) && suits_at(ends[1], needs.second),
                                  suits_at(ends[1], needs.first) && suits_at(ends[0], needs.second)};
                }
            }
        }
        wire_ways_.push_back(pair ? ways : nullptr);
    }
}

/// Which way round a wire may still carry a link.
std::pair<bool, bool> propagation::ways_of(std::uint32_t link, medium m) const {
    const wire_way& way = (*wire_ways_[link])[m];
    const bit_set& first = state_.devices(problem_.links[link].ends[0].node);
    const bit_set& second = state_.devices(problem_.links[link].ends[1].node);
    return {way.straight && first.contains(way.a) && second.contains(way.b),
            way.turned && first.contains(way.b) && second.contains(way.a)};
}

bool propagation::admit_wire(std::uint32_t link, medium m) {
    const wire_way& way = (*wire_ways_[link])[m];
    const auto [straight, turned] = ways_of(link, m);
    if (straight) {
        allowed_[0].insert(way.a);
        allowed_[1].insert(way.b);
    }
    if (turned) {
        allowed_[0].insert(way.b);
        allowed_[1].insert(way.a);
    }
    return straight || turned;
}

bool propagation::admit_segment(const problem_link& l, std::span<const media_end> ends) {
    for (const problem_end& e : l.ends) {
        if (std::none_of(ends.begin(), ends.end(), [&](const media_end& at) { return can_end(e, l, at); })) {
            return false;
        }
    }
    for (std::size_t e = 0; e < l.ends.size(); ++e) {
        for (const media_end& at : ends) {
            if (can_end(l.ends[e], l, at)) {
                allowed_[e].insert(at.device);
            }
        }
    }
    return true;
}

// As `admit`, but only asks.
bool propagation::supported(std::uint32_t link, medium m) const {
    const problem_link& l = problem_.links[link];
    if (facts_.is_joined(m)) {
        return joins(link, m);
    }
    if (facts_.is_wire(m)) {
        const auto [straight, turned] = ways_of(link, m);
        return straight || turned;
    }
    const auto ends = facts_.ends_of(m);
    return std::all_of(l.ends.begin(), l.ends.end(), [&](const problem_end& e) {
        return std::any_of(ends.begin(), ends.end(), [&](const media_end& at) { return can_end(e, l, at); });
    });
}

// Whether device d, at this end, still has a medium for the link.
bool propagation::serves(std::uint32_t link, std::uint32_t end, rank d) const {
    const problem_link& l = problem_.links[link];
    const auto ports = facts_.ports_of(d);
    for (std::uint32_t i = 0; i < ports.size(); ++i) {
        if (!suits(ports[i], l.needs_at(l.ends[end]))) {
            continue;
        }
        for (const medium m : ports[i].media) {
            if (!state_.media(link).contains(m)) {
                continue;
            }
            if (!facts_.is_wire(m)) {
                return true;
            }
            const auto ends = facts_.ends_of(m);
            const bool first = ends[0].device == d && ends[0].interface == i;
            if (can_end(l.ends[1 - end], l, ends[first ? 1 : 0])) {
                return true;
            }
        }
        for (const way_across& w : facts_.across(ports[i])) {
            if (state_.media(link).contains(w.hub)) {
                return true;
            }
        }
    }
    return false;
}

bool propagation::narrow_link(std::uint32_t link) {
    std::vector<medium> media;
    media.swap(waiting_media_[link]);
    if (media.size() > many_media) {
        return narrow_all(link);
    }
    for (const medium m : media) {
        if (!narrow_at(link, m)) {
            return false;
        }
    }
    return true;
}

// All media of the link, or those of the end with few devices.
bool propagation::narrow_all(std::uint32_t link) {
    const problem_link& l = problem_.links[link];
    for (bit_set& devices : allowed_) {
        devices.clear();
    }
    const auto few = std::min_element(l.ends.begin(), l.ends.end(), [&](const problem_end& a, const problem_end& b) {
        return state_.device_count(a.node) < state_.device_count(b.node);
    });
    state_.begin_keeping();
    if (state_.device_count(few->node) * 4 < state_.media(link).size()) {  // a device has about four ports
        const bit_set& devices = state_.devices(few->node);
        for (std::size_t d = devices.first(); d < devices.size(); d = devices.next(d + 1)) {
            for (const port& at : facts_.ports_of(static_cast<rank>(d))) {
                for (const medium m : at.media) {
                    if (state_.media(link).contains(m) && admit(link, m)) {
                        state_.keep_medium(link, m);
                    }
                }
                for (const way_across& w : facts_.across(at)) {
                    if (state_.media(link).contains(w.hub) && admit(link, w.hub)) {
                        state_.keep_medium(link, w.hub);
                    }
                }
            }
        }
    } else {
        for (std::size_t i = 0; i < state_.media(link).size(); ++i) {
            if (const medium m = state_.media(link)[i]; admit(link, m)) {
                state_.keep_medium(link, m);
            }
        }
    }
    if (state_.end_keeping(link) && !link_changed(link)) {
        return false;
    }
    for (std::size_t e = 0; e < l.ends.size(); ++e) {
        if (state_.keep_devices(l.ends[e].node, allowed_[e]) && !node_changed(l.ends[e].node)) {
            return false;
        }
    }
    return state_.media(link).size() > 0;
}

// One medium, of which something has changed, and the devices on it.
bool propagation::narrow_at(std::uint32_t link, medium m) {
    if (state_.media(link).contains(m)) {
        if (supported(link, m)) {
            if (!facts_.is_wire(m)) {
                return true;  // whoever is on it still is
            }
        } else {
            state_.remove_medium(link, m);
            if (!link_changed(link)) {
                return false;
            }
        }
    }
    if (facts_.is_joined(m)) {
        return narrow_all(link);
    }
    const problem_link& l = problem_.links[link];
    for (const media_end& at : facts_.ends_of(m)) {
        for (std::uint32_t e = 0; e < l.ends.size(); ++e) {
            const std::uint32_t node = l.ends[e].node;
            if (state_.devices(node).contains(at.device) && !serves(link, e, at.device)) {
                state_.remove_device(node, at.device);
                if (!node_changed(node)) {
                    return false;
                }
            }
        }
    }
    return true;
}

}  // namespace rollover::placement
