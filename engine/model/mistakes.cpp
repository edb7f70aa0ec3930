#include "engine/model/mistakes.h"

#include "engine/base/text.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

namespace rollover::model {

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 80;
    if (text.size() <= longest) {
        return '"' + std::string(text) + '"';
    }
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;  // not in the middle of a UTF-8 sequence
    }
    return '"' + std::string(text.substr(0, end)) + "...\"";
}

void mistakes::add(source_place place, std::string what, std::string hint) {
    if (full()) {
        ++left_out_;
        return;
    }
    kept_.push_back({std::move(place), std::move(what), std::move(hint)});
}

std::string mistakes::nearest(std::string_view wrong, std::span<const std::string> candidates, std::string words) {
    if (full() || candidates.size() > comparisons_left_) {
        return words;
    }
    comparisons_left_ -= candidates.size();
    const std::string_view best = closest(wrong, candidates);
    if (best.empty()) {
        return words;
    }
    std::string hint = "did you mean " + in_quotes(best) + "?";
    if (!words.empty()) {
        hint += ' ' + words;
    }
    return hint;
}

diagnostics mistakes::take() {
    std::vector<std::size_t> order(kept_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) { return std::tuple(kept_[i].place.line, kept_[i].place.column, i); };
    std::ranges::sort(order, {}, key);
    diagnostics sorted;
    for (const std::size_t i : order) {
        sorted.push_back(std::move(kept_[i]));
    }
    if (left_out_ > 0) {
        sorted.push_back({{sorted.back().place.file, 0, 0},
                          std::to_string(left_out_) + " more mistakes are not shown",
                          "mend these first"});
    }
    left_out_ = 0;
    kept_.clear();
    return sorted;
}

}  // namespace rollover::model
