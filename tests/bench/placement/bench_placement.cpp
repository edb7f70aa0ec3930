// How long a placement takes: labs of 1,000 devices with a third of them busy, topologies of 50 nodes, on one
// cross-connect and on wires alone. Prints one line of milliseconds a case; exits with 1 where the answer is wrong.
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

}  // namespace

int main() {
    fmt::print("placement of {} nodes on {} devices, 9 seeds each\n", nodes, devices);
    bool right = run("cross-connect", cross_connect, true);
    right = run("wires (torus)", wires, true) && right;
    right = run("impossible, with its reason", too_many, false) && right;
    return right ? 0 : 1;
}
