#include "tests/engine/placement/families.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <random>

namespace rollover::placement {

namespace {

constexpr unsigned rare = 6;  // the feature that too few have
constexpr std::uint32_t features = 8;

class maker {
public:
    explicit maker(const family_case& c)
        : case_(c),
          engine_(c.seed * 1000003 + static_cast<std::uint64_t>(c.of) * 7919 + c.devices * 31 + c.nodes +
                  static_cast<std::uint64_t>(c.with) * 101) {}

    family_made make() {
        add_devices();
        if (is(family::wires) || is(family::mixed)) {
            add_wires();
        }
        if (!is(family::wires)) {
            add_fabrics();
        }
        plant();
        add_links();
        add_nodes();
        spoil();
        return {name(), finished(), possible()};
    }

private:
    struct planned {
        std::uint32_t type = 0;
        std::uint32_t features = 0;
        std::uint32_t site = 0;
        std::uint32_t ports = 0;
        std::uint32_t free = 0;            ///< ports with nothing on them
        std::vector<std::uint32_t> wires;  ///< peers, one for each
        std::vector<std::uint32_t> on;     ///< by port on the cross-connect: its switch
        std::uint32_t used = 0;            ///< of these, by the planted answer
        int node = -1;                     ///< of the planted answer
        bool busy = false;
    };

    bool is(family f) const { return case_.of == f; }
    std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(engine_() % n); }
    bool chance(double p) { return static_cast<double>(engine_() >> 11U) * 0x1p-53 < p; }
    std::uint32_t sites() const { return is(family::mixed) || is(family::sites) ? case_.sites : 1; }
    std::uint32_t room_of_interlink() const {
        return case_.interlink > 0 ? case_.interlink : is(family::sites) ? 4 : 6;
    }

    void add_devices() {
        static constexpr std::array<std::uint32_t, 6> ports{6, 8, 12, 12, 4, 2};
        static constexpr std::array<double, 6> until{.22, .37, .52, .70, .78, 1.0};
        for (std::uint32_t d = 0; d < case_.devices; ++d) {
            const double x = static_cast<double>(engine_() >> 11U) * 0x1p-53;
            planned p;
            p.type = static_cast<std::uint32_t>(
                std::find_if(until.begin(), until.end() - 1, [&](double u) { return x < u; }) - until.begin());
            for (std::uint32_t f = 0; f < features; ++f) {
                p.features |= chance(p.type < 2 ? .45 : .2) ? 1U << f : 0;
            }
            p.site = d * sites() / case_.devices;
            p.ports = p.free = ports[p.type];
            devices_.push_back(p);
        }
    }

    bool may_wire(std::uint32_t d) const { return devices_[d].free > (is(family::mixed) ? devices_[d].ports / 2 : 0); }
    void wire(std::uint32_t a, std::uint32_t b) {
        if (a != b && may_wire(a) && may_wire(b)) {
            --devices_[a].free;
            --devices_[b].free;
            devices_[a].wires.push_back(b);
            devices_[b].wires.push_back(a);
        }
    }

    void add_wires() {
        constexpr std::uint32_t pod = 20;
        for (std::uint32_t from = 0; from < case_.devices; from += pod) {
            const std::uint32_t size = std::min(pod, case_.devices - from);
            for (unsigned tries = 0; tries < 400; ++tries) {
                wire(from + below(size), from + below(size));
            }
        }
        for (std::uint32_t i = 0; i < case_.devices / 8; ++i) {
            const std::uint32_t a = below(case_.devices);
            const std::uint32_t b = below(case_.devices);
            if (devices_[a].site == devices_[b].site) {
                wire(a, b);
            }
        }
    }

    void add_fabrics() {
        constexpr std::uint32_t ports_of_switch = 48;
        std::vector<std::uint32_t> used(sites(), ports_of_switch);
        std::vector<std::uint32_t> current(sites(), 0);
        for (planned& d : devices_) {
            for (; d.free > 0; --d.free) {
                if (used[d.site] == ports_of_switch) {
                    used[d.site] = 0;
                    current[d.site] = static_cast<std::uint32_t>(made_.switches.size());
                    made_.switches.push_back({d.site, is(family::thin_trunks) ? 10U : 0U});
                }
                ++used[d.site];
                d.on.push_back(current[d.site]);
            }
        }
        made_.cross_connects = sites();
        for (std::uint32_t a = 0; a < sites(); ++a) {
            for (std::uint32_t b = a + 1; b < sites(); ++b) {
                made_.interlinks.push_back({a, b, room_of_interlink()});
            }
        }
    }

    /// Which devices the answer uses: a part of the wiring that hangs together, or any.
    void plant() {
        std::vector<std::uint32_t> order(case_.devices);
        std::iota(order.begin(), order.end(), 0U);
        std::shuffle(order.begin(), order.end(), engine_);
        std::vector<std::uint32_t> chosen;
        if (is(family::wires) || is(family::mixed)) {
            chosen = grow(order);
        }
        for (const std::uint32_t d : order) {
            if (chosen.size() < case_.nodes && std::find(chosen.begin(), chosen.end(), d) == chosen.end()) {
                chosen.push_back(d);
            }
        }
        for (const std::uint32_t d : chosen) {
            devices_[d].node = static_cast<int>(planted_.size());
            planted_.push_back(d);
        }
        for (planned& d : devices_) {
            d.busy = d.node < 0 && chance(case_.busy);
        }
    }

    std::vector<std::uint32_t> grow(const std::vector<std::uint32_t>& starts) {
        std::vector<std::uint32_t> best;
        for (const std::uint32_t start : starts) {
            std::vector<std::uint32_t> chosen{start};
            std::vector<std::uint32_t> edge = devices_[start].wires;
            while (chosen.size() < case_.nodes && !edge.empty()) {
                std::swap(edge[below(edge.size())], edge.back());
                const std::uint32_t next = edge.back();
                edge.pop_back();
                if (std::find(chosen.begin(), chosen.end(), next) == chosen.end()) {
                    chosen.push_back(next);
                    edge.insert(edge.end(), devices_[next].wires.begin(), devices_[next].wires.end());
                }
            }
            if (chosen.size() > best.size()) {
                best = chosen;
            }
            if (best.size() == case_.nodes) {
                break;
            }
        }
        return best;
    }

    void link(std::uint32_t a, std::uint32_t b) {  // devices
        made_.links.push_back(
            {static_cast<std::uint32_t>(devices_[a].node), static_cast<std::uint32_t>(devices_[b].node), 1});
        ++degree_[static_cast<std::size_t>(devices_[a].node)];
        ++degree_[static_cast<std::size_t>(devices_[b].node)];
    }

    void add_links() {
        degree_.assign(planted_.size(), 0);
        for (const std::uint32_t d : planted_) {
            for (const std::uint32_t peer : devices_[d].wires) {
                if (d < peer && devices_[peer].node >= 0 && chance(is(family::wires) ? .85 : .8)) {
                    link(d, peer);
                }
            }
        }
        if (is(family::wires)) {
            return;
        }
        std::vector<std::uint32_t> order = planted_;
        std::shuffle(order.begin(), order.end(), engine_);
        for (std::size_t i = 1; i < order.size(); ++i) {
            for (unsigned tries = 0; tries < 50 && !join(order[i], order[below(i)]); ++tries) {
            }
        }
        for (std::size_t tries = 0; tries < 20 * planted_.size() && made_.links.size() * 2 < planted_.size() * 3;
             ++tries) {
            join(planted_[below(planted_.size())], planted_[below(planted_.size())]);
        }
    }

    /// On cross-connects, one less than an interlink takes.
    bool join(std::uint32_t a, std::uint32_t b) {
        planned& one = devices_[a];
        planned& two = devices_[b];
        if (a == b || one.used >= one.on.size() || two.used >= two.on.size()) {
            return false;
        }
        const auto pair = std::minmax(one.site, two.site);
        if (one.site != two.site && passed_[pair] + 1 >= room_of_interlink()) {
            return false;
        }
        if (is(family::thin_trunks)) {
            const std::uint32_t s = one.on[one.used];
            const std::uint32_t t = two.on[two.used];
            const std::uint32_t wanted = s == t ? 2 : 1;
            if (on_trunk_[s] + wanted > 10 || on_trunk_[t] + wanted > 10) {
                return false;
            }
            ++on_trunk_[s];
            ++on_trunk_[t];
        }
        passed_[pair] += one.site != two.site ? 1 : 0;
        ++one.used;
        ++two.used;
        link(a, b);
        return true;
    }

    void add_nodes() {
        for (std::size_t n = 0; n < planted_.size(); ++n) {
            const planned& d = devices_[planted_[n]];
            family_instance::node made{fmt::format("n{:03}", n), chance(.85) ? static_cast<int>(d.type) : -1, 0};
            for (std::uint32_t f = 0; f < features; ++f) {
                made.features |= ((d.features >> f) & 1U) != 0 && chance(.3) ? 1U << f : 0;
            }
            made_.nodes.push_back(made);
        }
    }

    void spoil() {
        switch (case_.with) {
            case flaw::none: break;
            case flaw::too_few_devices: make_rare(); break;
            case flaw::too_few_ports: {
                const auto most =
                    static_cast<std::uint32_t>(std::max_element(degree_.begin(), degree_.end()) - degree_.begin());
                for (std::uint32_t i = 0; i < 13; ++i) {
                    made_.links.push_back({most, (most + 1 + i) % case_.nodes, 1});
                }
                break;
            }
            case flaw::extra_wires: add_extra_wires(); break;
            case flaw::thin_interlinks: make_ring(); break;
        }
    }

    void make_rare() {
        constexpr std::uint32_t bit = 1U << rare;
        const std::uint32_t count = std::max(3U, case_.nodes / 5);
        std::vector<std::uint32_t> free;
        for (std::uint32_t d = 0; d < devices_.size(); ++d) {
            devices_[d].features &= ~bit;
            if (!devices_[d].busy && devices_[d].ports >= 6) {
                free.push_back(d);
            }
        }
        for (auto& n : made_.nodes) {
            n.features &= ~bit;
        }
        for (std::uint32_t n = 0; n < count; ++n) {
            made_.nodes[n].features = bit;
            made_.nodes[n].type = -1;
        }
        std::shuffle(free.begin(), free.end(), engine_);
        for (std::uint32_t i = 0; i + 1 < count && i < free.size(); ++i) {
            devices_[free[i]].features |= bit;
        }
    }

    void add_extra_wires() {
        std::uint32_t added = 0;
        for (unsigned tries = 0; tries < 5000 && added < std::max(2U, case_.nodes / 5); ++tries) {
            const std::uint32_t a = below(planted_.size());
            const std::uint32_t b = below(planted_.size());
            const auto& wires = devices_[planted_[a]].wires;
            if (a != b && degree_[a] < devices_[planted_[a]].ports && degree_[b] < devices_[planted_[b]].ports &&
                std::find(wires.begin(), wires.end(), planted_[b]) == wires.end()) {
                link(planted_[a], planted_[b]);
                ++added;
            }
        }
    }

    /// Nodes by turns at the first and the second site, each linked to the next.
    void make_ring() {
        constexpr std::uint32_t both = 3U << rare;
        for (planned& d : devices_) {
            d.features = (d.features & ~both) | (d.site < 2 ? 1U << (rare + d.site) : 0);
        }
        made_.links.clear();
        for (std::uint32_t n = 0; n < case_.nodes; ++n) {
            made_.nodes[n].type = -1;
            made_.nodes[n].features = (made_.nodes[n].features & ~both) | 1U << (rare + n % 2);
            made_.links.push_back({n, (n + 1) % case_.nodes, 1});
        }
    }

    family_instance finished() {
        std::map<std::uint32_t, std::uint32_t> number;
        for (std::uint32_t d = 0; d < devices_.size(); ++d) {
            const planned& from = devices_[d];
            if (from.busy) {
                continue;
            }
            number.emplace(d, static_cast<std::uint32_t>(number.size()));
            family_instance::device made{fmt::format("d{:04}", d), from.type, from.features, -1, {}};
            std::map<std::uint32_t, std::uint32_t> on;
            for (const std::uint32_t s : from.on) {
                ++on[s];
            }
            made.cross_connect = is(family::wires) ? -1 : static_cast<int>(from.site);
            made.ports.assign(on.begin(), on.end());
            made_.devices.push_back(std::move(made));
        }
        for (const auto& [d, here] : number) {
            for (const std::uint32_t peer : devices_[d].wires) {
                if (d < peer && number.contains(peer)) {
                    made_.wires.push_back({here, number[peer], 1});
                }
            }
        }
        return std::move(made_);
    }

    std::optional<bool> possible() const {
        switch (case_.with) {
            case flaw::none: return true;
            case flaw::extra_wires: return std::nullopt;
            case flaw::too_few_devices:
            case flaw::too_few_ports:
            case flaw::thin_interlinks: break;
        }
        return false;
    }

    std::string name() const {
        static constexpr std::array<const char*, 5> names{"xc", "xct", "wire", "mixed", "sites"};
        static constexpr std::array<const char*, 5> flaws{"", "-hall", "-ports", "-wirecyc", "-cut"};
        return fmt::format("{}-{}-{}-{}{}{}", names[static_cast<std::size_t>(case_.of)], case_.devices, case_.nodes,
                           case_.seed, flaws[static_cast<std::size_t>(case_.with)],
                           case_.busy > .9       ? "-full"
                           : case_.interlink > 0 ? fmt::format("-i{}", case_.interlink)
                                                 : "");
    }

    family_case case_;
    std::mt19937_64 engine_;
    std::vector<planned> devices_;
    std::vector<std::uint32_t> planted_;  ///< by node
    std::vector<std::uint32_t> degree_;   ///< by node
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> passed_;
    std::map<std::uint32_t, std::uint32_t> on_trunk_;
    family_instance made_;
};

}  // namespace

family_made make(const family_case& c) {
    return maker(c).make();
}

}  // namespace rollover::placement
