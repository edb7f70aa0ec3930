#include "drivers/platform/echo.h"

#include "engine/base/text.h"

#include <algorithm>

namespace rollover::platform {
namespace {

constexpr std::size_t most_pieces = 12;    // an echo is cut by at most so many log lines
constexpr std::size_t narrow_screen = 72;  // above, an editor may scroll or wrap the line

std::string_view without_right_blanks(std::string_view text) {
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

bool is_scrolled(std::string_view prompt, std::string_view typed, std::string_view shown) {
    return prompt.size() + typed.size() > narrow_screen || shown.find('$') != std::string_view::npos ||
           shown.find('<') != std::string_view::npos;
}

}  // namespace

echo_found find_echo(const patterns& match, std::string_view prompt, std::string_view typed,
                     std::span<const std::string> lines) {
    const auto wanted = without_right_blanks(typed);
    echo_found found;
    std::string gathered;
    bool mixed = false;
    const auto pieces = std::min(lines.size(), most_pieces);
    for (std::size_t i = 0; i < pieces; ++i) {
        const auto said = match.without_log(lines[i]);
        mixed = mixed || said.size() < lines[i].size();
        gathered += said;
        if (without_right_blanks(gathered).ends_with(wanted)) {
            found.what = echo_found::verdict::exact;
            found.lines = i + 1;
            return found;
        }
    }
    if (lines.empty()) {
        return found;
    }
    const std::string_view first = lines.front();
    const auto stem = without_right_blanks(prompt);
    if (stem.empty() || !first.starts_with(stem)) {
        return found;
    }
    found.lines = 1;
    const auto shown = trim(first.substr(stem.size()));
    if (!mixed && !is_scrolled(prompt, typed, shown)) {
        found.what = echo_found::verdict::damaged;
        found.shown = shown;
    }
    return found;
}

std::string output_after_echo(const patterns& match, std::size_t echo_lines, std::span<const std::string> lines) {
    std::vector<std::string> said;
    for (const auto& line : lines.subspan(std::min(echo_lines, lines.size()))) {
        const auto text = match.without_log(line);
        if (!text.empty() || text.size() == line.size()) {
            said.emplace_back(text);
        }
    }
    while (!said.empty() && (trim(said.back()).empty() || match.above_prompt.any(trim(said.back())))) {
        said.pop_back();
    }
    const auto first = std::find_if(said.begin(), said.end(), [](const auto& l) { return !trim(l).empty(); });
    said.erase(said.begin(), first);
    return join(said, "\n");
}

}  // namespace rollover::platform
