// One encrypted connection. OpenSSL works on memory; what it wants sent is sent, and what comes is given to it. Used by
// tls.cpp.
#pragma once

#include "engine/runtime/runtime.h"

#include <array>
#include <functional>
#include <memory>
#include <openssl/ssl.h>

namespace rollover::service {

struct ssl_deleter {
    void operator()(SSL* one) const noexcept { SSL_free(one); }
};
using ssl_handle = std::unique_ptr<SSL, ssl_deleter>;

/// What OpenSSL has to say about the last failure on this thread; its queue of errors is empty then.
[[nodiscard]] std::string openssl_words();

class tls_stream final : public byte_stream {
public:
    /// `ssl`: with its role (server or client) set. `shake_by`: hands must have been shaken until then; when they
    /// cannot be, `on_failure`, where set, gets why.
    tls_stream(runtime& rt, std::unique_ptr<byte_stream> inner, ssl_handle ssl, time_point shake_by,
               std::function<void(const failure&)> on_failure = {});
    ~tls_stream() override;
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;

    /// Done by the first read or write otherwise, which is alone then. Errors: protocol, timed_out, peer_closed,
    /// cancelled, io.
    [[nodiscard]] task<result<void>> shake_hands(time_point deadline);

    /// Errors: also protocol, for an end that is none of TLS: somebody may have cut the connection.
    [[nodiscard]] task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) override;
    [[nodiscard]] task<result<void>> write(std::string_view bytes, time_point deadline) override;
    /// Errors: unsupported, always.
    [[nodiscard]] result<std::size_t> try_write(std::string_view bytes) override;
    [[nodiscard]] std::optional<std::size_t> unacknowledged() const override { return inner_->unacknowledged(); }
    void close() noexcept override;
    /// That of the connection below: only for asking who is there.
    [[nodiscard]] int descriptor() const noexcept override { return inner_->descriptor(); }

private:
    static constexpr std::size_t piece_size = std::size_t{16} << 10U;

    [[nodiscard]] task<result<void>> try_to_shake(time_point deadline);
    [[nodiscard]] task<result<void>> flush(time_point deadline);
    [[nodiscard]] task<result<void>> wait_for_flush(time_point deadline);
    [[nodiscard]] task<result<void>> take_more(time_point deadline);
    [[nodiscard]] failure broken(std::string_view while_doing);

    std::unique_ptr<byte_stream> inner_;
    ssl_handle ssl_;
    BIO* incoming_;  // the SSL's
    BIO* outgoing_;  // the SSL's
    time_point shake_by_;
    std::function<void(const failure&)> on_failure_;
    event flushed_;
    bool shaken_ = false;
    bool flushing_ = false;
    bool broken_ = false;
    bool closed_ = false;
    std::array<char, piece_size> received_{};
    std::string sending_;
};

}  // namespace rollover::service
