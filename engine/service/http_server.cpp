#include "engine/service/http_server.h"

#include "engine/runtime/peer_address.h"
#include "engine/service/http_connection.h"
#include "engine/service/response_writer.h"

#include <array>

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

/// One connection, of all and of its address.
class counted_client {
public:
    counted_client(http_server_state& server, std::string peer)
        : server_(server), peer_(std::move(peer)), of_all_(server.connections) {
        ++server_.of_address[peer_];
    }
    ~counted_client() {
        const auto mine = server_.of_address.find(peer_);
        if (--mine->second == 0) {
            server_.of_address.erase(mine);
        }
    }
    counted_client(const counted_client&) = delete;
    counted_client& operator=(const counted_client&) = delete;

private:
    http_server_state& server_;
    std::string peer_;
    counted of_all_;
};

bool has_room(const http_server_state& server, const std::string& peer) {
    if (server.connections >= server.options.most_connections) {
        return false;
    }
    const auto found = server.of_address.find(peer);
    return server.options.most_connections_of_one == 0 || found == server.of_address.end() ||
           found->second < server.options.most_connections_of_one || is_loopback_address(peer);
}

/// `here` is counted from before the first turn of these two.
task<void> serve_client(http_server_state& server, std::unique_ptr<byte_stream> stream,
                        std::unique_ptr<counted_client> /*here*/) {
    auto talking = talk_with_client(server, *stream);
    co_await std::move(talking);
    stream->close();
}

task<void> turn_away(http_server_state& server, std::unique_ptr<byte_stream> stream,
                     std::unique_ptr<counted> /*here*/) {
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
    http_server_state server(rt, std::move(handler), std::move(options));
    task_group connections(rt);
    for (;;) {
        auto accepted = co_await at->accept();
        if (accepted) {
            std::string peer = peer_address(**accepted);
            if (has_room(server, peer)) {
                auto here = std::make_unique<counted_client>(server, std::move(peer));
                connections.spawn(serve_client(server, std::move(*accepted), std::move(here)));
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
    if (connections.error()) {
        server.log(severity::error, "a connection was ended by a bug");
    }
}

}  // namespace rollover::service
