#include "drivers/crossconnect/host.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::string_view needs_no_quotes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:@%,";

std::string shell_quoted(std::string_view word) {
    if (!word.empty() && word.find_first_not_of(needs_no_quotes) == std::string_view::npos) {
        return std::string(word);
    }
    std::string text = "'";
    for (const char c : word) {
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return text + "'";
}

}  // namespace

std::string shell_line(std::span<const std::string> argv,
                       std::span<const std::pair<std::string, std::string>> environment) {
    std::string line;
    if (!environment.empty()) {
        line = "env";
        for (const auto& [name, value] : environment) {
            line += " " + shell_quoted(fmt::format("{}={}", name, value));
        }
    }
    for (const auto& word : argv) {
        line += (line.empty() ? "" : " ") + shell_quoted(word);
    }
    return line;
}

}  // namespace rollover::crossconnect
