// SSH as simulated converters and cross-connect hosts speak it: libssh's server side, without blocking, on the
// runtime's own thread. Real runtime only: libssh wants a socket.
#pragma once

#include "engine/base/log.h"
#include "engine/base/secret.h"
#include "simulators/lab/openvswitch_host.h"
#include "simulators/lab/serial_line.h"
#include "simulators/lab/ssh_keys.h"

namespace rollover::sim {

/// Who may log in, and what is behind the login: a line (for shells) or a host (for commands).
struct ssh_account {
    std::string user;                ///< empty: any name
    std::optional<secret> password;  ///< neither password nor key: everybody is let in
    std::string key;                 ///< path of the client's private key; its public half is accepted
    serial_line* line = nullptr;
    openvswitch_host* host = nullptr;
};

class ssh_server {
public:
    /// `rt`, and what the accounts point to, must outlive it. `key` stays the caller's, for as long as it serves.
    ssh_server(runtime& rt, std::string name, std::vector<ssh_account> accounts, ssh_key key, log_sink log);
    ~ssh_server();
    ssh_server(const ssh_server&) = delete;
    ssh_server& operator=(const ssh_server&) = delete;

    /// Errors: io with the address.
    [[nodiscard]] result<void> listen(const endpoint& at);
    [[nodiscard]] std::uint16_t port() const { return acceptor_->port(); }

    /// Serves until it is cancelled.
    [[nodiscard]] task<void> serve();

private:
    [[nodiscard]] task<void> session(std::unique_ptr<byte_stream> stream);
    void say(severity level, const std::string& text);

    runtime& runtime_;
    std::string name_;
    std::vector<ssh_account> accounts_;
    ssh_key key_;
    log_sink log_;
    std::unique_ptr<acceptor> acceptor_;
};

}  // namespace rollover::sim
