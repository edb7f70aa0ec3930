#include "engine/service/http_client.h"

#include "engine/base/text.h"
#include "engine/service/response_reader.h"

#include <algorithm>
#include <array>

namespace rollover::service {

namespace {

using piece = std::array<char, std::size_t{16} << 10U>;

result<std::string> written_request(const http_request& request, const endpoint& to, bool keep) {
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
    out += keep ? "\r\n" : "Connection: close\r\n\r\n";
    out += request.body;
    return out;
}

failure at_service(failure f, const endpoint& to) {
    return std::move(f).at("service at " + to_string(to));
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

/// Whether another request may follow on the connection: the service wants it, and the answer did not end with it.
bool is_kept(const http_response& answer) {
    const auto* said = answer.headers.find("Connection");
    const bool has_end = answer.headers.count("Content-Length") + answer.headers.count("Transfer-Encoding") > 0;
    return has_end && (said == nullptr || !same_without_case(*said, "close"));
}

}  // namespace

http_client::http_client(runtime& rt, endpoint to, const tls_client* tls) : rt_(rt), to_(std::move(to)), tls_(tls) {}
http_client::~http_client() = default;

task<result<std::unique_ptr<byte_stream>>> http_client::connect(time_point deadline) {
    auto connected = co_await rt_.connect(to_, deadline);
    if (!connected && connected.error().code == errc::unreachable) {
        const std::string words = "nobody serves at " + to_string(to_) + ": " + connected.error().reason;
        co_return failure(errc::unreachable, words).advise("is `rollover serve` running there? Is the address right?");
    }
    if (!connected || tls_ == nullptr) {
        co_return std::move(connected);
    }
    co_return co_await tls_->secure(rt_, std::move(*connected), to_.host, deadline);
}

struct http_client::attempt {
    attempt(result<http_response> a, bool s) : answer(std::move(a)), stale(s) {}
    result<http_response> answer;
    bool stale;  ///< the service had closed the connection that was kept
};

task<http_client::attempt> http_client::try_once(std::string bytes, bool to_head, time_point deadline,
                                                 message_limits limits) {
    auto stream = std::move(kept_);
    const bool was_kept = stream != nullptr;
    if (!stream) {
        auto connected = co_await connect(deadline);
        if (!connected) {
            co_return attempt(connected.error(), false);
        }
        stream = std::move(*connected);
    }
    response_reader reader(limits, to_head);
    auto answer = result<http_response>(failure());
    const auto sent = co_await send_request(*stream, bytes, deadline);
    if (sent) {
        answer = co_await read_answer(*stream, reader, deadline);
    } else {
        answer = sent.error();
    }
    if (!answer) {
        const bool ended = answer.error().code == errc::peer_closed || answer.error().code == errc::protocol;
        co_return attempt(at_service(answer.error(), to_), was_kept && ended && !reader.head_is_whole());
    }
    if (is_kept(*answer)) {
        kept_ = std::move(stream);
    }
    co_return attempt(std::move(answer), false);
}

task<result<http_response>> http_client::call(http_request request, time_point deadline, message_limits limits) {
    const auto bytes = written_request(request, to_, true);
    if (!bytes) {
        co_return bytes.error();
    }
    const bool is_safe = request.method == "GET" || request.method == "HEAD";
    auto done = co_await try_once(*bytes, request.method == "HEAD", deadline, limits);
    if (done.stale && is_safe) {
        done = co_await try_once(*bytes, request.method == "HEAD", deadline, limits);
    }
    co_return std::move(done.answer);
}

task<result<http_response>> http_client::read_events(http_request request, event_reading reading,
                                                     message_limits limits) {
    request.headers.add("Accept", "text/event-stream");
    const auto bytes = written_request(request, to_, false);
    if (!bytes) {
        co_return bytes.error();
    }
    const time_point deadline = rt_.now() + reading.answer_limit;
    auto connected = co_await connect(deadline);
    if (!connected) {
        co_return connected.error();
    }
    const auto stream = std::move(*connected);
    response_reader reader(limits, request.method == "HEAD");
    auto answer = co_await converse(rt_, *stream, *bytes, reader, reading, deadline);
    if (!answer) {
        co_return at_service(answer.error(), to_);
    }
    co_return std::move(answer);
}

task<result<http_response>> http_call(runtime& rt, endpoint to, http_request request, time_point deadline,
                                      message_limits limits) {
    http_client client(rt, std::move(to));
    request.headers.add("Connection", "close");
    co_return co_await client.call(std::move(request), deadline, limits);
}

task<result<http_response>> read_events(runtime& rt, endpoint to, http_request request, event_reading reading,
                                        message_limits limits) {
    http_client client(rt, std::move(to));
    co_return co_await client.read_events(std::move(request), std::move(reading), limits);
}

}  // namespace rollover::service
