// What the two databases have in common as statements see them: those that are run later, and what takes them back.
#include "engine/store/sql.h"

#include "engine/store/commit_group.h"
#include "tests/engine/store/any_tables.h"

#include <chrono>
#include <fmt/format.h>
#include <thread>

namespace rollover::store {
namespace {

constexpr auto insert_row = "INSERT INTO wear (lab, device, uses) VALUES (?,?,?)";

class Sql : public OnTables {
protected:
    void SetUp() override {
        OnTables::SetUp();
        db_ = *open_tables(place_);
    }

    /// The second one of the same device is an error.
    static result<void> insert_later(database& in, std::string_view device, std::int64_t uses = 1) {
        statement row(in, insert_row);
        return row.bind(1, "l").bind(2, device).bind(3, uses).run_later();
    }
    /// The devices that are there, as this connection sees them.
    std::string devices() {
        std::string out;
        statement rows(*db_, "SELECT device FROM wear ORDER BY device");
        EXPECT_TRUE(rows.each([&] { out += rows.text(0) + " "; }));
        return out;
    }

    std::unique_ptr<database> db_;
};

TEST_P(Sql, WhatIsRunLater_StandsBeforeWhatIsAskedNext) {
    transaction all(*db_);
    ASSERT_TRUE(all.begin());
    EXPECT_TRUE(insert_later(*db_, "a"));
    EXPECT_TRUE(insert_later(*db_, "b"));
    EXPECT_EQ(devices(), "a b ");
    EXPECT_TRUE(insert_later(*db_, "c"));
    EXPECT_TRUE(all.commit());
    EXPECT_EQ(devices(), "a b c ");
}

TEST_P(Sql, AnErrorOfWhatIsRunLater_ComesBeforeTheCommit_AndNothingIsThere) {
    {
        transaction all(*db_);
        ASSERT_TRUE(all.begin());
        const bool all_taken = insert_later(*db_, "a") && insert_later(*db_, "a") && insert_later(*db_, "b");
        EXPECT_FALSE(all_taken && all.commit().has_value());
    }
    EXPECT_EQ(devices(), "");
    transaction next(*db_);
    ASSERT_TRUE(next.begin());
    EXPECT_TRUE(insert_later(*db_, "a"));
    EXPECT_TRUE(next.commit());
    EXPECT_EQ(devices(), "a ");
}

TEST_P(Sql, APartThatFailsLate_TakesBackItselfOnly) {
    const auto part = part_of(*db_, changes::decided);
    const auto change = [&](std::initializer_list<std::string_view> rows) {
        transaction mine(*part);
        auto done = mine.begin();
        for (auto row = rows.begin(); done && row != rows.end(); ++row) {
            done = insert_later(*part, *row);
        }
        return done && mine.commit().has_value();
    };
    transaction all(*db_);
    ASSERT_TRUE(all.begin());
    EXPECT_TRUE(change({"a"}));
    EXPECT_FALSE(change({"b", "a", "c"}));
    EXPECT_TRUE(db_->in_transaction());
    EXPECT_TRUE(change({"d"}));
    EXPECT_TRUE(all.commit());
    EXPECT_EQ(devices(), "a d ");
}

TEST_P(Sql, APartThatGivesUp_TakesBackWhatItWouldHaveRunLater) {
    const auto part = part_of(*db_, changes::decided);
    transaction all(*db_);
    ASSERT_TRUE(all.begin());
    for (const auto* second : {"b", "a"}) {  // the second time it would be an error besides
        transaction mine(*part);
        ASSERT_TRUE(mine.begin());
        ASSERT_TRUE(insert_later(*part, "a"));
        const auto also = insert_later(*part, second);
        EXPECT_TRUE(also.has_value() || second == std::string_view("a"));
    }
    EXPECT_TRUE(insert_later(*db_, "z"));
    EXPECT_TRUE(all.commit());
    EXPECT_EQ(devices(), "z ");
}

TEST_P(Sql, BackAtASavepoint_TheTransactionGoesOn) {
    transaction all(*db_);
    ASSERT_TRUE(all.begin());
    EXPECT_TRUE(insert_later(*db_, "a"));
    ASSERT_TRUE(savepoint(*db_).set());
    EXPECT_TRUE(insert_later(*db_, "b"));
    EXPECT_TRUE(savepoint(*db_).go_back());
    EXPECT_TRUE(insert_later(*db_, "c"));
    EXPECT_TRUE(all.commit());
    EXPECT_EQ(devices(), "a c ");
}

TEST_P(Sql, WhatIsRolledBack_IsNotRunInTheNextTransaction) {
    {
        transaction all(*db_);
        ASSERT_TRUE(all.begin());
        EXPECT_TRUE(insert_later(*db_, "a"));
    }
    transaction next(*db_);
    ASSERT_TRUE(next.begin());
    EXPECT_TRUE(insert_later(*db_, "b"));
    EXPECT_TRUE(next.commit());
    EXPECT_EQ(devices(), "b ");
}

// More than the buffers of the sockets hold: both sides write, and neither may wait for the other to read.
TEST_P(Sql, ManyThatAreRunLater_DoNotStopEachOther) {
    constexpr int count = 3000;
    transaction all(*db_);
    ASSERT_TRUE(all.begin());
    for (int n = 0; n < count; ++n) {
        ASSERT_TRUE(insert_later(*db_, fmt::format("{:04}{}", n, std::string(2000, 'x'))));
    }
    ASSERT_TRUE(all.commit());
    statement rows(*db_, "SELECT count(*) FROM wear");
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.number(0), count);
}

INSTANTIATE_TEST_SUITE_P(On, Sql, testing::ValuesIn(databases_at_hand()), name_of);

using SqlOverAConnection = Sql;

TEST_P(SqlOverAConnection, LostBeforeWhatWasToBeRunLater_NothingIsThere) {
    auto killer = *open_tables(place_);
    {
        transaction all(*db_);
        ASSERT_TRUE(all.begin());
        EXPECT_TRUE(insert_later(*db_, "a"));
        ASSERT_TRUE(
            killer->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE pid <> pg_backend_pid() AND datname = current_database()"));
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        EXPECT_TRUE(!insert_later(*db_, "b") || !all.commit());
        EXPECT_FALSE(db_->in_transaction());
    }
    EXPECT_EQ(devices(), "");
    transaction next(*db_);
    ASSERT_TRUE(next.begin());
    EXPECT_TRUE(insert_later(*db_, "c"));
    EXPECT_TRUE(next.commit());
    EXPECT_EQ(devices(), "c ");
}

TEST_P(SqlOverAConnection, OutsideATransactionNothingIsRunLater) {
    EXPECT_FALSE(insert_later(*db_, "a"));
    EXPECT_EQ(devices(), "");
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SqlOverAConnection);
INSTANTIATE_TEST_SUITE_P(On, SqlOverAConnection, testing::ValuesIn(postgres_at_hand()), name_of);

}  // namespace
}  // namespace rollover::store
