// Names and what they stand for, and things that only one may use; both in constant time per name.
#pragma once

#include "engine/model/xml_document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollover::model {

/// The names of one kind. Names are views into the document.
class name_table {
public:
    /// Messages say `there is no KIND "name"WHERE`: "line" and " on converter cs1".
    explicit name_table(std::string_view kind, std::string where = {}) : kind_(kind), where_(std::move(where)) {}

    /// Notes that `name` stands for `index`; a second one of that name is a mistake at `attribute` of `e`. An
    /// empty name, which was reported before, is passed over.
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
    mutable std::vector<std::string> spelled_;  ///< for hints, made at the first wrong name
};

/// Things that can be used once: "line cs1/1".
class claims {
public:
    /// Notes that `thing` is used at `attribute` of `e`; a second use is a mistake that names the line of the first.
    void take(const element& e, std::string_view attribute, std::string thing);

private:
    std::unordered_map<std::string, std::size_t> taken_;
};

}  // namespace rollover::model
