#include "engine/runtime/virtual_runtime.h"
#include "engine/store/sqlite.h"
#include "engine/store/state_folder.h"
#include "engine/store/stored_journal.h"
#include "tests/engine/store/any_tables.h"
#include "tests/engine/store/older_state.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using activation::beginning;
using activation::journal;
using activation::record;
using activation::record_kind;

class Journal : public OnTables {
protected:
    void SetUp() override {
        OnTables::SetUp();
        auto opened = state_folder::open(folder_);
        ASSERT_TRUE(opened);
        state_.emplace(std::move(*opened));
        journal_ = open();
    }

    std::unique_ptr<journal> open() {
        auto opened = open_journal(rt_, place_);
        EXPECT_TRUE(opened) << (opened ? "" : describe(opened.error()));
        return opened ? std::move(*opened) : nullptr;
    }

    static beginning two_devices() {
        return {"ostrava", "/labs/ostrava.xml", "two-routers", "eva", {"r1", "r2"}, "{}"};
    }
    static record of(record_kind kind, const std::string& id, std::string subject, std::string text = {}) {
        return {kind, id, std::move(subject), std::move(text), {}};
    }

    std::optional<state_folder> state_;
    std::unique_ptr<journal> journal_;
};

TEST_P(Journal, DeviceInTwoActivations_IsRefusedByName_AndNothingOfTheSecondStays) {
    ASSERT_EQ(wait(journal_->begin(two_devices())).value(), "a1");
    auto other = two_devices();
    other.devices = {"r3", "r2"};
    const auto refused = wait(journal_->begin(other));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
    EXPECT_NE(refused.error().reason.find("r2"), std::string::npos);
    EXPECT_NE(refused.error().reason.find("a1"), std::string::npos);
    const auto kept = wait(journal_->unavailable("ostrava"));
    EXPECT_EQ(kept->count("r3"), 0U) << "all or none";
    EXPECT_EQ(wait(journal_->list())->size(), 1U);
}

TEST_P(Journal, EndGivesFree_QuarantineKeepsOut_ReleaseLetsIn) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::clean, id, "r1"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, id, "r2", "silent"))));
    EXPECT_EQ(wait(journal_->unavailable("ostrava"))->count("r1"), 1U) << "a join may stand yet";
    ASSERT_TRUE(wait(journal_->append(of(record_kind::ended, id, ""))));
    const auto kept = wait(journal_->unavailable("ostrava"));
    EXPECT_EQ(kept->count("r1"), 0U);
    ASSERT_EQ(kept->count("r2"), 1U);
    EXPECT_EQ(to_string(kept->at("r2")), "in quarantine since activation a1: silent");
    EXPECT_EQ(wait(journal_->begin(two_devices())).error().code, errc::busy);
    ASSERT_TRUE(wait(journal_->release("ostrava", "r2")));
    EXPECT_TRUE(wait(journal_->begin(two_devices())));
    EXPECT_EQ(wait(journal_->release("ostrava", "r2")).error().code, errc::not_found);
}

TEST_P(Journal, CleanTakesOutOfTheOwnQuarantine) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, id, "r2", "silent"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::ended, id, ""))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::clean, id, "r2"))));
    EXPECT_TRUE(wait(journal_->unavailable("ostrava"))->empty());
    EXPECT_EQ(stand(*wait(journal_->read(id))).devices.at("r2").condition, activation::device_condition::clean);
}

TEST_P(Journal, Release_IsInTheRecordsOfTheActivation) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, id, "r2", "silent"))));
    ASSERT_TRUE(wait(journal_->release("ostrava", "r2")));
    EXPECT_EQ(stand(*wait(journal_->read(id))).devices.at("r2").condition, activation::device_condition::released);
}

TEST_P(Journal, RecordsSurviveReopening_InOrder_ByteForByte) {
    const auto id = wait(journal_->begin(two_devices())).value();
    using namespace std::string_literals;
    const std::string text = "line 1\nline 2 \xc5\xbe \x01 \xff\xc5 and \0 \xef\x9c\x81"s;
    ASSERT_TRUE(wait(journal_->append(of(record_kind::touching, id, "r1"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::found, id, "r1", text))));
    journal_.reset();
    journal_ = open();
    const auto records = wait(journal_->read(id));
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 3U);
    EXPECT_EQ((*records)[0].kind, record_kind::begun);
    EXPECT_EQ((*records)[2].text, text);
    EXPECT_EQ(activation::stand(*records).devices.at("r1").found, text);
    EXPECT_EQ(wait(journal_->find(id))->lab_file, "/labs/ostrava.xml");
}

TEST_P(Journal, TwoProcessesOnOneFolder_SeeEachOthersClaims) {
    const auto second = open();
    ASSERT_TRUE(wait(journal_->begin(two_devices())));
    EXPECT_EQ(wait(second->begin(two_devices())).error().code, errc::busy);
}

TEST_P(Journal, UnknownIds_AreNotFound) {
    EXPECT_EQ(wait(journal_->read("a99")).error().code, errc::not_found);
    EXPECT_EQ(wait(journal_->find("nonsense")).error().code, errc::not_found);
    EXPECT_EQ(wait(journal_->append(of(record_kind::note, "'; DROP TABLE record", ""))).error().code, errc::not_found);
}

TEST_P(Journal, TablesOfANewerProgram_AreRefused_AndNotTouched) {
    journal_.reset();
    auto db = open_tables(place_);
    ASSERT_TRUE(db);
    ASSERT_TRUE((*db)->execute(GetParam() == kind::sqlite ? "PRAGMA user_version = 99"
                                                          : "UPDATE rollover_version SET version = 99"));
    db->reset();
    const auto opened = open_journal(rt_, place_);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().reason.find("newer"), std::string::npos);
}

TEST_P(Journal, UsesOfDevices_AreCounted_ByLab) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_FALSE(wait(journal_->begin(two_devices()))) << "what is refused is no use";
    ASSERT_TRUE(wait(journal_->append(of(record_kind::ended, id, ""))));
    auto next = two_devices();
    next.devices = {"r2", "r3"};
    ASSERT_TRUE(wait(journal_->begin(next)));
    next.lab = "brno";
    ASSERT_TRUE(wait(journal_->begin(next)));
    EXPECT_EQ(wait(journal_->uses("ostrava")).value(), (activation::use_counts{{"r1", 1}, {"r2", 2}, {"r3", 1}}));
    EXPECT_EQ(wait(journal_->uses("brno")).value(), (activation::use_counts{{"r2", 1}, {"r3", 1}}));
    EXPECT_TRUE(wait(journal_->uses("praha"))->empty());
}

/// Of a time when there was SQLite only.
class OlderJournal : public Journal {};

TEST_P(OlderJournal, FileOfAnOlderProgram_IsBroughtUpToDate) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::touching, id, "r2"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::touching, id, "r2"))));
    journal_.reset();
    const auto older = make_older(place_.file, 1);
    ASSERT_TRUE(older) << describe(older.error());
    journal_ = open();
    EXPECT_EQ(wait(journal_->uses("ostrava")).value(), (activation::use_counts{{"r2", 1}}));
    EXPECT_EQ(wait(journal_->unavailable("ostrava"))->size(), 2U);
}

TEST_P(Journal, FileThatIsNoDatabase_IsAClearError) {
    journal_.reset();
    const auto file = folder_ / "junk.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    const auto opened = open_journal(rt_, file);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::store);
    EXPECT_NE(describe(opened.error()).find("junk.sqlite"), std::string::npos);
}

TEST_P(Journal, Lock_IsSeenByOthers_AndGoesWithItsOwner) {
    auto held = state_->lock("a1");
    ASSERT_TRUE(held);
    EXPECT_TRUE(state_->is_locked("a1"));
    EXPECT_EQ(state_->lock("a1").error().code, errc::busy);
    held->reset();
    EXPECT_FALSE(state_->is_locked("a1"));
}

TEST_P(Journal, ChangedPlan_MovesTheClaims_AllOrNothing) {
    ASSERT_EQ(wait(journal_->begin(two_devices())).value(), "a1");
    auto other = two_devices();
    other.devices = {"r4"};
    ASSERT_EQ(wait(journal_->begin(other)).value(), "a2");
    activation::plan_change change;
    change.what = of(record_kind::replaced, "a1", "r2", "by r4 as node B");
    change.taken = {"r4"};
    change.given_back = {"r2"};
    change.plan = "{\"new\":1}";
    const auto refused = wait(journal_->change_plan(change));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
    EXPECT_EQ(wait(journal_->find("a1"))->plan, "{}");
    EXPECT_EQ(wait(journal_->unavailable("ostrava"))->at("r2").activation, "a1") << "nothing was done";
    change.taken = {"r3"};
    ASSERT_TRUE(wait(journal_->change_plan(change)));
    journal_ = open();
    EXPECT_EQ(wait(journal_->find("a1"))->plan, "{\"new\":1}");
    const auto held = wait(journal_->unavailable("ostrava")).value();
    EXPECT_FALSE(held.contains("r2"));
    EXPECT_EQ(held.at("r3").activation, "a1");
    EXPECT_EQ(wait(journal_->read("a1"))->back().kind, record_kind::replaced);
}

TEST_P(Journal, QuarantineByAPerson_IsNoActivations) {
    ASSERT_EQ(wait(journal_->begin(two_devices())).value(), "a1");
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, "a1", "r1", "no prompt"))));
    ASSERT_TRUE(wait(journal_->quarantine("ostrava", "r1", "by eva: its fan is broken")));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, "a1", "r1", "no prompt"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::clean, "a1", "r1"))));
    const auto held = wait(journal_->unavailable("ostrava")).value();
    ASSERT_TRUE(held.at("r1").quarantined);
    EXPECT_EQ(held.at("r1").activation, "");
    EXPECT_EQ(held.at("r1").why, "by eva: its fan is broken");
}

INSTANTIATE_TEST_SUITE_P(On, OlderJournal, testing::Values(kind::sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(On, Journal, testing::ValuesIn(databases_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
