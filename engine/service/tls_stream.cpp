#include "engine/service/tls_stream.h"

#include <algorithm>
#include <openssl/err.h>

namespace rollover::service {

std::string openssl_words() {
    std::string out;
    while (const unsigned long code = ERR_get_error()) {
        const char* words = ERR_reason_error_string(code);
        if (words != nullptr && out.find(words) == std::string::npos) {
            out += (out.empty() ? "" : ", ") + std::string(words);
        }
    }
    return out.empty() ? "OpenSSL does not say why" : out;
}

tls_stream::tls_stream(runtime& rt, std::unique_ptr<byte_stream> inner, ssl_handle ssl, time_point shake_by,
                       std::function<void(const failure&)> on_failure)
    : inner_(std::move(inner)),
      ssl_(std::move(ssl)),
      incoming_(BIO_new(BIO_s_mem())),
      outgoing_(BIO_new(BIO_s_mem())),
      shake_by_(shake_by),
      on_failure_(std::move(on_failure)),
      flushed_(rt) {
    BIO_set_mem_eof_return(incoming_, -1);  // empty is "more is to come"
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);
}

tls_stream::~tls_stream() {
    close();
}

failure tls_stream::broken(std::string_view while_doing) {
    broken_ = true;
    return {errc::protocol, std::string(while_doing) + ": " + openssl_words()};
}

/// Sends what OpenSSL has to send. One does it at a time, and does it for all.
task<result<void>> tls_stream::flush(time_point deadline) {
    if (flushing_) {
        co_return result<void>();
    }
    flushing_ = true;
    result<void> sent;
    while (sent && BIO_ctrl_pending(outgoing_) > 0) {
        sending_.resize(std::min(BIO_ctrl_pending(outgoing_), piece_size));
        const int count = BIO_read(outgoing_, sending_.data(), static_cast<int>(sending_.size()));
        sending_.resize(static_cast<std::size_t>(std::max(count, 0)));
        sent = co_await inner_->write(sending_, deadline);
    }
    flushing_ = false;
    broken_ = broken_ || !sent;
    flushed_.notify();
    co_return sent;
}

/// Until what was handed to `outgoing_` has been sent, by whomever.
task<result<void>> tls_stream::wait_for_flush(time_point deadline) {
    while (flushing_) {
        const wake why = co_await flushed_.wait(deadline);
        if (why == wake::cancelled) {
            co_return failure(errc::cancelled, "stopped while writing");
        }
        if (why == wake::timed_out) {
            co_return failure(errc::timed_out, "the other side took nothing in time");
        }
    }
    if (broken_) {
        co_return failure(errc::peer_closed, "the connection is broken");
    }
    co_return co_await flush(deadline);
}

/// Gives OpenSSL what comes next.
task<result<void>> tls_stream::take_more(time_point deadline) {
    const auto sent = co_await flush(deadline);
    if (!sent) {
        co_return sent;
    }
    const auto count = co_await inner_->read_some(received_, deadline);
    if (!count) {
        co_return count.error();
    }
    if (BIO_write(incoming_, received_.data(), static_cast<int>(*count)) != static_cast<int>(*count)) {
        co_return broken("out of memory");
    }
    co_return result<void>();
}

task<result<void>> tls_stream::shake_hands(time_point deadline) {
    if (broken_) {
        co_return failure(errc::peer_closed, "hands could not be shaken");
    }
    auto done = co_await try_to_shake(deadline);
    if (!done) {
        broken_ = true;
        if (on_failure_ && done.error().code != errc::cancelled) {
            on_failure_(done.error());
        }
    }
    co_return done;
}

task<result<void>> tls_stream::try_to_shake(time_point deadline) {
    const time_point until = std::min(deadline, shake_by_);
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        if (done == 1) {
            shaken_ = true;
            co_return co_await flush(until);
        }
        if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
            failure why = broken("no TLS with this peer");
            const auto told = co_await flush(until);  // OpenSSL has written an alert
            static_cast<void>(told.has_value());
            co_return why;
        }
        const auto more = co_await take_more(until);
        if (!more) {
            co_return more;
        }
    }
}

task<result<std::size_t>> tls_stream::read_some(std::span<char> into, time_point deadline) {
    if (!shaken_) {
        const auto shaken = co_await shake_hands(deadline);
        if (!shaken) {
            co_return shaken.error();
        }
    }
    for (;;) {
        if (closed_ || broken_) {
            co_return failure(closed_ ? errc::cancelled : errc::peer_closed, "the connection is closed");
        }
        ERR_clear_error();
        std::size_t count = 0;
        const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
        if (done == 1) {
            co_return count;
        }
        const int why = SSL_get_error(ssl_.get(), done);
        if (why == SSL_ERROR_ZERO_RETURN) {
            co_return failure(errc::peer_closed, "the other side closed the connection");
        }
        if (why != SSL_ERROR_WANT_READ) {
            co_return broken("what came is no TLS");
        }
        const auto more = co_await take_more(deadline);
        if (!more && more.error().code == errc::peer_closed) {
            co_return failure(errc::protocol, "the connection was cut: its end was not announced");
        }
        if (!more) {
            co_return more.error();
        }
    }
}

task<result<void>> tls_stream::write(std::string_view bytes, time_point deadline) {
    if (!shaken_) {
        const auto shaken = co_await shake_hands(deadline);
        if (!shaken) {
            co_return shaken.error();
        }
    }
    while (!bytes.empty()) {
        if (closed_ || broken_) {
            co_return failure(closed_ ? errc::cancelled : errc::peer_closed, "the connection is closed");
        }
        ERR_clear_error();
        std::size_t count = 0;
        if (SSL_write_ex(ssl_.get(), bytes.data(), std::min(bytes.size(), piece_size), &count) != 1) {
            co_return broken("nothing can be sent");
        }
        bytes.remove_prefix(count);
        const auto sent = co_await wait_for_flush(deadline);
        if (!sent) {
            co_return sent;
        }
    }
    co_return result<void>();
}

result<std::size_t> tls_stream::try_write(std::string_view /*bytes*/) {
    return failure(errc::unsupported, "an encrypted stream takes bytes only when they can be waited for");
}

void tls_stream::close() noexcept {
    if (closed_) {
        return;
    }
    closed_ = true;
    if (shaken_ && !broken_ && !flushing_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());  // says that this is the end; we do not wait for the answer
        std::array<char, 256> last{};
        const int count = BIO_read(outgoing_, last.data(), static_cast<int>(last.size()));
        if (count > 0) {
            static_cast<void>(inner_->try_write({last.data(), static_cast<std::size_t>(count)}).has_value());
        }
    }
    inner_->close();
}

}  // namespace rollover::service
