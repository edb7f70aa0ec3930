// A few of the instances that the placement is measured on: the answers are right. How long they take is for the bench.
#include "tests/engine/placement/families.h"

#include "tests/engine/placement/share.h"

#include <array>
#include <gtest/gtest.h>
#include <sstream>

namespace rollover::placement {
namespace {

void expect_right(const family_made& made) {
    const model::lab lab = lab_of(made.what);
    const model::topology topology = topology_of(made.what);
    const request r{lab, topology, {}, {}};
    const auto answer = find(r);
    if (answer) {
        EXPECT_NE(made.possible, false) << made.name;
        EXPECT_EQ(verify(r, *answer).value_or("right"), "right") << made.name;
        return;
    }
    EXPECT_EQ(answer.error().code, errc::impossible) << made.name << ": " << describe(answer.error());
    EXPECT_NE(made.possible, true) << made.name << ": " << describe(answer.error());
}

constexpr std::array families{family::one_cross_connect, family::thin_trunks, family::wires, family::mixed,
                              family::sites};

TEST(Families, WithAPlantedAnswer_ArePlaced) {
    for (const family of : families) {
        for (const std::uint32_t nodes : {10U, 50U}) {
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                expect_right(make({of, 100, nodes, seed}));
            }
        }
    }
}

TEST(Families, NearlyFull_ArePlaced) {
    for (const family of : families) {
        expect_right(make({of, 200, 50, 1, flaw::none, 0.95}));
    }
}

TEST(Families, UsedUpToTheLastDevice_ArePlaced) {
    expect_right(make({family::sites, 60, 60, 1, flaw::none, 0}));
    expect_right(make({family::one_cross_connect, 60, 60, 1, flaw::none, 0}));
}

TEST(Families, WithAFlaw_AreImpossible) {
    for (std::uint64_t seed = 1; seed <= share_of(4); ++seed) {
        expect_right(make({family::one_cross_connect, 100, 50, seed, flaw::too_few_devices}));
        expect_right(make({family::mixed, 100, 50, seed, flaw::too_few_devices}));
        expect_right(make({family::one_cross_connect, 100, 50, seed, flaw::too_few_ports}));
        expect_right(make({family::sites, 100, 50, seed, flaw::thin_interlinks}));
        expect_right(make({family::wires, 100, 50, seed, flaw::extra_wires}));
    }
}

TEST(Families, HardWirings_AreDecided) {
    for (const family_made& made : hard_wirings(1)) {
        if (made.name == "torus-1-ring50" || made.name == "torus-1-tree50" || made.name == "reg4-1-planted50") {
            expect_right(made);
        }
    }
}

TEST(Families, ReadFromText_TheSameInstance) {
    std::istringstream text(
        "2 2 1 1\nr1 3 5 0 2 2 1 0 2\nr2 3 1 0 1 2 1 0 1\n0 10\n0\n1\n0 1 1\n"
        "A 3 4\nB -1 0\n1\n0 1 2\n");
    const family_instance i = read_instance(text);
    const model::lab lab = lab_of(i);
    ASSERT_EQ(lab.devices.size(), 2U);
    EXPECT_EQ(lab.devices[0].features, (std::vector<std::string>{"f00", "f02"}));
    EXPECT_EQ(lab.devices[0].interfaces.size(), 3U);
    EXPECT_EQ(lab.wires.size(), 1U);
    EXPECT_EQ(lab.switches[0].trunks[0].capacity, 10'000U);
    EXPECT_EQ(topology_of(i).links.size(), 2U);
    expect_right({"text", i, true});
    std::istringstream short_text("2 2 1");
    EXPECT_THROW((void)read_instance(short_text), std::runtime_error);
}

}  // namespace
}  // namespace rollover::placement
