#include "drivers/transport/ssh_connection.h"

#include "engine/base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>

namespace rollover::transport {

namespace {

// Today's algorithms first, then those of console servers with firmware of 2010: only where the lab file says old-ssh.
constexpr auto old_key_exchanges =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,"
    "diffie-hellman-group1-sha1";
constexpr auto old_host_keys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256,ssh-rsa";
constexpr auto old_ciphers =
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr,"
    "aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc";
constexpr auto old_macs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";

}  // namespace

ssh_connection::ssh_connection(std::unique_ptr<byte_stream> stream) : stream_(std::move(stream)) {}

ssh_connection::~ssh_connection() {
    close();
    if (session_ != nullptr) {
        ssh_free(session_);
    }
}

void ssh_connection::close() noexcept {
    if (session_ != nullptr && ssh_is_connected(session_) != 0) {
        ssh_disconnect(session_);
    }
    if (stream_) {
        stream_->close();
    }
    stop();
}

void ssh_connection::stop() noexcept {
    stopping_ = true;
    nudge(descriptor_events::role::reader);
    nudge(descriptor_events::role::writer);
}

void ssh_connection::nudge(descriptor_events::role who) {
    if (events_) {
        events_->nudge(who);
    }
}

failure ssh_connection::words(errc code, const std::string& what) const {
    const std::string said = ssh_get_error(session_);
    return {code, said.empty() ? what : what + ": " + printable(said)};
}

task<result<void>> ssh_connection::wait(descriptor_events::role who, bool unsent, time_point deadline) {
    if (stopping_) {
        co_return failure(errc::cancelled, "the SSH connection was closed here");
    }
    const bool flagged = (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0;
    co_return co_await events_->wait(who, unsent || flagged, deadline);
}

bool ssh_connection::flush() {
    return ssh_blocking_flush(session_, 0) != SSH_AGAIN;  // 0: it does not block
}

task<result<int>> ssh_connection::repeat(std::function<int()> step, time_point deadline) {
    for (;;) {
        // Before the step, which must be the last that reads before the wait.
        const bool flushed = flush();
        const int answer = step();
        if (answer != SSH_AGAIN) {
            co_return answer;
        }
        auto waited = co_await wait(descriptor_events::role::reader, !flushed, deadline);
        if (!waited) {
            co_return waited.error();
        }
    }
}

result<void> ssh_connection::set_options(const ssh_address& to) {
    session_ = ssh_new();
    const int copy = ::fcntl(stream_->descriptor(), F_DUPFD_CLOEXEC, 0);
    if (session_ == nullptr || copy < 0) {
        return failure(errc::io, "an SSH session cannot be made: " + std::generic_category().message(errno));
    }
    const unsigned port = to.to.port;
    const int no = 0;
    bool fine = ssh_options_set(session_, SSH_OPTIONS_PROCESS_CONFIG, &no) == SSH_OK;  // only what the lab file says
    fine = fine && ssh_options_set(session_, SSH_OPTIONS_FD, &copy) == SSH_OK;         // from here on libssh closes it
    fine = fine && ssh_options_set(session_, SSH_OPTIONS_HOST, to.to.host.c_str()) == SSH_OK;
    fine = fine && ssh_options_set(session_, SSH_OPTIONS_PORT, &port) == SSH_OK;
    fine = fine && ssh_options_set(session_, SSH_OPTIONS_KNOWNHOSTS, to.known_hosts.c_str()) == SSH_OK;
    fine = fine && ssh_options_set(session_, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, to.known_hosts.c_str()) == SSH_OK;
    if (!to.user.empty()) {
        fine = fine && ssh_options_set(session_, SSH_OPTIONS_USER, to.user.c_str()) == SSH_OK;
    }
    if (to.old_algorithms) {
        fine = fine && ssh_options_set(session_, SSH_OPTIONS_KEY_EXCHANGE, old_key_exchanges) == SSH_OK;
        fine = fine && ssh_options_set(session_, SSH_OPTIONS_HOSTKEYS, old_host_keys) == SSH_OK;
        fine = fine && ssh_options_set(session_, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, old_host_keys) == SSH_OK;
        for (const auto option : {SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C}) {
            fine = fine && ssh_options_set(session_, option, old_ciphers) == SSH_OK;
        }
        for (const auto option : {SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C}) {
            fine = fine && ssh_options_set(session_, option, old_macs) == SSH_OK;
        }
    }
    if (!fine) {
        return words(errc::bad_input, "the SSH address cannot be used");
    }
    ssh_set_blocking(session_, 0);
    return {};
}

task<result<void>> ssh_connection::start(runtime& rt, ssh_address to, time_point deadline) {
    auto events = descriptor_events::make(rt, stream_->descriptor());
    if (!events) {
        co_return events.error();
    }
    events_ = std::move(*events);
    auto set = set_options(to);
    if (!set) {
        co_return set;
    }
    std::function<int()> shake = [this] { return ::ssh_connect(session_); };
    const auto shaken = co_await repeat(std::move(shake), deadline);
    if (!shaken) {
        co_return shaken.error();
    }
    if (*shaken != SSH_OK) {
        auto why = words(errc::unreachable, "no SSH session with " + to_string(to.to));
        // libssh 0.10: "kex error : no match for method ..."
        const bool no_match = why.reason.find("no match for method") != std::string::npos;
        co_return no_match && !to.old_algorithms
            ? std::move(why).advise("a server of old firmware: old-ssh=\"true\" of the converter allows what it needs")
            : why;
    }
    auto known = check_host_key(to);
    if (!known) {
        co_return known;
    }
    co_return co_await authenticate(rt, std::move(to), deadline);
}

task<result<ssh_channel>> ssh_connection::open_channel(time_point deadline) {
    ssh_channel channel = ssh_channel_new(session_);
    if (channel == nullptr) {
        co_return words(errc::protocol, "no SSH channel");
    }
    std::function<int()> open = [channel] { return ssh_channel_open_session(channel); };
    const auto opened = co_await repeat(std::move(open), deadline);
    if (!opened || *opened != SSH_OK) {
        failure why = opened ? words(errc::protocol, "the server opens no channel") : opened.error();
        ssh_channel_free(channel);
        co_return why;
    }
    co_return channel;
}

task<result<std::unique_ptr<ssh_connection>>> connect_ssh(runtime& rt, ssh_address to, time_point deadline) {
    if (to.known_hosts.empty()) {
        failure missing(errc::refused, "no known_hosts file is named for " + to_string(to.to));
        co_return std::move(missing).advise("SSH is not used without a host key to compare; name the file in the lab");
    }
    auto connected = co_await rt.connect(to.to, deadline);
    if (!connected) {
        co_return connected.error();
    }
    auto stream = std::move(*connected);
    if (stream->descriptor() < 0) {
        co_return failure(errc::unsupported, "SSH needs the real runtime");
    }
    auto made = std::make_unique<ssh_connection>(std::move(stream));
    const auto started = co_await made->start(rt, std::move(to), deadline);
    if (!started) {
        co_return started.error();
    }
    co_return std::move(made);
}

}  // namespace rollover::transport
