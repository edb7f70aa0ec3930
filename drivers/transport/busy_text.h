// What converters print on a port that somebody else holds, before they close it.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/time.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::transport {

/// Looks at the first text of a connection, piece by piece.
/// Source: ser2net 4.3.11 ("Port already in use", "Port's device already in use"), Cisco IOS ("% Connection refused by
/// remote host").
class busy_watch {
public:
    busy_watch() = default;
    /// `more`: beginnings of other busy texts; `advice`: what to do about them.
    busy_watch(std::vector<std::string> more, std::string advice)
        : more_(std::move(more)), advice_(std::move(advice)) {}

    enum class verdict {
        silent,    ///< nothing but blanks and line ends yet
        possible,  ///< the beginning of a busy text
        busy,      ///< a busy text; it counts when the connection is then closed
        other,     ///< something else: the line is ours
    };

    void see(std::string_view text);
    [[nodiscard]] verdict says() const noexcept { return verdict_; }
    /// The first characters, for a message; untrusted.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

private:
    void compare(std::string_view busy);

    std::vector<std::string> more_;
    std::string advice_;
    std::string text_;  // bounded: 80 characters
    verdict verdict_ = verdict::silent;
};

/// How long a port that has said nothing is listened to for a busy text, after it was opened.
inline constexpr duration busy_patience = std::chrono::milliseconds(250);

/// What the end of a connection means that had said only `first_words`: busy, or `otherwise`.
[[nodiscard]] failure ended_early(const busy_watch& first_words, failure otherwise);

}  // namespace rollover::transport
