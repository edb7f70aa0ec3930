#include "apps/service_client.h"

#include "engine/service/listen_address.h"

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

task<void> call_root(runtime& rt, service::http_client& client, service::http_request request,
                     result<service::http_response>& out) {
    // A placement may take its time.
    out = co_await client.call(std::move(request), rt.now() + std::chrono::minutes(5));
}

}  // namespace

void add_service_option(CLI::App& command, service_options& into) {
    command.add_option(
        "--service", into.url,
        "Where the service is; else $ROLLOVER_SERVICE, else http://127.0.0.1:7070. Your token is taken from "
        "$ROLLOVER_TOKEN, else from ~/.config/rollover/token");
    command.add_option("--ca", into.ca,
                       "PEM file of who signs the service's certificate; else $ROLLOVER_CA, else the system's");
    command.add_flag("--insecure", into.insecure, "Sends the token to another machine without TLS");
}

service_session::service_session(const service_options& service, int& exit_code)
    : service_(service), exit_code_(exit_code) {
    take_from_environment("ROLLOVER_SERVICE", service_.url, "http://127.0.0.1:7070");
    take_from_environment("ROLLOVER_CA", service_.ca, "");
    take_from_environment("USER", service_.user, "somebody");
    const auto opened = open();
    if (!opened) {
        fail(opened.error());
    }
}

result<void> service_session::open() {
    const auto url = service::read_http_url(service_.url);
    if (!url) {
        return url.error();
    }
    url_ = *url;
    auto token = own_token();
    if (!token) {
        return token.error();
    }
    token_ = std::move(*token);
    if (url_.secure) {
        auto tls = service::tls_client::open(service_.ca);
        if (!tls) {
            return tls.error();
        }
        tls_ = std::move(*tls);
    } else if (!token_.empty() && !service::is_loopback(url_.at) && !service_.insecure) {
        return failure(errc::bad_input, "your token would travel to " + url_.at.host + " for everybody to read")
            .advise("use https://; --insecure sends it all the same");
    }
    client_ = std::make_unique<service::http_client>(rt_, url_.at, tls_.get());
    return {};
}

void service_session::fail(const failure& why) {
    std::cerr << describe(why) << "\n";
    exit_code_ = why.code == errc::bad_input ? 2 : 1;
}

service::http_request service_session::request_of(const std::string& method, const std::string& target,
                                                  const service_json& body) const {
    service::http_request out;
    out.method = method;
    out.target = target;
    out.headers.add("Rollover-User", service_.user);
    if (!token_.empty()) {
        out.headers.add("Authorization", "Bearer " + token_.reveal());
    }
    if (!body.is_null()) {
        out.headers.add("Content-Type", "application/json");
        out.body = body.dump(-1, ' ', false, service_json::error_handler_t::replace);
    }
    return out;
}

std::optional<service_json> service_session::ask(const std::string& method, const std::string& target,
                                                 const service_json& body) {
    if (!client_) {
        return std::nullopt;
    }
    result<service::http_response> answer = failure();
    rt_.run(call_root(rt_, *client_, request_of(method, target, body), answer));
    if (!answer) {
        fail(answer.error());
        return std::nullopt;
    }
    auto out = service_json::parse(answer->body, nullptr, false);
    if (out.is_discarded()) {
        std::cerr << service_.url << " answers with status " << answer->status
                  << " and no JSON: is it rollover serve?\n";
        exit_code_ = 1;
        return std::nullopt;
    }
    constexpr unsigned first_error = 400;
    if (answer->status >= first_error && out.contains("error")) {
        std::cerr << out["error"].value("text", "it failed") << "\n";
        const std::string code = out["error"].value("code", "");
        exit_code_ = code == "bad_input" || code == "not_found" ? 2 : 1;
        return std::nullopt;
    }
    return out;
}

namespace {

/// What is said of an answer that is no stream of events.
failure no_stream(const service::http_response& answer) {
    const auto body = service_json::parse(answer.body, nullptr, false);
    const bool has_words = body.is_object() && body.contains("error");
    return {errc::refused, has_words ? body["error"].value("text", "it failed")
                                     : "it answers with status " + std::to_string(answer.status)};
}

task<void> follow_root(runtime& rt, service::http_client& client, service::http_request request,
                       const std::function<bool(const service::server_event&)>& on_event, std::optional<failure>& why) {
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
        const auto ended = co_await client.read_events(std::move(next), std::move(reading));
        if (!ended && ended.error().code == errc::cancelled) {
            co_return;
        }
        if (!ended && first) {
            why = ended.error();
            co_return;
        }
        const bool refused = ended && ended->status >= 400 && ended->status < 500 && ended->status != 429;
        if (refused || (ended && first && ended->status != 200)) {
            why = no_stream(*ended);
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

void service_session::follow(const std::string& target,
                             const std::function<bool(const service::server_event&)>& on_event) {
    if (!client_) {
        return;
    }
    std::optional<failure> why;
    rt_.run(with_stop(rt_, follow_root(rt_, *client_, request_of("GET", target, {}), on_event, why)));
    if (why) {
        fail(*why);
    }
}

std::optional<service_json> ask(const service_options& service, const std::string& method, const std::string& target,
                                const service_json& body, int& exit_code) {
    service_session session(service, exit_code);
    return session.ask(method, target, body);
}

void follow(const service_options& service, const std::string& target,
            const std::function<bool(const service::server_event&)>& on_event, int& exit_code) {
    service_session session(service, exit_code);
    session.follow(target, on_event);
}

}  // namespace rollover::apps
