#include "engine/access/token.h"

#include <array>
#include <sodium.h>
#include <stdexcept>

namespace rollover::access {

namespace {

constexpr std::string_view token_prefix = "rollover_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t random_characters = 43;  // of base64url without padding
constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t most_digits = 18;

static_assert(token_prefix.size() + 1 + most_digits + 1 + random_characters <= most_token_bytes);

/// libsodium chooses its implementations once; calling it again is free.
void start_sodium() {
    if (sodium_init() < 0) {
        throw std::runtime_error("libsodium does not start");
    }
}

}  // namespace

std::optional<std::int64_t> number_of_token(std::string_view id) {
    if (id.size() < 2 || id.size() > 1 + most_digits || id[0] != 't' || id[1] == '0' ||
        id.find_first_not_of("0123456789", 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return std::stoll(std::string(id.substr(1)));
}

std::string id_of_token(std::int64_t number) {
    return "t" + std::to_string(number);
}

std::optional<token> read_token(std::string_view text) {
    if (text.size() > most_token_bytes || !text.starts_with(token_prefix)) {
        return std::nullopt;
    }
    const auto rest = text.substr(token_prefix.size());
    const auto end = rest.find('_');
    const auto number = number_of_token(rest.substr(0, end));
    if (!number || end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto random = rest.substr(end + 1);
    if (random.size() != random_characters || random.find_first_not_of(base64url) != std::string_view::npos) {
        return std::nullopt;
    }
    return token{*number, secret(std::string(text))};
}

token make_token(std::int64_t number) {
    start_sodium();
    std::array<unsigned char, random_bytes> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, random_characters + 1> text{};
    sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random.data(), random.size());
    return {number, secret(std::string(token_prefix) + id_of_token(number) + "_" + text.data())};
}

std::string digest_of(const token& of) {
    start_sodium();
    const std::string& text = of.text.reveal();
    std::array<unsigned char, crypto_generichash_BYTES> digest{};
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       nullptr, 0);
    std::array<char, crypto_generichash_BYTES * 2 + 1> digits{};
    sodium_bin2hex(digits.data(), digits.size(), digest.data(), digest.size());
    return digits.data();
}

bool is_digest_of(const token& of, std::string_view stored) {
    const std::string mine = digest_of(of);
    return stored.size() == mine.size() && sodium_memcmp(mine.data(), stored.data(), mine.size()) == 0;
}

std::optional<token> read_authorization(std::string_view value) {
    constexpr std::string_view scheme = "bearer";
    if (value.size() <= scheme.size() || value[scheme.size()] != ' ') {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if ((static_cast<unsigned char>(value[i]) | 0x20U) != static_cast<unsigned char>(scheme[i])) {
            return std::nullopt;
        }
    }
    const auto begin = value.find_first_not_of(' ', scheme.size());
    return begin == std::string_view::npos ? std::nullopt : read_token(value.substr(begin));
}

}  // namespace rollover::access
