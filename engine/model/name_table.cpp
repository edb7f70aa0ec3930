#include "engine/model/name_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::model {

void name_table::add(const element& e, std::string_view name, std::uint32_t index, std::string_view attribute) {
    if (name.empty()) {
        incomplete_ = true;
        return;
    }
    const auto [first, is_new] = entries_.try_emplace(name, entry{index, e.offset()});
    if (!is_new) {
        e.wrong(
            attribute, fmt::format("a second {} {}{}", kind_, in_quotes(name), where_),
            fmt::format("the first is at line {}; give this one another name", e.place_at(first->second.offset).line));
    }
}

std::optional<std::uint32_t> name_table::find(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.index);
}

std::optional<std::uint32_t> name_table::resolve(const element& e, std::string_view attribute,
                                                 std::string_view name) const {
    const auto found = find(name);
    if (found || name.empty() || incomplete_) {
        return found;
    }
    if (spelled_.size() != entries_.size()) {
        spelled_.clear();
        for (const auto& [known, where] : entries_) {
            spelled_.emplace_back(known);
        }
        std::ranges::sort(spelled_);  // so that the hint does not depend on hashing
    }
    std::string words;
    constexpr std::size_t few = 8;
    if (spelled_.empty()) {
        words = fmt::format("there is no {} at all{}", kind_, where_);
    } else if (spelled_.size() <= few) {
        words = fmt::format("there is {}", fmt::join(spelled_, ", "));
    }
    e.wrong(attribute, fmt::format("there is no {} {}{}", kind_, in_quotes(name), where_),
            e.out().nearest(name, spelled_, std::move(words)));
    return std::nullopt;
}

void report_taken(const element& e, std::string_view attribute, const std::string& thing, std::string_view how,
                  std::size_t first) {
    e.wrong(attribute, fmt::format("{} is already {}", thing, how), fmt::format("see line {}", e.place_at(first).line));
}

}  // namespace rollover::model
