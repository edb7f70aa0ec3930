#include "simulators/lab/ssh_keys.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <vector>

namespace rollover::sim {

namespace {

constexpr std::uint16_t usual_port = 22;

failure trouble(std::string_view what, const std::filesystem::path& file) {
    return {errc::io, fmt::format("{} {}", what, file.string())};
}

std::string host_field(const endpoint& e) {
    return e.port == usual_port ? e.host : fmt::format("[{}]:{}", e.host, e.port);
}

}  // namespace

result<ssh_key_pointer> host_key_at(const std::filesystem::path& file) {
    ssh_key key = nullptr;
    std::error_code ignored;
    if (!file.empty() && std::filesystem::exists(file, ignored)) {
        if (ssh_pki_import_privkey_file(file.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK) {
            return trouble("cannot read the host key", file);
        }
        return ssh_key_pointer(key);
    }
    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK) {
        return failure(errc::io, "cannot make an SSH host key");
    }
    ssh_key_pointer owned(key);
    if (!file.empty()) {
        if (file.has_parent_path()) {
            std::filesystem::create_directories(file.parent_path(), ignored);
        }
        if (ssh_pki_export_privkey_file(key, nullptr, nullptr, nullptr, file.c_str()) != SSH_OK) {
            return trouble("cannot write the host key", file);
        }
        using std::filesystem::perms;
        std::filesystem::permissions(file, perms::owner_read | perms::owner_write, ignored);
    }
    return owned;
}

result<ssh_key_pointer> public_key_of(const std::filesystem::path& private_key) {
    const std::string public_file = private_key.string() + ".pub";
    ssh_key key = nullptr;
    if (ssh_pki_import_pubkey_file(public_file.c_str(), &key) == SSH_OK) {
        return ssh_key_pointer(key);
    }
    if (ssh_pki_import_privkey_file(private_key.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK) {
        return trouble("cannot read the key", private_key);
    }
    const ssh_key_pointer both(key);
    ssh_key half = nullptr;
    if (ssh_pki_export_privkey_to_pubkey(both.get(), &half) != SSH_OK) {
        return trouble("cannot use the key", private_key);
    }
    return ssh_key_pointer(half);
}

result<void> write_known_hosts(const std::filesystem::path& file, std::span<const endpoint> servers, ssh_key key) {
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) {
        return failure(errc::io, "cannot write the public host key");
    }
    const std::string public_part = fmt::format("{} {}", ssh_key_type_to_char(ssh_key_type(key)), base64);
    ssh_string_free_char(base64);
    std::vector<std::string> ours;
    for (const auto& one : servers) {
        ours.push_back(host_field(one));
    }
    std::string text;
    std::ifstream before(file);
    for (std::string line; std::getline(before, line);) {
        const std::string host = line.substr(0, line.find(' '));
        if (std::find(ours.begin(), ours.end(), host) == ours.end()) {
            text += line + "\n";
        }
    }
    before.close();
    for (const auto& host : ours) {
        text += fmt::format("{} {}\n", host, public_part);
    }
    std::error_code error;
    if (file.has_parent_path()) {
        std::filesystem::create_directories(file.parent_path(), error);
    }
    const std::filesystem::path fresh = file.string() + ".new";
    std::ofstream out(fresh, std::ios::trunc);
    out << text;
    out.close();
    std::filesystem::rename(fresh, file, error);
    if (!out || error) {
        return trouble("cannot write", file);
    }
    return {};
}

}  // namespace rollover::sim
