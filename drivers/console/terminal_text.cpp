#include "drivers/console/terminal_text.h"

#include "drivers/console/cast_text.h"
#include "drivers/console/control_characters.h"
#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace rollover::console {

namespace {

constexpr std::size_t longest_sgr = 64;

/// `character` is one valid UTF-8 sequence.
char32_t code_point_of(std::string_view character) {
    static constexpr std::array<unsigned, 5> payload_of_first{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code = static_cast<unsigned char>(character[0]) & payload_of_first[character.size()];
    for (const char byte : character.substr(1)) {
        code = code << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    return code;
}

/// Unicode's format characters (category Cf) and line separators: they show nothing themselves.
bool is_invisible(char32_t code) {
    struct range {
        char32_t first, last;
    };
    static constexpr std::array<range, 12> ranges{{{0xAD, 0xAD},
                                                   {0x600, 0x605},
                                                   {0x61C, 0x61C},
                                                   {0x6DD, 0x6DD},
                                                   {0x70F, 0x70F},
                                                   {0x180E, 0x180E},
                                                   {0x200B, 0x200F},
                                                   {0x2028, 0x202E},
                                                   {0x2060, 0x206F},
                                                   {0xFEFF, 0xFEFF},
                                                   {0xFFF9, 0xFFFB},
                                                   {0xE0000, 0xE0FFF}}};
    return std::ranges::any_of(ranges, [code](range r) { return code >= r.first && code <= r.last; });
}

bool passes(char control) {
    return control == '\r' || control == '\n' || control == '\b' || control == '\t';
}

}  // namespace

/// "ESC [ digits ; : m"
bool terminal_text::may_be_sgr(char next) const {
    if (sequence_.size() == 1) {
        return next == '[';
    }
    return sequence_.size() < longest_sgr &&
           ((next >= '0' && next <= '9') || next == ';' || next == ':' || next == 'm');
}

void terminal_text::put(std::string& out, std::string_view character) {
    const char first = character[0];
    if (!sequence_.empty() && may_be_sgr(first)) {
        sequence_ += first;
        if (first == 'm') {
            out += std::exchange(sequence_, {});
        }
        return;
    }
    out += end();
    if (colours_ && first == escape) {
        sequence_ = character;
    } else if (const auto byte = byte_that_stands_in(character)) {
        out += printable({&*byte, 1});
    } else if (character.size() > 1 && is_invisible(code_point_of(character))) {
        out += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(code_point_of(character)));
    } else {
        out += passes(first) ? std::string(character) : printable(character);
    }
}

std::string terminal_text::feed(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            out += end() + printable(text.substr(0, 1));
            text.remove_prefix(1);
        } else {
            put(out, text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return out;
}

std::string terminal_text::end() {
    return printable(std::exchange(sequence_, {}));
}

}  // namespace rollover::console
