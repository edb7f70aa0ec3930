#include "engine/base/secret.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace rollover {

namespace {
constexpr std::string_view env_scheme = "env:";
constexpr std::string_view file_scheme = "file:";
}  // namespace

bool is_secret_reference(std::string_view text) noexcept {
    return (text.starts_with(env_scheme) && text.size() > env_scheme.size()) ||
           (text.starts_with(file_scheme) && text.size() > file_scheme.size());
}

result<secret> fetch(const secret_reference& reference) {
    if (!is_secret_reference(reference)) {
        return failure(errc::bad_input, "a secret is given by reference, not in clear text")
            .advise("write env:NAME or file:PATH");
    }
    if (reference.starts_with(env_scheme)) {
        const std::string name = reference.substr(env_scheme.size());
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) {
            return failure(errc::not_found, "the secret " + reference + " is not set")
                .advise("export " + name + " before starting rollover");
        }
        return secret(value);
    }
    const std::string path = reference.substr(file_scheme.size());
    std::ifstream file(path, std::ios::binary);
    std::string value{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.good() && !file.eof()) {
        return failure(errc::not_found, "the secret " + reference + " cannot be read")
            .advise("does the file exist, and may this user read it?");
    }
    if (value.ends_with('\n')) {
        value.pop_back();
    }
    if (value.ends_with('\r')) {
        value.pop_back();
    }
    return secret(std::move(value));
}

}  // namespace rollover
