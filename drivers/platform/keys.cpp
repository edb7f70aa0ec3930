#include "drivers/platform/keys.h"

#include "engine/base/text.h"

#include <array>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace rollover::platform {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 7> names{
    {{"CR", '\r'}, {"LF", '\n'}, {"ESC", '\x1b'}, {"TAB", '\t'}, {"SPACE", ' '}, {"DEL", '\x7f'}, {"BS", '\b'}}};

std::optional<char> decode_name(std::string_view name) {
    for (const auto& [known, character] : names) {
        if (known == name) {
            return character;
        }
    }
    if (name.size() != 2 || name[0] != '^') {
        return std::nullopt;
    }
    if (name[1] == '?') {
        return '\x7f';
    }
    if (name[1] < '@' || name[1] > '_') {
        return std::nullopt;
    }
    return static_cast<char>(name[1] - '@');  // as caret notation has it since the ASCII table
}

}  // namespace

result<std::string> decode_keys(std::string_view written) {
    std::string keys;
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (written[at] != '{') {
            keys.push_back(written[at]);
            continue;
        }
        if (at + 1 < written.size() && written[at + 1] == '{') {
            keys.push_back('{');
            ++at;
            continue;
        }
        const auto end = written.find('}', at);
        if (end == std::string_view::npos) {
            return failure(errc::bad_input, "a '{' has no '}'").advise("write {{ for a brace");
        }
        const auto name = written.substr(at + 1, end - at - 1);
        const auto character = decode_name(name);
        if (!character) {
            return failure(errc::bad_input, fmt::format("there is no key {{{}}}", printable(name)))
                .advise(
                    "allowed are {^A} to {^_}, {^?}, {CR}, {LF}, {ESC}, {TAB}, {SPACE}, {DEL}, {BS}; {{ is a brace");
        }
        keys.push_back(*character);
        at = end;
    }
    return keys;
}

std::string encode_keys(std::string_view keys) {
    std::string written;
    for (const char c : keys) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\r') {
            written += "{CR}";
        } else if (code == 0x1b) {
            written += "{ESC}";
        } else if (code < 0x20) {
            written += fmt::format("{{^{}}}", static_cast<char>(code + '@'));
        } else if (code == 0x7f) {
            written += "{^?}";
        } else if (c == '{') {
            written += "{{";
        } else {
            written.push_back(c);
        }
    }
    return written;
}

}  // namespace rollover::platform
