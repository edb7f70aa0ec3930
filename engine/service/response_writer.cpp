#include "engine/service/response_writer.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rollover::service {

namespace {

constexpr std::array<std::string_view, 4> fields_of_the_server{"Content-Length", "Transfer-Encoding", "Connection",
                                                               "Date"};

bool is_sendable_field(const http_fields::field& field) {
    const auto is_ours = [&field](std::string_view name) { return same_without_case(name, field.first); };
    return is_token(field.first) && is_field_value(field.second) &&
           std::none_of(fields_of_the_server.begin(), fields_of_the_server.end(), is_ours);
}

}  // namespace

bool is_sendable(const http_response& response) {
    return response.status >= 200 && response.status <= 599 && is_field_value(response.content_type) &&
           std::all_of(response.headers.begin(), response.headers.end(), is_sendable_field);
}

std::string written_response(const http_response& response, connection_state connection, wall_time now) {
    namespace http = boost::beast::http;
    const auto words = http::obsolete_reason(http::int_to_status(response.status));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::string out =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                    std::string_view(words.data(), words.size()), fmt::gmtime(static_cast<std::time_t>(seconds)));
    const bool streams = response.stream != nullptr;
    const bool has_no_body = response.status == 204 || response.status == 304;
    if (!response.content_type.empty() && !has_no_body) {
        out += "Content-Type: " + response.content_type + "\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        out.append(name).append(": ").append(value) += "\r\n";
    }
    if (streams && connection.is_http11) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (!streams && !has_no_body) {
        out += fmt::format("Content-Length: {}\r\n", response.body.size());
    }
    if (!connection.keep_alive) {
        out += "Connection: close\r\n";
    } else if (!connection.is_http11) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
    if (!streams && !has_no_body && !connection.to_head) {
        out += response.body;
    }
    return out;
}

std::string written_chunk(std::string_view bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace rollover::service
