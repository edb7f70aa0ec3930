// What is done for each route: reads the request, asks the front desk, writes the answer. Used by routes.cpp.
#pragma once

#include "engine/service/route_call.h"

#include <nlohmann/json.hpp>

namespace rollover::service {

[[nodiscard]] http_response as_response(const nlohmann::json& body, unsigned status = 200);

[[nodiscard]] task<http_response> health(route_call c);
[[nodiscard]] task<http_response> readiness(route_call c);
[[nodiscard]] task<http_response> measured(route_call c);
[[nodiscard]] task<http_response> openapi(route_call c);
[[nodiscard]] task<http_response> post_reservation(route_call c);
[[nodiscard]] task<http_response> get_reservations(route_call c);
[[nodiscard]] task<http_response> get_reservation(route_call c);
[[nodiscard]] task<http_response> extend_reservation(route_call c);
[[nodiscard]] task<http_response> delete_reservation(route_call c);
[[nodiscard]] task<http_response> get_calendar(route_call c);
[[nodiscard]] task<http_response> get_devices(route_call c);
[[nodiscard]] task<http_response> quarantine_device(route_call c);
[[nodiscard]] task<http_response> release_device(route_call c);
[[nodiscard]] task<http_response> reload(route_call c);
[[nodiscard]] task<http_response> get_entries(route_call c);
[[nodiscard]] task<http_response> get_topologies(route_call c);
[[nodiscard]] task<http_response> get_audit(route_call c);

}  // namespace rollover::service
