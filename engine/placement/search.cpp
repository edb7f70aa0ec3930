#include "engine/placement/search.h"

#include "engine/placement/annealing.h"
#include "engine/placement/propagation.h"
#include "engine/placement/squares.h"

#include <algorithm>
#include <bit>

namespace rollover::placement {

namespace {

constexpr std::uint64_t steps_of_one_choice = 20'000;  ///< of interfaces
constexpr std::uint64_t moves_for_a_node = 60;         ///< of annealing: they take about three times as long
constexpr std::uint64_t steps_of_a_completion = 200;
constexpr std::uint64_t homes_parity = 0;  ///< of the runs that decide homes first
constexpr std::uint64_t first_run = 100;   ///< search nodes of the first run; each later run has half as many again

// splitmix64 (public domain, Sebastiano Vigna): spreads a seed.
std::uint64_t spread(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

class searcher {
public:
    searcher(const problem& p, std::uint64_t seed, std::uint64_t bound, aim what)
        : problem_(p), seed_(seed), bound_(bound), aim_(what), group_(interchangeable(p)), at_(p) {}

    search_result go();

private:
    enum class step { found, failed, stopped };

    step devices();
    step homes(std::uint32_t node);
    step media();
    step interfaces();
    step anneal(std::uint64_t length);
    [[nodiscard]] bool worth_annealing() const;
    [[nodiscard]] std::vector<std::uint64_t> trouble() const;
    step try_device(std::uint32_t node, rank d);
    [[nodiscard]] bool count_one();
    [[nodiscard]] bool homes_first() const;
    [[nodiscard]] std::int64_t choose_open_node() const;
    [[nodiscard]] std::uint32_t choose_home(std::uint32_t node) const;
    [[nodiscard]] std::int64_t choose_node() const;
    [[nodiscard]] rank choose_device(std::uint32_t node) const;
    [[nodiscard]] std::vector<rank> stand_ins(std::uint32_t node, rank d) const;
    [[nodiscard]] std::int64_t choose_link() const;
    [[nodiscard]] medium choose_medium(std::uint32_t link) const;
    [[nodiscard]] solution take();

    const problem& problem_;
    std::uint64_t seed_;
    std::uint64_t bound_;
    aim aim_;
    std::vector<std::uint32_t> group_;
    propagation at_;
    std::uint64_t visited_ = 0;
    std::uint64_t run_limit_ = first_run;
    std::uint64_t run_ = 0;
    std::optional<interface_choice> chosen_;
    bool undecided_leaf_ = false;
    std::optional<annealing> annealing_;
};

// Runs of growing length: what was learned about where the trouble is (weights) makes the next one start there. A run
// that ends by itself is a proof; the limit grows without end, so some run does, or the bound is reached.
search_result searcher::go() {
    if (!at_.start() || !keep_squares(problem_, at_)) {
        return {outcome::impossible, {}, 0, trouble()};
    }
    std::uint64_t length = aim_ == aim::proof ? bound_ : first_run;
    for (;; ++run_) {
        run_limit_ = std::min(bound_, visited_ + length);
        const std::size_t mark = at_.mark();
        const step s = devices();
        if (s == step::found) {
            return {outcome::placed, take(), visited_, {}};
        }
        if (s == step::failed) {
            return {undecided_leaf_ ? outcome::undecided : outcome::impossible, {}, visited_, trouble()};
        }
        if (visited_ >= bound_) {
            return {outcome::undecided, {}, visited_, trouble()};
        }
        at_.undo(mark);
        if (anneal(length) == step::found) {
            return {outcome::placed, take(), visited_, {}};
        }
        at_.undo(mark);
        length += length / 2;
    }
}

std::vector<std::uint64_t> searcher::trouble() const {
    std::vector<std::uint64_t> by_node;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        by_node.push_back(at_.weight_of(n));
    }
    return by_node;
}

/// Where nothing but wires is left a whole assignment is never nearly right.
bool searcher::worth_annealing() const {
    for (std::uint32_t l = 0; l < problem_.links.size(); ++l) {
        const media_domain& media = at_.at().media(l);
        for (std::size_t i = 0; i < media.size(); ++i) {
            if (problem_.facts->is_joined(media[i])) {
                return true;
            }
        }
    }
    return problem_.links.empty();
}

/// A while of the other worker; what it has found is completed and judged like every other decision.
searcher::step searcher::anneal(std::uint64_t length) {
    if (!worth_annealing()) {
        return step::failed;
    }
    if (!annealing_) {
        std::vector<bit_set> domains;
        for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
            domains.push_back(at_.at().devices(n));
        }
        annealing_.emplace(problem_, std::move(domains));
    }
    const auto found = annealing_->run(spread(seed_ ^ spread(run_)), length * moves_for_a_node);
    if (!found) {
        return step::failed;
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        if (!at_.at().devices(n).contains((*found)[n]) || !at_.decide_device(n, (*found)[n])) {
            return step::failed;
        }
    }
    run_limit_ = visited_ + steps_of_a_completion;
    return media();
}

bool searcher::count_one() {
    if (visited_ >= run_limit_) {
        return false;
    }
    ++visited_;
    return true;
}

searcher::step searcher::devices() {
    if (const std::int64_t open = homes_first() ? choose_open_node() : -1; open >= 0) {
        return homes(static_cast<std::uint32_t>(open));
    }
    const std::int64_t chosen = choose_node();
    if (chosen < 0) {
        return media();
    }
    const auto node = static_cast<std::uint32_t>(chosen);
    while (at_.at().device_count(node) > 1) {
        const rank d = choose_device(node);
        const step s = try_device(node, d);
        if (s != step::failed) {
            return s;
        }
        if (!at_.exclude(node, stand_ins(node, d))) {
            return step::failed;
        }
    }
    return devices();  // one device is left, and all that follows from it is done
}

/// First at which home, then which device: links over thin interlinks are a matter of homes alone.
searcher::step searcher::homes(std::uint32_t node) {
    while (std::popcount(at_.interlinks().homes_of(node)) > 1) {
        if (!count_one()) {
            return step::stopped;
        }
        const bit_set& its = problem_.facts->homes()[choose_home(node)].devices;
        const std::size_t mark = at_.mark();
        if (at_.decide_devices(node, its, true)) {
            const step s = devices();
            if (s != step::failed) {
                return s;
            }
        }
        at_.undo(mark);
        if (!at_.decide_devices(node, its, false)) {
            return step::failed;
        }
    }
    return devices();
}

searcher::step searcher::try_device(std::uint32_t node, rank d) {
    if (!count_one()) {
        return step::stopped;
    }
    const std::size_t mark = at_.mark();
    step s = step::failed;
    if (at_.decide_device(node, d)) {
        s = devices();
    }
    if (s == step::failed) {
        at_.undo(mark);
    }
    return s;
}

searcher::step searcher::media() {
    const std::int64_t chosen = choose_link();
    if (chosen < 0) {
        return interfaces();
    }
    const auto link = static_cast<std::uint32_t>(chosen);
    while (at_.at().media(link).size() > 1) {
        if (!count_one()) {
            return step::stopped;
        }
        const medium m = choose_medium(link);
        const std::size_t mark = at_.mark();
        if (at_.decide_medium(link, m)) {
            const step s = media();
            if (s != step::failed) {
                return s;
            }
        }
        at_.undo(mark);
        if (!at_.exclude_medium(link, m)) {
            return step::failed;
        }
    }
    return media();
}

/// With devices and media decided: where trunks are limited or interlinks are passed, which interface serves which link
/// end is one question for all nodes together.
searcher::step searcher::interfaces() {
    if (!at_.interfaces_matter()) {
        return step::found;
    }
    chosen_ = at_.choose_interfaces(steps_of_one_choice);
    if (!chosen_ && at_.gave_up()) {
        undecided_leaf_ = true;  // it may have had an answer: what fails from here on proves nothing
    }
    return chosen_ ? step::found : step::failed;
}

/// In every other run: where wires decide too it does harm.
bool searcher::homes_first() const {
    return at_.interlinks().matters() && run_ % 2 == homes_parity;
}

/// The one with the most links to nodes that have a home.
std::int64_t searcher::choose_open_node() const {
    std::int64_t best = -1;
    std::uint64_t best_score = 0;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        const auto homes = static_cast<std::uint64_t>(std::popcount(at_.interlinks().homes_of(n)));
        if (homes > 1) {
            const std::uint64_t score =
                (at_.interlinks().neighbours_at_home(n) * 4 + 1) * at_.weight_of(n) * 64 / homes;
            if (best < 0 || score > best_score) {
                best = n;
                best_score = score;
            }
        }
    }
    return best;
}

/// The one at which it loads interlinks least; of equal ones by the seed, from the second run on.
std::uint32_t searcher::choose_home(std::uint32_t node) const {
    std::uint32_t best = 0;
    std::pair<std::uint64_t, std::uint64_t> best_score{~std::uint64_t{0}, 0};
    for (std::uint64_t rest = at_.interlinks().homes_of(node); rest != 0; rest &= rest - 1) {
        const auto home = static_cast<std::uint32_t>(std::countr_zero(rest));
        const std::uint64_t turn =
            run_ < 2 ? home : spread(seed_ ^ spread(run_ * 0x10001U + std::uint64_t{node} * 64 + home));
        const std::pair score(at_.interlinks().load_at(node, home), turn);
        if (score < best_score) {
            best = home;
            best_score = score;
        }
    }
    return best;
}

// The node with the fewest devices for the trouble that it makes.
std::int64_t searcher::choose_node() const {
    std::int64_t best = -1;
    std::uint64_t best_count = 0;
    std::uint64_t best_weight = 1;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        const std::uint64_t count = at_.at().device_count(n);
        if (count <= 1) {
            continue;
        }
        const std::uint64_t weight = at_.weight_of(n);
        if (best < 0 || count * best_weight < best_count * weight) {
            best = n;
            best_count = count;
            best_weight = weight;
        }
    }
    return best;
}

// The first run spares what has more to offer; later ones start elsewhere, by the seed.
rank searcher::choose_device(std::uint32_t node) const {
    bit_set devices = at_.at().devices(node);
    if (at_.interlinks().matters() && std::popcount(at_.interlinks().homes_of(node)) > 1) {
        devices.keep(problem_.facts->homes()[choose_home(node)].devices);
    }
    if (run_ == 0) {
        return static_cast<rank>(devices.first());
    }
    const std::uint64_t from = spread(seed_ ^ spread(run_ * 0x10001U + node)) % devices.size();
    const std::size_t found = devices.next(from);
    return static_cast<rank>(found < devices.size() ? found : devices.first());
}

// What goes for d goes for every device that can stand in for it and is not in use.
std::vector<rank> searcher::stand_ins(std::uint32_t node, rank d) const {
    std::vector<rank> same;
    const bit_set& devices = at_.at().devices(node);
    for (std::size_t i = devices.first(); i < devices.size(); i = devices.next(i + 1)) {
        if (group_[i] == group_[d]) {
            same.push_back(static_cast<rank>(i));
        }
    }
    return same;
}

std::int64_t searcher::choose_link() const {
    std::int64_t best = -1;
    for (std::uint32_t l = 0; l < problem_.links.size(); ++l) {
        const std::size_t size = at_.at().media(l).size();
        if (size > 1 && (best < 0 || size < at_.at().media(static_cast<std::uint32_t>(best)).size())) {
            best = l;
        }
    }
    return best;
}

// A wire costs nothing, then a segment; of what is joined in software one at the site of the first end.
medium searcher::choose_medium(std::uint32_t link) const {
    const lab_facts& facts = *problem_.facts;
    const std::uint32_t site = facts.site_of(at_.at().device_of(problem_.links[link].ends.front().node));
    const auto cost = [&](medium m) {
        if (!facts.is_joined(m)) {
            return facts.is_wire(m) ? 0 : 1;
        }
        return facts.site_of_joined(m) == site ? 2 : 3;
    };
    const media_domain& media = at_.at().media(link);
    medium best = media[0];
    for (std::size_t i = 1; i < media.size(); ++i) {
        if (std::pair(cost(media[i]), media[i]) < std::pair(cost(best), best)) {
            best = media[i];
        }
    }
    return best;
}

solution searcher::take() {
    solution s;
    for (const problem_link& l : problem_.links) {
        s.interfaces.emplace_back(l.ends.size());
        s.media.push_back(at_.at().media(static_cast<std::uint32_t>(&l - problem_.links.data()))[0]);
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        s.devices.push_back(at_.at().device_of(n));
        const std::vector<std::uint32_t> interfaces = chosen_ ? (*chosen_)[n] : at_.interfaces_of(n);
        for (std::size_t i = 0; i < interfaces.size(); ++i) {
            s.interfaces[problem_.slots[n][i].link][problem_.slots[n][i].end] = interfaces[i];
        }
    }
    return s;
}

}  // namespace

search_result search(const problem& p, std::uint64_t seed, std::uint64_t bound, aim what) {
    problem narrowed = p;
    keep_devices_with_enough_ports(narrowed);
    return searcher(narrowed, seed, bound, what).go();
}

}  // namespace rollover::placement
