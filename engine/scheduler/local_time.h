// Times as people write and read them, in the lab's time zone. The zones are the system's (tzdata), read by Howard
// Hinnant's date library.
#pragma once

#include "engine/base/error.h"
#include "engine/scheduler/window.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace rollover::scheduler {

class local_time {
public:
    /// `zone`: an IANA name ("Europe/Prague"); empty: UTC. Errors: not_found.
    [[nodiscard]] static result<local_time> in(const std::string& zone);

    /// "now", "+2h30m", "14:00" (the next one), "2026-11-30 14:00", "2026-11-30T14:00:30"; in the zone, or with "Z" or
    /// an offset ("+01:00") behind it. Errors: bad_input, also for a time that the zone does not have on that day, or
    /// has twice, with both.
    [[nodiscard]] result<instant> read(std::string_view text, instant now) const;

    /// "2026-11-30 14:00:00 CET".
    [[nodiscard]] std::string write(instant t) const;

    [[nodiscard]] const std::string& zone() const noexcept { return name_; }

private:
    explicit local_time(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

/// "2026-11-30T13:00:00Z" (RFC 3339).
[[nodiscard]] std::string to_utc_text(instant t);

/// "90s", "45m", "2h", "1h30m", "3d": numbers with units, the larger first. Errors: bad_input.
[[nodiscard]] result<std::chrono::seconds> read_length(std::string_view text);
/// "1h30m".
[[nodiscard]] std::string to_length_text(std::chrono::seconds s);

}  // namespace rollover::scheduler
