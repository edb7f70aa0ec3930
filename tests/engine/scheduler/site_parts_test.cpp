// What belongs to which site, who may work on it, and what the parts are together.
#include "engine/scheduler/available.h"
#include "engine/scheduler/parts.h"

#include <gtest/gtest.h>

namespace rollover::scheduler {
namespace {

using texts = std::vector<std::string>;

/// r1 and r2 north, r3 south, h1 west; a segment "lan" that begins at r3.
model::lab three_sites() {
    model::lab lab;
    lab.sites = {{"north", {}}, {"south", {}}, {"west", {}}};
    for (const auto& [name, site] :
         {std::pair("r1", 0U), std::pair("r2", 0U), std::pair("r3", 1U), std::pair("h1", 2U)}) {
        lab.devices.emplace_back();
        lab.devices.back().name = name;
        lab.devices.back().site = {site};
    }
    lab.segments.emplace_back();
    lab.segments.back().name = "lan";
    lab.segments.back().ends = {{{2}, 0}, {{0}, 0}};
    return lab;
}

struct SiteParts : testing::Test {
    SiteParts() {
        r.id = "r1";
        r.pods.push_back({1, "{}", {"r1", "r2", "r3", segment_claim("lan")}});
    }
    part& at(const std::string& site, part_stage stands, bool over = false, std::string why = "") {
        r.pods[0].parts.push_back({site, stands, std::move(why), over});
        return r.pods[0].parts.back();
    }
    others seen_from(const std::string& site) { return others_of(lab, r, r.pods[0], site); }

    model::lab lab = three_sites();
    reservation r;
};

TEST_F(SiteParts, ClaimsAreWhereTheirDevicesAre) {
    EXPECT_EQ(sites_of(lab, r.pods[0].devices), (std::set<std::string>{"north", "south"}));
    EXPECT_EQ(claims_at(lab, r.pods[0].devices, "north"), (texts{"r1", "r2"}));
    EXPECT_EQ(claims_at(lab, r.pods[0].devices, "south"), (texts{"r3", "segment lan"}));
    EXPECT_TRUE(sites_of(lab, {"nobody knows it"}).empty());
}

TEST_F(SiteParts, AServiceMayWorkOnWhatItServes_AndPrefersAllOfIt) {
    EXPECT_EQ(workable(lab, r, {}), (texts{"", "north", "south"}));
    EXPECT_EQ(workable(lab, r, {"north", "south"}), (texts{"", "north", "south"}));
    EXPECT_EQ(workable(lab, r, {"south", "west"}), (texts{"south"}));
    EXPECT_TRUE(workable(lab, r, {"west"}).empty());
    r.pods[0].devices = {"r1", "r2"};
    EXPECT_EQ(workable(lab, r, {"north"}), (texts{""})) << "at one site it has no parts";
    EXPECT_TRUE(workable(lab, r, {"south"}).empty());
}

TEST(Takeable, AsAWholeOrBySites_NeverBoth) {
    const texts all{"", "north", "south"};
    EXPECT_EQ(takeable({}, false, all), (texts{""}));
    EXPECT_EQ(takeable({}, false, {"north"}), (texts{"north"}));
    EXPECT_TRUE(takeable({{"", true}}, false, {"north"}).empty()) << "somebody works on all of it";
    EXPECT_TRUE(takeable({{"", true}}, true, all).empty());
    EXPECT_EQ(takeable({{"north", true}}, false, all), (texts{"south"})) << "it is split, the rest is to be had";
    EXPECT_EQ(takeable({{"north", true}}, true, {"north", "south"}), (texts{"south"}));
    EXPECT_EQ(takeable({{"north", false}, {"south", true}}, true, all), (texts{"north"})) << "taken over";
    EXPECT_EQ(takeable({{"", false}}, true, all), (texts{""})) << "what was begun as a whole stays so";
    EXPECT_TRUE(takeable({{"", false}}, true, {"north"}).empty());
    EXPECT_EQ(takeable({{"", false}}, false, {"north"}), (texts{"north"})) << "he has gone before he began";
}

TEST_F(SiteParts, TheOthers_AreBuilt_WhenEachIs) {
    EXPECT_FALSE(seen_from("north").are_built) << "nobody has begun";
    part& south = at("south", part_stage::begun);
    EXPECT_FALSE(seen_from("north").are_built);
    south.now = part_stage::built;
    EXPECT_TRUE(seen_from("north").are_built);
    EXPECT_TRUE(seen_from("north").checked.empty());
    south.now = part_stage::met;
    EXPECT_TRUE(seen_from("north").are_built);
    EXPECT_EQ(seen_from("north").checked, (texts{"south"}));
    south.over = true;
    EXPECT_FALSE(seen_from("north").are_built);
    south = {"south", part_stage::failed, "its fan is broken"};
    EXPECT_FALSE(seen_from("north").are_built);
    EXPECT_TRUE(seen_from("north").one_is_given_up);
    EXPECT_EQ(seen_from("north").words, "site south: its fan is broken");
    r.policy = policy::best_effort;
    EXPECT_TRUE(seen_from("north").are_built);
    EXPECT_FALSE(seen_from("north").one_is_given_up);
}

TEST_F(SiteParts, AllReady_WhenEveryPartOfEveryPodIs) {
    at("north", part_stage::ready);
    EXPECT_FALSE(all_ready(lab, r));
    at("south", part_stage::met);
    EXPECT_FALSE(all_ready(lab, r));
    r.pods[0].parts[1].now = part_stage::ready;
    EXPECT_TRUE(all_ready(lab, r));
    r.pods.push_back({2, "{}", {"h1"}});
    EXPECT_FALSE(all_ready(lab, r));
    r.pods[1].parts.push_back({"west", part_stage::ready});
    EXPECT_TRUE(all_ready(lab, r));
    r.pods[0].parts[1] = {"south", part_stage::failed, "no power"};
    EXPECT_FALSE(all_ready(lab, r));
    r.policy = policy::best_effort;
    EXPECT_TRUE(all_ready(lab, r));
    EXPECT_EQ(missing_of(r), "site south: no power");
    r.pods[0].parts[0].now = part_stage::failed;
    EXPECT_FALSE(all_ready(lab, r)) << "nothing is left of the pod";
}

TEST_F(SiteParts, Verdict_WhenNothingIsLeftOfAnyPart) {
    at("north", part_stage::ready, true);
    part& south = at("south", part_stage::ready);
    EXPECT_FALSE(verdict_of(lab, r, true)) << "south is still there";
    south.over = true;
    EXPECT_EQ(verdict_of(lab, r, true)->now, stage::ended);
    south = {"south", part_stage::failed, "no power", true};
    EXPECT_EQ(verdict_of(lab, r, true)->now, stage::failed);
    EXPECT_EQ(verdict_of(lab, r, true)->why, "site south: no power");
    r.policy = policy::best_effort;
    EXPECT_EQ(verdict_of(lab, r, true)->now, stage::ended);
    r.policy = policy::strict;
    south = {"south", part_stage::begun, "it was stopped", true};
    r.now = stage::ending;
    EXPECT_EQ(verdict_of(lab, r, true)->now, stage::cancelled);
    EXPECT_EQ(verdict_of(lab, r, true)->why, "");
    r.now = stage::running;
    r.pods[0].parts.pop_back();
    EXPECT_FALSE(verdict_of(lab, r, false)) << "south may still begin";
    EXPECT_EQ(verdict_of(lab, r, true)->now, stage::failed);
    EXPECT_EQ(verdict_of(lab, r, true)->why, "nobody served site south in its window");
}

}  // namespace
}  // namespace rollover::scheduler
