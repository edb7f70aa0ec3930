#include "engine/base/excerpt.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover {

namespace {

constexpr std::size_t most_columns = 100;  ///< of the file's line; a terminal has 80 to 200
constexpr std::size_t before_caret = 60;   ///< that stay in sight in front of the place
constexpr std::string_view cut = "...";

// One string for each column of a terminal. A tab is one blank: alignment is not what is asked for here.
std::vector<std::string_view> columns_of(std::string_view line) {
    std::vector<std::string_view> columns;
    while (!line.empty()) {
        const std::size_t length = utf8_length(line);
        const auto first = static_cast<unsigned char>(line.front());
        const bool visible = length > 1 || (length == 1 && first >= 0x20 && first != 0x7F);
        columns.push_back(visible ? line.substr(0, length) : std::string_view(" "));
        line.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return columns;
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
    for (std::uint32_t n = 1; n < number; ++n) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

}  // namespace

std::string excerpt(std::string_view text, const source_place& place) {
    if (place.line == 0 || place.column == 0) {
        return {};
    }
    const std::string_view line = line_of(text, place.line);
    if (line.empty() || place.column > line.size() + 1) {
        return {};
    }
    const std::vector<std::string_view> columns = columns_of(line);
    const std::size_t caret = columns_of(line.substr(0, place.column - 1)).size();
    const std::size_t from = caret > before_caret && columns.size() > most_columns ? caret - before_caret : 0;
    const std::size_t to = std::min(columns.size(), from + most_columns);
    std::string shown(from > 0 ? cut : "");
    const std::size_t indent = shown.size() + caret - from;
    for (std::size_t i = from; i < to; ++i) {
        shown += columns[i];
    }
    shown += to < columns.size() ? cut : "";
    shown.erase(shown.find_last_not_of(" \r") + 1);
    return fmt::format("{:5} | {}\n      | {:{}}^", place.line, shown, "", indent);
}

}  // namespace rollover
