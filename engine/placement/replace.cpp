#include "engine/placement/replace.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::placement {

namespace {

/// The topology with every node but one held where it is.
model::topology held(const request& r, const placement& made, model::node_index node) {
    using kind = model::requirement::kind;
    model::topology t = r.topology;
    for (std::uint32_t n = 0; n < t.nodes.size(); ++n) {
        const bool moves = n == node.value;
        model::requirement q{moves ? kind::not_device : kind::device, r.lab.at(made.devices[n]).name, {}, {}};
        q.place = t.nodes[n].place;
        t.nodes[n].requirements.push_back(std::move(q));
    }
    for (std::uint32_t l = 0; l < t.links.size(); ++l) {
        for (std::size_t e = 0; e < t.links[l].ends.size(); ++e) {
            if (t.links[l].ends[e].node != node) {
                t.links[l].ends[e].interface = r.lab.at(made.links[l].ends[e]).name;
            }
        }
    }
    return t;
}

}  // namespace

result<placement> replace(const request& r, const placement& made, model::node_index node) {
    const model::topology t = held(r, made, node);
    request again{r.lab, t, r.unavailable, r.why, r.seed, r.bound, r.unavailable_segments, r.kept};
    again.change_bound = 0;  // the others stay: nothing of them is to be changed
    for (const model::device_index d : made.devices) {
        again.unavailable.erase(d);
    }
    for (std::uint32_t l = 0; l < t.links.size(); ++l) {
        const auto& ends = t.links[l].ends;
        if (made.links[l].by.what == carrier::kind::segment) {
            again.unavailable_segments.erase(made.links[l].by.medium);
        }
        if (std::none_of(ends.begin(), ends.end(), [&](const model::link_end& e) { return e.node == node; })) {
            again.kept.emplace(l, made.links[l].by);
        }
    }
    result<placement> found = find(again);
    if (!found && found.error().code == errc::impossible) {
        failure f = std::move(found).error();
        f.reason = fmt::format("no device can take the place of {} as node {} while the others stay: {}",
                               r.lab.at(made.devices[node.value]).name, r.topology.at(node).name, f.reason);
        return f;
    }
    return found;
}

}  // namespace rollover::placement
