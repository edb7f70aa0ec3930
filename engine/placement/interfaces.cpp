#include "engine/placement/interfaces.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace rollover::placement {

interface_chooser::interface_chooser(const problem& p) : problem_(p), facts_(*p.facts) {
    const bool joined = std::any_of(p.links.begin(), p.links.end(), [](const problem_link& l) {
        return l.via == model::link_via::any || l.via == model::link_via::cross_connect;
    });
    matters_ = joined && (facts_.trunk_count() > 0 || facts_.interlink_count() > 0);
}

std::vector<interface_chooser::candidate> interface_chooser::candidates_of(const slot& s, rank d, medium by) const {
    std::vector<candidate> found;
    const auto ports = facts_.ports_of(d);
    for (std::uint32_t i = 0; i < ports.size(); ++i) {
        const port& p = ports[i];
        if (!suits(p, s.needs)) {
            continue;
        }
        candidate c{i, p.load, none, none};
        if (!std::binary_search(p.media.begin(), p.media.end(), by)) {
            const way_across* way = facts_.way_to(p, by, s.needs);
            if (way == nullptr) {
                continue;
            }
            c.interlink = way->interlink;
        }
        c.trunk = facts_.trunk_of(p, by).value_or(none);
        found.push_back(c);
    }
    return found;
}

/// They lie together by node, and in the order of its slots.
std::vector<interface_chooser::end> interface_chooser::ends_of(const search_state& at) const {
    std::vector<end> all;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        for (std::uint32_t s = 0; s < problem_.slots[n].size(); ++s) {
            const slot& wanted = problem_.slots[n][s];
            all.push_back({n, s, wanted.link, candidates_of(wanted, device_of_[n], at.media(wanted.link)[0])});
        }
    }
    return all;
}

/// Whether the links that load interlinks alike whatever is chosen are within what these take.
bool interface_chooser::begin(const search_state& at) {
    used_.clear();
    trunk_room_.clear();
    interlink_room_.clear();
    device_of_.clear();
    for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
        trunk_room_.push_back(facts_.trunk_capacity(t));
    }
    for (std::uint32_t i = 0; i < facts_.interlink_count(); ++i) {
        const std::uint64_t capacity = facts_.interlink_capacity(i);
        interlink_room_.push_back(capacity > 0 ? capacity : std::numeric_limits<std::uint64_t>::max());
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        device_of_.push_back(at.device_of(n));
        used_.emplace_back(facts_.ports_of(device_of_[n]).size(), 0);
    }
    ends_ = ends_of(at);
    return settle_plain_links();
}

bool interface_chooser::settle_plain_links() {
    plain_.assign(problem_.links.size(), 1);
    arrivals_.assign(problem_.links.size(), {});
    if (facts_.interlink_count() == 0) {
        return true;
    }
    for (const end& e : ends_) {
        if (e.candidates.empty()) {
            return false;
        }
        const candidate& first = e.candidates.front();
        const bool alike = std::all_of(e.candidates.begin(), e.candidates.end(), [&](const candidate& c) {
            return c.interlink == first.interlink && c.load == first.load;
        });
        plain_[e.link] = plain_[e.link] != 0 && alike ? 1 : 0;
        arrivals_[e.link].push_back({first.load, first.interlink});
    }
    for (std::uint32_t l = 0; l < problem_.links.size(); ++l) {
        if (plain_[l] != 0 && !load_interlinks(l)) {
            return false;
        }
        if (plain_[l] == 0) {
            arrivals_[l].clear();
        }
    }
    return true;
}

/// What a link with all its ends puts on each interlink that it passes: what its two sides can at most send each other.
std::vector<interface_chooser::arrival> interface_chooser::loads_of(std::uint32_t link) const {
    std::vector<arrival> across;
    std::uint32_t all = 0;
    for (const arrival& a : arrivals_[link]) {
        all += a.load;
        if (a.interlink == none) {
            continue;
        }
        const auto known = std::find_if(across.begin(), across.end(),
                                        [&](const arrival& other) { return other.interlink == a.interlink; });
        if (known == across.end()) {
            across.push_back(a);
        } else {
            known->load += a.load;
        }
    }
    for (arrival& a : across) {
        a.load = std::min(a.load, all - a.load);
    }
    return across;
}

/// False, and nothing changed: no end is straight on the hub, or an interlink takes no more.
bool interface_chooser::load_interlinks(std::uint32_t link) {
    const auto& ends = arrivals_[link];
    if (std::none_of(ends.begin(), ends.end(), [](const arrival& a) { return a.interlink == none; })) {
        return false;
    }
    const std::vector<arrival> across = loads_of(link);
    if (std::any_of(across.begin(), across.end(),
                    [&](const arrival& a) { return a.load > interlink_room_[a.interlink]; })) {
        return false;
    }
    for (const arrival& a : across) {
        interlink_room_[a.interlink] -= a.load;
    }
    return true;
}

void interface_chooser::unload_interlinks(std::uint32_t link) {
    for (const arrival& a : loads_of(link)) {
        interlink_room_[a.interlink] += a.load;
    }
}

// Where no trunk is limited and all links are plain each node is a question of its own, else node by node along the
// flow of the trunks, which is exact but for pinned names and mixed speeds; where that fails, all together.
std::optional<interface_choice> interface_chooser::choose(const search_state& at, trunk_rule& trunks,
                                                          std::uint64_t steps) {
    gave_up_ = false;
    if ((trunks.matters() && !trunks.may_fit(at)) || !begin(at)) {
        return std::nullopt;
    }
    const bool all_plain = std::all_of(plain_.begin(), plain_.end(), [](char p) { return p != 0; });
    if (!trunks.matters() && all_plain) {
        return match_each();
    }
    interface_choice made;
    quota_.clear();
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        made.emplace_back(problem_.slots[n].size(), 0);
        quota_.emplace_back();
        for (std::uint32_t t = 0; t < facts_.trunk_count(); ++t) {
            quota_.back().push_back(trunks.sent(n, t));
        }
    }
    steps_ = steps;
    by_quota_ = true;
    if (load_each(made)) {
        return made;
    }
    if (!begin(at)) {
        return std::nullopt;
    }
    std::sort(ends_.begin(), ends_.end(), [](const end& a, const end& b) {
        return std::tuple(a.candidates.size(), a.node, a.slot) < std::tuple(b.candidates.size(), b.node, b.slot);
    });
    steps_ = steps;
    gave_up_ = false;
    by_quota_ = false;
    if (!load(0, ends_.size(), made)) {
        return std::nullopt;
    }
    return made;
}

std::optional<interface_choice> interface_chooser::match_each() {
    interface_choice made;
    auto first = ends_.begin();
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        const auto& slots = problem_.slots[n];
        const auto ports = facts_.ports_of(device_of_[n]);
        const auto is_candidate = [&](const slot& s, const port& p) {
            const auto& some = first[&s - slots.data()].candidates;
            const auto number = static_cast<std::uint32_t>(&p - ports.data());
            return std::any_of(some.begin(), some.end(), [&](const candidate& c) { return c.port == number; });
        };
        if (!matcher_.fits(slots, ports, is_candidate)) {
            return std::nullopt;
        }
        made.emplace_back();
        for (std::size_t s = 0; s < slots.size(); ++s) {
            made.back().push_back(matcher_.interface_of(s));
        }
        first += static_cast<std::ptrdiff_t>(slots.size());
    }
    return made;
}

/// The ends lie together by node.
bool interface_chooser::load_each(interface_choice& into) {
    for (std::size_t from = 0; from < ends_.size();) {
        std::size_t to = from;
        while (to < ends_.size() && ends_[to].node == ends_[from].node) {
            ++to;
        }
        if (!load(from, to, into)) {
            return false;
        }
        from = to;
    }
    return true;
}

/// False, and nothing taken: it is in use, or a trunk or an interlink takes no more.
bool interface_chooser::take(const end& e, const candidate& c) {
    if (used_[e.node][c.port] != 0 ||
        (c.trunk != none && (trunk_room_[c.trunk] < c.load || (by_quota_ && quota_[e.node][c.trunk] == 0)))) {
        return false;
    }
    if (plain_[e.link] == 0) {
        arrivals_[e.link].push_back({c.load, c.interlink});
        const bool whole = arrivals_[e.link].size() == problem_.links[e.link].ends.size();
        if (whole && !load_interlinks(e.link)) {
            arrivals_[e.link].pop_back();
            return false;
        }
    }
    used_[e.node][c.port] = 1;
    if (c.trunk != none) {
        trunk_room_[c.trunk] -= c.load;
        quota_[e.node][c.trunk] -= by_quota_ ? 1 : 0;
    }
    return true;
}

void interface_chooser::give_back(const end& e, const candidate& c) {
    used_[e.node][c.port] = 0;
    if (c.trunk != none) {
        trunk_room_[c.trunk] += c.load;
        quota_[e.node][c.trunk] += by_quota_ ? 1 : 0;
    }
    if (plain_[e.link] == 0) {
        if (arrivals_[e.link].size() == problem_.links[e.link].ends.size()) {
            unload_interlinks(e.link);
        }
        arrivals_[e.link].pop_back();
    }
}

/// Every way to give the ends `from` to `to` an interface, until one fits.
bool interface_chooser::load(std::size_t from, std::size_t to, interface_choice& into) {
    if (from == to) {
        return true;
    }
    const end& e = ends_[from];
    for (const candidate& c : e.candidates) {
        if (used_[e.node][c.port] != 0) {
            continue;
        }
        if (steps_ == 0) {
            gave_up_ = true;
            return false;
        }
        --steps_;
        if (!take(e, c)) {
            continue;
        }
        into[e.node][e.slot] = c.port;
        if (load(from + 1, to, into)) {
            return true;
        }
        give_back(e, c);
    }
    return false;
}

}  // namespace rollover::placement
