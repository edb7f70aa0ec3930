#include "tests/engine/placement/brute_force.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace rollover::placement {

namespace {

using model::interface_reference;

class enumerator {
public:
    explicit enumerator(const request& r) : r_(r), lab_(r.lab), top_(r.topology) {}

    bool nodes(std::size_t n) {
        if (n == top_.nodes.size()) {
            return requirements() && consoles() && links(0);
        }
        for (std::uint32_t d = 0; d < lab_.devices.size(); ++d) {
            const model::device_index device{d};
            if (r_.unavailable.count(device) == 0 && std::find(f_.begin(), f_.end(), device) == f_.end()) {
                f_.push_back(device);
                const bool found = nodes(n + 1);
                f_.pop_back();
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

private:
    bool requirements() const {
        using kind = model::requirement::kind;
        for (std::size_t n = 0; n < top_.nodes.size(); ++n) {
            const model::device& d = lab_.devices[f_[n].value];
            for (const model::requirement& q : top_.nodes[n].requirements) {
                const auto site_of_other = [&] { return lab_.devices[f_[q.other.value].value].site.value; };
                if ((q.what == kind::platform && d.platform != q.value) ||
                    (q.what == kind::model && d.model != q.value) ||
                    (q.what == kind::feature && !std::count(d.features.begin(), d.features.end(), q.value)) ||
                    (q.what == kind::device && d.name != q.value) ||
                    (q.what == kind::not_device && d.name == q.value) ||
                    (q.what == kind::capacity && !has_capacity(d, q)) ||
                    (q.what == kind::site && lab_.sites[d.site.value].name != q.value) ||
                    (q.what == kind::same_site_as && d.site.value != site_of_other()) ||
                    (q.what == kind::different_site_from && d.site.value == site_of_other())) {
                    return false;
                }
            }
        }
        return true;
    }

    static bool has_capacity(const model::device& d, const model::requirement& q) {
        for (const model::capacity& c : d.capacities) {
            if (c.name == q.value) {
                return c.amount >= q.amount;
            }
        }
        return false;
    }

    bool consoles() const {
        std::vector<std::uint32_t> on(lab_.converters.size(), 0);
        for (const model::device_index d : f_) {
            const auto c = lab_.devices[d.value].console.line.converter.value;
            if (c < on.size() && ++on[c] > lab_.converters[c].most_devices && lab_.converters[c].most_devices > 0) {
                return false;
            }
        }
        return true;
    }

    /// How an interface comes to cross-connect x: over which trunk of its switch and, if not straight, which interlink.
    struct arrival {
        std::uint32_t trunk = 0;
        int interlink = -1;
    };
    std::optional<arrival> arrival_at(interface_reference e, std::uint32_t x) const {
        const auto& port = lab_.devices[e.device.value].interfaces[e.interface].port;
        if (!port) {
            return std::nullopt;
        }
        const auto& trunks = lab_.switches[port->where.value].trunks;
        for (std::uint32_t t = 0; t < trunks.size(); ++t) {
            if (trunks[t].cross_connect.value == x) {
                return arrival{t, -1};
            }
        }
        for (std::uint32_t t = 0; t < trunks.size(); ++t) {
            for (int i = 0; i < static_cast<int>(lab_.interlinks.size()); ++i) {
                const auto one = lab_.interlinks[static_cast<std::size_t>(i)].ends[0].cross_connect.value;
                const auto two = lab_.interlinks[static_cast<std::size_t>(i)].ends[1].cross_connect.value;
                const auto from = trunks[t].cross_connect.value;
                if ((one == x && two == from) || (one == from && two == x)) {
                    return arrival{t, i};
                }
            }
        }
        return std::nullopt;
    }

    /// Whether these ends can be joined with hub x, as far as that link is concerned.
    bool joinable(const std::vector<interface_reference>& ends, std::uint32_t x, const model::link& l) const {
        bool some_straight = false;
        for (const interface_reference e : ends) {
            const auto how = arrival_at(e, x);
            if (!how) {
                return false;
            }
            if (how->interlink < 0) {
                some_straight = true;
                continue;
            }
            const auto& port = lab_.devices[e.device.value].interfaces[e.interface].port;
            const auto from = lab_.switches[port->where.value].trunks[how->trunk].cross_connect.value;
            if (!lab_.interlinks[static_cast<std::size_t>(how->interlink)].passes.has(l.needs) ||
                !lab_.cross_connects[from].passes.has(l.needs) || (ends.size() == 2 && x > from)) {
                return false;
            }
        }
        return some_straight && lab_.cross_connects[x].passes.has(l.needs);
    }

    /// Puts the ends on their trunks and the link on interlinks, or with `sign` -1 takes them off again; whether all
    /// fit.
    bool load(const std::vector<interface_reference>& ends, std::uint32_t x, int sign) {
        bool fits = true;
        int all = 0;
        std::map<int, int> across;
        for (const interface_reference e : ends) {
            const model::interface& i = lab_.devices[e.device.value].interfaces[e.interface];
            const arrival how = *arrival_at(e, x);
            const model::trunk& t = lab_.switches[i.port->where.value].trunks[how.trunk];
            const int speed = static_cast<int>(i.speed == 0 ? 1000 : i.speed);
            int& now = loads_[{i.port->where.value, how.trunk}];
            now += sign * speed;
            fits = fits && (t.capacity == 0 || now <= static_cast<int>(t.capacity));
            all += speed;
            if (how.interlink >= 0) {
                across[how.interlink] += speed;
            }
        }
        for (const auto& [interlink, speed] : across) {
            int& now = interlink_loads_[interlink];
            now += sign * std::min(speed, all - speed);
            const auto capacity = static_cast<int>(lab_.interlinks[static_cast<std::size_t>(interlink)].capacity);
            fits = fits && (capacity == 0 || now <= capacity);
        }
        return fits;
    }

    // Interfaces for the ends of link l, one end after the other; then a medium that has them all.
    bool links(std::size_t l) {
        if (l == top_.links.size()) {
            return true;
        }
        std::vector<interface_reference> ends;
        return end(l, ends);
    }

    bool end(std::size_t l, std::vector<interface_reference>& ends) {
        const model::link& link = top_.links[l];
        if (ends.size() == link.ends.size()) {
            return medium(l, ends);
        }
        const model::link_end& e = link.ends[ends.size()];
        const model::device_index d = f_[e.node.value];
        for (std::uint32_t i = 0; i < lab_.devices[d.value].interfaces.size(); ++i) {
            const model::interface& candidate = lab_.devices[d.value].interfaces[i];
            const interface_reference at{d, i};
            if (candidate.type != link.type || (!e.interface.empty() && e.interface != candidate.name) ||
                candidate.speed < link.speed ||
                (candidate.port && !lab_.switches[candidate.port->where.value].passes.has(link.needs)) ||
                std::count(used_.begin(), used_.end(), at) != 0) {
                continue;
            }
            used_.push_back(at);
            ends.push_back(at);
            const bool found = end(l, ends);
            ends.pop_back();
            used_.pop_back();
            if (found) {
                return true;
            }
        }
        return false;
    }

    bool medium(std::size_t l, const std::vector<interface_reference>& ends) {
        const model::link_via via = top_.links[l].via;
        const bool any = via == model::link_via::any;
        const auto all = [&](const std::function<bool(interface_reference)>& holds) {
            return std::all_of(ends.begin(), ends.end(), holds);
        };
        if (any || via == model::link_via::cross_connect) {
            for (std::uint32_t x = 0; x < lab_.cross_connects.size(); ++x) {
                if (!joinable(ends, x, top_.links[l])) {
                    continue;
                }
                const bool found = load(ends, x, 1) && links(l + 1);
                load(ends, x, -1);
                if (found) {
                    return true;
                }
            }
        }
        if ((any || via == model::link_via::wire) && ends.size() == 2) {
            for (const model::fixed_medium& w : lab_.wires) {
                if (all([&](interface_reference e) { return e == w.ends[0] || e == w.ends[1]; }) && links(l + 1)) {
                    return true;
                }
            }
        }
        if ((any || via == model::link_via::patch) && ends.size() == 2 &&
            top_.links[l].type == model::interface_type::serial) {
            const auto patchable = [&](interface_reference e) {
                const model::device& d = lab_.devices[e.device.value];
                return d.interfaces[e.interface].line.has_value() && d.site == lab_.devices[ends[0].device.value].site;
            };
            if (all(patchable) && links(l + 1)) {
                return true;
            }
        }
        if (any || via == model::link_via::segment) {
            for (std::uint32_t s = 0; s < lab_.segments.size(); ++s) {
                const auto& on = lab_.segments[s].ends;
                if (!lab_.segments[s].passes.has(top_.links[l].needs) || r_.unavailable_segments.count(s) != 0 ||
                    std::count(segments_.begin(), segments_.end(), s) != 0 ||
                    !all([&](interface_reference e) { return std::count(on.begin(), on.end(), e) != 0; })) {
                    continue;
                }
                segments_.push_back(s);
                const bool found = links(l + 1);
                segments_.pop_back();
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    const request& r_;
    const model::lab& lab_;
    const model::topology& top_;
    std::vector<model::device_index> f_;
    std::vector<interface_reference> used_;
    std::vector<std::uint32_t> segments_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> loads_;  ///< switch and its trunk: Mbit/s
    std::map<int, int> interlink_loads_;                            ///< Mbit/s
};

}  // namespace

bool exists_by_brute_force(const request& r) {
    return enumerator(r).nodes(0);
}

}  // namespace rollover::placement
