#include "simulators/device/scripted/text_template.h"

#include <charconv>

namespace rollover::sim::scripted {
namespace {

constexpr int widest = 200;

struct hole {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view name;
    int width = 0;
};

std::optional<hole> next_hole(std::string_view text, std::size_t from) {
    const std::size_t begin = text.find("${", from);
    const std::size_t close = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    hole found{begin, close + 1, text.substr(begin + 2, close - begin - 2), 0};
    if (const std::size_t colon = found.name.find(':'); colon != std::string_view::npos) {
        const std::string_view number = found.name.substr(colon + 1);
        std::from_chars(number.data(), number.data() + number.size(), found.width);
        found.name = found.name.substr(0, colon);
    }
    found.width = std::min(std::max(found.width, -widest), widest);
    return found;
}

}  // namespace

std::string expand(std::string_view text, const value_of_name& values) {
    std::string out;
    std::size_t from = 0;
    while (const auto found = next_hole(text, from)) {
        out += text.substr(from, found->begin - from);
        const std::string value = values(found->name).value_or(std::string());
        const auto wide = static_cast<std::size_t>(std::abs(found->width));
        const std::size_t blanks = wide > value.size() ? wide - value.size() : 0;
        if (found->width < 0) {
            out.append(blanks, ' ');
        }
        out += value;
        if (found->width > 0) {
            out.append(blanks, ' ');
        }
        from = found->end;
    }
    return out += text.substr(std::min(from, text.size()));
}

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    std::size_t from = 0;
    while (const auto found = next_hole(text, from)) {
        names.emplace_back(found->name);
        from = found->end;
    }
    return names;
}

}  // namespace rollover::sim::scripted
