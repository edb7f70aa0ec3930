// How long a placement takes: labs of 1,000 devices with a third of them busy, topologies of 50 nodes, on one
// cross-connect and on wires alone. Prints one line of milliseconds a case; exits with 1 where the answer is wrong.
#include "engine/placement/earliest.h"
#include "engine/placement/placement.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <random>

namespace {

using namespace rollover;

constexpr std::uint32_t devices = 1000;
constexpr std::uint32_t nodes = 50;

struct generator {
    explicit generator(std::uint64_t seed) : engine(seed) {}
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine() % n); }

    void add_devices(std::uint32_t interfaces, bool switched) {
        static const std::vector<std::string> platforms{"cisco-ios", "frr", "linux"};
        static const std::vector<std::string> features{"bgp", "ipsec", "mpls", "ospf"};
        lab.name = "bench";
        lab.sites.push_back({"main", {}});
        lab.cross_connects.emplace_back().name = "xc";
        model::lab_switch s;
        s.trunks.push_back({"t", {0}, "eth1", {}});
        lab.switches.push_back(s);
        for (std::uint32_t d = 0; d < devices; ++d) {
            model::device made;
            made.name = fmt::format("d{}", d);
            made.platform = platforms[below(3)];
            for (const std::string& f : features) {
                if (below(2) == 0) {
                    made.features.push_back(f);
                }
            }
            for (std::uint32_t i = 0; i < interfaces; ++i) {
                auto& one = made.interfaces.emplace_back();
                one.name = fmt::format("e{}", i);
                if (switched) {
                    one.port = model::switch_port{{0}, "p", 1};
                }
            }
            lab.devices.push_back(std::move(made));
        }
    }

    // A grid of 40 x 25, closed to a torus: every device has a wire to each of its four neighbours.
    void add_torus() {
        for (std::uint32_t d = 0; d < devices; ++d) {
            const std::uint32_t right = d / 40 * 40 + (d + 1) % 40;
            const std::uint32_t below_it = (d + 40) % devices;
            lab.wires.push_back({fmt::format("w{}", 2 * d), {{{d}, 0}, {{right}, 1}}, {}});
            lab.wires.push_back({fmt::format("v{}", 2 * d), {{{d}, 2}, {{below_it}, 3}}, {}});
        }
    }

    void add_nodes(bool demanding) {
        for (std::uint32_t n = 0; n < nodes; ++n) {
            model::node made;
            made.name = fmt::format("n{}", n);
            const model::device& like = lab.devices[below(devices)];
            if (demanding) {
                made.requirements.push_back({model::requirement::kind::platform, like.platform, {}, {}});
                for (const std::string& f : like.features) {
                    made.requirements.push_back({model::requirement::kind::feature, f, {}, {}});
                }
            }
            topology.nodes.push_back(std::move(made));
        }
    }

    void link(std::uint32_t a, std::uint32_t b) {
        model::link made;
        made.name = fmt::format("l{}", topology.links.size());
        made.ends = {{{a}, "", {}}, {{b}, "", {}}};
        topology.links.push_back(std::move(made));
    }

    std::mt19937_64 engine;
    model::lab lab;
    model::topology topology;
    std::set<model::device_index> busy;
};

generator cross_connect(std::uint64_t seed) {
    generator g(seed);
    g.add_devices(6, true);
    g.add_nodes(true);
    for (std::uint32_t d = 0; d < devices; ++d) {
        if (g.below(3) == 0) {
            g.busy.insert({d});
        }
    }
    for (std::uint32_t n = 1; n < nodes; ++n) {  // a tree, then links across
        g.link(n, (n - 1) / 2);
    }
    for (std::uint32_t n = 0; n + 7 < nodes; n += 3) {
        g.link(n, n + 7);
    }
    return g;
}

generator wires(std::uint64_t seed) {
    generator g(seed);
    g.add_devices(4, false);
    g.add_torus();
    g.add_nodes(false);
    for (std::uint32_t d = 0; d < devices; ++d) {
        if (g.below(8) == 0) {
            g.busy.insert({d});
        }
    }
    for (std::uint32_t n = 0; n + 1 < nodes; ++n) {  // a ladder of 25 x 2 without some rungs
        if (n % 25 != 24) {
            g.link(n, n + 1);
        }
        if (n < 25 && n % 6 == 0) {
            g.link(n, n + 25);
        }
    }
    return g;
}

generator too_many(std::uint64_t seed) {
    generator g = cross_connect(seed);
    g.lab.devices[0].features.push_back("rare");
    for (std::uint32_t n = 0; n < 2; ++n) {
        g.topology.nodes[n].requirements = {{model::requirement::kind::feature, "rare", {}, {}}};
    }
    return g;
}

/// 100 nodes on 100 devices, each trunk with room for 10 ends: a random topology takes all of it. Node n on device n is
/// an answer.
generator full(std::uint64_t seed) {
    static const std::vector<std::uint32_t> sizes{2, 4, 6, 8, 12, 12};
    constexpr std::uint32_t all = 100;
    constexpr std::uint32_t ports_of_switch = 20;
    constexpr std::uint32_t room_of_trunk = 10;
    generator g(seed);
    g.lab.sites.push_back({"main", {}});
    g.lab.cross_connects.emplace_back().name = "xc";
    std::vector<std::uint32_t> room;
    std::vector<std::vector<std::uint32_t>> free(all);
    std::uint32_t ports = 0;
    for (std::uint32_t d = 0; d < all; ++d) {
        model::device made;
        made.name = fmt::format("d{}", d);
        const std::uint32_t type = g.below(static_cast<std::uint32_t>(sizes.size()));
        made.platform = fmt::format("t{}", type);
        for (std::uint32_t i = 0; i < sizes[type]; ++i, ++ports) {
            if (ports % ports_of_switch == 0) {
                model::lab_switch s;
                s.trunks.push_back({"t", {0}, fmt::format("eth{}", room.size()), {}});
                s.trunks.back().capacity = room_of_trunk * 1000;
                g.lab.switches.push_back(s);
                room.push_back(room_of_trunk);
            }
            auto& one = made.interfaces.emplace_back();
            one.name = fmt::format("e{}", i);
            one.port = model::switch_port{{ports / ports_of_switch}, "p", 1};
            free[d].push_back(ports / ports_of_switch);
        }
        model::node n;
        n.name = fmt::format("n{}", d);
        n.requirements.push_back({model::requirement::kind::platform, made.platform, {}, {}});
        g.topology.nodes.push_back(std::move(n));
        g.lab.devices.push_back(std::move(made));
    }
    const auto find = [&](std::uint32_t d) {
        return std::find_if(free[d].begin(), free[d].end(), [&](std::uint32_t s) { return room[s] > 0; });
    };
    for (int tries = 0; tries < 4000; ++tries) {
        const std::uint32_t a = g.below(all);
        const std::uint32_t b = g.below(all);
        const auto from = find(a);
        if (a == b || from == free[a].end()) {
            continue;
        }
        --room[*from];
        const auto to = find(b);
        if (to == free[b].end()) {
            ++room[*from];
            continue;
        }
        --room[*to];
        free[a].erase(from);
        free[b].erase(to);
        g.link(a, b);
    }
    return g;
}

/// 1,000 devices wired at random, four wires each, and a grid of 5 x 5: there is nearly never one, and two of its
/// meshes show it.
generator no_grid(std::uint64_t seed) {
    constexpr std::uint32_t side = 5;
    generator g(seed);
    g.add_devices(4, false);
    std::vector<model::interface_reference> loose;
    for (std::uint32_t d = 0; d < devices; ++d) {
        for (std::uint32_t i = 0; i < 4; ++i) {
            loose.push_back({{d}, i});
        }
    }
    std::shuffle(loose.begin(), loose.end(), g.engine);
    for (std::size_t i = 0; i + 1 < loose.size(); i += 2) {
        if (loose[i].device != loose[i + 1].device) {
            g.lab.wires.push_back({fmt::format("w{}", i), {loose[i], loose[i + 1]}, {}});
        }
    }
    for (std::uint32_t n = 0; n < side * side; ++n) {
        g.topology.nodes.emplace_back().name = fmt::format("n{}", n);
    }
    for (std::uint32_t n = 0; n < side * side; ++n) {
        if (n % side + 1 < side) {
            g.link(n, n + 1);
        }
        if (n + side < side * side) {
            g.link(n, n + side);
        }
    }
    return g;
}

bool run(const std::string& name, generator (*make)(std::uint64_t), bool possible) {
    std::vector<double> times;
    bool right = true;
    for (std::uint64_t seed = 1; seed <= 9; ++seed) {
        const generator g = make(seed);
        const placement::request r{g.lab, g.topology, g.busy, {}, seed, 1'000'000};
        const auto start = std::chrono::steady_clock::now();
        const auto answer = placement::find(r);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        right = right && answer.has_value() == possible && (!answer || !placement::verify(r, *answer));
        if (!answer && answer.error().code == errc::undecided) {
            fmt::print("{} seed {}: {}\n", name, seed, answer.error().reason);
        }
    }
    std::sort(times.begin(), times.end());
    fmt::print("{:<32} median {:8.2f} ms, worst {:8.2f} ms{}\n", name, times[times.size() / 2], times.back(),
               right ? "" : "  WRONG ANSWER");
    return right;
}

/// 2,000 bookings of 40 devices for 1 to 5 hours each within 250 hours: nearly every device is taken at any time.
std::vector<placement::booked> crowded_calendar(generator& g) {
    constexpr std::uint32_t bookings = 2000;
    constexpr std::uint32_t of_devices = 40;
    constexpr std::uint32_t hours = 250;
    const placement::instant begin{};
    std::vector<placement::booked> all;
    for (std::uint32_t b = 0; b < bookings; ++b) {
        placement::booked one{begin + std::chrono::minutes(g.below(hours * 60)), {}, {}, {}, "booked"};
        one.until = one.from + std::chrono::minutes(60 + g.below(4 * 60));
        for (std::uint32_t d = 0; d < of_devices; ++d) {
            one.devices.push_back({g.below(devices)});
        }
        all.push_back(std::move(one));
    }
    return all;
}

/// The first start for seven hours, over the calendar.
bool run_earliest(const std::string& name, generator (*make)(std::uint64_t), std::uint64_t seeds) {
    constexpr std::chrono::minutes length(420);
    std::vector<double> times;
    std::vector<double> waits;
    bool right = true;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        generator g = make(seed);
        const auto calendar = crowded_calendar(g);
        const placement::request r{g.lab, g.topology, {}, {}, seed, 1'000'000};
        const auto begin = placement::instant{} + std::chrono::hours(1);
        const auto start = std::chrono::steady_clock::now();
        const auto answer = placement::earliest(r, calendar, begin, length);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        right = right && answer && answer->exact && !placement::verify(r, answer->where);
        waits.push_back(answer ? std::chrono::duration<double, std::ratio<3600>>(answer->start - begin).count() : 0);
    }
    std::sort(times.begin(), times.end());
    std::sort(waits.begin(), waits.end());
    fmt::print("{:<32} median {:8.2f} ms, worst {:8.2f} ms; it starts {:.0f} h later{}\n", name,
               times[times.size() / 2], times.back(), waits[waits.size() / 2], right ? "" : "  WRONG ANSWER");
    return right;
}

}  // namespace

int main() {
    fmt::print("placement of {} nodes on {} devices, 9 seeds each\n", nodes, devices);
    bool right = run("cross-connect", cross_connect, true);
    right = run("wires (torus)", wires, true) && right;
    right = run("impossible, with its reason", too_many, false) && right;
    right = run("100 on 100, trunks full", full, true) && right;
    right = run("no such grid, with its reason", no_grid, false) && right;
    fmt::print("the first window over 2,000 bookings\n");
    right = run_earliest("cross-connect", cross_connect, 9) && right;
    right = run_earliest("wires (torus)", wires, 3) && right;
    return right ? 0 : 1;
}
