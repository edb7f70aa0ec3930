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

/// What happens when a node's device has failed and no other one is left that fits.
enum class policy {
    strict,       ///< the pod is rolled back, and has failed
    best_effort,  ///< what works is handed over, and said what does not
};
[[nodiscard]] std::string_view name_of(policy p) noexcept;
[[nodiscard]] std::optional<policy> policy_of(std::string_view name) noexcept;

/// How far one site's part of a pod is, where several hosts activate it together.
enum class part_stage {
    begun,   ///< being configured and joined
    built,   ///< configured and joined; it waits for the others
    met,     ///< all were built; its checks run
    ready,   ///< handed over
    failed,  ///< given up
};
[[nodiscard]] std::string_view name_of(part_stage s) noexcept;
[[nodiscard]] std::optional<part_stage> part_stage_of(std::string_view name) noexcept;

/// What one site has of a pod.
struct part {
    std::string site;
    part_stage now = part_stage::begun;
    std::string why = {};         ///< it failed, or what of it does not work
    bool over = false;            ///< nothing is left of it
    std::string activation = {};  ///< the last one that was begun for it; set by the calendar
    bool operator==(const part&) const = default;
};

/// One copy of the topology. A reservation has one, a class several.
struct pod {
    std::uint32_t number = 1;          ///< from 1
    std::string placement;             ///< as placement::to_json writes it
    std::vector<std::string> devices;  ///< that it holds, by name; a segment as api::segment_claim has it
    std::string activation = {};       ///< the last one that was begun for it; empty: none
    std::vector<part> parts = {};      ///< by site; empty where one service works on all of it
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
    std::string why = {};            ///< it failed, was cancelled or ended early, or what of it does not work
    instant made{};                  ///< set by the calendar
    std::optional<instant> ready{};  ///< when all of its pods had been handed over
    std::string via = {};            ///< who attends to it: empty, the service; "at 12 13", jobs of at(1)
    scheduler::policy policy = scheduler::policy::strict;
};

/// The same words for what is not there and for what somebody may not know of.
[[nodiscard]] failure no_such_reservation(const std::string& id);

/// A device in a reservation.
struct booked_device {
    std::string device;
    window held;
    std::string reservation;
    std::string owner;
    std::string topology;
};

/// Who does something. A name alone will do where nobody came over the network.
struct actor {
    actor(const char* n) : name(n) {}
    actor(std::string n, std::string t = {}, std::string p = {})
        : name(std::move(n)), token(std::move(t)), peer(std::move(p)) {}
    std::string name;
    std::string token;  ///< the id of the token that he has shown, "t17"; may be empty
    std::string peer;   ///< the address that he came from; may be empty
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
    std::string token = {};  ///< of `who`, as in actor
    std::string peer = {};
};

}  // namespace rollover::scheduler
