// Which parts a reservation has that several hosts activate together, and what they are together. Pure functions.
#pragma once

#include "engine/model/lab.h"
#include "engine/scheduler/reservation.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rollover::scheduler {

/// Where these claims (as pod::devices) are. What the lab no longer has is nowhere.
[[nodiscard]] std::set<std::string> sites_of(const model::lab& lab, const std::vector<std::string>& devices);

/// Of these claims those at the site.
[[nodiscard]] std::vector<std::string> claims_at(const model::lab& lab, const std::vector<std::string>& devices,
                                                 const std::string& site);

/// What a service of these sites (empty: all) may work on: sites; "" is all of it, which it prefers where it can. Where
/// another one has begun with a part, the sites are what is left.
[[nodiscard]] std::vector<std::string> workable(const model::lab& lab, const reservation& one,
                                                const std::set<std::string>& served);

/// One row of who works on a reservation.
struct worked_on {
    std::string site;  ///< empty: all of it
    bool by_other;     ///< by another service, which lives
};
/// Of the `wanted` sites (as `workable`) those that may be taken: a reservation is worked on as a whole or by sites;
/// who comes first decides that, and anew when he has gone and nothing was begun.
[[nodiscard]] std::vector<std::string> takeable(const std::vector<worked_on>& rows, bool was_begun,
                                                const std::vector<std::string>& wanted);

/// The part of the site; null: nobody has begun with it.
[[nodiscard]] const part* part_of(const pod& p, const std::string& site);

/// Where the other parts of a pod stand, seen from one of them.
struct others {
    bool are_built = true;             ///< or further; in best effort also those that are given up
    bool one_is_given_up = false;      ///< never in best effort
    std::string words;                 ///< which, and why
    std::vector<std::string> checked;  ///< sites that are checked or ready: what they have does not change any more
};
[[nodiscard]] others others_of(const model::lab& lab, const reservation& r, const pod& p, const std::string& site);

/// Whether all parts of all pods are handed over (in best effort: or given up, but not all of a pod).
[[nodiscard]] bool all_ready(const model::lab& lab, const reservation& r);
/// What does not work of what is handed over; empty: nothing.
[[nodiscard]] std::string missing_of(const reservation& r);

struct verdict {
    stage now;
    std::string why;
};
/// What becomes of the reservation when nothing is left of any part; nothing: something is. `is_past`: what nobody has
/// begun with is not begun any more.
[[nodiscard]] std::optional<verdict> verdict_of(const model::lab& lab, const reservation& r, bool is_past);

}  // namespace rollover::scheduler
