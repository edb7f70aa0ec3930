#include "engine/switches/set_text.h"

#include "engine/base/text.h"

namespace rollover::switches {

std::vector<std::string_view> set_words(std::string_view line, std::size_t limit) {
    std::vector<std::string_view> words;
    while (words.size() < limit) {
        line = trim(line);
        if (line.empty()) {
            break;
        }
        const bool quoted = line.front() == '"';
        const auto end = quoted ? line.find('"', 1) : line.find_first_of(" \t");
        const auto begin = quoted ? std::size_t{1} : std::size_t{0};
        words.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
        if (end == std::string_view::npos) {
            break;
        }
        line = line.substr(end + 1);
    }
    return words;
}

std::vector<std::vector<std::string_view>> statements_of(std::string_view text) {
    std::vector<std::vector<std::string_view>> statements;
    std::set<std::vector<std::string_view>> inactive;
    for (const auto line : split_lines(text)) {
        auto words = set_words(line);
        if (words.size() > 1 && words.front() == "set") {
            words.erase(words.begin());
            statements.push_back(std::move(words));
        } else if (words.size() > 1 && words.front() == "deactivate") {
            words.erase(words.begin());
            inactive.insert(std::move(words));
        }
    }
    std::erase_if(statements, [&](const auto& words) {
        std::vector<std::string_view> way;
        for (const auto word : words) {
            way.push_back(word);
            if (inactive.contains(way)) {
                return true;
            }
        }
        return false;
    });
    return statements;
}

}  // namespace rollover::switches
