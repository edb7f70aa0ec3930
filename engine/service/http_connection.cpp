#include "engine/service/http_connection.h"

#include "engine/runtime/peer_address.h"
#include "engine/service/response_writer.h"

#include <array>
#include <boost/asio/this_coro.hpp>
#include <exception>

namespace rollover::service {

http_server_state::http_server_state(runtime& r, http_handler h, http_server_options o)
    : rt(r),
      handler(std::move(h)),
      options(std::move(o)),
      bucket(options.requests_per_second, options.request_burst),
      connections(options.connections == nullptr ? own_count : *options.connections) {}

void http_server_state::log(severity level, std::string text) const {
    if (options.log) {
        options.log({level, {}, {}, std::move(text)});
    }
}

http_response http_server_state::own_answer(const refusal& why) const {
    http_response answer;
    if (options.own_answer) {
        answer = options.own_answer(why);
    } else {
        answer.content_type = "text/plain; charset=utf-8";
        answer.body = why.reason + "\n";
    }
    answer.status = why.status;
    answer.stream = nullptr;
    return answer;
}

std::optional<http_response> http_server_state::too_many(const http_request& request) {
    duration wait = bucket.take(rt.now());
    if (wait == duration::zero() && options.admit) {
        wait = options.admit(request);
    }
    if (wait <= duration::zero()) {
        return std::nullopt;
    }
    auto answer = own_answer({429, "too many requests; wait a moment"});
    answer.headers.add("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    return answer;
}

/// Reads and drops until the client goes or `deadline`.
task<void> drop_all(byte_stream& stream, std::span<char> piece, time_point deadline) {
    for (;;) {
        const auto count = co_await stream.read_some(piece, deadline);
        if (!count) {
            co_return;
        }
    }
}

namespace {

/// One connection, from accept to close.
class http_connection {
public:
    http_connection(http_server_state& server, byte_stream& stream)
        : server_(server), stream_(stream), reader_(server.options.limits), peer_(peer_address(stream)) {}
    ~http_connection() { hold(0); }
    http_connection(const http_connection&) = delete;
    http_connection& operator=(const http_connection&) = delete;

    [[nodiscard]] task<void> talk();

private:
    enum class received { request, refused, gone };

    [[nodiscard]] task<received> receive();
    [[nodiscard]] task<http_response> answer(http_request request);
    [[nodiscard]] task<bool> send(http_response response, bool to_head);
    [[nodiscard]] task<void> refuse(const refusal& why);
    [[nodiscard]] time_point limit(duration how_long) const { return server_.rt.now() + how_long; }

    /// This connection holds so many bytes of requests now.
    void hold(std::size_t bytes) {
        server_.held_bytes = server_.held_bytes - held_ + bytes;
        held_ = bytes;
    }

    http_server_state& server_;
    byte_stream& stream_;
    request_reader reader_;
    std::string peer_;
    std::size_t held_ = 0;
    std::array<char, std::size_t{16} << 10U> piece_{};
};

/// Writes the events of a handler's stream.
class http_event_stream final : public event_stream {
public:
    http_event_stream(http_server_state& server, byte_stream& stream, bool chunks)
        : server_(server), stream_(stream), chunks_(chunks) {}

    task<result<void>> send(std::string id, std::string event, std::string data) override {
        const auto written = written_event(id, event, data);
        if (!written) {
            co_return written.error();
        }
        co_return co_await write(*written);
    }

    task<result<void>> comment(std::string text) override {
        const std::string written = written_comment(text);
        co_return co_await write(written);
    }

    /// Says that the stream is over, when all of it has been taken.
    task<void> finish() {
        if (chunks_ && !broken_) {
            const auto sent = co_await stream_.write(last_chunk, server_.rt.now() + server_.options.write_limit);
            broken_ = !sent;
        }
    }

private:
    task<result<void>> write(std::string_view event) {
        if (broken_) {
            co_return failure(errc::peer_closed, "the stream is over");
        }
        const std::string bytes = chunks_ ? written_chunk(event) : std::string(event);
        const auto sent = co_await stream_.write(bytes, server_.rt.now() + server_.options.write_limit);
        broken_ = !sent;
        co_return sent;
    }

    http_server_state& server_;
    byte_stream& stream_;
    bool chunks_;
    bool broken_ = false;
};

/// Whether the tree of this coroutine was cancelled.
task<bool> is_stopped() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    co_return state.cancelled() != boost::asio::cancellation_type::none;
}

task<void> watch_client(byte_stream& stream, std::span<char> piece, task_group& both) {
    auto reading = drop_all(stream, piece, never);
    co_await std::move(reading);
    both.cancel();
}

task<void> write_events(http_server_state& server, http_response& response, http_event_stream& out, task_group& both) {
    std::string thrown;
    try {
        co_await response.stream(out);
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
        thrown = "something that is no exception";
    }
    const bool stopped = co_await is_stopped();
    if (thrown.empty() && !stopped) {
        co_await out.finish();
    } else if (!thrown.empty()) {
        server.log(severity::error, "a stream of events was ended by a bug: " + thrown);
    }
    both.cancel();
}

task<http_connection::received> http_connection::receive() {
    const time_point idle = limit(server_.options.idle_limit);
    time_point whole = never;
    for (;;) {
        const auto state = reader_.next();
        if (state == request_reader::state::whole) {
            co_return received::request;
        }
        if (state == request_reader::state::refused) {
            co_return received::refused;
        }
        if (reader_.has_begun() && whole == never) {
            whole = limit(server_.options.request_limit);
        }
        if (state == request_reader::state::continue_wanted) {
            const auto sent =
                co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n", limit(server_.options.write_limit));
            if (!sent) {
                co_return received::gone;
            }
            continue;
        }
        const auto count = co_await stream_.read_some(piece_, whole == never ? idle : whole);
        if (!count && count.error().code == errc::timed_out && whole != never) {
            reader_.give_up({408, "the request did not come in time"});
            co_return received::refused;
        }
        if (!count) {
            co_return received::gone;
        }
        hold(held_ + *count);
        if (server_.held_bytes > server_.options.most_held_bytes && held_ > piece_.size()) {
            reader_.give_up({503, "too much is being sent at once; try again in a moment"});
            co_return received::refused;
        }
        reader_.feed(std::string_view(piece_.data(), *count));
    }
}

task<http_response> http_connection::answer(http_request request) {
    std::string thrown;
    try {
        auto answered = co_await server_.handler(std::move(request));
        if (is_sendable(answered)) {
            co_return answered;
        }
        thrown = "an answer that cannot be sent, with status " + std::to_string(answered.status);
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
        thrown = "something that is no exception";
    }
    server_.log(severity::error, "a request was ended by a bug: " + thrown);
    auto apology = server_.own_answer({500, "this is a bug of the service; its log says more"});
    co_return apology;
}

/// Result: whether the connection goes on.
task<bool> http_connection::send(http_response response, bool to_head) {
    const bool streams = response.stream != nullptr;
    connection_state state;
    state.keep_alive = reader_.keep_alive() && !streams;
    state.is_http11 = reader_.is_http11();
    state.to_head = to_head;
    if (streams) {
        response.content_type = "text/event-stream";
        response.headers.add("Cache-Control", "no-store");
    }
    const std::string bytes = written_response(response, state, server_.rt.wall_now());
    const auto sent = co_await stream_.write(bytes, limit(server_.options.write_limit));
    if (sent && streams && !to_head) {
        http_event_stream out(server_, stream_, state.is_http11);
        task_group both(server_.rt);
        both.spawn(watch_client(stream_, piece_, both));
        both.spawn(write_events(server_, response, out, both));
        co_await both.join();
    }
    co_return sent.has_value() && state.keep_alive;
}

task<void> http_connection::refuse(const refusal& why) {
    connection_state state;
    state.keep_alive = false;
    const std::string bytes = written_response(server_.own_answer(why), state, server_.rt.wall_now());
    const auto sent = co_await stream_.write(bytes, limit(server_.options.write_limit));
    if (sent) {
        // Closing with unread bytes resets a TCP connection, and the client may lose what we said (RFC 9112, 9.6).
        auto lingering = drop_all(stream_, piece_, limit(server_.options.linger_limit));
        co_await std::move(lingering);
    }
}

task<void> http_connection::talk() {
    for (bool goes_on = true; goes_on;) {
        const auto came = co_await receive();
        if (came == received::refused) {
            hold(0);
            co_await refuse(reader_.why());
        }
        if (came != received::request) {
            co_return;
        }
        auto request = reader_.take();
        request.peer = peer_;
        const bool to_head = request.method == "HEAD";
        auto response = server_.too_many(request);
        if (!response) {
            auto answered = co_await answer(std::move(request));
            const bool stopped = co_await is_stopped();
            if (stopped) {
                co_return;  // what a handler says that was stopped half-way is no answer
            }
            response = std::move(answered);
        }
        hold(0);
        goes_on = co_await send(std::move(*response), to_head);
    }
}

}  // namespace

task<void> talk_with_client(http_server_state& server, byte_stream& stream) {
    http_connection connection(server, stream);
    co_await connection.talk();
}

}  // namespace rollover::service
