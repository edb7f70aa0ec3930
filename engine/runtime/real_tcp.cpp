// TCP of the real runtime.
#include "engine/runtime/real_runtime.h"
#include "engine/runtime/real_runtime_state.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rollover {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

failure translate(const boost::system::error_code& error, bool cancelled, bool late) {
    // Cancelled first, then late: an operation that ends for both reasons was stopped by a person.
    if (cancelled) {
        return {errc::cancelled, "stopped"};
    }
    if (late) {
        return {errc::timed_out, "the limit passed"};
    }
    if (error == asio::error::eof || error == asio::error::connection_reset || error == asio::error::broken_pipe) {
        return {errc::peer_closed, error == asio::error::eof ? "the other side closed the connection"
                                                             : "the other side broke the connection off"};
    }
    if (error == asio::error::operation_aborted) {
        return {errc::cancelled, "the connection was closed here"};
    }
    if (error == asio::error::timed_out || error == asio::error::host_unreachable ||
        error == asio::error::network_unreachable) {
        return {errc::peer_closed, "the other side does not answer any more: " + error.message()};
    }
    return {errc::io, error.message()};
}

/// Calls `cancel` when the deadline passes; remembers that it did.
class limit {
public:
    template <class Cancel>
    limit(runtime& rt, time_point deadline, Cancel cancel) {
        if (deadline != never) {
            alarm_ = rt.make_alarm([this, cancel] {
                late_ = true;
                cancel();
            });
            alarm_->set(deadline);
        }
    }
    limit(const limit&) = delete;
    limit& operator=(const limit&) = delete;
    [[nodiscard]] bool passed() const { return late_; }

private:
    std::unique_ptr<alarm> alarm_;
    bool late_ = false;
};

class tcp_stream final : public byte_stream {
public:
    tcp_stream(runtime& rt, tcp::socket socket) : runtime_(rt), socket_(std::move(socket)) {
        boost::system::error_code ignored;
        socket_.set_option(tcp::no_delay(true), ignored);
        socket_.set_option(asio::socket_base::keep_alive(true), ignored);
        socket_.non_blocking(true, ignored);
        // A converter that lost its power says nothing: notice within a minute and a half, when nothing is on its way
        // (keep-alive) and when something is (tcp(7): TCP_USER_TIMEOUT, in ms).
        set_option(TCP_USER_TIMEOUT, 90'000);
        set_option(TCP_KEEPIDLE, 30);
        set_option(TCP_KEEPINTVL, 15);
        set_option(TCP_KEEPCNT, 4);
    }
    ~tcp_stream() override { close(); }
    tcp_stream(const tcp_stream&) = delete;
    tcp_stream& operator=(const tcp_stream&) = delete;

    task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) override {
        const auto before = co_await asio::this_coro::cancellation_state;
        if (before.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while reading");
        }
        limit watch(runtime_, deadline, [this] { socket_.cancel(); });
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), as_value);
        if (!error) {
            co_return count;
        }
        const auto after = co_await asio::this_coro::cancellation_state;
        co_return translate(error, after.cancelled() != asio::cancellation_type::none, watch.passed());
    }

    task<result<void>> write(std::string_view bytes, time_point deadline) override {
        const auto before = co_await asio::this_coro::cancellation_state;
        if (before.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while writing");
        }
        limit watch(runtime_, deadline, [this] { socket_.cancel(); });
        const auto [error, count] =
            co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), as_value);
        if (!error && count == bytes.size()) {
            co_return result<void>();
        }
        const auto after = co_await asio::this_coro::cancellation_state;
        co_return translate(error, after.cancelled() != asio::cancellation_type::none, watch.passed());
    }

    result<std::size_t> try_write(std::string_view bytes) override {
        if (!socket_.is_open()) {
            return failure(errc::cancelled, "the connection was closed here");
        }
        const auto sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            return static_cast<std::size_t>(sent);
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
            return std::size_t{0};
        }
        if (errno == EPIPE || errno == ECONNRESET) {
            return failure(errc::peer_closed, "the other side broke the connection off");
        }
        if (errno == ETIMEDOUT || errno == EHOSTUNREACH || errno == ENETUNREACH) {
            return failure(errc::peer_closed, "the other side does not answer any more");
        }
        return os_failure("sending", errno);
    }

    task<result<void>> writable(time_point deadline) override {
        if (!socket_.is_open()) {
            co_return failure(errc::cancelled, "the connection was closed here");
        }
        // A watch of its own: the deadline of a reader cancels everything that waits on the socket itself.
        auto made = runtime_.watch(socket_.native_handle());
        if (!made) {
            co_return made.error();
        }
        const auto watch = std::move(*made);
        co_return co_await watch->wait(descriptor_watch::readiness::writable, deadline);
    }

    std::optional<std::size_t> unacknowledged() const override {
        int count = 0;
        // tcp(7): SIOCOUTQ is what was handed over and is not acknowledged yet.
        if (::ioctl(const_cast<tcp::socket&>(socket_).native_handle(), SIOCOUTQ, &count) != 0) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(count);
    }

    void close() noexcept override {
        boost::system::error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
        // Not socket_.close(): while somebody has a copy of the descriptor (libssh, a watch), the socket would stay in
        // Asio's epoll set, with a pointer to what the next descriptor gets, and wake that one for no reason.
        const int own = socket_.release(ignored);
        if (own >= 0) {
            ::close(own);
        }
    }

    int descriptor() const noexcept override { return const_cast<tcp::socket&>(socket_).native_handle(); }

private:
    void set_option(int name, int value) {
        ::setsockopt(socket_.native_handle(), IPPROTO_TCP, name, &value, sizeof value);
    }

    runtime& runtime_;
    tcp::socket socket_;
};

class tcp_acceptor final : public acceptor {
public:
    tcp_acceptor(runtime& rt, tcp::acceptor acceptor) : runtime_(rt), acceptor_(std::move(acceptor)) {}

    task<result<std::unique_ptr<byte_stream>>> accept() override {
        const auto before = co_await asio::this_coro::cancellation_state;
        if (before.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while listening");
        }
        auto [error, socket] = co_await acceptor_.async_accept(as_value);
        if (error) {
            const auto after = co_await asio::this_coro::cancellation_state;
            co_return translate(error, after.cancelled() != asio::cancellation_type::none, false);
        }
        std::unique_ptr<byte_stream> stream = std::make_unique<tcp_stream>(runtime_, std::move(socket));
        co_return std::move(stream);
    }

    std::uint16_t port() const noexcept override {
        boost::system::error_code ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    void close() noexcept override {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    }

private:
    runtime& runtime_;
    tcp::acceptor acceptor_;
};

}  // namespace

task<result<std::unique_ptr<byte_stream>>> real_runtime::connect(endpoint to, time_point deadline) {
    const auto before = co_await asio::this_coro::cancellation_state;
    if (before.cancelled() != asio::cancellation_type::none) {
        co_return failure(errc::cancelled, "stopped before connecting");
    }
    boost::system::error_code not_literal;
    const auto address = asio::ip::make_address(to.host, not_literal);
    std::vector<tcp::endpoint> candidates;
    tcp::resolver resolver(state_->context);
    tcp::socket socket(state_->context);
    limit watch(*this, deadline, [&resolver, &socket] {
        resolver.cancel();
        boost::system::error_code ignored;
        socket.close(ignored);
    });
    if (!not_literal) {
        candidates.emplace_back(address, to.port);
    } else {
        const auto [error, found] = co_await resolver.async_resolve(to.host, std::to_string(to.port), as_value);
        if (error) {
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none || watch.passed()) {
                co_return translate(error, !watch.passed(), watch.passed());
            }
            co_return failure(errc::unreachable, "the name " + to.host + " cannot be resolved: " + error.message());
        }
        for (const auto& one : found) {
            candidates.push_back(one.endpoint());
        }
    }
    const auto [error, used] = co_await asio::async_connect(socket, candidates, as_value);
    if (error) {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return failure(errc::cancelled, "stopped while connecting");
        }
        if (watch.passed()) {
            co_return failure(errc::timed_out, to_string(to) + " does not answer");
        }
        co_return failure(errc::unreachable, "cannot connect to " + to_string(to) + ": " + error.message());
    }
    std::unique_ptr<byte_stream> stream = std::make_unique<tcp_stream>(*this, std::move(socket));
    co_return std::move(stream);
}

result<std::unique_ptr<acceptor>> real_runtime::listen(const endpoint& at) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(at.host, error);
    if (error) {
        return failure(errc::io, "cannot listen on " + to_string(at) + ": not an IP address");
    }
    const tcp::endpoint where(address, at.port);
    tcp::acceptor acceptor(state_->context);
    acceptor.open(where.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        acceptor.bind(where, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return failure(errc::io, "cannot listen on " + to_string(at) + ": " + error.message());
    }
    return std::unique_ptr<rollover::acceptor>(std::make_unique<tcp_acceptor>(*this, std::move(acceptor)));
}

}  // namespace rollover
