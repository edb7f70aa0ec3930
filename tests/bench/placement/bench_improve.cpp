// What the second phase of a placement is worth: how much cheaper 50 nodes on 1,000 devices get, in what time; and how
// many topologies of a queue fit into a lab at once, with it and without. Exits with 1 where an answer is wrong or the
// second phase does not pay.
#include "engine/placement/answer.h"
#include "engine/placement/improve.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <random>

namespace {

using namespace rollover;
using placement::carrier;

struct generator {
    explicit generator(std::uint64_t seed) : engine(seed) {}
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine() % n); }
    std::mt19937_64 engine;
};

const std::vector<std::string> platforms{"cisco-ios", "cisco-ios", "frr", "junos"};
/// From common to scarce: a device has the i-th with a chance of one in i + 2.
const std::vector<std::string> features{"ospf", "bgp", "ipsec", "mpls", "vxlan", "macsec", "ptp"};

/// Devices at `sites` sites, each site with a switch and a cross-connect; an interlink between any two of these. Every
/// third interface is wired instead.
model::lab random_lab(generator& g, std::uint32_t devices, std::uint32_t sites) {
    model::lab lab;
    lab.name = "bench";
    for (std::uint32_t s = 0; s < sites; ++s) {
        lab.sites.push_back({fmt::format("s{}", s), {}});
        auto& x = lab.cross_connects.emplace_back();
        x.name = fmt::format("x{}", s);
        x.site = {s};
    }
    for (std::uint32_t s = 0; s < sites; ++s) {
        auto& sw = lab.switches.emplace_back();
        sw.name = fmt::format("sw{}", s);
        sw.site = {s};
        sw.trunks.push_back({"t0", {s}, "eth1", {}});
        for (std::uint32_t other = 0; other < s; ++other) {
            auto& i = lab.interlinks.emplace_back();
            i.name = fmt::format("i{}-{}", other, s);
            i.ends = {model::interlink_end{{other}, ""}, model::interlink_end{{s}, ""}};
        }
    }
    static const std::vector<std::uint32_t> sizes{2, 4, 4, 6, 8, 24};
    for (std::uint32_t d = 0; d < devices; ++d) {
        model::device made;
        made.name = fmt::format("d{}", d);
        made.platform = platforms[g.below(static_cast<std::uint32_t>(platforms.size()))];
        made.site = {d * sites / devices};
        for (std::uint32_t f = 0; f < features.size(); ++f) {
            if (g.below(f + 2) == 0) {
                made.features.push_back(features[f]);
            }
        }
        std::sort(made.features.begin(), made.features.end());
        const std::uint32_t count = sizes[g.below(static_cast<std::uint32_t>(sizes.size()))];
        for (std::uint32_t i = 0; i < count; ++i) {
            auto& one = made.interfaces.emplace_back();
            one.name = fmt::format("e{}", i);
            if (i % 3 != 2) {
                one.port = model::switch_port{{made.site.value}, fmt::format("p{}", i), 1};
            }
        }
        lab.devices.push_back(std::move(made));
    }
    std::vector<model::interface_reference> loose;
    for (std::uint32_t d = 0; d < devices; ++d) {
        for (std::uint32_t i = 2; i < lab.devices[d].interfaces.size(); i += 3) {
            loose.push_back({{d}, i});
        }
    }
    for (std::size_t i = 0; i + 1 < loose.size(); ++i) {  // mostly to a neighbour in the same rack
        std::swap(loose[i + 1],
                  loose[i + 1 + g.below(static_cast<std::uint32_t>(std::min<std::size_t>(20, loose.size() - i - 1)))]);
        if (loose[i].device != loose[i + 1].device) {
            lab.wires.push_back({fmt::format("w{}", i), {loose[i], loose[i + 1]}, {}});
            ++i;
        }
    }
    return lab;
}

/// A tree and some links across; nodes ask for what is common more often than for what is scarce.
model::topology random_topology(generator& g, std::uint32_t nodes) {
    model::topology t;
    t.name = "queued";
    for (std::uint32_t n = 0; n < nodes; ++n) {
        auto& made = t.nodes.emplace_back();
        made.name = fmt::format("n{}", n);
        if (g.below(2) == 0) {
            made.requirements.push_back({model::requirement::kind::platform, platforms[g.below(4)], {}, {}});
        }
        const std::uint32_t asked = g.below(3);
        for (std::uint32_t f = 0; f < asked; ++f) {
            const std::uint32_t which = std::min(g.below(7), g.below(7));
            made.requirements.push_back({model::requirement::kind::feature, features[which], {}, {}});
        }
    }
    const auto link = [&](std::uint32_t a, std::uint32_t b) {
        auto& made = t.links.emplace_back();
        made.name = fmt::format("l{}", t.links.size());
        made.ends = {{{a}, "", {}}, {{b}, "", {}}};
    };
    for (std::uint32_t n = 1; n < nodes; ++n) {
        link(n, (n - 1) / 2);
    }
    for (std::uint32_t n = 0; n + 3 < nodes; n += 4) {
        link(n, n + 3);
    }
    return t;
}

/// Of this process: other programs on the machine do not count.
double cpu_ms() {
    return static_cast<double>(std::clock()) * 1000.0 / CLOCKS_PER_SEC;
}

/// Cost in bits before and after, in the mean of some seeds.
bool run_effort() {
    constexpr std::uint64_t seeds = 9;
    bool right = true;
    fmt::print("50 nodes on 1,000 devices at 4 sites, a third of them busy; costs in bits, mean of {} seeds\n", seeds);
    for (const std::uint64_t moves : {0U, 1'000U, 5'000U, 20'000U, 100'000U, 1'000'000U}) {
        placement::costs sum;
        std::vector<double> times;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            generator g(seed);
            const model::lab lab = random_lab(g, 1000, 4);
            const model::topology t = random_topology(g, 50);
            placement::request r{lab, t, {}, {}, seed};
            placement::preferences wishes;
            for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
                if (g.below(3) == 0) {
                    r.unavailable.insert({d});
                }
                wishes.uses.push_back(g.below(20));
            }
            const auto found = placement::find(r);
            if (!found) {
                fmt::print("seed {} has no placement\n", seed);
                return false;
            }
            const double start = cpu_ms();
            const auto better = placement::improve(r, *found, wishes, moves);
            times.push_back(cpu_ms() - start);
            right = right && !placement::verify(r, better);
            const placement::costs c = costs_of(r, better, wishes);
            sum.scarcity += c.scarcity;
            sum.links += c.links;
            sum.wear += c.wear;
        }
        std::sort(times.begin(), times.end());
        const auto mean = [&](std::int64_t points) {
            return static_cast<double>(points) / static_cast<double>(placement::points_of_a_bit * seeds);
        };
        fmt::print(
            "{:>8} moves: median {:7.2f} ms of CPU; total {:6.1f}: scarcity {:6.1f}, links {:6.1f}, wear {:5.1f}{}\n",
            moves, times[times.size() / 2], mean(sum.total()), mean(sum.scarcity), mean(sum.links), mean(sum.wear),
            right ? "" : "  WRONG ANSWER");
    }
    return right;
}

/// Nothing when it does not fit, or that was not found out quickly.
std::optional<placement::placement> place(const placement::request& r, std::uint64_t moves) {
    const placement::lab_facts facts(r);
    const auto p = compile(facts, r.topology, placement::selection::everything(r.topology));
    const auto found = search(p, r.seed, r.bound);
    if (found.what != placement::outcome::placed) {
        return std::nullopt;
    }
    return improve(r, *answer_of(facts, r, p, found), {}, moves);
}

struct queued {
    model::topology topology;
    std::uint32_t hours = 0;
};

struct queue_result {
    std::uint32_t in_order = 0;  ///< of the queue, into the empty lab, until the first that does not fit
    std::uint32_t hours = 0;     ///< until the last one of the queue has ended, when each begins as soon as it fits
};

/// Each topology of the queue runs for its hours; whatever fits begins, those that wait longer first.
std::uint32_t drain(const model::lab& lab, std::vector<queued> queue, std::uint64_t moves) {
    std::multimap<std::uint32_t, std::vector<model::device_index>> running;  // by their end
    std::set<model::device_index> taken;
    std::uint32_t now = 0;
    while (!queue.empty()) {
        std::erase_if(queue, [&](const queued& one) {
            const auto p = place({lab, one.topology, taken, {}, 1, 1'000}, moves);
            if (p) {
                taken.insert(p->devices.begin(), p->devices.end());
                running.emplace(now + one.hours, p->devices);
            }
            return p.has_value();
        });
        if (running.empty()) {
            return now;  // what is left fits never
        }
        now = running.begin()->first;
        while (!running.empty() && running.begin()->first == now) {
            for (const model::device_index d : running.begin()->second) {
                taken.erase(d);
            }
            running.erase(running.begin());
        }
    }
    return running.empty() ? now : running.rbegin()->first;
}

queue_result run_queue(std::uint64_t seed, std::uint64_t moves) {
    generator g(seed);
    const model::lab lab = random_lab(g, 200, 2);
    std::vector<queued> queue;
    for (std::uint32_t i = 0; i < 80; ++i) {
        queued one{random_topology(g, 4 + g.below(9)), 1 + g.below(8)};
        if (place({lab, one.topology, {}, {}, 1, 1'000}, 0)) {
            queue.push_back(std::move(one));
        }
    }
    queue_result made;
    std::set<model::device_index> taken;
    for (const queued& one : queue) {
        const auto p = place({lab, one.topology, taken, {}, 1, 1'000}, moves);
        if (!p) {
            break;
        }
        taken.insert(p->devices.begin(), p->devices.end());
        ++made.in_order;
    }
    made.hours = drain(lab, std::move(queue), moves);
    return made;
}

bool run_queues() {
    constexpr std::uint64_t seeds = 10;
    fmt::print("a queue of 80 topologies of 4 to 12 nodes for 1 to 8 h, 200 devices at 2 sites; mean of {} queues\n",
               seeds);
    std::vector<queue_result> sums;
    for (const std::uint64_t moves : {std::uint64_t{0}, placement::usual_moves}) {
        queue_result sum;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const queue_result one = run_queue(seed, moves);
            sum.in_order += one.in_order;
            sum.hours += one.hours;
        }
        fmt::print("{:>8} moves: {:5.1f} at once, in order, until one does not fit; {:5.1f} h until all have run\n",
                   moves, sum.in_order / 10.0, sum.hours / 10.0);
        sums.push_back(sum);
    }
    return sums[1].in_order > sums[0].in_order && sums[1].hours <= sums[0].hours;
}

}  // namespace

int main() {
    const bool right = run_effort();
    return run_queues() && right ? 0 : 1;
}
