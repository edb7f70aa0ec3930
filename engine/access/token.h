// Tokens: what a user shows to be let in. 256 random bits, which are shown once; kept is only their digest
// (docs/decisions/0007). "rollover_t17_6Bz...": the number is that of the token's row, so one row is looked at, and it
// says whose token leaked without being one.
#pragma once

#include "engine/base/error.h"
#include "engine/base/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::access {

/// The most bytes that a token can have.
inline constexpr std::size_t most_token_bytes = 72;

/// A text with the form of a token; whether it is one, the store knows.
struct token {
    std::int64_t number = 0;
    secret text;  ///< all of it
};

/// Nothing for what has another form: "rollover_t", a number from 1, "_", 43 characters of base64url.
[[nodiscard]] std::optional<token> read_token(std::string_view text);

/// A new one, of the system's random numbers: not of the runtime's, whose runs can be repeated.
[[nodiscard]] token make_token(std::int64_t number);

/// BLAKE2b-256 of the whole text, in hexadecimal digits: what is stored.
[[nodiscard]] std::string digest_of(const token& of);

/// Whether `stored` is its digest; takes the same time wherever the two differ.
[[nodiscard]] bool is_digest_of(const token& of, std::string_view stored);

/// The token in the value of a header field Authorization: "Bearer TOKEN" (RFC 6750, section 2.1; the scheme's name is
/// case-insensitive). Nothing for other schemes and what has not the form of a token.
[[nodiscard]] std::optional<token> read_authorization(std::string_view value);

/// "t17", as people see a token: it lets nobody in.
[[nodiscard]] std::string id_of_token(std::int64_t number);
/// Nothing for another form.
[[nodiscard]] std::optional<std::int64_t> number_of_token(std::string_view id);

}  // namespace rollover::access
