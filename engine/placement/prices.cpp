#include "engine/placement/prices.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace rollover::placement {

// Bit by bit: squaring doubles a logarithm.
std::int64_t bits_of(std::uint64_t x) {
    constexpr unsigned fraction_bits = 10;
    static_assert(points_of_a_bit == 1 << fraction_bits);
    const auto whole = static_cast<unsigned>(std::bit_width(x)) - 1;
    std::uint64_t rest = whole <= 31 ? x << (31 - whole) : x >> (whole - 31);  // 1..2, times 2^31
    std::uint64_t points = whole;
    for (unsigned i = 0; i < fraction_bits; ++i) {
        rest = rest * rest >> 31U;
        const std::uint64_t bit = rest >> 32U;
        rest >>= bit;
        points = points << 1U | bit;
    }
    return static_cast<std::int64_t>(points);
}

namespace {

/// How many devices of the lab have what is asked: (what, of which name) -> sorted amounts, one for each device that
/// has some.
class supply {
public:
    enum class good { platform, model, feature, capacity, interfaces };

    void add(good what, std::string_view name, std::uint64_t amount) { amounts_[{what, name}].push_back(amount); }
    void sort() {
        for (auto& [what, amounts] : amounts_) {
            std::sort(amounts.begin(), amounts.end());
        }
    }
    /// log2(all / those that have as much), in points.
    [[nodiscard]] std::int64_t rarity(good what, std::string_view name, std::uint64_t amount, std::size_t all) const {
        const auto found = amounts_.find({what, name});
        if (found == amounts_.end()) {
            return 0;
        }
        const auto enough = std::lower_bound(found->second.begin(), found->second.end(), amount);
        const auto count = found->second.end() - enough;
        return count == 0 ? 0 : bits_of(all) - bits_of(static_cast<std::uint64_t>(count));
    }

private:
    struct hash {
        std::size_t operator()(const std::pair<good, std::string_view>& k) const noexcept {
            return std::hash<std::string_view>()(k.second) * 8 + static_cast<std::size_t>(k.first);
        }
    };
    std::unordered_map<std::pair<good, std::string_view>, std::vector<std::uint64_t>, hash> amounts_;
};

/// Interfaces by type, and by type and each speed but the lowest: a class of interfaces for each.
class interface_classes {
public:
    explicit interface_classes(const model::lab& lab) : on_medium_(lab.devices.size()) {
        std::set<std::pair<model::interface_type, std::uint32_t>> speeds;
        for (std::size_t d = 0; d < lab.devices.size(); ++d) {
            on_medium_[d].resize(lab.devices[d].interfaces.size());
            for (std::size_t i = 0; i < on_medium_[d].size(); ++i) {
                const model::interface& one = lab.devices[d].interfaces[i];
                on_medium_[d][i] = one.port.has_value() || one.line.has_value();
                speeds.emplace(one.type, one.speed);
            }
        }
        for (const auto* fixed : {&lab.wires, &lab.segments}) {
            for (const model::fixed_medium& m : *fixed) {
                for (const model::interface_reference& e : m.ends) {
                    on_medium_[e.device.value][e.interface] = true;
                }
            }
        }
        for (const auto& [type, speed] : speeds) {
            const bool first = classes_.empty() || classes_.back().type != type;
            classes_.push_back(
                {type, first ? 0 : speed, std::to_string(static_cast<int>(type)) + std::to_string(speed)});
        }
    }

    /// `use(class, count)` for each class that the device has some of.
    template <class Use>
    void of_device(const model::lab& lab, std::size_t d, const Use& use) const {
        for (const auto& c : classes_) {
            std::uint64_t count = 0;
            for (std::size_t i = 0; i < on_medium_[d].size(); ++i) {
                const model::interface& one = lab.devices[d].interfaces[i];
                count += on_medium_[d][i] && one.type == c.type && one.speed >= c.speed ? 1 : 0;
            }
            if (count > 0) {
                use(c.name, count);
            }
        }
    }

    template <class Use>
    void of_node(const model::topology& t, std::size_t n, const Use& use) const {
        for (const auto& c : classes_) {
            std::uint64_t count = 0;
            for (const model::link& l : t.links) {
                const bool asks = l.type == c.type && l.speed >= c.speed;
                count += asks ? static_cast<std::uint64_t>(std::count_if(
                                    l.ends.begin(), l.ends.end(), [&](const auto& e) { return e.node.value == n; }))
                              : 0;
            }
            if (count > 0) {
                use(c.name, count);
            }
        }
    }

private:
    struct one_class {
        model::interface_type type;
        std::uint32_t speed;
        std::string name;
    };
    std::vector<one_class> classes_;
    std::vector<std::vector<bool>> on_medium_;  ///< by device and interface: a link could use it
};

/// All that a device has.
template <class Use>
void offers(const model::lab& lab, const interface_classes& classes, std::size_t d, const Use& use) {
    using good = supply::good;
    const model::device& one = lab.devices[d];
    use(good::platform, one.platform, 1);
    if (!one.model.empty()) {
        use(good::model, one.model, 1);
    }
    for (const std::string& f : one.features) {
        use(good::feature, f, 1);
    }
    for (const model::capacity& c : one.capacities) {
        use(good::capacity, c.name, c.amount);
    }
    classes.of_device(lab, d, [&](std::string_view name, std::uint64_t count) { use(good::interfaces, name, count); });
}

/// All that a node asks for, each once.
std::int64_t asked_by(const model::topology& t, std::size_t n, const interface_classes& classes, const supply& all,
                      std::size_t devices) {
    using good = supply::good;
    using kind = model::requirement::kind;
    std::map<std::pair<good, std::string_view>, std::uint64_t> most;
    const auto ask = [&](good what, std::string_view name, std::uint64_t amount) {
        std::uint64_t& so_far = most[{what, name}];
        so_far = std::max(so_far, amount);
    };
    for (const model::requirement& q : t.nodes[n].requirements) {
        switch (q.what) {
            case kind::platform: ask(good::platform, q.value, 1); break;
            case kind::model: ask(good::model, q.value, 1); break;
            case kind::feature: ask(good::feature, q.value, 1); break;
            case kind::capacity: ask(good::capacity, q.value, q.amount); break;
            case kind::device:
            case kind::site:
            case kind::not_device:
            case kind::same_site_as:
            case kind::different_site_from: break;
        }
    }
    classes.of_node(t, n, [&](std::string_view name, std::uint64_t count) { ask(good::interfaces, name, count); });
    std::int64_t points = 0;
    for (const auto& [what, amount] : most) {
        points += all.rarity(what.first, what.second, amount, devices);
    }
    return points;
}

std::vector<std::int64_t> wear_of(std::size_t devices, const preferences& wishes) {
    std::vector<std::int64_t> wear(devices, 0);
    if (wishes.uses.size() != devices) {
        return wear;
    }
    std::vector<std::uint64_t> sorted = wishes.uses;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t d = 0; d < devices; ++d) {
        const auto less = std::lower_bound(sorted.begin(), sorted.end(), wishes.uses[d]) - sorted.begin();
        wear[d] = wishes.wear * less / static_cast<std::int64_t>(devices);
    }
    return wear;
}

}  // namespace

prices::prices(const model::lab& lab, const model::topology& topology, const preferences& wishes)
    : scarcity(lab.devices.size(), 0), wear(wear_of(lab.devices.size(), wishes)) {
    const interface_classes classes(lab);
    supply all;
    for (std::size_t d = 0; d < lab.devices.size(); ++d) {
        offers(lab, classes, d,
               [&](supply::good what, std::string_view name, std::uint64_t amount) { all.add(what, name, amount); });
    }
    all.sort();
    for (std::size_t d = 0; d < lab.devices.size(); ++d) {
        offers(lab, classes, d, [&](supply::good what, std::string_view name, std::uint64_t amount) {
            scarcity[d] += all.rarity(what, name, amount, lab.devices.size());
        });
    }
    for (std::size_t n = 0; n < topology.nodes.size(); ++n) {
        asked.push_back(asked_by(topology, n, classes, all, lab.devices.size()));
    }
}

std::int64_t sites_beyond_first(const model::lab& lab, const placed_link& l) {
    std::set<std::uint32_t> sites;
    for (const model::interface_reference& e : l.ends) {
        sites.insert(lab.at(e.device).site.value);
    }
    if (l.by.what == carrier::kind::cross_connect) {
        sites.insert(lab.at(l.by.cross_connect).site.value);
    }
    return static_cast<std::int64_t>(sites.size()) - 1;
}

std::int64_t count_interlinks(const model::lab& lab, const placed_link& l) {
    if (l.by.what != carrier::kind::cross_connect) {
        return 0;
    }
    std::set<std::uint32_t> across;
    for (const model::interface_reference& e : l.ends) {
        const auto way = model::way_to(lab, e, l.by.cross_connect);
        if (way && way->across) {
            across.insert(way->across->value);
        }
    }
    return static_cast<std::int64_t>(across.size());
}

costs costs_of(const request& r, const placement& p, const preferences& wishes) {
    const prices each(r.lab, r.topology, wishes);
    costs c;
    for (std::size_t n = 0; n < p.devices.size(); ++n) {
        const auto d = p.devices[n].value;
        c.scarcity += each.scarcity[d] - each.asked[n];
        c.wear += each.wear[d];
        if (wishes.earlier && n < wishes.earlier->devices.size() && wishes.earlier->devices[n] != p.devices[n]) {
            c.moved += wishes.moved;
        }
    }
    for (const placed_link& l : p.links) {
        c.links += l.by.what == carrier::kind::wire ? 0 : wishes.join;
        c.links += wishes.site * sites_beyond_first(r.lab, l) + wishes.across * count_interlinks(r.lab, l);
    }
    return c;
}

}  // namespace rollover::placement
