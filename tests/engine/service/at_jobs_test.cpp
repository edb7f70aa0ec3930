#include "engine/service/at_jobs.h"

#include <gtest/gtest.h>

namespace rollover::service {
namespace {

using namespace std::chrono;

TEST(AtJobs, ATimeIsAMinuteInUtc) {
    EXPECT_EQ(at_time_text(sys_days(2026y / 11 / 30) + 3h + 15min + 59s), "202611300315");
    EXPECT_EQ(at_time_text(sys_days(2027y / 1 / 1)), "202701010000");
}

TEST(AtJobs, TheNumberIsFoundBehindWarnings) {
    EXPECT_EQ(at_job_number("warning: commands will be executed using /bin/sh\njob 12 at Mon Nov 30 03:15:00 2026\n"),
              "12");
    EXPECT_EQ(at_job_number("job 7 at Mon"), "7");
    EXPECT_EQ(at_job_number("job 7"), "7");
    for (const auto* none : {"", "job", "job ", "job x at", "job -1 at", "Can't open /run/atd.pid", "a job 12 at",
                             "job 12345678901234567890 at", "job  12"}) {
        EXPECT_FALSE(at_job_number(none)) << none;
    }
}

TEST(AtJobs, WhoAttendsNamesItsJobs) {
    EXPECT_EQ(at_jobs_of("at 12 13"), (std::vector<std::string>{"12", "13"}));
    EXPECT_TRUE(at_jobs_of("").empty());
    EXPECT_TRUE(at_jobs_of("at ").empty());
    EXPECT_TRUE(at_jobs_of("cron 12").empty());
    EXPECT_EQ(at_jobs_of("at 12 -f /etc/passwd"), std::vector<std::string>{"12"});
}

TEST(AtJobs, AWordOfAShellStaysOneWord) {
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("it's; rm -rf $HOME"), "'it'\\''s; rm -rf $HOME'");
    EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace rollover::service
