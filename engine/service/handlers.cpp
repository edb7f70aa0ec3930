#include "engine/service/handlers.h"

#include "engine/base/text.h"
#include "engine/service/as_json.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::service {

using nlohmann::json;

namespace {

std::string text_of(const json& from, const char* key) {
    const auto found = from.find(key);
    return found == from.end() ? std::string() : found->get<std::string>();
}

/// The body as a JSON object; an empty body is an empty one. Errors: bad_input, with the place.
result<json> object_of(const http_request& r, std::initializer_list<std::string_view> allowed) {
    if (r.body.empty()) {
        return json::object();
    }
    json out;
    try {
        out = json::parse(r.body);
    } catch (const json::parse_error& wrong) {
        return failure(errc::bad_input, fmt::format("the body is no JSON: {}", wrong.what()));
    }
    if (!out.is_object()) {
        return failure(errc::bad_input, "the body is no JSON object");
    }
    for (const auto& [key, value] : out.items()) {
        if (std::ranges::find(allowed, key) == allowed.end()) {
            return failure(errc::bad_input, fmt::format("'{}' is not known here", printable(key)))
                .advise("GET /v1/openapi.json has what is");
        }
    }
    return out;
}

result<booking_request> booking_of(const http_request& r) {
    const auto body = object_of(r, {"topology", "name", "file", "arguments", "owner", "from", "for", "pods", "policy"});
    if (!body) {
        return body.error();
    }
    booking_request out;
    try {
        out.source = text_of(*body, "topology");
        out.name = text_of(*body, "name");
        out.file = text_of(*body, "file");
        out.owner = text_of(*body, "owner");
        out.from = text_of(*body, "from");
        out.length = text_of(*body, "for");
        out.pods = body->value("pods", 1U);
        out.policy = text_of(*body, "policy");
        out.arguments = body->value("arguments", model::arguments());
    } catch (const json::exception& wrong) {
        return failure(errc::bad_input, fmt::format("a value in the body has the wrong type: {}", wrong.what()));
    }
    if (out.file.empty()) {
        out.file = "topology.xml";
    }
    return out;
}

template <class Value>
http_response listed(const result<std::vector<Value>>& found, const char* key, const scheduler::local_time& zone) {
    if (!found) {
        return error_response(found.error());
    }
    json out = json::array();
    for (const auto& one : *found) {
        out.push_back(as_json(one, zone));
    }
    return as_response({{key, out}});
}

http_response one(const result<scheduler::reservation>& found, const scheduler::local_time& zone,
                  unsigned status = 200) {
    return found ? as_response(as_json(*found, zone), status) : error_response(found.error());
}

http_response nothing(const result<void>& done) {
    return done ? as_response({{"done", true}}) : error_response(done.error());
}

}  // namespace

http_response as_response(const json& body, unsigned status) {
    http_response out;
    out.status = status;
    // Whatever an author has written: what is no UTF-8 is replaced, not a reason to fail.
    out.body = body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    return out;
}

task<http_response> health(route_call c) {
    co_return as_response(
        {{"alive", true}, {"lab", c.desk.all().files()->lab.name}, {"time_zone", c.desk.zone().zone()}});
}

task<http_response> readiness(route_call c) {
    // Whether the calendar can be read, and was, not long ago.
    caller us{"rollover"};
    const auto entries = co_await c.desk.entries(std::move(us), 0, "r1");
    const bool looks = c.desk.all().rt.wall_now() - c.desk.all().scheduler.last_look() < std::chrono::minutes(1);
    const bool ready = entries.has_value() && looks;
    co_return as_response({{"ready", ready}, {"attended", c.desk.all().scheduler.attended()}}, ready ? 200 : 503);
}

task<http_response> measured(route_call c) {
    auto text = co_await c.desk.metrics_text();
    if (!text) {
        co_return error_response(text.error());
    }
    http_response out;
    out.content_type = std::string(metrics_type);
    out.body = std::move(*text);
    co_return out;
}

task<http_response> openapi(route_call /*c*/) {
    http_response out;
    out.body = std::string(routes::openapi());
    co_return out;
}

task<http_response> post_reservation(route_call c) {
    auto what = booking_of(c.request);
    if (!what) {
        co_return error_response(what.error());
    }
    const auto made = co_await c.desk.reserve(c.who, std::move(*what));
    co_return one(made, c.desk.zone(), 201);
}

task<http_response> get_reservations(route_call c) {
    const bool all = query_of(c.request, "all") == "true";
    const auto found = co_await c.desk.list(c.who, query_of(c.request, "owner"), !all);
    co_return listed(found, "reservations", c.desk.zone());
}

task<http_response> get_reservation(route_call c) {
    const auto found = co_await c.desk.find(c.who, c.name);
    co_return one(found, c.desk.zone());
}

task<http_response> extend_reservation(route_call c) {
    const auto body = object_of(c.request, {"by", "until"});
    if (!body) {
        co_return error_response(body.error());
    }
    std::string by;
    std::string until;
    try {
        by = text_of(*body, "by");
        until = text_of(*body, "until");
    } catch (const json::exception& wrong) {
        co_return error_response(failure(errc::bad_input, wrong.what()));
    }
    const auto done = co_await c.desk.extend(c.who, c.name, std::move(by), std::move(until));
    co_return one(done, c.desk.zone());
}

task<http_response> delete_reservation(route_call c) {
    const auto done = co_await c.desk.cancel(c.who, c.name);
    co_return one(done, c.desk.zone());
}

task<http_response> get_calendar(route_call c) {
    const auto found = co_await c.desk.calendar(c.who, query_of(c.request, "device"), query_of(c.request, "from"),
                                                query_of(c.request, "until"));
    co_return listed(found, "bookings", c.desk.zone());
}

task<http_response> get_devices(route_call c) {
    const auto held = co_await c.desk.holds(c.who);
    if (!held) {
        co_return error_response(held.error());
    }
    json out = json::array();
    for (const auto& device : c.desk.all().files()->lab.devices) {
        const auto found = held->find(device.name);
        const bool free = found == held->end();
        out.push_back({{"name", device.name},
                       {"platform", device.platform},
                       {"condition", free                        ? "free"
                                     : found->second.quarantined ? "quarantined"
                                                                 : "in use"},
                       {"activation", free ? "" : found->second.activation},
                       {"why", free ? "" : printable(found->second.why)}});
    }
    co_return as_response({{"devices", out}});
}

task<http_response> quarantine_device(route_call c) {
    const auto body = object_of(c.request, {"why"});
    if (!body) {
        co_return error_response(body.error());
    }
    if (body->contains("why") && !(*body)["why"].is_string()) {
        co_return error_response(failure(errc::bad_input, "'why' is no text"));
    }
    const auto done = co_await c.desk.quarantine(c.who, c.name, text_of(*body, "why"));
    co_return nothing(done);
}

task<http_response> release_device(route_call c) {
    const auto done = co_await c.desk.release(c.who, c.name);
    co_return nothing(done);
}

task<http_response> reload(route_call c) {
    const auto done = co_await c.desk.reload(c.who);
    co_return nothing(done);
}

task<http_response> get_entries(route_call c) {
    std::int64_t after = 0;
    const auto text = query_of(c.request, "after");
    const auto read = std::from_chars(text.data(), text.data() + text.size(), after);
    if (!text.empty() && (read.ec != std::errc() || read.ptr != text.data() + text.size())) {
        co_return error_response(failure(errc::bad_input, "'after' is no number"));
    }
    const auto found = co_await c.desk.entries(c.who, after, query_of(c.request, "reservation"));
    co_return listed(found, "entries", c.desk.zone());
}

task<http_response> get_topologies(route_call c) {
    const auto found = co_await c.desk.offered(c.who);
    co_return found ? as_response({{"topologies", *found}}) : error_response(found.error());
}

task<http_response> get_audit(route_call c) {
    const bool refused_only = query_of(c.request, "refused") == "true";
    const auto found = co_await c.desk.audit(c.who, query_of(c.request, "user"), query_of(c.request, "since"),
                                             query_of(c.request, "until"), refused_only);
    if (!found) {
        co_return error_response(found.error());
    }
    json out = json::array();
    for (const auto& entry : *found) {
        out.push_back(as_json(entry, c.desk.zone()));
        out.back()["token"] = entry.token;
        out.back()["peer"] = entry.peer;
    }
    co_return as_response({{"entries", out}});
}

}  // namespace rollover::service
