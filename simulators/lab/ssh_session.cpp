#include "simulators/lab/ssh_session.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace rollover::sim {

namespace {

using namespace std::chrono_literals;

constexpr duration login_grace = 60s;
constexpr std::size_t most_channels = 16;

ssh_server_session* as_session(void* self) {
    return static_cast<ssh_server_session*>(self);
}

bool open_to_all(const ssh_account& a) {
    return !a.password && a.key.empty();
}

/// Equal in a time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    }
    return difference == 0;
}

}  // namespace

ssh_server_session::ssh_server_session(runtime& rt, const std::vector<ssh_account>& accounts, log_sink log,
                                       std::string name)
    : runtime_(rt), accounts_(accounts), log_(std::move(log)), name_(std::move(name)), over_(rt), want_write_(rt) {}

ssh_server_session::~ssh_server_session() {
    channels_.clear();
    if (event_ != nullptr) {
        ssh_event_remove_session(event_, session_);
        ssh_event_free(event_);
    }
    if (session_ != nullptr) {
        ssh_silent_disconnect(session_);
        ssh_free(session_);
    }
    if (bind_ != nullptr) {
        ssh_bind_free(bind_);
    }
}

result<void> ssh_server_session::open(int descriptor, ssh_key host_key) {
    auto watching = runtime_.watch(descriptor);
    if (!watching) {
        return watching.error();
    }
    watch_ = std::move(*watching);
    bind_ = ssh_bind_new();
    session_ = ssh_new();
    const bool no_config = false;
    ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_config);
    ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_IMPORT_KEY, ssh_key_dup(host_key));  // the bind owns the copy
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0 || ssh_bind_accept_fd(bind_, session_, copy) != SSH_OK) {
        if (copy >= 0) {
            ::close(copy);
        }
        return failure(errc::io, std::string("libssh does not take the connection: ") + ssh_get_error(bind_));
    }
    ssh_set_blocking(session_, 0);
    callbacks_.userdata = this;
    callbacks_.auth_none_function = on_none;
    callbacks_.auth_password_function = on_password;
    callbacks_.auth_pubkey_function = on_key;
    callbacks_.channel_open_request_session_function = on_channel;
    ssh_callbacks_init(&callbacks_);
    ssh_set_server_callbacks(session_, &callbacks_);
    ssh_set_message_callback(session_, on_message, this);
    ssh_set_auth_methods(session_, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY | SSH_AUTH_METHOD_NONE);
    return {};
}

task<void> ssh_server_session::run() {
    task_group group(runtime_);
    group.spawn(read_on(runtime_.now() + login_grace));
    group.spawn(write_on());
    co_await over_.wait();
    ended_ = true;
    group.cancel();
    co_await group.join();
}

task<void> ssh_server_session::read_on(time_point login_by) {
    pump();
    while (!ended_) {
        const auto ready =
            co_await watch_->wait(descriptor_watch::readiness::readable, account_ == nullptr ? login_by : never);
        if (!ready) {
            break;
        }
        pump();
    }
    over_.notify();
}

task<void> ssh_server_session::write_on() {
    while (!ended_) {
        const wake why = co_await want_write_.wait();
        if (why == wake::cancelled) {
            co_return;
        }
        pump();
        while (!ended_ && (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0) {
            const auto ready = co_await watch_->wait(descriptor_watch::readiness::writable, never);
            if (!ready) {
                co_return;
            }
            pump();
        }
    }
}

void ssh_server_session::pump() {
    if (ended_ || pumping_) {
        return;
    }
    pumping_ = true;
    if (!keys_exchanged_) {
        const int rc = ssh_handle_key_exchange(session_);
        if (rc == SSH_OK) {
            keys_exchanged_ = true;
            event_ = ssh_event_new();
            ssh_event_add_session(event_, session_);
        } else if (rc == SSH_ERROR) {
            ended_ = true;
        }
    }
    // What has come while the keys were exchanged is in libssh's buffer and makes no descriptor readable: poll in any
    // case.
    if (keys_exchanged_ && !ended_ && ssh_event_dopoll(event_, 0) == SSH_ERROR) {
        ended_ = true;
    }
    for (const auto& one : channels_) {
        one->flush();
    }
    ended_ = ended_ || (ssh_get_status(session_) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
    pumping_ = false;
    if (ended_) {
        over_.notify();
    } else if ((ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0) {
        want_write_.notify();
    }
}

void ssh_server_session::after_write() {
    if (!ended_) {
        want_write_.notify();
    }
}

const ssh_account* ssh_server_session::account_of(std::string_view user) const {
    const auto found = std::find_if(accounts_.begin(), accounts_.end(),
                                    [&](const ssh_account& a) { return a.user.empty() || a.user == user; });
    return found == accounts_.end() ? nullptr : &*found;
}

int ssh_server_session::accept(const ssh_account* account) {
    account_ = account;
    return SSH_AUTH_SUCCESS;
}

int ssh_server_session::on_none(ssh_session, const char* user, void* self) {
    const auto* account = as_session(self)->account_of(user);
    return account != nullptr && open_to_all(*account) ? as_session(self)->accept(account) : SSH_AUTH_DENIED;
}

int ssh_server_session::on_password(ssh_session, const char* user, const char* password, void* self) {
    const auto* account = as_session(self)->account_of(user);
    const bool right =
        account != nullptr &&
        (open_to_all(*account) || (account->password && same_secret(account->password->reveal(), password)));
    return right ? as_session(self)->accept(account) : SSH_AUTH_DENIED;
}

int ssh_server_session::on_key(ssh_session, const char* user, struct ssh_key_struct* key, char state, void* self) {
    const auto* account = as_session(self)->account_of(user);
    if (account == nullptr || account->key.empty()) {
        return SSH_AUTH_DENIED;
    }
    const auto known = public_key_of(account->key);
    if (!known || ssh_key_cmp(known->get(), key, SSH_KEY_CMP_PUBLIC) != 0) {
        return SSH_AUTH_DENIED;
    }
    // First the client asks whether the key would do (no signature yet); libssh itself checks the signature.
    if (state == SSH_PUBLICKEY_STATE_VALID) {
        return as_session(self)->accept(account);
    }
    return state == SSH_PUBLICKEY_STATE_NONE ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

ssh_channel ssh_server_session::on_channel(ssh_session session, void* self) {
    auto* me = as_session(self);
    if (me->account_ == nullptr || me->channels_.size() >= most_channels) {
        return nullptr;
    }
    ssh_channel channel = ssh_channel_new(session);
    if (channel != nullptr) {
        me->channels_.push_back(std::make_unique<ssh_server_channel>(
            channel, *me->account_, [me] { me->after_write(); }, [me] { me->over_.notify(); }));
    }
    return channel;
}

int ssh_server_session::on_message(ssh_session, ssh_message message, void* self) {
    // A request that libssh has no name for: on a console that is "break" (RFC 4335), which OpenSSH sends for ~B.
    const bool unknown_request =
        ssh_message_type(message) == SSH_REQUEST_CHANNEL && ssh_message_subtype(message) == SSH_CHANNEL_REQUEST_UNKNOWN;
    if (!unknown_request) {
        return 1;
    }
    const ssh_channel handle = ssh_message_channel_request_channel(message);
    for (const auto& one : as_session(self)->channels_) {
        if (one->handle() == handle) {
            one->send_break();
            ssh_message_channel_request_reply_success(message);
        }
    }
    return 0;
}

}  // namespace rollover::sim
