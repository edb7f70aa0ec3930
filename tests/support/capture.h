// Captures of real dialogues: what was typed and what came back, byte by byte. File format, one piece a line:
//     # a remark: where from, date, version
//     > bytes typed        < bytes received        (escaped: \r \n \t \\ \xNN)
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::test {

struct capture_piece {
    bool typed = false;
    std::string bytes;
};

inline std::string escaped(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\\') {
            out += "\\\\";
        } else if (code < 0x20 || code >= 0x7f) {
            out += "\\x";
            out += digits[code >> 4U];
            out += digits[code & 15U];
        } else {
            out += c;
        }
    }
    return out;
}

inline std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (text[++i]) {
            case 'r': out += '\r'; break;
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'x':
                out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
                i += 2;
                break;
            default: out += text[i];
        }
    }
    return out;
}

/// Throws runtime_error when the file cannot be read or holds anything else.
inline std::vector<capture_piece> read_capture(const std::string& file) {
    std::ifstream in(file);
    if (!in) {
        throw std::runtime_error("no capture " + file);
    }
    std::vector<capture_piece> pieces;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        if (line.size() < 2 || (line[0] != '<' && line[0] != '>')) {
            throw std::runtime_error("not a capture line in " + file + ": " + line);
        }
        pieces.push_back({line[0] == '>', unescaped(std::string_view(line).substr(2))});
    }
    return pieces;
}

}  // namespace rollover::test
