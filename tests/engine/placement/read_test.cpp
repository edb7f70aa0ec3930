// A placement that was printed is read back as it was; anything else is refused, by its place in the text.
#include "engine/placement/read.h"

#include "engine/placement/format.h"
#include "tests/engine/placement/random_instance.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rollover::placement {
namespace {

TEST(ReadPlacement, WhatToJsonWrites_TheSamePlacement) {
    std::size_t placed = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const instance i = random_instance(seed);
        const auto made = find(i.ask());
        if (!made) {
            continue;
        }
        ++placed;
        const auto read = read_placement(i.lab, i.topology, to_json(i.lab, i.topology, *made));
        ASSERT_TRUE(read) << read.error().reason;
        EXPECT_EQ(*read, *made) << seed;
    }
    EXPECT_GT(placed, 50U);
}

/// Every member of every object is taken away in turn, and every one is made something else.
TEST(ReadPlacement, AnyPartMissingOrOfAnotherKind_RefusedWithItsPlace) {
    for (std::uint64_t seed = 1;; ++seed) {
        const instance i = random_instance(seed);
        const auto made = find(i.ask());
        if (!made || made->links.empty()) {
            continue;
        }
        const auto whole = nlohmann::json::parse(to_json(i.lab, i.topology, *made));
        const auto parts = whole.flatten();
        std::size_t refused = 0;
        for (const auto& [path, value] : parts.items()) {
            const nlohmann::json::json_pointer at(path);
            if (path.ends_with("/platform") || path.ends_with("/site")) {
                continue;  // for people; the device has them
            }
            auto without = whole;
            without.at(at.parent_pointer()).erase(at.back());
            auto other = whole;
            other.at(at) = 7;
            auto unknown = whole;
            unknown.at(at) = "nothing of this name";
            for (const auto& wrong : {without, other, unknown}) {
                const auto read = read_placement(i.lab, i.topology, wrong.dump());
                ASSERT_FALSE(read) << path;
                EXPECT_FALSE(read.error().hint.empty());
                const auto place = path.find("/nodes/") == 0   ? "nodes["
                                   : path.find("/links/") == 0 ? "links["
                                                               : "placement";
                EXPECT_NE(read.error().reason.find(place), std::string::npos) << path << ": " << read.error().reason;
                ++refused;
            }
        }
        EXPECT_GT(refused, 20U);
        return;
    }
}

}  // namespace
}  // namespace rollover::placement
