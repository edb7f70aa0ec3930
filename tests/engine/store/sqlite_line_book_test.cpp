#include "engine/store/sqlite_line_book.h"

#include "engine/runtime/virtual_runtime.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace rollover::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using activation::line_visit;

class SqliteLineBook : public testing::Test {
protected:
    void SetUp() override {
        file_ = fs::path(testing::TempDir()) / (std::string("lines-") + current() + ".sqlite");
        TearDown();
    }
    void TearDown() override {
        for (const char* end : {"", "-wal", "-shm"}) {
            fs::remove(file_.string() + end);
        }
    }
    static const char* current() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }

    void run(const std::function<task<void>(activation::line_book&)>& body) {
        auto opened = open_line_book(rt_, file_);
        ASSERT_TRUE(opened) << describe(opened.error());
        EXPECT_EQ(rt_.run(body(**opened)), virtual_end::finished);
    }

    fs::path file_;
    virtual_runtime rt_;
};

line_visit visit_of(std::string line, duration learned, std::uint64_t characters) {
    return {"ostrava", std::move(line), "r1", learned, 10ms, 11ms, 12ms, characters, 2, 1};
}

TEST_F(SqliteLineBook, LineThatWasNeverVisited_IsNotThere) {
    run([](activation::line_book& book) -> task<void> {
        const auto found = co_await book.find("ostrava", "cs1/1");
        EXPECT_TRUE(found && !*found);
        const auto all = co_await book.list();
        EXPECT_TRUE(all && all->empty());
    });
}

TEST_F(SqliteLineBook, Visits_AddUpAndTheLastPaceCounts) {
    run([](activation::line_book& book) -> task<void> {
        const auto first = co_await book.add(visit_of("cs1/1", 5ms, 100));
        const auto second = co_await book.add(visit_of("cs1/1", 2ms, 50));
        const auto other = co_await book.add(visit_of("cs1/2", 0ms, 7));
        EXPECT_TRUE(first && second && other);
    });
    run([](activation::line_book& book) -> task<void> {  // opened again
        const auto found = co_await book.find("ostrava", "cs1/1");
        EXPECT_TRUE(found && *found);
        const auto& line = **found;
        EXPECT_EQ(line.last.learned, 2ms);
        EXPECT_EQ(line.last.characters, 150U);
        EXPECT_EQ(line.last.repairs, 4U);
        EXPECT_EQ(line.last.retries, 2U);
        EXPECT_EQ(line.visits, 2U);
        const auto all = co_await book.list();
        EXPECT_EQ(all->size(), 2U);
    });
}

TEST_F(SqliteLineBook, VisitThatTypedNothing_KeepsTheGapsOfTheOneBefore) {
    run([](activation::line_book& book) -> task<void> {
        const auto typed = co_await book.add(visit_of("cs1/1", 5ms, 100));
        line_visit silent = visit_of("cs1/1", 5ms, 0);
        silent.p99 = 0ms;
        const auto looked = co_await book.add(std::move(silent));
        EXPECT_TRUE(typed && looked);
        const auto found = co_await book.find("ostrava", "cs1/1");
        EXPECT_EQ((*found)->last.p99, 12ms);
    });
}

TEST_F(SqliteLineBook, FileThatIsNoDatabase_SaysWhich) {
    std::ofstream(file_) << std::string(4096, 'x');
    const auto opened = open_line_book(rt_, file_);
    ASSERT_FALSE(opened);
    EXPECT_THAT(describe(opened.error()), testing::HasSubstr(file_.string()));
}

}  // namespace
}  // namespace rollover::store
