// TLS 1.2 and 1.3 around streams of the runtime, by OpenSSL over memory: a connection is read, written, timed and
// cancelled as any other, on either runtime.
#pragma once

#include "engine/base/log.h"
#include "engine/runtime/runtime.h"

#include <filesystem>
#include <memory>

namespace rollover::service {

struct tls_files {
    std::filesystem::path certificate;  ///< PEM, with the chain behind it
    std::filesystem::path key;          ///< PEM, without a passphrase; not readable by others
};

/// The service's side: its certificate, which may be renewed while it serves.
class tls_server {
public:
    /// Errors: bad_input, with the file and OpenSSL's words.
    [[nodiscard]] static result<std::unique_ptr<tls_server>> open(tls_files files);
    ~tls_server();
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    /// Reads the files anew, for connections that come from now on. Blocks, for a moment. Errors: as `open`; then it
    /// stays as it was.
    [[nodiscard]] result<void> reread();

    /// Connections of `plain`, encrypted. Hands are shaken when a connection is read from or written to first, within
    /// 10 s of its coming; a client that cannot is told to the log, so many at most. This must outlive it.
    [[nodiscard]] std::unique_ptr<acceptor> wrap(runtime& rt, std::unique_ptr<acceptor> plain, log_sink log) const;

    struct implementation;

private:
    explicit tls_server(std::unique_ptr<implementation> all);
    std::unique_ptr<implementation> all_;
};

/// A client's side: whom it trusts.
class tls_client {
public:
    /// `authorities`: PEM file of those that are trusted; empty: the system's. Errors: bad_input.
    [[nodiscard]] static result<std::unique_ptr<tls_client>> open(const std::filesystem::path& authorities);
    ~tls_client();
    tls_client(const tls_client&) = delete;
    tls_client& operator=(const tls_client&) = delete;

    /// Shakes hands on a connection to `host`, a name or an IP address, which must stand in the certificate, now valid.
    /// Errors: refused, with a hint, when the certificate is not good enough; protocol when the peer speaks no TLS;
    /// and those of the stream.
    [[nodiscard]] task<result<std::unique_ptr<byte_stream>>> secure(runtime& rt, std::unique_ptr<byte_stream> plain,
                                                                    std::string host, time_point deadline) const;

    struct implementation;

private:
    explicit tls_client(std::unique_ptr<implementation> all);
    std::unique_ptr<implementation> all_;
};

}  // namespace rollover::service
