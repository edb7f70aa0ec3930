#include "engine/survey/counting.h"

#include <gtest/gtest.h>

namespace rollover::survey {
namespace {

std::vector<std::uint64_t> growth_at(std::size_t place, std::size_t places, std::uint64_t noise = 0) {
    std::vector<std::uint64_t> all;
    for (unsigned round = 0; round < rounds_for(places); ++round) {
        all.push_back(noise + (gets_frames(place, round) ? frames_of_a_round : 0));
    }
    return all;
}

TEST(Counting, EveryPlaceOfMany_IsToldFromAllOthers) {
    for (const std::size_t places : {1U, 2U, 3U, 7U, 8U, 100U, 2000U}) {
        for (std::size_t place = 0; place < places; ++place) {
            EXPECT_EQ(place_heard(growth_at(place, places), places), place);
            EXPECT_EQ(place_heard(growth_at(place, places, 5), places), place) << "what a switch sends by itself";
        }
    }
    EXPECT_EQ(rounds_for(1), 1U);
    EXPECT_EQ(rounds_for(12), 4U);
    EXPECT_EQ(rounds_for(2000), 11U);
}

TEST(Counting, NothingOrHalfOfIt_IsNoPlace) {
    EXPECT_EQ(place_heard(std::vector<std::uint64_t>{0, 3, 0}, 7), std::nullopt);
    EXPECT_EQ(place_heard(std::vector<std::uint64_t>{frames_of_a_round, frames_of_a_round * 2 / 3, 0}, 7),
              std::nullopt);
    EXPECT_EQ(place_heard(std::vector<std::uint64_t>{24, 24, 24}, 6), std::nullopt) << "there is no seventh";
}

TEST(Counting, SomeLostFrames_StillCount) {
    EXPECT_EQ(has_counted(frames_of_a_round - 2), true);
    EXPECT_EQ(has_counted(0), false);
    EXPECT_EQ(has_counted(1'000'000), true);
}

}  // namespace
}  // namespace rollover::survey
