#include "engine/service/tls.h"

#include "engine/base/text.h"
#include "engine/runtime/peer_address.h"
#include "engine/service/tls_stream.h"
#include "engine/service/token_bucket.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <mutex>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

namespace rollover::service {

namespace {

constexpr duration longest_handshake = std::chrono::seconds(10);

using context_handle = std::shared_ptr<SSL_CTX>;

/// Whoever has no key file without a passphrase must not be asked for one by a service.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*user*/) {
    return 0;
}

/// What both sides want. Nothing for a library that is broken.
context_handle make_context(const SSL_METHOD* method) {
    context_handle made(SSL_CTX_new(method), SSL_CTX_free);
    if (made) {
        SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
        SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                            SSL_OP_CIPHER_SERVER_PREFERENCE);
        SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
        SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_default_passwd_cb(made.get(), no_passphrase);
        // Of TLS 1.2 what encrypts and proves at once, with keys that nobody can find out later (RFC 9325, 4.2).
        SSL_CTX_set_cipher_list(made.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
    }
    return made;
}

/// Chooses HTTP/1.1 where the client asks (RFC 7301); h2 is not spoken here.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void* /*user*/) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, size, ours, sizeof ours - 1, offered, offered_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

failure bad_file(const std::filesystem::path& file, std::string_view what) {
    return failure(errc::bad_input, fmt::format("{}: {}", what, openssl_words())).at(file.string());
}

result<context_handle> read_server_context(const tls_files& files) {
    struct stat about{};
    if (::stat(files.key.c_str(), &about) == 0 && (about.st_mode & S_IRWXO) != 0) {
        return failure(errc::bad_input, "this key can be read by every user of the machine")
            .at(files.key.string())
            .advise("chmod o= " + files.key.string());
    }
    ERR_clear_error();
    auto made = make_context(TLS_server_method());
    if (!made) {
        return failure(errc::internal, "TLS: " + openssl_words());
    }
    if (SSL_CTX_use_certificate_chain_file(made.get(), files.certificate.c_str()) != 1) {
        return bad_file(files.certificate, "no certificate can be read").advise("PEM, with the chain behind it");
    }
    if (SSL_CTX_use_PrivateKey_file(made.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return bad_file(files.key, "it is not the key of " + files.certificate.string())
            .advise("PEM, without a passphrase");
    }
    SSL_CTX_set_alpn_select_cb(made.get(), choose_protocol, nullptr);
    return made;
}

}  // namespace

struct tls_server::implementation {
    tls_files files;
    mutable std::mutex change;  // connections come on one thread, files are read on another
    context_handle context;

    [[nodiscard]] context_handle now() const {
        const std::lock_guard lock(change);
        return context;
    }
};

namespace {

class tls_acceptor final : public acceptor {
public:
    tls_acceptor(runtime& rt, const tls_server::implementation& from, std::unique_ptr<acceptor> plain, log_sink log)
        : rt_(rt), from_(from), plain_(std::move(plain)), log_(std::make_shared<failed_hands>(std::move(log))) {}

    task<result<std::unique_ptr<byte_stream>>> accept() override {
        auto came = co_await plain_->accept();
        if (!came) {
            co_return came;
        }
        ssl_handle ssl(SSL_new(from_.now().get()));
        if (!ssl) {
            co_return failure(errc::io, "TLS: " + openssl_words());
        }
        SSL_set_accept_state(ssl.get());
        const std::string peer = peer_address(**came);
        auto on_failure = [told = log_, peer, &rt = rt_](const failure& why) { told->tell(rt.now(), peer, why); };
        std::unique_ptr<byte_stream> made = std::make_unique<tls_stream>(
            rt_, std::move(*came), std::move(ssl), rt_.now() + longest_handshake, std::move(on_failure));
        co_return std::move(made);
    }
    std::uint16_t port() const noexcept override { return plain_->port(); }
    void close() noexcept override { plain_->close(); }

private:
    /// Scanners of the whole internet come by: so many are told, no more.
    struct failed_hands {
        explicit failed_hands(log_sink s) : sink(std::move(s)) {}
        void tell(time_point now, const std::string& peer, const failure& why) {
            if (sink && bucket.take(now) == duration::zero()) {
                sink({severity::info, "", "", fmt::format("no TLS with {}: {}", peer, printable(why.reason))});
            }
        }
        log_sink sink;
        token_bucket bucket{0.1, 20};
    };

    runtime& rt_;
    const tls_server::implementation& from_;
    std::unique_ptr<acceptor> plain_;
    std::shared_ptr<failed_hands> log_;
};

}  // namespace

tls_server::tls_server(std::unique_ptr<implementation> all) : all_(std::move(all)) {}
tls_server::~tls_server() = default;

result<std::unique_ptr<tls_server>> tls_server::open(tls_files files) {
    auto all = std::make_unique<implementation>();
    all->files = std::move(files);
    std::unique_ptr<tls_server> out(new tls_server(std::move(all)));
    auto read = out->reread();
    if (!read) {
        return read.error();
    }
    return out;
}

result<void> tls_server::reread() {
    auto read = read_server_context(all_->files);
    if (!read) {
        return read.error();
    }
    const std::lock_guard lock(all_->change);
    all_->context = std::move(*read);
    return {};
}

std::unique_ptr<acceptor> tls_server::wrap(runtime& rt, std::unique_ptr<acceptor> plain, log_sink log) const {
    return std::make_unique<tls_acceptor>(rt, *all_, std::move(plain), std::move(log));
}

struct tls_client::implementation {
    context_handle context;
};

tls_client::tls_client(std::unique_ptr<implementation> all) : all_(std::move(all)) {}
tls_client::~tls_client() = default;

result<std::unique_ptr<tls_client>> tls_client::open(const std::filesystem::path& authorities) {
    ERR_clear_error();
    auto all = std::make_unique<implementation>();
    all->context = make_context(TLS_client_method());
    if (!all->context) {
        return failure(errc::internal, "TLS: " + openssl_words());
    }
    SSL_CTX_set_verify(all->context.get(), SSL_VERIFY_PEER, nullptr);
    if (authorities.empty()) {
        SSL_CTX_set_default_verify_paths(all->context.get());
    } else if (SSL_CTX_load_verify_file(all->context.get(), authorities.c_str()) != 1) {
        return bad_file(authorities, "no certificates can be read");
    }
    return std::unique_ptr<tls_client>(new tls_client(std::move(all)));
}

namespace {

/// Whom we want to speak to, and what time it is.
result<ssl_handle> client_ssl(SSL_CTX* context, const std::string& host, wall_time now) {
    ERR_clear_error();
    ssl_handle ssl(SSL_new(context));
    if (!ssl) {
        return failure(errc::io, "TLS: " + openssl_words());
    }
    boost::system::error_code is_name;
    (void)boost::asio::ip::make_address(host, is_name);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl.get());
    const bool right =
        is_name ? SSL_set1_host(ssl.get(), host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1
                : X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
    if (!right) {
        return failure(errc::bad_input, printable(host) + " is no host that a certificate can name");
    }
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set_time(wanted, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    SSL_set_connect_state(ssl.get());
    return ssl;
}

}  // namespace

task<result<std::unique_ptr<byte_stream>>> tls_client::secure(runtime& rt, std::unique_ptr<byte_stream> plain,
                                                              std::string host, time_point deadline) const {
    auto ssl = client_ssl(all_->context.get(), host, rt.wall_now());
    if (!ssl) {
        co_return ssl.error();
    }
    const SSL* const its = ssl->get();
    auto stream = std::make_unique<tls_stream>(rt, std::move(plain), std::move(*ssl), deadline);
    const auto shaken = co_await stream->shake_hands(deadline);
    if (!shaken && shaken.error().code == errc::protocol) {
        const long verdict = SSL_get_verify_result(its);
        if (verdict != X509_V_OK) {
            co_return failure(errc::refused, "the certificate of " + printable(host) +
                                                 " is not trusted: " + X509_verify_cert_error_string(verdict))
                .advise("--ca FILE trusts the authority that has signed it");
        }
        co_return failure(shaken.error()).advise("is this an https address?");
    }
    if (!shaken) {
        co_return shaken.error();
    }
    std::unique_ptr<byte_stream> out = std::move(stream);
    co_return std::move(out);
}

}  // namespace rollover::service
