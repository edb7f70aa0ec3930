#include "apps/service_client.h"

#include "engine/service/http_url.h"

#include <cstdlib>
#include <iostream>

namespace rollover::apps {

namespace {

void take_from_environment(const char* variable, std::string& into, const char* otherwise) {
    const char* value = std::getenv(variable);
    if (into.empty()) {
        into = value != nullptr && *value != '\0' ? value : otherwise;
    }
}

void tell(const failure& why, int& exit_code) {
    std::cerr << describe(why) << "\n";
    exit_code = why.code == errc::bad_input ? 2 : 1;
}

service::http_request request_of(const service_options& service, const std::string& method, const std::string& target,
                                 const service_json& body) {
    service::http_request out;
    out.method = method;
    out.target = target;
    out.headers.add("Rollover-User", service.user);
    if (!body.is_null()) {
        out.headers.add("Content-Type", "application/json");
        out.body = body.dump(-1, ' ', false, service_json::error_handler_t::replace);
    }
    return out;
}

task<void> call_root(real_runtime& rt, endpoint to, service::http_request request,
                     result<service::http_response>& out) {
    // A placement may take its time.
    out = co_await service::http_call(rt, std::move(to), std::move(request), rt.now() + std::chrono::minutes(5));
}

}  // namespace

void add_service_option(CLI::App& command, service_options& into) {
    command.add_option("--service", into.url,
                       "Where the service is; else $ROLLOVER_SERVICE, else http://127.0.0.1:7070");
}

std::optional<service_json> ask(const service_options& given, const std::string& method, const std::string& target,
                                const service_json& body, int& exit_code) {
    service_options service = given;
    take_from_environment("ROLLOVER_SERVICE", service.url, "http://127.0.0.1:7070");
    take_from_environment("USER", service.user, "somebody");
    const auto url = service::read_http_url(service.url);
    if (!url) {
        tell(url.error(), exit_code);
        return std::nullopt;
    }
    real_runtime rt;
    result<service::http_response> answer = failure();
    rt.run(call_root(rt, url->at, request_of(service, method, target, body), answer));
    if (!answer) {
        tell(answer.error(), exit_code);
        return std::nullopt;
    }
    auto out = service_json::parse(answer->body, nullptr, false);
    if (out.is_discarded()) {
        std::cerr << service.url << " answers with status " << answer->status
                  << " and no JSON: is it rollover serve?\n";
        exit_code = 1;
        return std::nullopt;
    }
    constexpr unsigned first_error = 400;
    if (answer->status >= first_error && out.contains("error")) {
        std::cerr << out["error"].value("text", "it failed") << "\n";
        const std::string code = out["error"].value("code", "");
        exit_code = code == "bad_input" || code == "not_found" ? 2 : 1;
        return std::nullopt;
    }
    return out;
}

namespace {

task<void> follow_root(real_runtime& rt, endpoint to, service::http_request request,
                       const std::function<bool(const service::server_event&)>& on_event, int& exit_code) {
    constexpr duration again = std::chrono::seconds(2);
    bool wanted = true;
    std::string last;
    for (bool first = true; wanted; first = false) {
        service::http_request next = request;
        if (!last.empty()) {
            next.headers.add("Last-Event-ID", last);
        }
        service::event_reading reading;
        reading.on_event = [&](const service::server_event& e) {
            last = e.id;
            wanted = on_event(e);
            return wanted;
        };
        const auto ended = co_await service::read_events(rt, to, std::move(next), std::move(reading));
        if (!ended && ended.error().code == errc::cancelled) {
            co_return;
        }
        if (!ended && first) {
            tell(ended.error(), exit_code);
            co_return;
        }
        if (wanted) {
            const auto slept = co_await sleep_for(rt, again);
            if (!slept) {
                co_return;
            }
        }
    }
}

}  // namespace

void follow(const service_options& given, const std::string& target,
            const std::function<bool(const service::server_event&)>& on_event, int& exit_code) {
    service_options service = given;
    take_from_environment("ROLLOVER_SERVICE", service.url, "http://127.0.0.1:7070");
    take_from_environment("USER", service.user, "somebody");
    const auto url = service::read_http_url(service.url);
    if (!url) {
        tell(url.error(), exit_code);
        return;
    }
    real_runtime rt;
    rt.run(with_stop(rt, follow_root(rt, url->at, request_of(service, "GET", target, {}), on_event, exit_code)));
}

}  // namespace rollover::apps
