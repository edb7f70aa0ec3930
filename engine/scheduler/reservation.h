// Reservations: a topology, an owner and a time window; and the devices that are held for them.
#pragma once

#include "engine/model/topology.h"
#include "engine/scheduler/window.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::scheduler {

enum class stage {
    booked,     ///< nothing was begun
    running,    ///< its activations were begun
    ending,     ///< its window is over, or it was cancelled: being taken down
    ended,      ///< over; it was handed over, at least in part
    failed,     ///< over, and none of its pods was ever handed over
    cancelled,  ///< over before it was handed over, because somebody wanted so
};
[[nodiscard]] std::string_view name_of(stage s) noexcept;
[[nodiscard]] std::optional<stage> stage_of(std::string_view name) noexcept;
[[nodiscard]] constexpr bool is_over(stage s) noexcept {
    return s == stage::ended || s == stage::failed || s == stage::cancelled;
}

/// One copy of the topology. A reservation has one, a class several.
struct pod {
    std::uint32_t number = 1;          ///< from 1
    std::string placement;             ///< as placement::to_json writes it
    std::vector<std::string> devices;  ///< that it holds, by name; a segment as api::segment_claim has it
    std::string activation = {};       ///< the last one that was begun for it; empty: none
};

struct reservation {
    std::string id;  ///< "r17"; given by the calendar
    std::string lab;
    std::string topology;  ///< its name
    std::string source;    ///< its XML, as it was when it was booked
    std::string file;      ///< what the source is called in messages
    model::arguments arguments;
    std::string owner;
    window promised;     ///< what the owner has
    window held;         ///< what the devices are held for: with the typing before, and the cleaning after
    instant expected{};  ///< when it will be ready, by what was known when it was booked
    std::vector<pod> pods;
    stage now = stage::booked;
    std::string why = {};            ///< it failed, was cancelled or ended early
    instant made{};                  ///< set by the calendar
    std::optional<instant> ready{};  ///< when all of its pods had been handed over
};

/// A device in a reservation.
struct booked_device {
    std::string device;
    window held;
    std::string reservation;
    std::string owner;
    std::string topology;
};

/// What happened to a reservation or a device, and who did it: the audit trail, and what `watch` shows.
struct entry {
    std::int64_t number = 0;  ///< counts up; given by the calendar
    wall_time when{};         ///< set by the calendar
    std::string who;          ///< an owner, "rollover" for the scheduler itself
    std::string what;         ///< "booked", "extended", "cancelled", "begun", "ready", "failed", "ended", ...
    std::string reservation;  ///< may be empty
    std::string subject;      ///< a device, an activation; may be empty
    std::string text;
};

}  // namespace rollover::scheduler
