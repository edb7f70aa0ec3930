// Byte streams: what a TCP connection, an in-memory pipe and a tty have in common.
#pragma once

#include "engine/runtime/task.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollover {

/// A connected, ordered, two-way stream of bytes. One reader and one writer at a time; runtime's thread only.
class byte_stream {
public:
    virtual ~byte_stream() = default;

    /// Reads what is there into `into`, 1 byte at least; waits while there is nothing.
    /// Errors: peer_closed at the end, timed_out at `deadline`, cancelled, io.
    [[nodiscard]] virtual task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) = 0;

    /// Writes all of `bytes`; waits while the peer does not take them. Errors as `read_some`; after one the stream is
    /// of no more use, an unknown part was sent.
    [[nodiscard]] virtual task<result<void>> write(std::string_view bytes, time_point deadline) = 0;

    /// Hands over as much of `bytes` as goes without waiting, in one segment: 0..size. Errors: peer_closed, io.
    /// This is the path of the pacing writer; TCP streams have TCP_NODELAY set.
    [[nodiscard]] virtual result<std::size_t> try_write(std::string_view bytes) = 0;

    /// Waits after a `try_write` that took less than all, until it is worth to try again; a reader may wait meanwhile.
    /// Errors: timed_out, cancelled, io; unsupported by streams that take everything.
    [[nodiscard]] virtual task<result<void>> writable(time_point deadline);

    /// Bytes handed over that the peer's TCP has not acknowledged; nothing where that cannot be known (tty, pipe).
    /// Source: Linux SIOCOUTQ, tcp(7).
    [[nodiscard]] virtual std::optional<std::size_t> unacknowledged() const = 0;

    /// Ends the stream; pending operations end with `cancelled`. May be called twice.
    virtual void close() noexcept = 0;

    /// The file descriptor for libraries that insist on one, -1 where there is none. Stays owned by the stream.
    [[nodiscard]] virtual int descriptor() const noexcept = 0;
};

/// Takes connections at one address.
class acceptor {
public:
    virtual ~acceptor() = default;
    /// Errors: cancelled, io.
    [[nodiscard]] virtual task<result<std::unique_ptr<byte_stream>>> accept() = 0;
    /// The port that is listened on; useful after asking for port 0.
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    virtual void close() noexcept = 0;
};

/// A TCP address as it stands in a lab file: a name or a literal, and a port 1..65535.
struct endpoint {
    std::string host;
    std::uint16_t port = 0;
    bool operator==(const endpoint&) const = default;
    auto operator<=>(const endpoint&) const = default;
};

/// "host:port", "[v6]:port".
[[nodiscard]] std::string to_string(const endpoint& e);

}  // namespace rollover
