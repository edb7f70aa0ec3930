#include "engine/placement/rebuild.h"

#include "engine/placement/facts.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace rollover::placement {

rebuilder::rebuilder(const request& r, const placement& p, const preferences& wishes)
    : request_(r),
      wishes_(wishes),
      lab_(r),
      held_(r, lab_),
      prices_(r.lab, r.topology, wishes),
      now_(p),
      free_(r.lab.devices.size(), true),
      links_of_(r.topology.nodes.size()),
      tried_(p.links) {
    read_domains();
    for (std::uint32_t n = 0; n < p.devices.size(); ++n) {
        held_.sit(n, p.devices[n].value);
        free_.erase(place_[p.devices[n].value]);
    }
    for (std::uint32_t l = 0; l < p.links.size(); ++l) {
        for (const model::link_end& e : r.topology.links[l].ends) {
            links_of_[e.node.value].push_back(l);
        }
        for (const model::interface_reference& e : p.links[l].ends) {
            held_.take(p.links[l].by, e);
        }
        static_cast<void>(held_.close(p.links[l]));
        least_.push_back(least_price(l));
    }
}

void rebuilder::read_domains() {
    const std::size_t devices = request_.lab.devices.size();
    by_price_.resize(devices);
    place_.resize(devices);
    std::iota(by_price_.begin(), by_price_.end(), 0U);
    std::sort(by_price_.begin(), by_price_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(prices_.scarcity[a] + prices_.wear[a], a) <
               std::pair(prices_.scarcity[b] + prices_.wear[b], b);
    });
    bit_set available(devices, true);
    for (std::uint32_t i = 0; i < devices; ++i) {
        place_[by_price_[i]] = i;
        if (request_.unavailable.contains(model::device_index{by_price_[i]})) {
            available.erase(i);
        }
    }
    std::map<std::tuple<model::requirement::kind, std::string_view, std::uint32_t>, bit_set> meeting;
    for (const model::node& n : request_.topology.nodes) {
        bit_set& domain = domains_.emplace_back(available);
        for (const model::requirement& q : n.requirements) {
            if (is_relation(q)) {
                continue;
            }
            const auto [entry, fresh] = meeting.try_emplace({q.what, q.value, q.amount}, devices);
            for (std::uint32_t i = 0; fresh && i < devices; ++i) {
                if (meets(request_.lab, request_.lab.devices[by_price_[i]], q)) {
                    entry->second.insert(i);
                }
            }
            domain.keep(entry->second);
        }
        const std::size_t node = domains_.size() - 1;
        const bool known = wishes_.earlier && node < wishes_.earlier->devices.size();
        const std::uint32_t before = known ? wishes_.earlier->devices[node].value : holding::nobody;
        const bool suits_it = before < devices && domain.contains(place_[before]);
        earlier_.push_back(suits_it ? before : holding::nobody);
    }
}

std::int64_t rebuilder::price(std::uint32_t node, std::uint32_t device) const {
    const bool moved = earlier_[node] != holding::nobody && earlier_[node] != device;
    return prices_.scarcity[device] + prices_.wear[device] + (moved ? wishes_.moved : 0);
}

std::int64_t rebuilder::link_price(const placed_link& l) const {
    const std::int64_t join = l.by.what == carrier::kind::wire ? 0 : wishes_.join;
    return join + wishes_.site * sites_beyond_first(request_.lab, l) +
           wishes_.across * count_interlinks(request_.lab, l);
}

/// Whatever devices its nodes are on.
std::int64_t rebuilder::least_price(std::uint32_t link) const {
    const model::link& l = request_.topology.links[link];
    const bool maybe_a_wire = l.ends.size() == 2 && !request_.lab.wires.empty() &&
                              (l.via == model::link_via::any || l.via == model::link_via::wire);
    return maybe_a_wire ? 0 : std::max<std::int64_t>(wishes_.join, 0);
}

std::int64_t rebuilder::cheapest(std::uint32_t node) const {
    std::int64_t least = earlier_[node] == holding::nobody ? -1 : price(node, earlier_[node]);
    for (std::size_t w = 0; w < free_.word_count(); ++w) {
        const std::uint64_t both = free_.word(w) & domains_[node].word(w);
        if (both != 0) {
            const auto device = by_price_[w * 64 + static_cast<std::size_t>(std::countr_zero(both))];
            const std::int64_t first = price(node, device);
            return least < 0 ? first : std::min(least, first);
        }
    }
    return std::max<std::int64_t>(least, 0);
}

/// The nodes in their order; each link as soon as all its ends have a device.
void rebuilder::make_agenda(const std::vector<std::uint32_t>& nodes) {
    agenda_.clear();
    std::map<std::uint32_t, std::size_t> missing;  // by link: nodes that are taken apart
    for (const std::uint32_t n : nodes) {
        for (const std::uint32_t l : links_of_[n]) {
            ++missing[l];
        }
    }
    for (const std::uint32_t n : nodes) {
        agenda_.push_back({false, n});
        for (const std::uint32_t l : links_of_[n]) {
            if (--missing[l] == 0) {
                agenda_.push_back({true, l});
            }
        }
    }
}

/// What the part has cost.
std::int64_t rebuilder::take_apart() {
    std::int64_t cost = 0;
    for (const step& s : agenda_) {
        if (s.is_link) {
            cost += link_price(now_.links[s.index]);
            held_.open(now_.links[s.index]);
            for (const model::interface_reference& e : now_.links[s.index].ends) {
                held_.give_back(now_.links[s.index].by, e);
            }
        }
    }
    for (const step& s : agenda_) {
        if (!s.is_link) {
            cost += price(s.index, held_.device_of(s.index));
            free_.insert(place_[held_.device_of(s.index)]);
            held_.rise(s.index);
        }
    }
    return cost;
}

void rebuilder::put_back(bool changed) {
    if (changed) {
        std::swap(now_, best_);
    }
    for (const step& s : agenda_) {
        if (s.is_link) {
            for (const model::interface_reference& e : now_.links[s.index].ends) {
                held_.take(now_.links[s.index].by, e);
            }
            static_cast<void>(held_.close(now_.links[s.index]));
        } else {
            held_.sit(s.index, now_.devices[s.index].value);
            free_.erase(place_[now_.devices[s.index].value]);
        }
    }
}

void rebuilder::bound_below() {
    rest_.assign(agenda_.size() + 1, 0);
    for (std::size_t at = agenda_.size(); at-- > 0;) {
        const step& s = agenda_[at];
        rest_[at] = rest_[at + 1] + (s.is_link ? least_[s.index] : cheapest(s.index));
    }
    options_.resize(std::max(options_.size(), agenda_.size()));
}

rebuilder::outcome rebuilder::rebuild(const std::vector<std::uint32_t>& nodes, std::uint64_t limit) {
    make_agenda(nodes);
    bound_ = take_apart();
    bound_below();
    found_ = false;
    stopped_ = false;
    limit_ = moves_ + limit;
    go_on(0, 0);
    put_back(found_);
    return {found_, !stopped_};
}

bool rebuilder::count_one() {
    stopped_ = stopped_ || moves_ >= limit_;
    moves_ += stopped_ ? 0 : 1;
    return !stopped_;
}

void rebuilder::go_on(std::size_t at, std::int64_t cost) {
    if (stopped_ || cost + rest_[at] >= bound_) {
        return;
    }
    if (at == agenda_.size()) {
        remember(cost);
    } else if (agenda_[at].is_link) {
        carry(at, cost);
    } else {
        seat(at, cost);
    }
}

void rebuilder::remember(std::int64_t cost) {
    best_ = now_;
    for (const step& s : agenda_) {
        if (s.is_link) {
            best_.links[s.index] = tried_[s.index];
        } else {
            best_.devices[s.index].value = held_.device_of(s.index);
        }
    }
    bound_ = cost;
    found_ = true;
}

/// Which of the nodes that are taken apart could have the device, as bits.
std::uint64_t rebuilder::wanted_by(std::uint32_t device) const {
    std::uint64_t bits = 0;
    for (const step& s : agenda_) {
        if (!s.is_link) {
            bits = bits << 1U | (domains_[s.index].contains(place_[device]) ? 1U : 0U);
            if (earlier_[s.index] == device) {
                return 0;  // it is like no other
            }
        }
    }
    return bits;
}

// The cheapest first: as soon as one is too dear, so are all behind it. Of devices that can stand in for each other the
// cheapest is enough.
void rebuilder::seat(std::size_t at, std::int64_t cost) {
    const std::uint32_t node = agenda_[at].index;
    const std::uint32_t before = earlier_[node];
    if (before != holding::nobody && free_.contains(place_[before])) {
        seat_on(at, cost, before);
    }
    std::set<std::pair<std::uint32_t, std::uint64_t>> tried;
    for (std::size_t i = domains_[node].first(); i < domains_[node].size() && !stopped_;
         i = domains_[node].next(i + 1)) {
        const std::uint32_t device = by_price_[i];
        if (!free_.contains(i) || device == before) {
            continue;
        }
        if (cost + price(node, device) + rest_[at + 1] >= bound_) {
            return;
        }
        const std::uint64_t wanted = wanted_by(device);
        if (wanted == 0 || tried.emplace(lab_.twins(device), wanted).second) {
            seat_on(at, cost, device);
        }
    }
}

void rebuilder::seat_on(std::size_t at, std::int64_t cost, std::uint32_t device) {
    const std::uint32_t node = agenda_[at].index;
    if (!count_one() || !held_.can_sit(node, device)) {
        return;
    }
    held_.sit(node, device);
    free_.erase(place_[device]);
    go_on(at + 1, cost + price(node, device));
    free_.insert(place_[device]);
    held_.rise(node);
}

void rebuilder::options(std::uint32_t link, std::vector<option>& all) const {
    using model::link_via;
    const model::link& l = request_.topology.links[link];
    const auto device_at = [&](std::size_t e) { return held_.device_of(l.ends[e].node.value); };
    const auto site_at = [&](std::size_t e) { return request_.lab.devices[device_at(e)].site; };
    const bool one_site = l.ends.size() == 2 && site_at(0) == site_at(1);
    const auto may = [&](link_via via) { return l.via == link_via::any || l.via == via; };
    placed_link sites;  // of the devices, for the price
    for (std::size_t e = 0; e < l.ends.size(); ++e) {
        sites.ends.push_back({{device_at(e)}, 0});
    }
    const auto add = [&](const carrier& by) {
        sites.by = by;
        const std::int64_t join = by.what == carrier::kind::wire ? 0 : wishes_.join;
        all.push_back({by, join + wishes_.site * sites_beyond_first(request_.lab, sites)});
    };
    all.clear();
    if (const auto kept = request_.kept.find(link); kept != request_.kept.end()) {
        add(kept->second);
        return;
    }
    if (may(link_via::wire) && l.ends.size() == 2) {
        for (const offered::wire& w : lab_.wires(device_at(0))) {
            if (w.other.device.value == device_at(1) && request_.lab.wires[w.number].passes.has(l.needs)) {
                add({carrier::kind::wire, {}, w.number});
            }
        }
    }
    if (may(link_via::segment)) {
        for (const offered::on_segment& s : lab_.segments(device_at(0))) {
            const carrier by{carrier::kind::segment, {}, s.segment};
            const bool twice = !all.empty() && all.back().by == by;  // two interfaces of the device are on it
            if (!twice && held_.segment_is_free(s.segment) && request_.lab.segments[s.segment].passes.has(l.needs)) {
                add(by);
            }
        }
    }
    if (may(link_via::patch) && one_site && l.type == model::interface_type::serial) {
        add({carrier::kind::patch, {}, site_at(0).value});
    }
    if (may(link_via::cross_connect)) {
        for (std::uint32_t x = 0; x < request_.lab.cross_connects.size(); ++x) {
            if (request_.lab.cross_connects[x].passes.has(l.needs)) {
                add({carrier::kind::cross_connect, {x}, 0});
            }
        }
    }
    std::sort(all.begin(), all.end(), [](const option& a, const option& b) {
        return std::tuple(a.cost, a.by.what, a.by.cross_connect, a.by.medium) <
               std::tuple(b.cost, b.by.what, b.by.cross_connect, b.by.medium);
    });
}

void rebuilder::carry(std::size_t at, std::int64_t cost) {
    const std::uint32_t link = agenda_[at].index;
    options(link, options_[at]);
    for (const option& o : options_[at]) {
        if (cost + o.cost + rest_[at + 1] >= bound_ || !count_one()) {
            return;
        }
        tried_[link].by = o.by;
        take_end(at, cost + o.cost, 0);
    }
}

// Interfaces that are alike are tried once.
void rebuilder::take_end(std::size_t at, std::int64_t cost, std::size_t end) {
    const std::uint32_t link = agenda_[at].index;
    const model::link& l = request_.topology.links[link];
    placed_link& made = tried_[link];
    if (end == l.ends.size()) {
        const auto across = static_cast<std::int64_t>(held_.interlinks_of(made));
        if (held_.close(made)) {
            go_on(at + 1, cost + wishes_.across * across);
            held_.open(made);
        }
        return;
    }
    const std::uint32_t device = held_.device_of(l.ends[end].node.value);
    std::vector<const offered::port*> alike;
    const auto try_one = [&](std::uint32_t i) {
        const offered::port& p = lab_.ports(device)[i];
        if (!held_.can_take(link, end, made.by, i)) {
            return;
        }
        if (!p.on_fixed) {
            if (std::any_of(alike.begin(), alike.end(), [&](const offered::port* other) { return *other == p; })) {
                return;
            }
            alike.push_back(&p);
        }
        made.ends[end] = {{device}, i};
        held_.take(made.by, made.ends[end]);
        take_end(at, cost, end + 1);
        held_.give_back(made.by, {{device}, i});
    };
    if (made.by.what == carrier::kind::wire) {
        for (const offered::wire& w : lab_.wires(device)) {
            if (w.number == made.by.medium) {
                try_one(w.own);
            }
        }
    } else if (made.by.what == carrier::kind::segment) {
        for (const offered::on_segment& s : lab_.segments(device)) {
            if (s.segment == made.by.medium) {
                try_one(s.own);
            }
        }
    } else {
        for (std::uint32_t i = 0; i < lab_.ports(device).size() && !stopped_; ++i) {
            try_one(i);
        }
    }
}

}  // namespace rollover::placement
