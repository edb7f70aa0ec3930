#include "engine/switches/indented_text.h"

#include "engine/base/text.h"

namespace rollover::switches {

std::vector<block> blocks_of(std::string_view text) {
    std::vector<block> blocks;
    for (const auto line : split_lines(text)) {
        const auto words = trim(line);
        if (words.empty() || words.front() == '!') {
            continue;
        }
        if (line.front() != ' ' && line.front() != '\t') {
            blocks.push_back({words, {}});
        } else if (!blocks.empty()) {
            blocks.back().lines.push_back(line);
        }
    }
    return blocks;
}

bool begins(std::string_view line, std::string_view beginning) noexcept {
    const auto words = trim(line);
    return words.starts_with(beginning) && (words.size() == beginning.size() || words[beginning.size()] == ' ');
}

std::string_view behind(std::string_view line, std::string_view beginning) noexcept {
    return begins(line, beginning) ? trim(trim(line).substr(beginning.size())) : std::string_view();
}

}  // namespace rollover::switches
