// One connection to a simulated SSH server. libssh calls back from within `pump`, which runs when the socket is
// readable; nothing here ever waits inside libssh.
#pragma once

#include "simulators/lab/ssh_server.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

namespace rollover::sim {

/// A channel of a session: a shell on a line, or one command on a host.
class ssh_server_channel final : public serial_client {
public:
    /// All must outlive it; `wrote` is called after something was given to libssh outside of its callbacks.
    ssh_server_channel(ssh_channel channel, const ssh_account& account, std::function<void()> wrote,
                       std::function<void()> end_session);
    ~ssh_server_channel() override;
    ssh_server_channel(const ssh_server_channel&) = delete;
    ssh_server_channel& operator=(const ssh_server_channel&) = delete;

    void print(std::string_view characters) override;
    void hang_up() override;
    /// RFC 4335; libssh 0.10 hides the length.
    void send_break();

    /// Gives libssh what it did not take before.
    void flush();

    [[nodiscard]] ssh_channel handle() const { return channel_; }

private:
    [[nodiscard]] bool shell();
    [[nodiscard]] bool exec(std::string_view line);
    void received(std::string_view bytes);
    void end_of_input();
    void execute();
    void finish(int exit_status);

    static int on_data(ssh_session, ssh_channel, void* data, uint32_t size, int, void* self);
    static void on_eof(ssh_session, ssh_channel, void* self);
    static void on_close(ssh_session, ssh_channel, void* self);
    static int on_pty(ssh_session, ssh_channel, const char*, int, int, int, int, void* self);
    static int on_window_change(ssh_session, ssh_channel, int, int, int, int, void* self);
    static int on_shell(ssh_session, ssh_channel, void* self);
    static int on_exec(ssh_session, ssh_channel, const char* line, void* self);

    ssh_channel channel_;
    const ssh_account& account_;
    std::function<void()> wrote_;
    std::function<void()> end_session_;
    ssh_channel_callbacks_struct callbacks_{};
    bool attached_ = false;
    bool started_ = false;
    std::string command_;
    std::string input_;
    std::string waiting_;
    std::optional<int> exit_status_;  ///< when `waiting_` is gone, this is sent and the channel closed
};

class ssh_server_session {
public:
    /// All must outlive it.
    ssh_server_session(runtime& rt, const std::vector<ssh_account>& accounts, log_sink log, std::string name);
    ~ssh_server_session();
    ssh_server_session(const ssh_server_session&) = delete;
    ssh_server_session& operator=(const ssh_server_session&) = delete;

    /// Takes over the connection (a copy of its descriptor). Errors: io with libssh's words.
    [[nodiscard]] result<void> open(int descriptor, ssh_key host_key);
    /// Serves it to its end.
    [[nodiscard]] task<void> run();

private:
    [[nodiscard]] task<void> read_on(time_point login_by);
    [[nodiscard]] task<void> write_on();
    void pump();
    void after_write();
    [[nodiscard]] int accept(const ssh_account* account);
    [[nodiscard]] const ssh_account* account_of(std::string_view user) const;

    static int on_none(ssh_session, const char* user, void* self);
    static int on_password(ssh_session, const char* user, const char* password, void* self);
    static int on_key(ssh_session, const char* user, struct ssh_key_struct* key, char state, void* self);
    static ssh_channel on_channel(ssh_session, void* self);
    static int on_message(ssh_session, ssh_message message, void* self);

    runtime& runtime_;
    const std::vector<ssh_account>& accounts_;
    log_sink log_;
    std::string name_;
    ssh_bind bind_ = nullptr;
    ssh_session session_ = nullptr;
    ssh_event event_ = nullptr;
    ssh_server_callbacks_struct callbacks_{};
    std::unique_ptr<descriptor_watch> watch_;
    event over_;
    event want_write_;
    const ssh_account* account_ = nullptr;  ///< set when logged in
    bool keys_exchanged_ = false;
    bool pumping_ = false;
    bool ended_ = false;
    std::vector<std::unique_ptr<ssh_server_channel>> channels_;
};

}  // namespace rollover::sim
