#include "engine/service/http_server.h"

#include "engine/service/response_writer.h"

#include <array>
#include <boost/asio/this_coro.hpp>
#include <exception>

namespace rollover::service {

namespace {

constexpr std::size_t most_turned_away = 64;  // connections that get their 503 at once; further ones are only closed

/// Counts one while it lives.
class counted {
public:
    explicit counted(std::size_t& count) : count_(count) { ++count_; }
    ~counted() { --count_; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;

private:
    std::size_t& count_;
};

/// What all connections of a server share.
struct http_server {
    http_server(runtime& r, http_handler h, http_server_options o)
        : rt(r),
          handler(std::move(h)),
          options(std::move(o)),
          bucket(options.requests_per_second, options.request_burst) {}

    runtime& rt;
    http_handler handler;
    http_server_options options;
    token_bucket bucket;
    std::size_t connections = 0;
    std::size_t turned_away = 0;

    void log(severity level, std::string text) const {
        if (options.log) {
            options.log({level, {}, {}, std::move(text)});
        }
    }

    [[nodiscard]] http_response own_answer(const refusal& why) const {
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

    /// The 429 of a request that comes too early.
    [[nodiscard]] std::optional<http_response> too_many(const http_request& request) {
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
};

/// One connection, from accept to close.
class http_connection {
public:
    http_connection(http_server& server, byte_stream& stream)
        : server_(server), stream_(stream), reader_(server.options.limits) {}

    [[nodiscard]] task<void> talk();

private:
    enum class received { request, refused, gone };

    [[nodiscard]] task<received> receive();
    [[nodiscard]] task<http_response> answer(http_request request);
    [[nodiscard]] task<bool> send(http_response response, bool to_head);
    [[nodiscard]] task<void> refuse(refusal why);
    [[nodiscard]] time_point limit(duration how_long) const { return server_.rt.now() + how_long; }

    http_server& server_;
    byte_stream& stream_;
    request_reader reader_;
    std::array<char, std::size_t{16} << 10U> piece_{};
};

/// Writes the events of a handler's stream.
class http_event_stream final : public event_stream {
public:
    http_event_stream(http_server& server, byte_stream& stream, bool chunks)
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

    http_server& server_;
    byte_stream& stream_;
    bool chunks_;
    bool broken_ = false;
};

/// Whether the tree of this coroutine was cancelled.
task<bool> is_stopped() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    co_return state.cancelled() != boost::asio::cancellation_type::none;
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

task<void> watch_client(byte_stream& stream, std::span<char> piece, task_group& both) {
    auto reading = drop_all(stream, piece, never);
    co_await std::move(reading);
    both.cancel();
}

task<void> write_events(http_server& server, http_response& response, http_event_stream& out, task_group& both) {
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
            const refusal late{408, "the request did not come in time"};
            co_await refuse(late);
        }
        if (!count) {
            co_return received::gone;
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
    co_return sent&& state.keep_alive;
}

task<void> http_connection::refuse(refusal why) {
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
            const refusal why = reader_.why();
            co_await refuse(why);
        }
        if (came != received::request) {
            co_return;
        }
        auto request = reader_.take();
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
        goes_on = co_await send(std::move(*response), to_head);
    }
}

/// `here` is counted from before the first turn of these two.
task<void> talk_to(http_server& server, std::unique_ptr<byte_stream> stream, std::unique_ptr<counted> /*here*/) {
    http_connection connection(server, *stream);
    co_await connection.talk();
    stream->close();
}

task<void> turn_away(http_server& server, std::unique_ptr<byte_stream> stream, std::unique_ptr<counted> /*here*/) {
    const connection_state closing{.keep_alive = false};
    auto answer = server.own_answer({503, "too many connections; try again in a moment"});
    answer.headers.add("Retry-After", "1");
    const std::string bytes = written_response(answer, closing, server.rt.wall_now());
    const time_point until = server.rt.now() + server.options.linger_limit;
    const auto sent = co_await stream->write(bytes, until);
    if (sent) {
        std::array<char, 1024> piece{};
        auto lingering = drop_all(*stream, piece, until);
        co_await std::move(lingering);
    }
    stream->close();
}

}  // namespace

task<void> serve(runtime& rt, std::unique_ptr<acceptor> at, http_handler handler, http_server_options options) {
    http_server server(rt, std::move(handler), std::move(options));
    task_group connections(rt);
    for (;;) {
        auto accepted = co_await at->accept();
        if (accepted) {
            if (server.connections < server.options.most_connections) {
                auto here = std::make_unique<counted>(server.connections);
                connections.spawn(talk_to(server, std::move(*accepted), std::move(here)));
            } else if (server.turned_away < most_turned_away) {
                auto here = std::make_unique<counted>(server.turned_away);
                connections.spawn(turn_away(server, std::move(*accepted), std::move(here)));
            }
            continue;
        }
        if (accepted.error().code == errc::cancelled) {
            break;
        }
        server.log(severity::error, "no connection can be taken: " + describe(accepted.error()));
        const auto slept = co_await sleep_for(rt, std::chrono::milliseconds(100));
        if (!slept) {
            break;
        }
    }
    at->close();
    connections.cancel();
    co_await connections.join();
}

}  // namespace rollover::service
