#include "engine/service/routes.h"

#include "engine/base/text.h"
#include "engine/service/as_json.h"
#include "engine/service/handlers.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::service {

using access::action;
using nlohmann::json;

unsigned status_of(errc code) noexcept {
    switch (code) {
        case errc::bad_input: return 400;
        case errc::refused: return 403;
        case errc::not_found: return 404;
        case errc::busy:
        case errc::duplicate:
        case errc::impossible: return 409;
        case errc::undecided:
        case errc::store: return 503;
        default: return 500;
    }
}

struct routes::route {
    std::string_view method;
    std::string_view path;
    task<http_response> (*handler)(route_call);
    action does = action::reload;  ///< what one must be allowed to do; only operators, where nothing is said
};

namespace {

constexpr routes::route table[] = {
    {"GET", "/v1/health", health, action::look},
    {"GET", "/v1/ready", readiness, action::look},
    {"GET", "/metrics", measured, action::measure},
    {"GET", "/v1/openapi.json", openapi, action::look},
    {"POST", "/v1/reservations", post_reservation, action::book},
    {"GET", "/v1/reservations", get_reservations, action::see},
    {"GET", "/v1/reservations/{id}", get_reservation, action::see},
    {"POST", "/v1/reservations/{id}/extend", extend_reservation, action::change},
    {"DELETE", "/v1/reservations/{id}", delete_reservation, action::change},
    {"GET", "/v1/topologies", get_topologies, action::book},
    {"GET", "/v1/calendar", get_calendar, action::calendar},
    {"GET", "/v1/devices", get_devices, action::devices},
    {"POST", "/v1/devices/{name}/quarantine", quarantine_device, action::quarantine},
    {"POST", "/v1/devices/{name}/release", release_device, action::quarantine},
    {"POST", "/v1/lab/reload", reload, action::reload},
    {"GET", "/v1/entries", get_entries, action::see},
    {"GET", "/v1/audit", get_audit, action::audit},
    {"GET", "/v1/events", get_events, action::see},
};

/// Whether the path fits; what stands for a name in braces.
std::optional<std::string> matched(std::string_view pattern, const std::vector<std::string>& segments) {
    std::string name;
    std::size_t at = 0;
    for (std::string_view rest = pattern.substr(1);; ++at) {
        const auto part = rest.substr(0, rest.find('/'));
        if (at >= segments.size()) {
            return std::nullopt;
        }
        if (part.starts_with('{')) {
            name = segments[at];
        } else if (part != segments[at]) {
            return std::nullopt;
        }
        if (part.size() == rest.size()) {
            break;
        }
        rest.remove_prefix(part.size() + 1);
    }
    return at + 1 == segments.size() ? std::optional(name) : std::nullopt;
}

}  // namespace

http_response error_response(const failure& f) {
    return as_response({{"error", as_json(f)}}, status_of(f.code));
}

http_response closed_response(const entrance& door) {
    auto out = error_response(door.why);
    out.status = door.status;
    if (door.status == 401) {
        out.headers.add("WWW-Authenticate", std::string("Bearer realm=\"rollover\"") +
                                                (door.showed_something ? ", error=\"invalid_token\"" : ""));
    }
    if (door.status == 429) {
        out.headers.add("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(door.wait).count()));
    }
    return out;
}

routes::routes(front_desk& desk, news& what_happens, gate& entry) : desk_(desk), news_(what_happens), gate_(entry) {}

namespace {

/// Of an answer that error_response has made.
std::string reason_in(const http_response& answer) {
    const auto body = json::parse(answer.body, nullptr, false);
    return body.is_object() && body.contains("error") ? body["error"].value("reason", "") : std::string();
}

shown shown_by(const http_request& request) {
    shown out;
    out.peer = request.peer;
    const auto* token = request.headers.find("Authorization");
    if (token != nullptr) {
        out.something = true;
        // Two of them: which one counts must not depend on who reads.
        if (request.headers.count("Authorization") == 1) {
            out.token = access::read_authorization(*token);
        }
    }
    const auto* name = request.headers.find("Rollover-User");
    out.name = name != nullptr ? printable(*name) : "";
    return out;
}

}  // namespace

task<http_response> routes::answer(http_request request) {
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::string allowed;
    for (const auto& one : table) {
        auto name = matched(one.path, request.segments);
        if (!name) {
            continue;
        }
        if (one.method != method) {
            allowed += (allowed.empty() ? "" : ", ") + std::string(one.method);
            continue;
        }
        co_return co_await answer_known(one, std::move(request), std::move(*name));
    }
    if (!allowed.empty()) {
        auto out = error_response(failure(errc::bad_input, method + " is not known for " + request.path));
        out.status = 405;
        out.headers.add("Allow", allowed);
        co_return out;
    }
    co_return error_response(failure(errc::not_found, "there is nothing at " + printable(request.path))
                                 .advise("GET /v1/openapi.json has what there is"));
}

/// Lets in, or says why not; what was refused is written down.
task<http_response> routes::answer_known(const route& one, http_request request, std::string name) {
    const std::string asked = request.method + " " + request.path;
    auto seen = shown_by(request);
    entrance door;
    if (one.does == access::action::look) {
        door.wait = gate_.anybody(seen.peer);
        door.who = caller{"somebody", access::role::user, "", seen.peer};
        if (door.wait > duration::zero()) {
            door.who.reset();
            door.status = 429;
            door.why = failure(errc::busy, "too many requests; wait a moment");
        }
    } else {
        door = co_await gate_.admit(seen);
    }
    if (!door.who) {
        co_return closed_response(door);
    }
    const caller who = *door.who;
    route_call c{desk_, news_, gate_, std::move(seen), who, std::move(request), std::move(name)};
    http_response out;
    if (auto no = front_desk::beyond(who, one.does)) {
        out = error_response(*no);
    } else {
        out = co_await one.handler(std::move(c));
    }
    constexpr unsigned forbidden = 403;
    if (out.status == forbidden) {
        co_await desk_.refused(who, asked, reason_in(out));
    }
    co_return out;
}

access::action routes::action_of(std::string_view name) {
    for (const auto& one : table) {
        if (fmt::format("{} {}", one.method, one.path) == name) {
            return one.does;
        }
    }
    return access::action::reload;
}

std::vector<std::string> routes::known() {
    std::vector<std::string> out;
    for (const auto& one : table) {
        out.push_back(fmt::format("{} {}", one.method, one.path));
    }
    return out;
}

}  // namespace rollover::service
