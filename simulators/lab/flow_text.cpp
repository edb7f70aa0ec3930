#include "simulators/lab/flow_text.h"

#include <charconv>

namespace rollover::sim {

namespace {
constexpr std::string_view separators = ", \t\r\n";
constexpr std::string_view blanks = " \t\r\n";
}  // namespace

std::optional<key_value> next_key_value(std::string_view& text) {
    const std::size_t start = text.find_first_not_of(separators);
    if (start == std::string_view::npos) {
        text = {};
        return std::nullopt;
    }
    text.remove_prefix(start);
    const std::string_view piece = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(piece.size());
    const std::size_t mark = piece.find_first_of("=:");
    if (mark == std::string_view::npos) {
        return key_value{piece, {}};
    }
    return key_value{piece.substr(0, mark), piece.substr(mark + 1)};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) {
        text.remove_prefix(1);
    }
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return negative ? ~value + 1 : value;
}

std::string_view without_comment(std::string_view text) {
    text = text.substr(0, text.find('#'));
    const std::size_t start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) {
        return {};
    }
    return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

}  // namespace rollover::sim
