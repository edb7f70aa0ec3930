#include "engine/service/http_client.h"

#include "engine/base/text.h"
#include "engine/service/response_reader.h"

#include <algorithm>
#include <array>

namespace rollover::service {

namespace {

using piece = std::array<char, std::size_t{16} << 10U>;

result<std::string> written_request(const http_request& request, const endpoint& to) {
    const bool has_target = request.target.starts_with('/') || request.target == "*";
    const auto is_no_target = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
    if (!is_token(request.method) || !has_target || std::ranges::any_of(request.target, is_no_target)) {
        return failure(errc::bad_input, "cannot ask for " + printable(request.method + " " + request.target));
    }
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + to_string(to) + "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            return failure(errc::bad_input, "the header field " + printable(name) + " cannot be sent as it is");
        }
        out.append(name).append(": ").append(value) += "\r\n";
    }
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
        out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    out += "Connection: close\r\n\r\n";
    out += request.body;
    return out;
}

failure at_service(failure f, const endpoint& to) {
    return std::move(f).at("service at " + to_string(to));
}

task<result<std::unique_ptr<byte_stream>>> connect_to_service(runtime& rt, const endpoint& to, time_point deadline) {
    auto connected = co_await rt.connect(to, deadline);
    if (!connected && connected.error().code == errc::unreachable) {
        const std::string words = "nobody serves at " + to_string(to) + ": " + connected.error().reason;
        co_return failure(errc::unreachable, words).advise("is `rollover serve` running there? Is the address right?");
    }
    co_return std::move(connected);
}

/// Feeds the reader with what comes next, or with the end.
task<result<void>> read_more(byte_stream& stream, response_reader& reader, piece& into, time_point deadline) {
    const auto count = co_await stream.read_some(into, deadline);
    if (count) {
        co_return reader.feed(std::string_view(into.data(), *count));
    }
    if (count.error().code == errc::peer_closed) {
        co_return reader.end();
    }
    co_return count.error();
}

task<result<void>> send_request(byte_stream& stream, const std::string& bytes, time_point deadline) {
    const auto sent = co_await stream.write(bytes, deadline);
    // A service that refuses a body does not read all of it; its answer may be there nevertheless.
    if (!sent && sent.error().code != errc::peer_closed) {
        co_return sent;
    }
    co_return result<void>();
}

task<result<http_response>> read_answer(byte_stream& stream, response_reader& reader, time_point deadline) {
    piece bytes{};
    while (!reader.is_whole()) {
        const auto more = co_await read_more(stream, reader, bytes, deadline);
        if (!more) {
            co_return more.error();
        }
    }
    http_response answer = reader.head();
    answer.body = reader.take_body();
    co_return std::move(answer);
}

bool is_event_stream(const http_response& head) {
    const std::string_view type = head.content_type;
    return head.status == 200 && same_without_case(trim(type.substr(0, type.find(';'))), "text/event-stream");
}

/// The head has been read; the first events may have come with it.
task<result<void>> pass_events(runtime& rt, byte_stream& stream, response_reader& reader, const event_reading& how) {
    event_parser parser(how.most_event_bytes);
    piece bytes{};
    for (;;) {
        const auto events = parser.feed(reader.take_body());
        if (!events) {
            co_return events.error();
        }
        for (const auto& one : *events) {
            if (!how.on_event(one)) {
                co_return result<void>();
            }
        }
        if (reader.is_whole()) {
            co_return result<void>();
        }
        const auto more = co_await read_more(stream, reader, bytes, rt.now() + how.silence_limit);
        if (!more) {
            co_return more.error();
        }
    }
}

/// `deadline`: for the service to begin to answer.
task<result<http_response>> converse(runtime& rt, byte_stream& stream, const std::string& bytes,
                                     response_reader& reader, const event_reading& how, time_point deadline) {
    const auto sent = co_await send_request(stream, bytes, deadline);
    if (!sent) {
        co_return sent.error();
    }
    piece into{};
    while (!reader.head_is_whole()) {
        const auto more = co_await read_more(stream, reader, into, deadline);
        if (!more) {
            co_return more.error();
        }
    }
    if (!is_event_stream(reader.head())) {
        co_return co_await read_answer(stream, reader, deadline);
    }
    const auto passed = co_await pass_events(rt, stream, reader, how);
    if (!passed) {
        co_return passed.error();
    }
    co_return reader.head();
}

}  // namespace

task<result<http_response>> http_call(runtime& rt, endpoint to, http_request request, time_point deadline,
                                      message_limits limits) {
    const auto bytes = written_request(request, to);
    if (!bytes) {
        co_return bytes.error();
    }
    auto connected = co_await connect_to_service(rt, to, deadline);
    if (!connected) {
        co_return connected.error();
    }
    const auto stream = std::move(*connected);
    const auto sent = co_await send_request(*stream, *bytes, deadline);
    if (!sent) {
        co_return at_service(sent.error(), to);
    }
    response_reader reader(limits, request.method == "HEAD");
    auto answer = co_await read_answer(*stream, reader, deadline);
    if (!answer) {
        co_return at_service(answer.error(), to);
    }
    co_return std::move(answer);
}

task<result<http_response>> read_events(runtime& rt, endpoint to, http_request request, event_reading reading,
                                        message_limits limits) {
    request.headers.add("Accept", "text/event-stream");
    const auto bytes = written_request(request, to);
    if (!bytes) {
        co_return bytes.error();
    }
    const time_point deadline = rt.now() + reading.answer_limit;
    auto connected = co_await connect_to_service(rt, to, deadline);
    if (!connected) {
        co_return connected.error();
    }
    const auto stream = std::move(*connected);
    response_reader reader(limits, request.method == "HEAD");
    auto answer = co_await converse(rt, *stream, *bytes, reader, reading, deadline);
    if (!answer) {
        co_return at_service(answer.error(), to);
    }
    co_return std::move(answer);
}

}  // namespace rollover::service
