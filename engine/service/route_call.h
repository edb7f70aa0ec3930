// What the handlers of routes have in common. Used by routes.cpp and events.cpp.
#pragma once

#include "engine/service/routes.h"

#include <string>

namespace rollover::service {

/// What a handler is called with.
struct route_call {
    front_desk& desk;
    news& what_happens;
    gate& entry;
    shown seen;
    caller who;
    http_request request;
    std::string name;  ///< what stands for {id} or {name} in the path
};

/// Empty when it is not there.
[[nodiscard]] inline std::string query_of(const http_request& r, const std::string& key) {
    const auto found = r.query.find(key);
    return found == r.query.end() ? std::string() : found->second;
}

/// GET /v1/events: entries of the calendar, and steps of devices, of what he may hear of.
[[nodiscard]] task<http_response> get_events(route_call c);

}  // namespace rollover::service
