#include "drivers/platform/configuration_tree.h"

#include "engine/base/text.h"

namespace rollover::platform {
namespace {

constexpr std::size_t deepest = 16;

std::size_t indentation(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? 0 : first;
}

/// Reads the lines from `at` on that are indented by at least `depth` columns.
std::vector<configuration_node> parse(const patterns& match, const configuration& lines, std::size_t& at,
                                      std::size_t depth, std::size_t level) {
    std::vector<configuration_node> nodes;
    while (at < lines.size() && indentation(lines[at]) >= depth) {
        const std::string text(trim(lines[at]));
        const auto here = indentation(lines[at]);
        if (match.block_ends.any(text)) {
            if (!nodes.empty() && nodes.back().end.empty()) {
                nodes.back().end = text;
            }
            ++at;
            continue;
        }
        ++at;
        nodes.push_back({text, {}, {}});
        if (at < lines.size() && indentation(lines[at]) > here && level < deepest) {
            nodes.back().below = parse(match, lines, at, here + 1, level + 1);
        }
    }
    return nodes;
}

}  // namespace

std::vector<configuration_node> read_tree(const patterns& match, const configuration& lines) {
    std::size_t at = 0;
    return parse(match, lines, at, 0, 0);
}

}  // namespace rollover::platform
