// The host key of the simulated SSH servers, and the known_hosts file that lets clients trust it.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/stream.h"

#include <filesystem>
#include <libssh/libssh.h>
#include <memory>
#include <span>

namespace rollover::sim {

struct ssh_key_deleter {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using ssh_key_pointer = std::unique_ptr<std::remove_pointer_t<ssh_key>, ssh_key_deleter>;

/// Reads the private key at `file`, or makes an Ed25519 one and writes it there (mode 0600). An empty path: a key that
/// is forgotten at the end. Errors: io with the path.
[[nodiscard]] result<ssh_key_pointer> host_key_at(const std::filesystem::path& file);

/// The public key of a private key file or of FILE.pub. Errors: io with the path.
[[nodiscard]] result<ssh_key_pointer> public_key_of(const std::filesystem::path& private_key);

/// Writes a line for each server; lines of other hosts stay as they are. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
/// Errors: io with the path.
[[nodiscard]] result<void> write_known_hosts(const std::filesystem::path& file, std::span<const endpoint> servers,
                                             ssh_key key);

}  // namespace rollover::sim
