#include "engine/model/config_text.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rollover::model {

namespace {

bool is_blank(std::string_view text) {
    return text.find_first_not_of(' ') == std::string_view::npos;
}

std::size_t first_control(std::string_view text) {
    std::size_t length = 1;
    while (length <= text.size() && !has_control_character(text.substr(0, length))) {
        ++length;
    }
    return length - 1;
}

void refuse_control(const element& config, const text_line& line) {
    if (!has_control_character(line.text)) {
        return;
    }
    const std::size_t at = first_control(line.text);
    const bool tab = at < line.text.size() && line.text[at] == '\t';
    config.out().add(
        config.place_at(line.offset + at), tab ? "a tab in a configuration" : "a control character in a configuration",
        tab ? "write blanks: typed into a console, a tab completes commands" : "remove it: it would be typed");
}

}  // namespace

std::vector<config_line> read_config(const element& config) {
    const std::vector<text_line> lines = config.text();
    auto common = static_cast<std::size_t>(-1);
    for (const auto& line : lines) {
        refuse_control(config, line);
        if (!is_blank(line.text)) {
            common = std::min(common, line.text.find_first_not_of(' '));
        }
    }
    std::vector<config_line> out;
    for (const auto& line : lines) {
        if (is_blank(line.text)) {
            continue;
        }
        const std::string_view kept = std::string_view(line.text).substr(common);
        out.push_back(
            {std::string(kept.substr(0, kept.find_last_not_of(' ') + 1)), config.place_at(line.offset + common)});
    }
    return out;
}

}  // namespace rollover::model
