// Single characters of XML: which are allowed, and what references stand for.
#include "engine/base/text.h"
#include "engine/model/xml_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

namespace {

bool is_xml_character(std::uint32_t c) {
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

std::string utf8(std::uint32_t c) {
    const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        return {static_cast<char>(c)};
    }
    if (c < 0x800) {
        return {static_cast<char>(0xC0U | (c >> 6U)), tail(0)};
    }
    if (c < 0x10000) {
        return {static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0)};
    }
    return {static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

}  // namespace

reference read_reference(std::string_view text) {
    constexpr std::size_t longest = 16;  // "&#x10FFFF;" with some zeros in front
    const std::size_t end = text.substr(0, longest).find(';');
    if (end == std::string_view::npos || end < 2 || text.front() != '&') {
        return {};
    }
    const std::string_view name = text.substr(1, end - 1);
    static constexpr std::array<std::pair<std::string_view, char>, 5> known{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [word, character] : known) {
        if (name == word) {
            return {std::string(1, character), end + 1};
        }
    }
    if (name.front() != '#') {
        return {};
    }
    const bool hex = name.size() > 1 && name[1] == 'x';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    if (digits.empty() || error != std::errc{} || stop != digits.data() + digits.size() || !is_xml_character(code)) {
        return {};
    }
    return {utf8(code), end + 1};
}

std::size_t skip_comment(std::string_view text, std::size_t at) {
    const auto past = [&](std::string_view begin, std::string_view end) {
        if (text.substr(at, begin.size()) != begin) {
            return at;
        }
        const std::size_t found = text.find(end, at + begin.size());
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    for (const auto& [begin, end] : {std::pair{"<!--", "-->"}, std::pair{"<![CDATA[", "]]>"}, std::pair{"<?", "?>"}}) {
        if (const std::size_t next = past(begin, end); next != at) {
            return next;
        }
    }
    return at;
}

void check_characters(const source_text& source, mistakes& out) {
    constexpr int most_shown = 20;
    const std::string_view text = source.text();
    int shown = 0;
    for (std::size_t i = 0; i < text.size() && shown < most_shown;) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80) {
            ++i;
            continue;
        }
        if (c < 0x20) {
            if (!(c == 0x9 || c == 0xA || c == 0xD)) {
                out.add(source.at(i), c == 0 ? "a NUL character" : fmt::format("a control character (0x{:02x})", c),
                        "only tab, line feed and carriage return are allowed");
                ++shown;
            }
            ++i;
            continue;
        }
        const std::size_t length = utf8_length(text.substr(i, 4));
        const bool not_a_character = length == 3 && c == 0xEF && text[i + 1] == '\xBF' && (text[i + 2] & 0x3E) == 0x3E;
        if (length == 0 || not_a_character) {
            out.add(source.at(i),
                    length == 0 ? fmt::format("a byte that is not UTF-8 (0x{:02x})", c)
                                : std::string("a code point that is not a character"),
                    "save the file as UTF-8");
            ++shown;
        }
        i += std::max<std::size_t>(length, 1);
    }
}

}  // namespace rollover::model
