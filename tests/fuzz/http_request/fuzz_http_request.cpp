// Any bytes as what a client says to the server, in virtual time. The first byte is the size of the pieces in which
// they come. Pieces do not matter: the handler sees the same requests, and the client the same answers, as when all
// comes at once; every answer is HTTP; the server ends.
#include "engine/runtime/virtual_runtime.h"
#include "engine/service/http_server.h"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace rollover;
using namespace rollover::service;

namespace {

const endpoint here{"127.0.0.1", 7070};

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

struct seen {
    std::string requests;
    std::string answers;
    bool operator==(const seen&) const = default;
};

task<void> two_events(event_stream& out) {
    for (const auto* id : {"1", "2"}) {
        const auto sent = co_await out.send(id, "tick", "a\nb");
        if (!sent) {
            co_return;
        }
    }
}

task<http_response> handle(seen* log, http_request request) {
    http_response answer;
    log->requests += request.method + " " + request.target + " " + request.body + "\n";
    for (const auto& [name, value] : request.headers) {
        require(is_token(name) && is_field_value(value));
    }
    require(request.path.find('\0') == std::string::npos);
    if (request.path == "/e") {
        answer.stream = two_events;
    }
    answer.body = "{}";
    co_return answer;
}

/// The requests and the refusal that a reader makes of `bytes`.
std::string read(std::string_view bytes, std::size_t size) {
    using state = request_reader::state;
    request_reader reader({.most_header_bytes = 300, .most_body_bytes = 200});
    std::string out;
    for (std::size_t begin = 0; begin < bytes.size(); begin += size) {
        reader.feed(bytes.substr(begin, size));
        auto now = reader.next();
        for (; now == state::whole || now == state::continue_wanted; now = reader.next()) {
            if (now == state::whole) {
                const auto request = reader.take();
                require(request.body.size() <= 200);
                out += request.method + " " + request.target + " " + request.body + "\n";
            }
        }
        if (now == state::refused) {
            require(reader.why().status >= 400 && !reader.why().reason.empty());
            return out + std::to_string(reader.why().status);
        }
    }
    return out + (reader.has_begun() ? "more" : "");
}

task<void> say(byte_stream& stream, std::string_view bytes, std::size_t size) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += size) {
        const std::string piece(bytes.substr(begin, size));
        const auto sent = co_await stream.write(piece, never);
        if (!sent) {
            co_return;
        }
    }
}

task<void> converse(virtual_runtime& rt, std::string_view bytes, std::size_t size, seen& log) {
    http_server_options options;
    options.limits = {.most_header_bytes = 300, .most_body_bytes = 200};
    auto listening = rt.listen(here);
    task_group server(rt);
    http_handler handler = [&log](http_request request) { return handle(&log, std::move(request)); };
    server.spawn(serve(rt, std::move(*listening), std::move(handler), std::move(options)));
    auto connected = co_await rt.connect(here, never);
    const auto stream = std::move(*connected);
    auto saying = say(*stream, bytes, size);
    co_await std::move(saying);
    std::array<char, 4096> piece{};
    for (;;) {
        const auto count = co_await stream->read_some(piece, rt.now() + std::chrono::minutes(5));
        if (!count) {
            require(count.error().code != errc::timed_out);  // idle connections are closed
            break;
        }
        log.answers.append(piece.data(), *count);
    }
    server.cancel();
    co_await server.join();
    require(!server.error());
}

seen run(std::string_view bytes, std::size_t size) {
    virtual_runtime rt;
    seen log;
    require(rt.run(converse(rt, bytes, size, log)) == virtual_end::finished);
    // When the body comes does not depend on the client alone, nor does the date.
    for (const std::string_view line : {"HTTP/1.1 100 Continue\r\n\r\n", "Date: "}) {
        for (auto at = log.answers.find(line); at != std::string::npos; at = log.answers.find(line, at)) {
            log.answers.erase(at, line == "Date: " ? log.answers.find("\r\n", at) + 2 - at : line.size());
        }
    }
    require(log.answers.empty() || log.answers.starts_with("HTTP/1.1 "));
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = data[0] % 64U + 1U;
    require(read(bytes, piece) == read(bytes, bytes.size()));
    if (data[0] < 64) {
        require(run(bytes, piece) == run(bytes, bytes.size()));
    }
    return 0;
}
