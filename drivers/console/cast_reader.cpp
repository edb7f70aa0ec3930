#include "drivers/console/cast_reader.h"

#include <cmath>
#include <fmt/format.h>
#include <istream>
#include <nlohmann/json.hpp>

namespace rollover::console {

namespace {

using json = nlohmann::json;

constexpr double longest_cast = 100.0 * 366 * 24 * 3600;  // seconds; keeps sums far from the end of a duration

std::optional<duration> seconds_of(const json& value) {
    const double seconds = value.is_number() ? value.get<double>() : -1;
    if (!std::isfinite(seconds) || seconds < 0 || seconds > longest_cast) {
        return std::nullopt;
    }
    return std::chrono::round<duration>(std::chrono::duration<double>(seconds));
}

failure bad(std::string why) {
    return {errc::bad_input, std::move(why)};
}

json parse(std::string_view line) {
    return json::parse(line, nullptr, false);
}

}  // namespace

result<cast_header> read_cast_header(std::string_view line) {
    const json value = parse(line);
    if (!value.is_object() || !value.contains("version")) {
        return bad("this is no asciinema cast: its first line must be a header like {\"version\": 2, ...}");
    }
    if (value["version"] != 2) {
        return bad("only version 2 of asciinema's format is understood")
            .advise("asciinema 3 converts others: asciinema convert");
    }
    cast_header header;
    const auto at = [&value](const char* name) { return value.contains(name) ? value[name] : json(); };
    if (const json timestamp = at("timestamp"); timestamp.is_number_integer()) {
        header.timestamp = timestamp.get<std::int64_t>();
    }
    header.idle_time_limit = seconds_of(at("idle_time_limit"));
    if (const json title = at("title"); title.is_string()) {
        header.title = title.get<std::string>();
    }
    return header;
}

result<cast_event> read_cast_event(std::string_view line) {
    const json value = parse(line);
    if (!value.is_array() || value.size() != 3 || !value[1].is_string() || !value[2].is_string()) {
        return bad("an event must be [SECONDS, \"CODE\", \"TEXT\"]");
    }
    const auto at = seconds_of(value[0]);
    if (!at) {
        return bad("the time of an event must be a number of seconds, 0 to 100 years");
    }
    const auto& code = value[1].get_ref<const std::string&>();
    return cast_event{*at, code.size() == 1 ? code[0] : '\0', value[2].get<std::string>()};
}

failure cast_reader::here(failure what) const {
    return std::move(what).at(fmt::format("{}:{}", name_, number_));
}

/// Blank lines are passed over. False at the end of the file.
result<bool> cast_reader::read_line() {
    do {
        line_.clear();
        ++number_;
        int got = in_.get();
        if (got == std::istream::traits_type::eof()) {
            if (in_.bad()) {
                return here(failure(errc::io, "the file cannot be read"));
            }
            return false;
        }
        for (; got != std::istream::traits_type::eof() && got != '\n'; got = in_.get()) {
            if (line_.size() == longest_line) {
                return here(bad(fmt::format("a line of a cast has at most {} bytes", longest_line)));
            }
            line_ += std::istream::traits_type::to_char_type(got);
        }
    } while (line_.find_first_not_of(" \t\r") == std::string::npos);
    return true;
}

result<cast_header> cast_reader::header() {
    const auto more = read_line();
    if (!more) {
        return more.error();
    }
    if (!*more) {
        return here(bad("the file is empty"));
    }
    auto header = read_cast_header(line_);
    if (!header) {
        return here(std::move(header).error());
    }
    return header;
}

result<std::optional<cast_event>> cast_reader::next() {
    const auto more = read_line();
    if (!more) {
        return more.error();
    }
    if (!*more) {
        return std::optional<cast_event>();
    }
    auto event = read_cast_event(line_);
    if (!event) {
        return here(std::move(event).error());
    }
    return std::optional<cast_event>(std::move(*event));
}

}  // namespace rollover::console
