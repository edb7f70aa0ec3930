#include "engine/activation/journal.h"

#include "engine/activation/memory_journal.h"
#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>

namespace rollover::activation {
namespace {

record of(record_kind kind, std::string subject = {}, std::string text = {}) {
    return {kind, "a1", std::move(subject), std::move(text), {}};
}

TEST(Standing, EveryKindHasANameThatLeadsBack) {
    for (int i = 0; i <= static_cast<int>(record_kind::note); ++i) {
        const auto kind = static_cast<record_kind>(i);
        EXPECT_EQ(record_kind_of(name_of(kind)), kind) << i;
    }
    EXPECT_FALSE(record_kind_of("nonsense"));
}

TEST(Standing, TouchedAndNothingMore_MayBeDirty) {
    const auto now = stand({of(record_kind::begun), of(record_kind::joining, "xc1", "a1/lan\na1/wan"),
                            of(record_kind::touching, "r1"), of(record_kind::found, "r1", "hostname r1")});
    EXPECT_EQ(now.phase, phase::activating);
    EXPECT_EQ(now.devices.at("r1").condition, device_condition::dirty);
    EXPECT_EQ(now.devices.at("r1").found, "hostname r1");
    EXPECT_EQ(now.joins.at("xc1"), (std::vector<std::string>{"a1/lan", "a1/wan"}));
}

TEST(Standing, WayBack_LeavesOnlyWhatIsQuarantined) {
    const auto now = stand(
        {of(record_kind::begun), of(record_kind::joining, "xc1", "a1/lan"), of(record_kind::touching, "r1"),
         of(record_kind::touching, "r2"), of(record_kind::failed, "", "r2 is silent"), of(record_kind::unjoined, "xc1"),
         of(record_kind::clean, "r1"), of(record_kind::quarantined, "r2", "silent"), of(record_kind::ended)});
    EXPECT_EQ(now.phase, phase::ended);
    EXPECT_EQ(now.failure, "r2 is silent");
    EXPECT_TRUE(now.joins.empty());
    EXPECT_EQ(now.devices.at("r1").condition, device_condition::clean);
    EXPECT_EQ(now.devices.at("r2").condition, device_condition::quarantined);
    EXPECT_EQ(now.devices.at("r2").why, "silent");
}

TEST(Standing, PatchesStandUntilNothingCarriesThem) {
    std::vector<record> all{of(record_kind::begun), of(record_kind::patching, "", "wan\nlan")};
    EXPECT_EQ(stand(all).patches, (std::vector<std::string>{"wan", "lan"}));
    all.push_back(of(record_kind::unpatched));
    EXPECT_TRUE(stand(all).patches.empty());
}

}  // namespace
}  // namespace rollover::activation
