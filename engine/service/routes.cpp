#include "engine/service/routes.h"

#include "engine/base/text.h"
#include "engine/service/as_json.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::service {

using nlohmann::json;

void news::tell(const activation::progress_event& step) {
    constexpr std::size_t most = 1000;
    std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
    for (const auto& one : listeners_) {
        if (const auto there = one.lock()) {
            if (there->steps.size() < most) {
                there->steps.push_back(step);
            }
            there->woken.notify();
        }
    }
}

std::shared_ptr<news::listener> news::listen() {
    auto fresh = std::make_shared<listener>(rt_);
    listeners_.push_back(fresh);
    return fresh;
}

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

namespace {

http_response as_response(const json& body, unsigned status = 200) {
    http_response out;
    out.status = status;
    // Whatever an author has written: what is no UTF-8 is replaced, not a reason to fail.
    out.body = body.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    return out;
}

std::string text_of(const json& from, const char* key) {
    const auto found = from.find(key);
    return found == from.end() ? std::string() : found->get<std::string>();
}

std::string query_of(const http_request& r, const std::string& key) {
    const auto found = r.query.find(key);
    return found == r.query.end() ? std::string() : found->second;
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
    const auto body = object_of(r, {"topology", "file", "arguments", "owner", "from", "for", "pods"});
    if (!body) {
        return body.error();
    }
    booking_request out;
    try {
        out.source = text_of(*body, "topology");
        out.file = text_of(*body, "file");
        out.owner = text_of(*body, "owner");
        out.from = text_of(*body, "from");
        out.length = text_of(*body, "for");
        out.pods = body->value("pods", 1U);
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

/// What a handler is called with.
struct call {
    front_desk& desk;
    news& what_happens;
    caller who;
    http_request request;
    std::string name;  ///< what stands for {id} or {name} in the path
};

task<http_response> health(call c) {
    co_return as_response(
        {{"alive", true}, {"lab", c.desk.all().files()->lab.name}, {"time_zone", c.desk.zone().zone()}});
}

task<http_response> readiness(call c) {
    // Whether the calendar can be read, and was, not long ago.
    const auto entries = co_await c.desk.entries(0, "r1");
    const bool looks = c.desk.all().rt.wall_now() - c.desk.all().scheduler.last_look() < std::chrono::minutes(1);
    const bool ready = entries.has_value() && looks;
    co_return as_response({{"ready", ready}, {"attended", c.desk.all().scheduler.attended()}}, ready ? 200 : 503);
}

task<http_response> openapi(call /*c*/) {
    http_response out;
    out.body = std::string(routes::openapi());
    co_return out;
}

task<http_response> post_reservation(call c) {
    auto what = booking_of(c.request);
    if (!what) {
        co_return error_response(what.error());
    }
    const auto made = co_await c.desk.reserve(c.who, std::move(*what));
    co_return one(made, c.desk.zone(), 201);
}

task<http_response> get_reservations(call c) {
    const bool all = query_of(c.request, "all") == "true";
    const auto found = co_await c.desk.list(query_of(c.request, "owner"), !all);
    co_return listed(found, "reservations", c.desk.zone());
}

task<http_response> get_reservation(call c) {
    const auto found = co_await c.desk.find(c.name);
    co_return one(found, c.desk.zone());
}

task<http_response> extend_reservation(call c) {
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

task<http_response> delete_reservation(call c) {
    const auto done = co_await c.desk.cancel(c.who, c.name);
    co_return one(done, c.desk.zone());
}

task<http_response> get_calendar(call c) {
    const auto found = co_await c.desk.calendar(query_of(c.request, "device"), query_of(c.request, "from"),
                                                query_of(c.request, "until"));
    co_return listed(found, "bookings", c.desk.zone());
}

task<http_response> get_devices(call c) {
    const auto held = co_await c.desk.holds();
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

task<http_response> quarantine_device(call c) {
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

task<http_response> release_device(call c) {
    const auto done = co_await c.desk.release(c.who, c.name);
    co_return nothing(done);
}

task<http_response> reload(call c) {
    const auto done = co_await c.desk.reload(c.who);
    co_return nothing(done);
}

task<http_response> get_entries(call c) {
    std::int64_t after = 0;
    const auto text = query_of(c.request, "after");
    const auto read = std::from_chars(text.data(), text.data() + text.size(), after);
    if (!text.empty() && (read.ec != std::errc() || read.ptr != text.data() + text.size())) {
        co_return error_response(failure(errc::bad_input, "'after' is no number"));
    }
    const auto found = co_await c.desk.entries(after, query_of(c.request, "reservation"));
    co_return listed(found, "entries", c.desk.zone());
}

std::string as_data(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Entries with their numbers as ids, so that a client who comes again misses none; steps of devices between them.
task<void> stream_events(front_desk& desk, std::shared_ptr<news::listener> ears, std::int64_t after, std::string id,
                         event_stream& to) {
    constexpr duration look = std::chrono::seconds(1);
    constexpr duration silence = std::chrono::seconds(10);
    runtime& rt = desk.all().rt;
    time_point last = rt.now();
    for (;;) {
        const auto found = co_await desk.entries(after, id);
        std::vector<server_event> all;
        for (const auto& entry : found ? *found : std::vector<scheduler::entry>()) {
            after = entry.number;
            all.push_back({std::to_string(entry.number), "entry", as_data(as_json(entry, desk.zone()))});
        }
        for (const auto& step : std::exchange(ears->steps, {})) {
            all.push_back({"", "step", as_data(as_json(step))});
        }
        for (auto& one : all) {
            const auto sent = co_await to.send(std::move(one.id), std::move(one.event), std::move(one.data));
            if (!sent) {
                co_return;
            }
            last = rt.now();
        }
        if (rt.now() - last >= silence) {
            const auto alive = co_await to.comment();
            if (!alive) {
                co_return;
            }
            last = rt.now();
        }
        const auto why = co_await ears->woken.wait(rt.now() + look);
        if (why == wake::cancelled) {
            co_return;
        }
    }
}

task<http_response> get_events(call c) {
    std::int64_t after = 0;
    const auto* last = c.request.headers.find("Last-Event-ID");
    const std::string text = last != nullptr ? *last : query_of(c.request, "after");
    std::from_chars(text.data(), text.data() + text.size(), after);
    auto ears = c.what_happens.listen();
    http_response out;
    out.content_type = "text/event-stream";
    out.stream = [&desk = c.desk, ears, after, id = query_of(c.request, "reservation")](event_stream& to) {
        return stream_events(desk, ears, after, id, to);
    };
    co_return out;
}

struct route {
    std::string_view method;
    std::string_view path;
    task<http_response> (*handler)(call);
};

constexpr route table[] = {
    {"GET", "/v1/health", health},
    {"GET", "/v1/ready", readiness},
    {"GET", "/v1/openapi.json", openapi},
    {"POST", "/v1/reservations", post_reservation},
    {"GET", "/v1/reservations", get_reservations},
    {"GET", "/v1/reservations/{id}", get_reservation},
    {"POST", "/v1/reservations/{id}/extend", extend_reservation},
    {"DELETE", "/v1/reservations/{id}", delete_reservation},
    {"GET", "/v1/calendar", get_calendar},
    {"GET", "/v1/devices", get_devices},
    {"POST", "/v1/devices/{name}/quarantine", quarantine_device},
    {"POST", "/v1/devices/{name}/release", release_device},
    {"POST", "/v1/lab/reload", reload},
    {"GET", "/v1/entries", get_entries},
    {"GET", "/v1/events", get_events},
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

routes::routes(front_desk& desk, news& what_happens, authenticate who)
    : desk_(desk), news_(what_happens), who_(std::move(who)) {}

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
        auto who = who_(request);
        if (!who) {
            co_return error_response(who.error());
        }
        call c{desk_, news_, std::move(*who), std::move(request), std::move(*name)};
        co_return co_await one.handler(std::move(c));
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

std::vector<std::string> routes::known() {
    std::vector<std::string> out;
    for (const auto& one : table) {
        out.push_back(fmt::format("{} {}", one.method, one.path));
    }
    return out;
}

}  // namespace rollover::service
