#include "engine/scheduler/reservation.h"

#include <array>
#include <utility>

namespace rollover::scheduler {

namespace {

constexpr std::array<std::pair<stage, std::string_view>, 6> names{{{stage::booked, "booked"},
                                                                   {stage::running, "running"},
                                                                   {stage::ending, "ending"},
                                                                   {stage::ended, "ended"},
                                                                   {stage::failed, "failed"},
                                                                   {stage::cancelled, "cancelled"}}};

}  // namespace

std::string_view name_of(stage s) noexcept {
    for (const auto& [value, name] : names) {
        if (value == s) {
            return name;
        }
    }
    return "failed";
}

std::optional<stage> stage_of(std::string_view name) noexcept {
    for (const auto& [value, known] : names) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

namespace {

constexpr std::array<std::pair<part_stage, std::string_view>, 5> part_names{{{part_stage::begun, "begun"},
                                                                             {part_stage::built, "built"},
                                                                             {part_stage::met, "met"},
                                                                             {part_stage::ready, "ready"},
                                                                             {part_stage::failed, "failed"}}};

}  // namespace

std::string_view name_of(part_stage s) noexcept {
    return part_names.at(static_cast<std::size_t>(s)).second;
}

std::optional<part_stage> part_stage_of(std::string_view name) noexcept {
    for (const auto& [value, known] : part_names) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

failure no_such_reservation(const std::string& id) {
    return failure(errc::not_found, "there is no reservation " + id).advise("rollover reservations lists them");
}

std::string_view name_of(policy p) noexcept {
    return p == policy::best_effort ? "best-effort" : "strict";
}

std::optional<policy> policy_of(std::string_view name) noexcept {
    for (const policy one : {policy::strict, policy::best_effort}) {
        if (name_of(one) == name) {
            return one;
        }
    }
    return std::nullopt;
}

}  // namespace rollover::scheduler
