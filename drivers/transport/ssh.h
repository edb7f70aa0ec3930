// SSH by libssh, without blocking: the session's descriptor is waited for on the runtime. Real runtime only.
#pragma once

#include "drivers/transport/line.h"
#include "engine/runtime/process.h"

namespace rollover::transport {

/// An authenticated SSH connection on which programs can be run. The host key was found in the known_hosts file.
class ssh_client {
public:
    virtual ~ssh_client() = default;
    /// Runs one command by the user's shell (RFC 4254 section 6.5 "exec"), feeds `input`, waits for its end.
    /// Errors: peer_closed, timed_out, cancelled, protocol. One at a time.
    [[nodiscard]] virtual task<result<process_result>> execute(std::string command, std::string input,
                                                               time_point deadline) = 0;
    /// The same, and hands what comes on standard output to `on_output` piece by piece, instead of keeping it.
    [[nodiscard]] virtual task<result<process_result>> stream(std::string command,
                                                              std::function<void(std::string_view)> on_output,
                                                              time_point deadline) = 0;
    /// Ends the session in order.
    virtual void close() noexcept = 0;
};

struct ssh_address {
    endpoint to;
    std::string user;
    std::optional<secret> password;
    std::string key;              ///< path of a private key, tried first
    std::string known_hosts;      ///< path
    bool agent = false;           ///< the keys of the SSH agent ($SSH_AUTH_SOCK) are tried, after `key`
    bool old_algorithms = false;  ///< see ssh_connection.cpp
};

/// Errors: unreachable, timed_out, cancelled; refused: unknown or changed host key (the words name the fingerprint, the
/// file, and the ssh-keyscan command that would add it), or authentication failed.
[[nodiscard]] task<result<std::unique_ptr<ssh_client>>> ssh_connect(runtime& rt, ssh_address to, time_point deadline);

/// A line behind SSH: a shell channel with a pseudo-terminal of type "dumb".
[[nodiscard]] task<result<std::unique_ptr<line>>> open_ssh_line(runtime& rt, line_address address, time_point deadline);

}  // namespace rollover::transport
