#include "engine/store/sqlite_journal.h"

#include "engine/runtime/virtual_runtime.h"
#include "engine/store/sqlite.h"
#include "engine/store/state_folder.h"
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

class SqliteJournal : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) /
                  ("rollover-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(folder_);
        auto opened = state_folder::open(folder_);
        ASSERT_TRUE(opened);
        state_.emplace(std::move(*opened));
        journal_ = open();
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::unique_ptr<journal> open() {
        auto opened = open_journal(rt_, state_->journal_file());
        EXPECT_TRUE(opened) << (opened ? "" : describe(opened.error()));
        return opened ? std::move(*opened) : nullptr;
    }

    template <class T>
    result<T> wait(task<result<T>> work) {
        result<T> out = failure();
        auto root = [](task<result<T>> w, result<T>& o) -> task<void> { o = co_await std::move(w); };
        EXPECT_EQ(rt_.run(root(std::move(work), out)), virtual_end::finished);
        return out;
    }

    static beginning two_devices() {
        return {"ostrava", "/labs/ostrava.xml", "two-routers", "eva", {"r1", "r2"}, "{}"};
    }
    static record of(record_kind kind, const std::string& id, std::string subject, std::string text = {}) {
        return {kind, id, std::move(subject), std::move(text), {}};
    }

    fs::path folder_;
    virtual_runtime rt_;
    std::optional<state_folder> state_;
    std::unique_ptr<journal> journal_;
};

TEST_F(SqliteJournal, DeviceInTwoActivations_IsRefusedByName_AndNothingOfTheSecondStays) {
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

TEST_F(SqliteJournal, EndGivesFree_QuarantineKeepsOut_ReleaseLetsIn) {
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

TEST_F(SqliteJournal, CleanTakesOutOfTheOwnQuarantine) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, id, "r2", "silent"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::ended, id, ""))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::clean, id, "r2"))));
    EXPECT_TRUE(wait(journal_->unavailable("ostrava"))->empty());
    EXPECT_EQ(stand(*wait(journal_->read(id))).devices.at("r2").condition, activation::device_condition::clean);
}

TEST_F(SqliteJournal, Release_IsInTheRecordsOfTheActivation) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::quarantined, id, "r2", "silent"))));
    ASSERT_TRUE(wait(journal_->release("ostrava", "r2")));
    EXPECT_EQ(stand(*wait(journal_->read(id))).devices.at("r2").condition, activation::device_condition::released);
}

TEST_F(SqliteJournal, RecordsSurviveReopening_InOrder_ByteForByte) {
    const auto id = wait(journal_->begin(two_devices())).value();
    const std::string text = "line 1\nline 2 \xc5\xbe \x01";
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

TEST_F(SqliteJournal, TwoProcessesOnOneFolder_SeeEachOthersClaims) {
    const auto second = open();
    ASSERT_TRUE(wait(journal_->begin(two_devices())));
    EXPECT_EQ(wait(second->begin(two_devices())).error().code, errc::busy);
}

TEST_F(SqliteJournal, UnknownIds_AreNotFound) {
    EXPECT_EQ(wait(journal_->read("a99")).error().code, errc::not_found);
    EXPECT_EQ(wait(journal_->find("nonsense")).error().code, errc::not_found);
    EXPECT_EQ(wait(journal_->append(of(record_kind::note, "'; DROP TABLE record", ""))).error().code, errc::not_found);
}

TEST_F(SqliteJournal, FileOfANewerProgram_IsRefused_AndNotTouched) {
    journal_.reset();
    auto db = database::open(state_->journal_file());
    ASSERT_TRUE(db);
    ASSERT_TRUE((*db)->execute("PRAGMA user_version = 99"));
    db->reset();
    const auto opened = open_journal(rt_, state_->journal_file());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().reason.find("newer"), std::string::npos);
}

TEST_F(SqliteJournal, UsesOfDevices_AreCounted_ByLab) {
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

TEST_F(SqliteJournal, FileOfAnOlderProgram_IsBroughtUpToDate) {
    const auto id = wait(journal_->begin(two_devices())).value();
    ASSERT_TRUE(wait(journal_->append(of(record_kind::touching, id, "r2"))));
    ASSERT_TRUE(wait(journal_->append(of(record_kind::touching, id, "r2"))));
    journal_.reset();
    const auto older = make_older(state_->journal_file(), 1);
    ASSERT_TRUE(older) << describe(older.error());
    journal_ = open();
    EXPECT_EQ(wait(journal_->uses("ostrava")).value(), (activation::use_counts{{"r2", 1}}));
    EXPECT_EQ(wait(journal_->unavailable("ostrava"))->size(), 2U);
}

TEST_F(SqliteJournal, FileThatIsNoDatabase_IsAClearError) {
    journal_.reset();
    const auto file = folder_ / "junk.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    const auto opened = open_journal(rt_, file);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::store);
    EXPECT_NE(describe(opened.error()).find("junk.sqlite"), std::string::npos);
}

TEST_F(SqliteJournal, Lock_IsSeenByOthers_AndGoesWithItsOwner) {
    auto held = state_->lock("a1");
    ASSERT_TRUE(held);
    EXPECT_TRUE(state_->is_locked("a1"));
    EXPECT_EQ(state_->lock("a1").error().code, errc::busy);
    held->reset();
    EXPECT_FALSE(state_->is_locked("a1"));
}

}  // namespace
}  // namespace rollover::store
