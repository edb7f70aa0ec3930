#include "engine/api/pins.h"

#include <algorithm>
#include <tuple>

namespace rollover::api {

namespace {

std::size_t offset_of(const std::string& text, const source_place& place) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < place.line; ++line) {
        at = text.find('\n', at);
        if (at == std::string::npos) {
            return at;
        }
        ++at;
    }
    return at + place.column - 1;
}

std::string escaped(const std::string& value) {
    std::string out;
    for (const char c : value) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

// The end of a start tag: a ">" may stand in a value.
std::size_t end_of_tag(const std::string& text, std::size_t at) {
    char quote = 0;
    for (; at < text.size() && (quote != 0 || text[at] != '>'); ++at) {
        if (quote != 0) {
            quote = text[at] == quote ? '\0' : quote;
        } else if (text[at] == '"' || text[at] == '\'') {
            quote = text[at];
        }
    }
    return at;
}

}  // namespace

std::string with_pins(std::string text, std::vector<pin_to_write> pins) {
    const auto later = [](const pin_to_write& a, const pin_to_write& b) {
        return std::tie(a.place.line, a.place.column, a.attribute) >
               std::tie(b.place.line, b.place.column, b.attribute);
    };
    std::sort(pins.begin(), pins.end(), later);  // from the end, so that places in front stay
    for (const pin_to_write& pin : pins) {
        const std::size_t begin = offset_of(text, pin.place);
        if (begin >= text.size() || text[begin] != '<') {
            continue;
        }
        const std::size_t name_end = text.find_first_of(" \t\r\n/>", begin);
        const std::string tag = text.substr(begin, end_of_tag(text, begin) - begin);
        if (name_end == std::string::npos || tag.find(" " + pin.attribute + "=") != std::string::npos) {
            continue;
        }
        text.insert(name_end, " " + pin.attribute + "=\"" + escaped(pin.value) + "\"");
    }
    return text;
}

}  // namespace rollover::api
