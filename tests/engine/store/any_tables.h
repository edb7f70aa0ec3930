// The same tests on both databases: SQLite always, PostgreSQL where a URL of one is given
// (tests/real/service/postgres_test.py).
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "engine/scheduler/calendar.h"
#include "engine/store/postgres.h"
#include "engine/store/postgres_roster.h"
#include "engine/store/tables_place.h"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace rollover::store {

enum class kind { sqlite, postgres };

inline std::string postgres_url() {
    const char* url =
        std::getenv("ROLLOVER_TEST_POSTGRES");  // "postgresql://user@host:port/": without a database's name
    return url == nullptr ? "" : url;
}

inline std::vector<kind> databases_at_hand() {
    return postgres_url().empty() ? std::vector{kind::sqlite} : std::vector{kind::sqlite, kind::postgres};
}

inline std::vector<kind> postgres_at_hand() {
    return postgres_url().empty() ? std::vector<kind>() : std::vector{kind::postgres};
}

inline std::string name_of(const testing::TestParamInfo<kind>& of) {
    return of.param == kind::sqlite ? "Sqlite" : "Postgres";
}

/// Empty tables, in a file in `folder`, or in a database of their own.
inline tables_place fresh_tables(kind what, const std::filesystem::path& folder) {
    tables_place place(folder / "journal.sqlite");
    if (what == kind::postgres) {
        static int count = 0;
        const std::string name = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
        auto db = open_postgres(postgres_url() + "postgres", place.server);
        EXPECT_TRUE(db && (*db)->execute("CREATE DATABASE " + name));
        place.url = postgres_url() + name + "?connect_timeout=60";  // 64 clients at once, on a busy machine
    }
    return place;
}

/// Empty tables in virtual time, and a folder that is removed at the end.
class OnTables : public testing::TestWithParam<kind> {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("rollover-" + std::to_string(getpid()) + "-" +
                   std::string(testing::UnitTest::GetInstance()->current_test_info()->name()).substr(0, 20));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        place_ = fresh_tables(GetParam(), folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    template <class T>
    result<T> wait(task<result<T>> work) {
        result<T> out = failure();
        auto root = [](task<result<T>> w, result<T>& o) -> task<void> { o = co_await std::move(w); };
        EXPECT_EQ(rt_.run(root(std::move(work), out)), virtual_end::finished);
        return out;
    }

    std::filesystem::path folder_;
    virtual_runtime rt_;
    tables_place place_{std::filesystem::path()};
};

}  // namespace rollover::store
