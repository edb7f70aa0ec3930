// What is asked whenever something begins finds its rows by an index, however much else is in the tables. SQLite says
// how it would go about it (https://sqlite.org/eqp.html); without ANALYZE that does not depend on what is in them.
#include "engine/store/blocking_calendar.h"
#include "engine/store/blocking_journal.h"
#include "engine/store/sqlite.h"
#include "tests/engine/store/any_tables.h"

#include <algorithm>
#include <set>

namespace rollover::store {
namespace {

using namespace std::chrono_literals;

/// Hands everything on, and keeps the texts of all statements.
class listening_database final : public database {
public:
    listening_database(std::unique_ptr<database> to, std::set<std::string>& heard)
        : to_(std::move(to)), heard_(heard) {}

    result<void> execute(const std::string& sql) override { return to_->execute(sql); }
    std::unique_ptr<prepared_statement> prepare(std::string_view sql) override {
        heard_.emplace(sql);
        return to_->prepare(sql);
    }
    result<void> begin(changes how) override { return to_->begin(how); }
    result<void> commit() override { return to_->commit(); }
    void roll_back() noexcept override { to_->roll_back(); }
    [[nodiscard]] bool in_transaction() const override { return to_->in_transaction(); }

private:
    std::unique_ptr<database> to_;
    std::set<std::string>& heard_;
};

class QueryPlans : public OnTables {
protected:
    std::unique_ptr<database> listened_to() {
        return std::make_unique<listening_database>(*open_tables(place_), heard_);
    }
    static constexpr std::string_view those_not_over = "USING INDEX reservation_open";

    /// The steps of it in which a table that grows for ever is gone through, or all bookings that a lab has to come.
    std::string wide_steps(const std::string& sql) {
        std::string out;
        const auto db = *open_tables(place_);
        statement plan(*db, "EXPLAIN QUERY PLAN " + sql);
        EXPECT_TRUE(plan.each([&] {
            const auto step = plan.text(3);
            const bool all = step.starts_with("SCAN booking") || step.starts_with("SCAN pod") ||
                             step.starts_with("SCAN activation") ||
                             (step.starts_with("SCAN reservation") && !step.ends_with(those_not_over));
            if (all || step.find("booking_by_end") != std::string::npos) {
                out += step + "\n";
            }
        })) << sql;
        return out;
    }

    std::set<std::string> heard_;
};

TEST_P(QueryPlans, StartOfAReservation_ReadsOnlyWhatIsItsOwn) {
    const wall_time now(2'000'000'000s);
    blocking_calendar calendar(listened_to());
    blocking_journal journal(listened_to());
    scheduler::reservation what;
    what.lab = "ostrava";
    what.owner = "eva";
    what.promised = what.held = {scheduler::instant(2'000'000'000s), scheduler::instant(2'000'003'600s)};
    what.pods.push_back({1, "{}", {"r1", "r2", "r3"}});
    const auto id = calendar.book(what, {"eva"}, 1, now);
    ASSERT_TRUE(id) << describe(id.error());
    ASSERT_EQ(calendar.due("ostrava", what.held.until).value().size(), 1U);
    ASSERT_TRUE(calendar.set_stage(*id, scheduler::stage::running, "", {"rollover"}, what.held.from, now));
    const auto begun = journal.begin({"ostrava", "/l.xml", "t", "eva", {"r1", "r2", "r3"}, "{}", *id, 1}, now);
    ASSERT_TRUE(begun) << describe(begun.error());
    ASSERT_TRUE(journal.append({activation::record_kind::touching, *begun, "r1", "", now}));
    ASSERT_TRUE(journal.begin({"ostrava", "/l.xml", "t", "eva", {"h1", "h2"}, "{}", "", 0}, now)) << "by hand";
    ASSERT_EQ(calendar.find(*id).value().pods.front().devices.size(), 3U);
    ASSERT_TRUE(calendar.set_stage(*id, scheduler::stage::ended, "", {"rollover"}, what.held.until, now));

    EXPECT_GT(heard_.size(), 15U);
    for (const auto& sql : heard_) {
        EXPECT_EQ(wide_steps(sql), "") << sql;
    }
    EXPECT_NE(wide_steps("SELECT 1 FROM booking WHERE lab = 'l' AND frees > 1"), "") << "it would be seen";
    EXPECT_NE(wide_steps("SELECT 1 FROM reservation WHERE topology = 't'"), "") << "it would be seen";
}

INSTANTIATE_TEST_SUITE_P(On, QueryPlans, testing::Values(kind::sqlite), name_of);

}  // namespace
}  // namespace rollover::store
