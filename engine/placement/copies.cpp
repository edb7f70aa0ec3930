#include "engine/placement/copies.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace rollover::placement {

model::topology copies_of(const model::topology& t, std::uint32_t copies) {
    model::topology all = t;
    all.nodes.clear();
    all.links.clear();
    for (std::uint32_t c = 0; c < copies; ++c) {
        const auto first = static_cast<std::uint32_t>(all.nodes.size());
        const std::string of = copies == 1 ? "" : fmt::format(" of copy {}", c + 1);
        for (model::node n : t.nodes) {
            n.name += of;
            for (model::requirement& q : n.requirements) {
                q.other.value += first;
            }
            all.nodes.push_back(std::move(n));
        }
        for (model::link l : t.links) {
            l.name += of;
            for (model::link_end& e : l.ends) {
                e.node.value += first;
            }
            all.links.push_back(std::move(l));
        }
    }
    return all;
}

result<std::vector<placement>> find_copies(const request& r, std::uint32_t copies) {
    if (copies == 0 || copies > most_copies) {
        return failure(errc::bad_input, fmt::format("{} copies of a topology were asked for", copies))
            .advise(fmt::format("ask for 1 to {}", most_copies));
    }
    const model::topology together = copies_of(r.topology, copies);
    request all{r.lab, together,      r.unavailable, r.why, r.seed, r.bound, r.unavailable_segments,
                {},    r.quarantined, r.change_bound};
    for (const auto& [link, by] : r.kept) {
        for (std::uint32_t c = 0; c < copies; ++c) {
            all.kept.emplace(static_cast<std::uint32_t>(c * r.topology.links.size() + link), by);
        }
    }
    result<placement> found = find(all);
    if (!found) {
        return std::move(found).error();
    }
    std::vector<placement> each(copies);
    for (std::uint32_t c = 0; c < copies; ++c) {
        const auto slice = [c](auto& from, std::size_t size) {
            const auto begin = from.begin() + static_cast<std::ptrdiff_t>(c * size);
            return std::vector(std::make_move_iterator(begin),
                               std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(size)));
        };
        each[c].devices = slice(found->devices, r.topology.nodes.size());
        each[c].links = slice(found->links, r.topology.links.size());
    }
    return each;
}

result<most_found> find_most_copies(const request& r) {
    most_found best;
    std::uint32_t fits = 0;
    std::uint32_t too_many = most_copies + 1;
    best.no_more = failure(errc::bad_input, fmt::format("more than {} copies are not asked for", most_copies));
    // What places n copies places fewer too: doubled until it is too many, then halved.
    for (std::uint32_t asked = 1; fits + 1 < too_many;) {
        request without_hints = r;
        without_hints.change_bound = asked == 1 ? r.change_bound : 0;
        result<std::vector<placement>> found = find_copies(without_hints, asked);
        if (found) {
            fits = asked;
            best.copies = std::move(*found);
        } else if (asked == 1 || (found.error().code != errc::impossible && found.error().code != errc::undecided)) {
            return std::move(found).error();
        } else {
            too_many = asked;
            best.no_more = std::move(found).error();
        }
        const bool bounded = too_many <= most_copies;
        asked = bounded ? fits + (too_many - fits) / 2 : std::min(2 * fits, most_copies);
    }
    return best;
}

}  // namespace rollover::placement
