#include "tests/engine/placement/cheapest.h"

#include <algorithm>
#include <set>

namespace rollover::placement {

namespace {

class all_placements {
public:
    all_placements(const request& r, const preferences& wishes) : r_(r), wishes_(wishes) {}

    std::optional<std::int64_t> go() {
        nodes();
        return least_;
    }

private:
    void nodes() {
        if (made_.devices.size() == r_.topology.nodes.size()) {
            links_alone();
            return;
        }
        for (std::uint32_t d = 0; d < r_.lab.devices.size(); ++d) {
            if (std::find(made_.devices.begin(), made_.devices.end(), model::device_index{d}) == made_.devices.end()) {
                made_.devices.push_back({d});
                nodes();
                made_.devices.pop_back();
            }
        }
    }

    /// For these devices every way to carry each link, as if there was no other; the judge is `verify`.
    void links_alone() {
        model::topology bare = r_.topology;
        bare.links.clear();
        if (verify({r_.lab, bare, r_.unavailable, {}}, {made_.devices, {}})) {
            return;
        }
        ways_.assign(r_.topology.links.size(), {});
        for (std::size_t l = 0; l < r_.topology.links.size(); ++l) {
            model::topology one = bare;
            one.links = {r_.topology.links[l]};
            const request alone{r_.lab, one, r_.unavailable, {}, 1, 1, r_.unavailable_segments};
            for (const carrier& by : carriers()) {
                placement p{made_.devices, {{by, {}}}};
                ends(alone, p, ways_[l]);
            }
        }
        links();
    }

    [[nodiscard]] std::vector<carrier> carriers() const {
        std::vector<carrier> all;
        for (std::uint32_t i = 0; i < r_.lab.cross_connects.size(); ++i) {
            all.push_back({carrier::kind::cross_connect, {i}, 0});
        }
        for (std::uint32_t i = 0; i < r_.lab.wires.size(); ++i) {
            all.push_back({carrier::kind::wire, {}, i});
        }
        for (std::uint32_t i = 0; i < r_.lab.segments.size(); ++i) {
            all.push_back({carrier::kind::segment, {}, i});
        }
        for (std::uint32_t i = 0; i < r_.lab.sites.size(); ++i) {
            all.push_back({carrier::kind::patch, {}, i});
        }
        return all;
    }

    static void ends(const request& alone, placement& p, std::vector<placed_link>& right) {
        const model::link& l = alone.topology.links.front();
        auto& made = p.links.front().ends;
        if (made.size() == l.ends.size()) {
            if (!verify(alone, p)) {
                right.push_back(p.links.front());
            }
            return;
        }
        const model::device_index d = p.devices[l.ends[made.size()].node.value];
        for (std::uint32_t i = 0; i < alone.lab.at(d).interfaces.size(); ++i) {
            made.push_back({d, i});
            ends(alone, p, right);
            made.pop_back();
        }
    }

    void links() {
        const std::size_t l = made_.links.size();
        if (l == r_.topology.links.size()) {
            const std::int64_t cost = costs_of(r_, made_, wishes_).total();
            if ((!least_ || cost < *least_) && !verify(r_, made_)) {
                least_ = cost;
            }
            return;
        }
        for (const placed_link& way : ways_[l]) {
            const bool clash =
                std::any_of(way.ends.begin(), way.ends.end(), [&](const auto& e) { return used_.contains(e); });
            if (!clash) {
                used_.insert(way.ends.begin(), way.ends.end());
                made_.links.push_back(way);
                links();
                made_.links.pop_back();
                for (const auto& e : way.ends) {
                    used_.erase(e);
                }
            }
        }
    }

    const request& r_;
    const preferences& wishes_;
    placement made_;
    std::vector<std::vector<placed_link>> ways_;  ///< by link
    std::set<model::interface_reference> used_;
    std::optional<std::int64_t> least_;
};

}  // namespace

std::optional<std::int64_t> cheapest_by_brute_force(const request& r, const preferences& wishes) {
    return all_placements(r, wishes).go();
}

}  // namespace rollover::placement
