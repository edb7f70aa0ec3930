// A libssh channel that tells its waiters what arrives. libssh reads from the socket in any call, also in a writer's:
// without these callbacks a reader could sleep on a socket whose bytes have long been read.
#pragma once

#include "drivers/transport/ssh_connection.h"

#include <libssh/callbacks.h>

namespace rollover::transport {

class watched_channel {
public:
    /// Owns the channel; the connection must outlive it.
    watched_channel(ssh_connection& connection, ssh_channel channel);
    ~watched_channel();
    watched_channel(const watched_channel&) = delete;
    watched_channel& operator=(const watched_channel&) = delete;

    [[nodiscard]] ssh_channel get() const noexcept { return channel_; }
    /// The number of the signal that ended the program, 0 when none did (RFC 4254 section 6.10).
    [[nodiscard]] int signal() const noexcept { return signal_; }

private:
    ssh_connection& connection_;
    ssh_channel channel_;
    int signal_ = 0;
    ssh_channel_callbacks_struct callbacks_{};
    ssh_channel_callbacks_struct signal_callbacks_{};  // libssh has one userdata for each block
};

}  // namespace rollover::transport
