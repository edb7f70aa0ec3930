#include "tests/engine/placement/families.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace rollover::placement {

namespace {

using pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct pattern {
    std::string name;
    std::uint32_t nodes = 0;
    pairs links;
    std::optional<bool> possible;
};

class random_numbers {
public:
    explicit random_numbers(std::uint64_t seed) : engine(seed) {}
    std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(engine() % n); }
    std::mt19937_64 engine;
};

family_made made_of(const std::string& name, std::uint32_t devices, const pairs& wires, const pattern& p) {
    family_made made{name + p.name, {}, p.possible};
    for (std::uint32_t d = 0; d < devices; ++d) {
        made.what.devices.push_back({fmt::format("d{:04}", d), 0, 0, -1, {}});
    }
    for (const auto& [a, b] : wires) {
        made.what.wires.push_back({a, b, 1});
    }
    for (std::uint32_t n = 0; n < p.nodes; ++n) {
        made.what.nodes.push_back({fmt::format("n{:03}", n), -1, 0});
    }
    for (const auto& [a, b] : p.links) {
        made.what.links.push_back({a, b, 1});
    }
    return made;
}

/// A grid that keeps `percent` of its links, and hangs together.
pairs grid(std::uint32_t side, std::uint32_t percent, random_numbers& random) {
    pairs all;
    for (std::uint32_t n = 0; n < side * side; ++n) {
        if (n % side + 1 < side) {
            all.emplace_back(n, n + 1);
        }
        if (n + side < side * side) {
            all.emplace_back(n, n + side);
        }
    }
    std::shuffle(all.begin(), all.end(), random.engine);
    std::vector<std::uint32_t> part(side * side);
    std::iota(part.begin(), part.end(), 0U);
    const auto root = [&](std::uint32_t n) {
        while (part[n] != n) {
            n = part[n];
        }
        return n;
    };
    pairs kept;
    pairs others;
    for (const auto& [from, to] : all) {
        const std::uint32_t a = root(from);
        const std::uint32_t b = root(to);
        part[a] = b;
        (a != b ? kept : others).emplace_back(from, to);
    }
    for (const auto& l : others) {
        if (kept.size() < all.size() * percent / 100) {
            kept.push_back(l);
        }
    }
    return kept;
}

pairs ring(std::uint32_t nodes) {
    pairs all;
    for (std::uint32_t n = 0; n < nodes; ++n) {
        all.emplace_back(n, (n + 1) % nodes);
    }
    return all;
}

pairs tree(std::uint32_t nodes, random_numbers& random) {
    pairs all;
    for (std::uint32_t n = 1; n < nodes; ++n) {
        const std::uint32_t from = n > 6 ? n - 6 : 0;
        all.emplace_back(from + random.below(n - from), n);
    }
    return all;
}

/// Every one has `degree` partners, but for a few that have less.
pairs regular(std::uint32_t size, std::uint32_t degree, random_numbers& random) {
    std::vector<std::uint32_t> stubs;
    for (std::uint32_t i = 0; i < size * degree; ++i) {
        stubs.push_back(i / degree);
    }
    std::shuffle(stubs.begin(), stubs.end(), random.engine);
    std::set<std::pair<std::uint32_t, std::uint32_t>> all;
    for (std::size_t i = 0; i + 1 < stubs.size(); i += 2) {
        if (stubs[i] != stubs[i + 1]) {
            all.insert(std::minmax(stubs[i], stubs[i + 1]));
        }
    }
    return {all.begin(), all.end()};
}

void add_torus(std::uint64_t seed, std::vector<family_made>& into) {
    constexpr std::uint32_t side = 32;
    random_numbers random(seed);
    std::map<std::uint32_t, std::uint32_t> number;
    for (std::uint32_t d = 0; d < side * side; ++d) {
        if (random.below(100) >= 15) {
            number.emplace(d, static_cast<std::uint32_t>(number.size()));
        }
    }
    pairs wires;
    for (const auto& [d, here] : number) {
        for (const std::uint32_t peer : {d / side * side + (d + 1) % side, (d + side) % (side * side)}) {
            if (number.contains(peer)) {
                wires.emplace_back(here, number[peer]);
            }
        }
    }
    const auto devices = static_cast<std::uint32_t>(number.size());
    for (const pattern& p :
         {pattern{"grid5", 25, grid(5, 100, random), {}}, pattern{"grid5k80", 25, grid(5, 80, random), {}},
          pattern{"grid7k80", 49, grid(7, 80, random), {}}, pattern{"grid6", 36, grid(6, 100, random), {}},
          pattern{"ring50", 50, ring(50), {}}, pattern{"tree50", 50, tree(50, random), {}}}) {
        into.push_back(made_of(fmt::format("torus-{}-", seed), devices, wires, p));
    }
}

/// A part of the wiring: nodes that hang together, and every wire between them.
pattern part_of(const pairs& wires, std::uint32_t devices, random_numbers& random) {
    std::vector<std::vector<std::uint32_t>> peers(devices);
    for (const auto& [a, b] : wires) {
        peers[a].push_back(b);
        peers[b].push_back(a);
    }
    std::map<std::uint32_t, std::uint32_t> node{{random.below(devices), 0}};
    while (node.size() < 50) {
        const auto from = std::next(node.begin(), random.below(node.size()))->first;
        if (!peers[from].empty()) {
            node.emplace(peers[from][random.below(peers[from].size())], static_cast<std::uint32_t>(node.size()));
        }
    }
    pattern p{"planted50", 50, {}, true};
    for (const auto& [a, b] : wires) {
        if (node.contains(a) && node.contains(b)) {
            p.links.emplace_back(node[a], node[b]);
        }
    }
    return p;
}

void add_regular(std::uint64_t seed, std::vector<family_made>& into) {
    constexpr std::uint32_t devices = 1000;
    random_numbers random(seed + 1000);
    const pairs wires = regular(devices, 4, random);
    for (const pattern& p :
         {part_of(wires, devices, random), pattern{"ring50", 50, ring(50), {}},
          pattern{"grid5", 25, grid(5, 100, random), {}}, pattern{"cubic30", 30, regular(30, 3, random), {}}}) {
        into.push_back(made_of(fmt::format("reg4-{}-", seed), devices, wires, p));
    }
}

}  // namespace

std::vector<family_made> hard_wirings(std::uint64_t seed) {
    std::vector<family_made> all;
    add_torus(seed, all);
    add_regular(seed, all);
    return all;
}

}  // namespace rollover::placement
