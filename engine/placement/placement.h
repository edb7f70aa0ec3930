// Which device plays which node, which interface plays which link end. One function, exact and complete: if there is a
// placement it is found, if there is none the answer names the smallest reason that it can.
#pragma once

#include "engine/base/error.h"
#include "engine/model/lab.h"
#include "engine/model/topology.h"
#include "engine/placement/change.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rollover::placement {

/// What carries one link in a placement.
struct carrier {
    enum class kind { cross_connect, wire, segment, patch };
    kind what = kind::cross_connect;
    /// For cross_connect: the hub of the link. Every end reaches it straight or across one interlink (model::way_to),
    /// at least one of them straight. A link with two ends that are on different cross-connects has the one that is
    /// first in the lab file as its hub.
    model::cross_connect_index cross_connect{};
    std::uint32_t medium = 0;  ///< index into lab::wires or lab::segments; for a patch into lab::sites
    bool operator==(const carrier&) const = default;
};

struct placed_link {
    carrier by;
    std::vector<model::interface_reference> ends;  ///< in the order of link::ends
    bool operator==(const placed_link&) const = default;
};

/// A complete assignment. Node i is played by devices[i]; link i is carried as links[i].
struct placement {
    std::vector<model::device_index> devices;
    std::vector<placed_link> links;
    bool operator==(const placement&) const = default;
};

/// What the search may use and how long it may take. The same request gives the same answer.
struct request {
    const model::lab& lab;
    const model::topology& topology;
    std::set<model::device_index> unavailable;       ///< busy or quarantined
    std::map<model::device_index, std::string> why;  ///< for the explanation: "busy in activation a3", "quarantined"
    std::uint64_t seed = 1;
    /// Search nodes: at most a minute on a lab of 1,000 devices. What is decided at all is nearly always decided within
    /// some thousands.
    std::uint64_t bound = 200'000;
    /// Segments (index into lab::segments) that carry a link of another activation, with the words for the explanation:
    /// a segment has no walls, so a second topology on it would hear the first.
    std::map<std::uint32_t, std::string> unavailable_segments = {};
    /// Links (index into topology::links) that must be carried by exactly this.
    std::map<std::uint32_t, carrier> kept = {};
    /// Of `unavailable`: those that stay so until a person does something.
    std::set<model::device_index> quarantined = {};
    /// Where there is no placement, search nodes to find what is missing and the cheapest change; 0: neither.
    std::uint64_t change_bound = 5'000;
};

/// Why there is no placement.
struct reason {
    std::string text;                  ///< "nodes A, B, C need feature ipsec: only r1 and r2 have it"
    std::vector<source_place> places;  ///< the requirements and links that clash, in the topology's file
    verdict missing = verdict::unknown;
    std::vector<change> changes;  ///< the cheapest ones, all of one cost: with any of them there is a placement
    bool all_tried = false;       ///< false: there may be a cheaper one
};

/// Answers, never mixed up: a placement; `impossible` (proved) with the reason; `undecided` at the bound.
/// The failure's `reason` is the text of the smallest reason found, `hint` what is missing and the cheapest change with
/// which there is a placement. `why`, where given, gets the reason in full when the answer is `impossible`.
[[nodiscard]] result<placement> find(const request& r, reason* why = nullptr);

/// The reason in full for a request that `find` answers with `impossible`: the text of its failure, and all the places.
/// Errors: bad_input when there is a placement, undecided at the bound.
[[nodiscard]] result<reason> explain(const request& r);

/// Whether `p` is a correct answer to `r`; the words of the first breach, or nothing. Shares no code with `find`.
[[nodiscard]] std::optional<std::string> verify(const request& r, const placement& p);

}  // namespace rollover::placement
