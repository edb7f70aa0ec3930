// Who the server is, and who we are: host key and authentication of an SSH session.
#include "drivers/transport/ssh_connection.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::transport {

namespace {

struct free_key {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using key_owner = std::unique_ptr<std::remove_pointer_t<ssh_key>, free_key>;

/// "ssh-ed25519 SHA256:...", as ssh-keygen -l prints it.
std::string fingerprint(ssh_session session) {
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session, &raw) != SSH_OK) {
        return "without a readable key";
    }
    const key_owner key(raw);
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0) {
        return "without a readable key";
    }
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    const std::string print = fmt::format("{} {}", ssh_key_type_to_char(ssh_key_type(key.get())), text ? text : "?");
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    return print;
}

constexpr int denied = SSH_AUTH_DENIED;

/// libssh has two numbers for "again".
int plain(int auth_answer) {
    return auth_answer == SSH_AUTH_AGAIN ? SSH_AGAIN : auth_answer;
}

bool is_final(const result<int>& answer) {
    return !answer || *answer == SSH_AUTH_SUCCESS || *answer == SSH_AUTH_ERROR;
}

}  // namespace

result<void> ssh_connection::check_host_key(const ssh_address& to) {
    const std::string scan = fmt::format("ssh-keyscan -p {} {} >> {}", to.to.port, to.to.host, to.known_hosts);
    const std::string key = fingerprint(session_);
    switch (ssh_session_is_known_server(session_)) {
        case SSH_KNOWN_HOSTS_OK: return {};
        case SSH_KNOWN_HOSTS_NOT_FOUND:
        case SSH_KNOWN_HOSTS_UNKNOWN: {
            failure unknown(errc::refused,
                            fmt::format("the host key of {} ({}) is not in {}", to_string(to.to), key, to.known_hosts));
            return std::move(unknown).advise("compare the fingerprint with the server's, then add the key: " + scan);
        }
        case SSH_KNOWN_HOSTS_CHANGED:
        case SSH_KNOWN_HOSTS_OTHER: {
            failure changed(errc::refused, fmt::format("{} shows another host key ({}) than the one in {}: somebody "
                                                       "may be listening in",
                                                       to_string(to.to), key, to.known_hosts));
            return std::move(changed).advise(
                "if the server was really set up anew, remove its old key (ssh-keygen -R) "
                "and add the new one: " +
                scan);
        }
        case SSH_KNOWN_HOSTS_ERROR: break;
    }
    return words(errc::refused, "the host key of " + to_string(to.to) + " cannot be looked up in " + to.known_hosts);
}

task<result<void>> ssh_connection::authenticate(runtime& rt, ssh_address to, time_point deadline) {
    std::function<int()> nobody = [this] { return plain(ssh_userauth_none(session_, nullptr)); };
    auto answer = co_await repeat(std::move(nobody), deadline);
    const auto methods = static_cast<unsigned>(ssh_userauth_list(session_, nullptr));
    std::string tried;
    if (!is_final(answer) && !to.key.empty() && (methods & SSH_AUTH_METHOD_PUBLICKEY) != 0) {
        tried += " key";
        answer = co_await by_key(rt, to.key, deadline);
    }
    if (!is_final(answer) && to.agent && (methods & SSH_AUTH_METHOD_PUBLICKEY) != 0) {
        tried += " agent";
        std::function<int()> step = [this] { return plain(ssh_userauth_agent(session_, nullptr)); };
        answer = co_await repeat(std::move(step), deadline);
    }
    if (!is_final(answer) && to.password && (methods & SSH_AUTH_METHOD_PASSWORD) != 0) {
        tried += " password";
        const std::string typed = to.password->reveal();
        std::function<int()> step = [this, typed] {
            return plain(ssh_userauth_password(session_, nullptr, typed.c_str()));
        };
        answer = co_await repeat(std::move(step), deadline);
    }
    if (!is_final(answer) && to.password && (methods & SSH_AUTH_METHOD_INTERACTIVE) != 0) {
        tried += " keyboard-interactive";
        answer = co_await by_dialogue(*to.password, deadline);
    }
    if (!answer) {
        co_return answer.error();
    }
    if (*answer == SSH_AUTH_SUCCESS) {
        co_return result<void>();
    }
    if (*answer == SSH_AUTH_ERROR) {
        co_return words(errc::refused, "logging in to " + to_string(to.to) + " failed");
    }
    failure no(errc::refused, fmt::format("{} does not let {} in (tried:{})", to_string(to.to),
                                          to.user.empty() ? "us" : "user " + printable(to.user),
                                          tried.empty() ? " nothing: the server takes none of what is given" : tried));
    co_return std::move(no).advise("look at user, password and key of this address");
}

task<result<int>> ssh_connection::by_key(runtime& rt, std::string path, time_point deadline) {
    ssh_key raw = nullptr;
    int read = SSH_ERROR;
    std::function<void()> reading = [&raw, &read, path] {
        // An empty passphrase, so that libssh never asks for one at the terminal.
        read = ssh_pki_import_privkey_file(path.c_str(), "", nullptr, nullptr, &raw);
    };
    co_await rt.offload(std::move(reading));
    const key_owner key(raw);
    if (read != SSH_OK) {
        failure unreadable(errc::bad_input, "the private key " + path + " cannot be read");
        co_return std::move(unreadable).advise("the file must exist, be readable by us and have no passphrase");
    }
    std::function<int()> step = [this, used = key.get()] {
        return plain(ssh_userauth_publickey(session_, nullptr, used));
    };
    co_return co_await repeat(std::move(step), deadline);
}

task<result<int>> ssh_connection::by_dialogue(secret password, time_point deadline) {
    constexpr int rounds = 8;
    for (int round = 0; round < rounds; ++round) {
        std::function<int()> step = [this] { return plain(ssh_userauth_kbdint(session_, nullptr, nullptr)); };
        auto answer = co_await repeat(std::move(step), deadline);
        if (!answer || *answer != SSH_AUTH_INFO) {
            co_return answer;
        }
        const int prompts = ssh_userauth_kbdint_getnprompts(session_);
        for (int i = 0; i < prompts; ++i) {
            char echoed = 0;
            ssh_userauth_kbdint_getprompt(session_, static_cast<unsigned>(i), &echoed);
            if (echoed != 0) {  // they want something else than the password
                co_return denied;
            }
            ssh_userauth_kbdint_setanswer(session_, static_cast<unsigned>(i), password.reveal().c_str());
        }
    }
    co_return denied;
}

}  // namespace rollover::transport
