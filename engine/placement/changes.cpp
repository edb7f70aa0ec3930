#include "engine/placement/changes.h"

#include "engine/base/text.h"
#include "engine/placement/facts.h"
#include "engine/placement/search.h"
#include "engine/placement/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <tuple>

namespace rollover::placement {

namespace {

constexpr std::uint64_t bound_of_the_core = 300;  ///< search nodes to see whether the core alone is still impossible
constexpr std::uint64_t bound_of_a_try = 1'500;
constexpr std::uint64_t charge_of_a_try = 20;  ///< what a try costs at least: setting it up is work too

/// Without what no placement looks at: it is copied for each try.
model::topology bare(const model::topology& t) {
    model::topology made;
    made.name = t.name;
    made.links = t.links;
    for (const model::node& n : t.nodes) {
        model::node& one = made.nodes.emplace_back();
        one.name = n.name;
        one.requirements = n.requirements;
        one.place = n.place;
    }
    return made;
}

class finder {
public:
    finder(const request& r, const core& c)
        : request_(r),
          core_(c),
          topology_(bare(r.topology)),
          now_{topology_, r.unavailable, r.unavailable_segments},
          facts_(r),
          usual_(facts_.available()),
          left_(r.change_bound) {}

    way_out find() {
        way_out w;
        w.missing = judge();
        for (int k = 0; k <= static_cast<int>(change_kind::drop_node) && w.changes.empty() && left_ > 0; ++k) {
            const auto kind = static_cast<change_kind>(k);
            if (kind == change_kind::wait_for_segment && w.missing == verdict::never) {
                continue;
            }
            std::vector<change> all = changes_of(kind, request_.lab, now_, request_.quarantined);
            std::erase_if(all, [&](const change& c) { return !in_core(c); });
            look(all, w.changes);
        }
        for (change& c : w.changes) {
            c.text = words(c);
        }
        w.all_tried = all_tried_ && left_ > 0;
        return w;
    }

private:
    [[nodiscard]] verdict judge();
    [[nodiscard]] bool in_core(const change& c) const;
    [[nodiscard]] bool fits_core(model::device_index d) const;
    [[nodiscard]] outcome attempt(std::span<const change> these);
    [[nodiscard]] outcome run(const lab_facts& facts, const model::topology& t, const selection& s, std::uint64_t most,
                              aim what);
    void look(std::span<const change> these, std::vector<change>& found);
    [[nodiscard]] std::string words(const change& c) const;
    [[nodiscard]] std::string why_held(std::uint32_t device) const;

    const request& request_;
    const core& core_;
    model::topology topology_;
    asked now_;
    lab_facts facts_;
    bit_set usual_;  ///< available, if nothing changes
    std::uint64_t left_;
    bool all_tried_ = true;
};

outcome finder::run(const lab_facts& facts, const model::topology& t, const selection& s, std::uint64_t most,
                    aim what) {
    const search_result found = search(compile(facts, t, s), request_.seed, std::min(left_, most), what);
    left_ -= std::min(left_, std::max(found.visited, charge_of_a_try));
    return found.what;
}

verdict finder::judge() {
    const bool segments_taken = !request_.unavailable_segments.empty();
    if (core_.part.all_devices && !segments_taken) {
        return verdict::never;
    }
    const request all_free{request_.lab, topology_, {}, {}, request_.seed, request_.bound, {}, request_.kept};
    lab_facts facts(all_free);
    const selection whole = selection::everything(topology_);
    outcome o = run(facts, topology_, whole, bound_of_a_try, aim::answer);
    if (o != outcome::placed) {
        return o == outcome::impossible ? verdict::never : verdict::unknown;
    }
    if (request_.quarantined.empty()) {
        return verdict::in_use;
    }
    bit_set available = facts.available();
    for (const model::device_index d : request_.quarantined) {
        available.erase(facts.rank_of(d));
    }
    facts.make_available(std::move(available));
    o = run(facts, topology_, whole, bound_of_a_try, aim::answer);
    return o == outcome::placed ? verdict::in_use : o == outcome::impossible ? verdict::quarantined : verdict::unknown;
}

/// Whether some node of the core could be on the device.
bool finder::fits_core(model::device_index d) const {
    const rank at = facts_.rank_of(d);
    for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
        if (!core_.part.nodes[n]) {
            continue;
        }
        bool fits = true;
        for (std::size_t i = 0; i < topology_.nodes[n].requirements.size(); ++i) {
            const model::requirement& q = topology_.nodes[n].requirements[i];
            fits = fits && (!core_.part.requirements[n][i] || facts_.meeting(q).contains(at));
        }
        if (fits) {
            return true;
        }
    }
    return false;
}

// What leaves the core as it is leaves it impossible.
bool finder::in_core(const change& c) const {
    switch (c.what) {
        case change_kind::wait_for_device:
        case change_kind::release_device: return !core_.part.all_devices && fits_core(model::device_index{c.index});
        case change_kind::wait_for_segment:
            return std::count(core_.part.links.begin(), core_.part.links.end(), true) > 0;
        case change_kind::free_interface:
        case change_kind::lower_speed:
        case change_kind::any_medium:
        case change_kind::drop_traffic:
        case change_kind::drop_link: return core_.part.links[c.index];
        case change_kind::drop_node: return core_.part.nodes[c.index];
        case change_kind::lower_capacity:
        case change_kind::drop_site:
        case change_kind::drop_device:
        case change_kind::drop_capacity:
        case change_kind::drop_model:
        case change_kind::drop_feature:
        case change_kind::drop_platform: return core_.part.nodes[c.index] && core_.part.requirements[c.index][c.part];
    }
    return false;
}

/// With all of these changes together. What is left out is not erased, so that indices stay.
outcome finder::attempt(std::span<const change> these) {
    asked with{topology_, {}, now_.unavailable_segments};
    selection whole = selection::everything(topology_);
    bit_set available = usual_;
    bool other_segments = false;
    for (const change& c : these) {
        switch (c.what) {
            case change_kind::wait_for_device:
            case change_kind::release_device: available.insert(facts_.rank_of(model::device_index{c.index})); break;
            case change_kind::drop_link: whole.links[c.index] = false; break;
            case change_kind::drop_node: whole.nodes[c.index] = false; break;
            case change_kind::drop_site:
            case change_kind::drop_device:
            case change_kind::drop_capacity:
            case change_kind::drop_model:
            case change_kind::drop_feature:
            case change_kind::drop_platform: whole.requirements[c.index][c.part] = false; break;
            case change_kind::wait_for_segment: other_segments = true; [[fallthrough]];
            case change_kind::free_interface:
            case change_kind::lower_speed:
            case change_kind::lower_capacity:
            case change_kind::any_medium:
            case change_kind::drop_traffic: apply(c, with); break;
        }
    }
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        for (const model::link_end& e : topology_.links[l].ends) {
            whole.links[l] = whole.links[l] && whole.nodes[e.node.value];
        }
    }
    selection part = core_.part;
    part.all_devices = false;
    for (std::size_t n = 0; n < part.nodes.size(); ++n) {
        part.nodes[n] = part.nodes[n] && whole.nodes[n];
        for (std::size_t i = 0; i < part.requirements[n].size(); ++i) {
            part.requirements[n][i] = part.requirements[n][i] && whole.requirements[n][i];
        }
    }
    for (std::size_t l = 0; l < part.links.size(); ++l) {
        part.links[l] = part.links[l] && whole.links[l];
    }
    std::optional<lab_facts> own;  // with other segments the media are others
    if (other_segments) {
        own.emplace(request{request_.lab,
                            request_.topology,
                            {},
                            {},
                            request_.seed,
                            request_.bound,
                            with.unavailable_segments,
                            request_.kept});
    }
    lab_facts& facts = own ? *own : facts_;
    facts.make_available(std::move(available));
    if (run(facts, with.topology, part, bound_of_the_core, aim::proof) == outcome::impossible) {
        return outcome::impossible;
    }
    return run(facts, with.topology, whole, bound_of_a_try, aim::answer);
}

/// Those that suffice alone, in their order. What all of them together do not bring, none of them does: so a kind that
/// is of no use costs one try.
void finder::look(std::span<const change> these, std::vector<change>& found) {
    if (these.empty() || found.size() >= most_changes || left_ == 0) {
        return;
    }
    const bool known = std::any_of(found.begin(), found.end(), [&](const change& c) {
        return std::tuple(c.index, c.part) == std::tuple(these.front().index, these.front().part);
    });
    if (these.size() == 1 && known) {
        return;  // it is lowered more than it has to be
    }
    const outcome o = attempt(these);
    if (o == outcome::impossible) {
        return;
    }
    if (these.size() == 1) {
        all_tried_ = all_tried_ && o == outcome::placed;
        if (o == outcome::placed) {
            found.push_back(these.front());
        }
        return;
    }
    look(these.first(these.size() / 2), found);
    look(these.subspan(these.size() / 2), found);
}

std::string finder::why_held(std::uint32_t device) const {
    const auto known = request_.why.find(model::device_index{device});
    return known == request_.why.end() ? "not available" : known->second;
}

std::string finder::words(const change& c) const {
    const auto place = [&] { return c.place.line == 0 ? std::string() : " (" + to_string(c.place) + ")"; };
    const auto link = [&]() -> const model::link& { return topology_.links[c.index]; };
    const auto node = [&]() -> const model::node& { return topology_.nodes[c.index]; };
    switch (c.what) {
        case change_kind::wait_for_device:
            return fmt::format("wait until {} is free: it is {}", request_.lab.devices[c.index].name,
                               why_held(c.index));
        case change_kind::release_device:
            return fmt::format("bring {} back: it is {}", request_.lab.devices[c.index].name, why_held(c.index));
        case change_kind::wait_for_segment:
            return fmt::format("wait until segment {} is free: it is {}", request_.lab.segments[c.index].name,
                               request_.unavailable_segments.at(c.index));
        case change_kind::free_interface:
            return fmt::format("link {}: any interface of node {} instead of {}{}", link().name,
                               topology_.at(link().ends[c.part].node).name, link().ends[c.part].interface, place());
        case change_kind::lower_speed:
            return fmt::format("link {}: {} instead of {}{}", link().name,
                               c.value == 0 ? "any speed" : model::bit_rate_text(c.value),
                               model::bit_rate_text(link().speed), place());
        case change_kind::lower_capacity: {
            const model::requirement& q = node().requirements[c.part];
            return fmt::format("node {}: {} of {} instead of {}{}", node().name, c.value, q.value, q.amount, place());
        }
        case change_kind::any_medium: return fmt::format("link {}: leave open what carries it{}", link().name, place());
        case change_kind::drop_traffic:
            return fmt::format("link {}: do without {}{}", link().name,
                               to_string(model::traffic_set{static_cast<std::uint8_t>(c.value)}), place());
        case change_kind::drop_link: return fmt::format("leave out link {}{}", link().name, place());
        case change_kind::drop_node: return fmt::format("leave out node {}{}", node().name, place());
        case change_kind::drop_site:
        case change_kind::drop_device:
        case change_kind::drop_capacity:
        case change_kind::drop_model:
        case change_kind::drop_feature:
        case change_kind::drop_platform: break;
    }
    return fmt::format("node {}: do without {}{}", node().name, words_of(node().requirements[c.part]), place());
}

}  // namespace

way_out find_way_out(const request& r, const core& c) {
    return finder(r, c).find();
}

std::string words_of(verdict v) {
    switch (v) {
        case verdict::unknown: return "";
        case verdict::never: return "never possible in this lab";
        case verdict::in_use: return "possible when what is in use is free again";
        case verdict::quarantined: return "not possible without what is in quarantine";
    }
    return "";
}

std::string words_of(const way_out& w) {
    if (w.changes.empty()) {
        return w.all_tried ? "no single change would do" : "";
    }
    std::vector<std::string> each;
    for (const change& c : w.changes) {
        each.push_back(c.text);
    }
    return (w.all_tried ? "the cheapest change: " : "a change that would do: ") + join(each, "; or ");
}

}  // namespace rollover::placement
