// Reads asciinema v2 casts (https://docs.asciinema.org/manual/asciicast/v2/), ours and those of others. The bytes come
// from outside: each line is bounded, and what is wrong is said with its line number.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/time.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::console {

struct cast_header {
    std::optional<std::int64_t> timestamp;    ///< seconds since 1970 (UTC) at which the times of the events begin
    std::optional<duration> idle_time_limit;  ///< the longest pause that a player should make
    std::string title;                        ///< untrusted
};

struct cast_event {
    duration at{};     ///< since the beginning, 0 to 100 years
    char code = 0;     ///< 'o' received, 'i' sent, 'm' remark, 'r' resize; 0: a kind of the future, to be ignored
    std::string text;  ///< valid UTF-8, untrusted; see cast_text.h for what stands for bytes that are not
};

// One line, without its end. Errors: bad_input without a place.
[[nodiscard]] result<cast_header> read_cast_header(std::string_view line);
[[nodiscard]] result<cast_event> read_cast_event(std::string_view line);

class cast_reader {
public:
    static constexpr std::size_t longest_line = std::size_t{1} << 20U;

    /// `in` must outlive the reader; `name` is the file's, for errors.
    cast_reader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

    /// Must be called first, once. Errors: bad_input at "NAME:LINE", io.
    [[nodiscard]] result<cast_header> header();
    /// The next event, or nothing at the end. Errors: as header; reading on after an error is not possible.
    [[nodiscard]] result<std::optional<cast_event>> next();

private:
    [[nodiscard]] result<bool> read_line();
    [[nodiscard]] failure here(failure what) const;

    std::istream& in_;
    std::string name_;
    std::string line_;
    std::size_t number_ = 0;
};

}  // namespace rollover::console
