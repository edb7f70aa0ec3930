#include "engine/model/traffic.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::model {

std::optional<traffic_set> parse_traffic(std::string_view text) {
    traffic_set found;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        if (one.empty()) {
            continue;
        }
        const auto known = std::ranges::find(traffic_words, one, &std::pair<std::string_view, traffic>::first);
        if (known == traffic_words.end()) {
            return std::nullopt;
        }
        found.add(known->second);
    }
    return found;
}

std::string to_string(traffic_set these) {
    std::string text;
    for (const auto& [name, one] : traffic_words) {
        traffic_set single;
        single.add(one);
        if (these.has(single)) {
            text += (text.empty() ? "" : " ") + std::string(name);
        }
    }
    traffic_set shaped;
    shaped.add(traffic::shaped);
    if (these.has(shaped)) {
        text += std::string(text.empty() ? "" : " ") + "delay, loss or rate";
    }
    return text;
}

std::optional<std::uint32_t> parse_bit_rate(std::string_view text) noexcept {
    constexpr std::size_t most_digits = 4;
    constexpr std::uint32_t mbit_of_gbit = 1000;
    const bool giga = text.ends_with('g');
    if (!giga && !text.ends_with('m')) {
        return std::nullopt;
    }
    text.remove_suffix(1);
    std::uint32_t tenths = 0;
    if (const auto point = text.find('.'); point != std::string_view::npos) {
        if (!giga || text.size() != point + 2 || text.back() < '1' || text.back() > '9') {
            return std::nullopt;
        }
        tenths = static_cast<std::uint32_t>(text.back() - '0');
        text = text.substr(0, point);
    }
    std::uint32_t whole = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
    const bool is_number =
        read.ec == std::errc() && read.ptr == text.data() + text.size() && text.size() <= most_digits;
    if (!is_number || text.front() == '0') {
        return std::nullopt;
    }
    return giga ? whole * mbit_of_gbit + tenths * (mbit_of_gbit / 10) : whole;
}

std::string bit_rate_text(std::uint32_t mbit) {
    if (mbit < 1000) {
        return fmt::format("{}m", mbit);
    }
    return mbit % 1000 == 0 ? fmt::format("{}g", mbit / 1000) : fmt::format("{}.{}g", mbit / 1000, mbit % 1000 / 100);
}

}  // namespace rollover::model
