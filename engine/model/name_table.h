// Names and what they stand for, and things that only one may use; both in constant time per name.
#pragma once

#include "engine/model/xml_document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollover::model {

/// The names of one kind. Names are views into the document.
class name_table {
public:
    /// Messages say `there is no KIND "name"WHERE`: "line" and " on converter cs1".
    explicit name_table(std::string_view kind, std::string where = {}) : kind_(kind), where_(std::move(where)) {}

    void reserve(std::size_t names) { entries_.reserve(names); }

    /// Notes that `name` stands for `index`; a second one of that name is a mistake at `attribute` of `e`. An
    /// empty name was reported before; whoever refers to it then hears nothing more.
    void add(const element& e, std::string_view name, std::uint32_t index, std::string_view attribute = "name");

    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;

    /// `find`, and a mistake at `attribute` of `e` with the nearest name when there is none. An empty name finds
    /// nothing and says nothing.
    [[nodiscard]] std::optional<std::uint32_t> resolve(const element& e, std::string_view attribute,
                                                       std::string_view name) const;

private:
    struct entry {
        std::uint32_t index = 0;
        std::size_t offset = 0;
    };
    std::string_view kind_;
    std::string where_;
    std::unordered_map<std::string_view, entry> entries_;
    bool incomplete_ = false;                   ///< one of the kind has no readable name
    mutable std::vector<std::string> spelled_;  ///< for hints, made at the first wrong name
};

/// Says at `attribute` of `e` that "THING is already HOW", and where the first one is.
void report_taken(const element& e, std::string_view attribute, const std::string& thing, std::string_view how,
                  std::size_t first);

/// Things that can be used once, by a key that is cheap to compare.
template <class Key>
class claims_by {
public:
    /// Notes that the thing `key` is used at `attribute` of `e`; a second time is a mistake that says the `words` of
    /// the thing ("line cs1/1"), made only then. Answers whether it was the first.
    template <class Words>
    bool take(const element& e, std::string_view attribute, Key key, Words words, std::string_view how = "used") {
        const auto [first, is_new] = taken_.try_emplace(std::move(key), e.offset());
        if (!is_new) {
            report_taken(e, attribute, words(), how, first->second);
        }
        return is_new;
    }

private:
    std::unordered_map<Key, std::size_t> taken_;
};

/// The same for rare things: the words are the key.
class claims {
public:
    bool take(const element& e, std::string_view attribute, const std::string& thing, std::string_view how = "used") {
        return taken_.take(e, attribute, thing, [&] { return thing; }, how);
    }

private:
    claims_by<std::string> taken_;
};

/// Two numbers as one key.
[[nodiscard]] constexpr std::uint64_t pair_key(std::uint32_t high, std::uint32_t low) noexcept {
    return (std::uint64_t{high} << 32U) | low;
}

}  // namespace rollover::model
