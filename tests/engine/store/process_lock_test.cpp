#include "engine/store/process_lock.h"

#include <array>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::store {
namespace {

/// A process that holds the lock until its pipe is closed, or until it is killed.
class other_process {
public:
    explicit other_process(const std::filesystem::path& file) {
        std::array<int, 2> ready{};
        EXPECT_EQ(::pipe(ready.data()), 0);
        EXPECT_EQ(::pipe(go_.data()), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(go_[1]);
            const auto taken = process_lock::take(file);
            const char word = taken ? 'y' : 'n';
            (void)!::write(ready[1], &word, 1);
            char ignored = 0;
            (void)!::read(go_[0], &ignored, 1);
            ::_exit(0);
        }
        ::close(ready[1]);
        (void)!::read(ready[0], &taken_, 1);
        ::close(ready[0]);
    }
    void end(int signal = 0) {
        if (signal != 0) {
            ::kill(pid_, signal);
        }
        ::close(go_[0]);
        ::close(go_[1]);
        int status = 0;
        ::waitpid(pid_, &status, 0);
    }
    [[nodiscard]] bool has_it() const { return taken_ == 'y'; }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    std::array<int, 2> go_{};
    pid_t pid_ = 0;
    char taken_ = 0;
};

struct ProcessLock : testing::Test {
    ProcessLock() : file(std::filesystem::path(testing::TempDir()) / ("rollover-lock-" + std::to_string(::getpid()))) {}
    ~ProcessLock() override { std::filesystem::remove(file); }
    std::filesystem::path file;
};

TEST_F(ProcessLock, TheKernelTellsWhoHoldsIt_UntilHeIsKilled) {
    EXPECT_FALSE(process_lock::holder(file)) << "there is no file yet";
    other_process other(file);
    ASSERT_TRUE(other.has_it());
    EXPECT_EQ(process_lock::holder(file), other.pid());
    const auto mine = process_lock::take(file);
    ASSERT_FALSE(mine);
    EXPECT_EQ(mine.error().code, errc::busy);
    other.end(SIGKILL);
    EXPECT_FALSE(process_lock::holder(file));
    EXPECT_TRUE(process_lock::take(file));
}

TEST_F(ProcessLock, IsLetGoWithTheObject) {
    auto mine = process_lock::take(file);
    ASSERT_TRUE(mine);
    other_process late(file);
    EXPECT_FALSE(late.has_it());
    late.end();
    mine->reset();
    other_process other(file);
    EXPECT_TRUE(other.has_it());
    other.end();
}

TEST_F(ProcessLock, WhereNoFileCanBeMade_SaysWhich) {
    const auto taken = process_lock::take("/nonexistent/lock");
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().reason.find("/nonexistent/lock"), std::string::npos);
}

}  // namespace
}  // namespace rollover::store
