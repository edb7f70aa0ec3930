#include "engine/scheduler/local_time.h"

#include <array>
#include <date/tz.h>
#include <fmt/format.h>
#include <optional>
#include <re2/re2.h>
#include <sstream>
#include <stdexcept>

namespace rollover::scheduler {

namespace {

using std::chrono::seconds;

const date::time_zone* zone_named(const std::string& name) {
    try {
        return date::locate_zone(name.empty() ? "UTC" : name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

/// The whole of `text` in one of the formats of strptime(3).
template <class Time>
std::optional<Time> parsed(std::string_view text, std::initializer_list<const char*> formats) {
    for (const char* format : formats) {
        std::istringstream in{std::string(text)};
        Time out{};
        in >> date::parse(format, out);
        if (!in.fail() && in.peek() == std::char_traits<char>::eof()) {
            return out;
        }
    }
    return std::nullopt;
}

/// Before the date library sees it: that takes more than is meant, and computes with what is out of range.
bool has_the_form_of_a_time(std::string_view text) {
    static const RE2 form(
        R"((\d{4}-\d\d-\d\d[T ])?\d\d:\d\d(:\d\d)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))");
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), form);
}

failure no_time(std::string_view text) {
    return failure(errc::bad_input, fmt::format("'{}' is no time", text))
        .advise("write now, +2h30m, 14:00, \"2026-11-30 14:00\", or with an offset 2026-11-30T14:00:00+01:00");
}

}  // namespace

result<local_time> local_time::in(const std::string& zone) {
    if (zone_named(zone) == nullptr) {
        return failure(errc::not_found, fmt::format("this system has no time zone '{}'", zone))
            .advise("zones are named as in /usr/share/zoneinfo: Europe/Prague; the package tzdata has them");
    }
    return local_time(zone.empty() ? "UTC" : zone);
}

namespace {

result<instant> to_utc(const date::time_zone& zone, date::local_seconds local, std::string_view text) {
    const auto about = zone.get_info(local);
    const auto at = [&](const date::sys_info& info) { return instant((local - info.offset).time_since_epoch()); };
    if (about.result == date::local_info::nonexistent) {
        return failure(errc::bad_input, fmt::format("{} has no {}: clocks go from {} to {} in that hour", zone.name(),
                                                    text, about.first.abbrev, about.second.abbrev));
    }
    if (about.result == date::local_info::ambiguous) {
        return failure(errc::bad_input, fmt::format("{} has {} twice: clocks go back in that hour", zone.name(), text))
            .advise(fmt::format("write it as {} ({}) or {} ({})", to_utc_text(at(about.first)), about.first.abbrev,
                                to_utc_text(at(about.second)), about.second.abbrev));
    }
    return at(about.first);
}

}  // namespace

result<instant> local_time::read(std::string_view text, instant now) const {
    if (text == "now") {
        return now;
    }
    if (text.starts_with('+')) {
        const auto later = read_length(text.substr(1));
        if (!later) {
            return later.error();
        }
        return now + *later;
    }
    if (!has_the_form_of_a_time(text)) {
        return no_time(text);
    }
    if (const auto utc = parsed<date::sys_seconds>(
            text, {"%FT%TZ", "%F %TZ", "%FT%RZ", "%F %RZ", "%FT%T%Ez", "%F %T%Ez", "%FT%R%Ez", "%F %R%Ez"})) {
        return instant(utc->time_since_epoch());
    }
    const auto& zone = *zone_named(name_);
    if (const auto local = parsed<date::local_seconds>(text, {"%FT%T", "%F %T", "%FT%R", "%F %R"})) {
        return to_utc(zone, *local, text);
    }
    if (const auto of_day = parsed<seconds>(text, {"%T", "%R"}); of_day && *of_day < date::days(1)) {
        const auto today = date::floor<date::days>(zone.to_local(date::sys_seconds(now.time_since_epoch())));
        for (int day = 0; day < 2; ++day) {
            const auto found = to_utc(zone, today + date::days(day) + *of_day, text);
            if (!found || *found >= now) {
                return found;
            }
        }
    }
    return no_time(text);
}

std::string local_time::write(instant t) const {
    return date::format("%F %T %Z", date::make_zoned(zone_named(name_), date::sys_seconds(t.time_since_epoch())));
}

std::string to_utc_text(instant t) {
    return date::format("%FT%TZ", date::sys_seconds(t.time_since_epoch()));
}

namespace {

struct unit {
    char letter;
    seconds length;
};
constexpr std::array units{unit{'d', seconds(86400)}, unit{'h', seconds(3600)}, unit{'m', seconds(60)},
                           unit{'s', seconds(1)}};

}  // namespace

result<seconds> read_length(std::string_view text) {
    failure wrong = failure(errc::bad_input, fmt::format("'{}' is no length of time", text))
                        .advise("write 90s, 45m, 2h, 1h30m or 3d");
    seconds out{};
    std::size_t at = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        constexpr std::size_t most_digits = 6;
        const std::size_t digits = rest.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string_view::npos || digits > most_digits) {
            return wrong;
        }
        while (at < units.size() && units[at].letter != rest[digits]) {
            ++at;
        }
        if (at == units.size()) {
            return wrong;
        }
        out += std::stol(std::string(rest.substr(0, digits))) * units[at++].length;
        rest.remove_prefix(digits + 1);
    }
    if (text.empty()) {
        return wrong;
    }
    return out;
}

std::string to_length_text(seconds s) {
    if (s == seconds(0)) {
        return "0s";
    }
    std::string out = s < seconds(0) ? "-" : "";
    seconds left = std::chrono::abs(s);
    for (const auto& one : units) {
        if (left >= one.length) {
            out += fmt::format("{}{}", left / one.length, one.letter);
            left %= one.length;
        }
    }
    return out;
}

}  // namespace rollover::scheduler
