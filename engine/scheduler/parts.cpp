#include "engine/scheduler/parts.h"

#include "engine/scheduler/available.h"

#include <algorithm>

namespace rollover::scheduler {

namespace {

/// Of a device, or of a segment, which is where its first end is.
std::optional<std::string> site_of(const model::lab& lab, const std::string& claim) {
    auto device = model::find_device(lab, claim);
    for (std::size_t s = 0; !device && s < lab.segments.size(); ++s) {
        if (segment_claim(lab.segments[s].name) == claim && !lab.segments[s].ends.empty()) {
            device = lab.segments[s].ends.front().device;
        }
    }
    return device ? std::optional(lab.at(lab.at(*device).site).name) : std::nullopt;
}

std::string words_of(const part& one) {
    return "site " + one.site + (one.why.empty() ? "" : ": " + one.why);
}

}  // namespace

std::set<std::string> sites_of(const model::lab& lab, const std::vector<std::string>& devices) {
    std::set<std::string> out;
    for (const auto& one : devices) {
        if (auto site = site_of(lab, one)) {
            out.insert(std::move(*site));
        }
    }
    return out;
}

std::vector<std::string> claims_at(const model::lab& lab, const std::vector<std::string>& devices,
                                   const std::string& site) {
    std::vector<std::string> out;
    std::ranges::copy_if(devices, std::back_inserter(out),
                         [&](const auto& one) { return site_of(lab, one) == std::optional(site); });
    return out;
}

std::vector<std::string> workable(const model::lab& lab, const reservation& one, const std::set<std::string>& served) {
    if (served.empty() && lab.sites.size() < 2) {
        return {std::string()};
    }
    std::set<std::string> sites;
    for (const auto& p : one.pods) {
        sites.merge(sites_of(lab, p.devices));
    }
    const auto is_served = [&served](const auto& site) { return served.empty() || served.contains(site); };
    std::vector<std::string> out;
    if (std::ranges::all_of(sites, is_served)) {
        out.emplace_back();
    }
    if (sites.size() > 1) {
        std::ranges::copy_if(sites, std::back_inserter(out), is_served);
    }
    return out;
}

std::vector<std::string> takeable(const std::vector<worked_on>& rows, bool was_begun,
                                  const std::vector<std::string>& wanted) {
    const auto whole = std::ranges::find(rows, std::string(), &worked_on::site);
    const bool is_whole = whole != rows.end() && (whole->by_other || was_begun);
    const bool is_split = std::ranges::any_of(rows, [](const worked_on& w) { return !w.site.empty(); });
    const bool prefers_all = std::ranges::find(wanted, std::string()) != wanted.end();
    std::vector<std::string> out;
    for (const auto& site : wanted) {
        const auto row = std::ranges::find(rows, site, &worked_on::site);
        const bool is_free = row == rows.end() || !row->by_other;
        const bool fits = site.empty() ? !is_split : !is_whole && (is_split || !prefers_all);
        if (is_free && fits) {
            out.push_back(site);
        }
    }
    return out;
}

const part* part_of(const pod& p, const std::string& site) {
    const auto found = std::ranges::find(p.parts, site, &part::site);
    return found == p.parts.end() ? nullptr : &*found;
}

others others_of(const model::lab& lab, const reservation& r, const pod& p, const std::string& site) {
    others out;
    for (const auto& there : sites_of(lab, p.devices)) {
        if (there == site) {
            continue;
        }
        const part* one = part_of(p, there);
        if (one != nullptr && one->now == part_stage::failed) {
            if (r.policy == policy::strict) {
                out.one_is_given_up = true;
                out.are_built = false;
                out.words = words_of(*one);
            }
            continue;
        }
        if (one == nullptr || one->over || one->now == part_stage::begun) {
            out.are_built = false;
        } else if (one->now == part_stage::met || one->now == part_stage::ready) {
            out.checked.push_back(there);
        }
    }
    return out;
}

bool all_ready(const model::lab& lab, const reservation& r) {
    return std::ranges::all_of(r.pods, [&](const pod& p) {
        bool one_is = false;
        for (const auto& site : sites_of(lab, p.devices)) {
            const part* there = part_of(p, site);
            const bool is_ready = there != nullptr && !there->over && there->now == part_stage::ready;
            const bool goes_without =
                r.policy == policy::best_effort && there != nullptr && there->now == part_stage::failed;
            if (!is_ready && !goes_without) {
                return false;
            }
            one_is = one_is || is_ready;
        }
        return one_is;
    });
}

std::string missing_of(const reservation& r) {
    std::string out;
    for (const auto& p : r.pods) {
        for (const auto& one : p.parts) {
            if (one.now == part_stage::failed || !one.why.empty()) {
                out += (out.empty() ? "" : "; ") + words_of(one);
            }
        }
    }
    return out;
}

std::optional<verdict> verdict_of(const model::lab& lab, const reservation& r, bool is_past) {
    bool any_ready = false;
    std::string why;
    std::string nobody;
    std::string unready;  ///< words of a part that was stopped before it was ready
    const auto note = [](std::string& into, std::string words) { into = into.empty() ? std::move(words) : into; };
    for (const auto& p : r.pods) {
        bool whole = true;
        bool some = false;
        for (const auto& site : sites_of(lab, p.devices)) {
            const part* there = part_of(p, site);
            if (there == nullptr ? !is_past : !there->over) {
                return std::nullopt;
            }
            const bool was_ready = there != nullptr && there->now == part_stage::ready;
            whole = whole && was_ready;
            some = some || was_ready;
            if (there == nullptr) {
                note(nobody, "nobody served site " + site + " in its window");
            } else if (there->now == part_stage::failed) {
                note(why, words_of(*there));
            } else if (!was_ready && !there->why.empty()) {
                note(unready, words_of(*there));
            }
        }
        any_ready = any_ready || whole || (some && r.policy == policy::best_effort);
    }
    if (why.empty() && r.now != stage::ending) {
        why = nobody.empty() ? unready : nobody;
    }
    const stage without = r.now == stage::ending ? stage::cancelled : stage::failed;
    return verdict{any_ready ? stage::ended : without, any_ready && r.ready ? "" : why};
}

}  // namespace rollover::scheduler
