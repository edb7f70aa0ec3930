// One authenticated libssh session on a socket of the runtime. libssh never blocks here: every call of it is repeated
// after the descriptor was waited for.
#pragma once

#include "drivers/transport/descriptor_events.h"
#include "drivers/transport/ssh.h"

#include <functional>
#include <libssh/libssh.h>
#include <memory>

namespace rollover::transport {

class ssh_connection {
public:
    explicit ssh_connection(std::unique_ptr<byte_stream> stream);
    ~ssh_connection();
    ssh_connection(const ssh_connection&) = delete;
    ssh_connection& operator=(const ssh_connection&) = delete;

    /// Key exchange, host key, authentication. Errors as `ssh_connect`.
    [[nodiscard]] task<result<void>> start(runtime& rt, ssh_address to, time_point deadline);

    /// Opens a session channel (RFC 4254 section 6.1). Errors: protocol, peer_closed, timed_out, cancelled.
    [[nodiscard]] task<result<ssh_channel>> open_channel(time_point deadline);

    /// Repeats `step` (a libssh call) while it answers SSH_AGAIN. Result: its last answer.
    [[nodiscard]] task<result<int>> repeat(std::function<int()> step, time_point deadline);

    /// Sends what libssh holds, as far as it goes; may read, too. Result: whether nothing is left.
    bool flush();

    /// Waits until the socket has something for libssh; with `unsent`, also until it takes more. Between the caller's
    /// last look at what it waits for and this call nothing may read from the socket, or the wake-up is lost.
    [[nodiscard]] task<result<void>> wait(descriptor_events::role who, bool unsent, time_point deadline);

    /// What libssh says about the last error, as a failure.
    [[nodiscard]] failure words(errc code, const std::string& what) const;

    [[nodiscard]] ssh_session session() const noexcept { return session_; }
    [[nodiscard]] byte_stream& stream() noexcept { return *stream_; }
    void nudge(descriptor_events::role who);
    /// From now on every wait ends with `cancelled`.
    void stop() noexcept;
    /// No channel may be in use any more: libssh frees them.
    void close() noexcept;

private:
    [[nodiscard]] result<void> set_options(const ssh_address& to);
    [[nodiscard]] result<void> check_host_key(const ssh_address& to);
    [[nodiscard]] task<result<void>> authenticate(runtime& rt, ssh_address to, time_point deadline);
    [[nodiscard]] task<result<int>> by_key(runtime& rt, std::string path, time_point deadline);
    [[nodiscard]] task<result<int>> by_dialogue(secret password, time_point deadline);

    std::unique_ptr<byte_stream> stream_;  // keeps the socket; libssh works on a copy of the descriptor
    std::unique_ptr<descriptor_events> events_;
    ssh_session session_ = nullptr;
    bool stopping_ = false;
};

/// Connects over TCP and starts a session. Errors as `ssh_connect`.
[[nodiscard]] task<result<std::unique_ptr<ssh_connection>>> connect_ssh(runtime& rt, ssh_address to,
                                                                        time_point deadline);

}  // namespace rollover::transport
