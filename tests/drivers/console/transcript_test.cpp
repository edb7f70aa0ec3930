#include "drivers/console/transcript.h"

#include "drivers/console/cast_reader.h"
#include "drivers/console/cast_text.h"
#include "engine/runtime/real_runtime.h"
#include "engine/runtime/virtual_runtime.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/resource.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto first_header =
    "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 946684800, \"title\": \"device r1 (line "
    "cs1/1)\"}\n";

/// The bytes of all events of `text` with this code; the cast must be sound, and its times must not go back.
std::string bytes_in(const std::string& text, char code) {
    std::istringstream in(text);
    cast_reader reader(in, "test.cast");
    const auto head = reader.header();
    EXPECT_TRUE(head) << text;
    std::string bytes;
    duration last{};
    for (;;) {
        const auto event = reader.next();
        EXPECT_TRUE(event) << (event ? "" : describe(event.error()));
        if (!event || !*event) {
            return bytes;
        }
        EXPECT_GE((*event)->at, last);
        last = (*event)->at;
        if ((*event)->code == code) {
            bytes += from_cast_text((*event)->text);
        }
    }
}

std::string content_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct FileTranscript : ::testing::Test {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("transcript_test_" + std::to_string(::getpid()));
    FileTranscript() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~FileTranscript() override {
        rt.hold_background(false);
        std::filesystem::remove_all(folder);
    }

    [[nodiscard]] transcript_options options(const std::string& name = "r1.cast") const {
        return {folder / name, "device r1 (line cs1/1)"};
    }
    [[nodiscard]] std::string content(const std::string& name = "r1.cast") const { return content_of(folder / name); }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& one : std::filesystem::directory_iterator(folder)) {
            names.push_back(one.path().filename());
        }
        std::ranges::sort(names);
        return names;
    }
    void run(task<void> root) { EXPECT_EQ(rt.run(std::move(root)), virtual_end::finished); }
    void pass(duration time) {
        auto wait = [](virtual_runtime& r, duration t) -> task<void> { co_await sleep_for(r, t); };
        run(wait(rt, time));
    }
    result<std::shared_ptr<transcript>> open(transcript_options what) {
        result<std::shared_ptr<transcript>> out = failure();
        auto root = [](virtual_runtime& r, transcript_options o,
                       result<std::shared_ptr<transcript>>& into) -> task<void> {
            into = co_await open_transcript(r, std::move(o), r.now() + 10s);
        };
        run(root(rt, std::move(what), out));
        return out;
    }
    result<void> flush(transcript& record) {
        result<void> out;
        auto root = [](virtual_runtime& r, transcript& one, result<void>& into) -> task<void> {
            into = co_await one.flush(r.now() + 5s);
        };
        run(root(rt, record, out));
        return out;
    }
    virtual_runtime rt;
};

TEST_F(FileTranscript, IsOnDiskWithinASecondAndForItsOwnerOnly) {
    const auto opened = open(options());
    ASSERT_TRUE(opened);
    (*opened)->received("hello\r\n");
    pass(999ms);
    EXPECT_EQ(content(), "");
    pass(2ms);
    EXPECT_EQ(content(), std::string(first_header) + "[0.000, \"o\", \"hello\\r\\n\"]\n");
    EXPECT_EQ(std::filesystem::status(folder / "r1.cast").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto before = rt.alarms_fired();
    pass(1h);
    EXPECT_EQ(rt.alarms_fired() - before, 1U) << "no timer while nothing is said";
}

TEST_F(FileTranscript, LaterVisits_ContinueTheFile) {
    for (int i = 0; i < 3; ++i) {
        const auto opened = open(options());
        ASSERT_TRUE(opened);
        (*opened)->remark("opened");
        pass(1h);
    }
    EXPECT_EQ(content(),
              std::string(first_header) +
                  "[0.000, \"m\", \"opened\"]\n[3600.000, \"m\", \"opened\"]\n[7200.000, \"m\", \"opened\"]\n");
}

TEST_F(FileTranscript, WallClockThatWentBack_TimesStillGrow) {
    std::ofstream(folder / "r1.cast") << first_header << "[500.000, \"o\", \"later\"]\n";
    const auto opened = open(options());
    (*opened)->received("x");
    EXPECT_TRUE(flush(**opened));
    EXPECT_THAT(content(), HasSubstr("[500.000, \"o\", \"x\"]"));
}

TEST_F(FileTranscript, WhatIsNoWholeCast_IsMovedAside) {
    const std::string whole = std::string(first_header) + "[0.000, \"o\", \"a\"]\n";
    const std::vector<std::string> damaged{whole + "[1.000, \"o\", \"cut", "some notes\n", whole + "not an event\n",
                                           "{\"version\": 2}\n", std::string(1 << 20, 'x')};
    for (const auto& text : damaged) {
        std::filesystem::remove(folder / "r1.1.cast");
        std::ofstream(folder / "r1.cast") << text;
        {
            const auto opened = open(options());
            ASSERT_TRUE(opened);
            (*opened)->received("new");
        }
        EXPECT_EQ(bytes_in(content(), 'o'), "new");
        EXPECT_EQ(content("r1.1.cast"), text);
        std::filesystem::remove(folder / "r1.cast");
    }
}

TEST_F(FileTranscript, NothingSaid_NothingMoved) {
    std::ofstream(folder / "r1.cast") << "some notes\n";
    EXPECT_TRUE(open(options()));
    EXPECT_THAT(files(), ElementsAre("r1.cast"));
}

TEST_F(FileTranscript, RotatesAtItsSize_EachFileIsACast) {
    auto small = options();
    small.file_size = 2000;
    small.older = 2;
    const auto opened = open(small);
    ASSERT_TRUE(opened);
    std::string said;
    for (int i = 0; i < 200; ++i) {
        const std::string line = "log message " + std::to_string(i) + " \xff\r\n";
        (*opened)->received(line);
        said += line;
        pass(1001ms);
    }
    EXPECT_THAT(files(), ElementsAre("r1.1.cast", "r1.2.cast", "r1.cast"));
    const std::string kept =
        bytes_in(content("r1.2.cast"), 'o') + bytes_in(content("r1.1.cast"), 'o') + bytes_in(content(), 'o');
    EXPECT_TRUE(said.ends_with(kept)) << kept;
    EXPECT_GT(kept.size(), 1000U);
    for (const auto& name : files()) {
        EXPECT_LT(std::filesystem::file_size(folder / name), 2200U) << name;
    }
    // Timestamp and time are the wall-clock time in every file: the virtual one begins at 946684800.
    std::istringstream in(content("r1.1.cast"));
    cast_reader reader(in, "");
    const auto head = reader.header();
    const auto event = reader.next();
    const std::string text = (*event)->text;
    const int number = std::stoi(text.substr(12));
    const auto when = std::chrono::seconds(*head->timestamp - 946684800) + (*event)->at;
    EXPECT_EQ(std::chrono::round<std::chrono::milliseconds>(when), number * 1001ms);
}

TEST_F(FileTranscript, FullFile_IsFollowedByANewOneAtOpening) {
    auto small = options();
    small.file_size = 100;
    for (int i = 0; i < 7; ++i) {
        const auto opened = open(small);
        (*opened)->remark("visit " + std::to_string(i));
    }
    EXPECT_THAT(files(), ElementsAre("r1.1.cast", "r1.2.cast", "r1.3.cast", "r1.4.cast", "r1.cast"));
    EXPECT_EQ(bytes_in(content("r1.4.cast"), 'm'), "visit 2");
    EXPECT_EQ(bytes_in(content(), 'm'), "visit 6");
}

TEST_F(FileTranscript, DiskThatHangs_MemoryIsBoundedAndTheLossIsSaid) {
    const auto opened = open(options());
    ASSERT_TRUE(opened);
    (*opened)->received("before\r\n");
    pass(2s);
    rt.hold_background(true);
    std::uint64_t said = 0;
    const std::string line = std::string(98, 'x') + "\r\n";
    for (int second = 0; second < 3600; ++second) {
        for (int i = 0; i < 10; ++i) {
            (*opened)->received(line);
            said += line.size();
        }
        pass(1s);
    }
    EXPECT_EQ(bytes_in(content(), 'o'), "before\r\n");
    rt.hold_background(false);
    pass(2s);
    (*opened)->received("after\r\n");
    pass(2s);
    const std::string got = bytes_in(content(), 'o');
    EXPECT_TRUE(got.ends_with("x\r\nafter\r\n"));
    const std::uint64_t lost = said + 15 - got.size();
    EXPECT_EQ(bytes_in(content(), 'm'), std::to_string(lost) + " bytes of the transcript were lost");
    EXPECT_GT(got.size(), std::size_t{90} << 10U);
    EXPECT_LT(got.size(), std::size_t{140} << 10U);
    const auto flushed = flush(**opened);
    ASSERT_FALSE(flushed);
    EXPECT_THAT(flushed.error().reason, HasSubstr("r1.cast were lost"));
}

TEST_F(FileTranscript, DiskThatHangs_FlushAndOpenWaitNoLongerThanTheirDeadline) {
    const auto opened = open(options());
    (*opened)->received("text");
    rt.hold_background(true);
    const auto before = rt.now();
    const auto flushed = flush(**opened);
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, errc::timed_out);
    EXPECT_EQ(rt.now() - before, 5s);
    const auto second = open(options("r2.cast"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::timed_out);
    rt.hold_background(false);
    EXPECT_EQ(bytes_in(content(), 'o'), "text") << "it is written when the disk goes on";
}

TEST_F(FileTranscript, OpenedAgainWhileTheDiskHangs_NothingIsMixedUp) {
    auto first = open(options());
    rt.hold_background(true);
    (*first)->received("first ");
    first = failure();  // its last words wait for the disk
    auto root = [](FileTranscript& t) -> task<void> {
        task_group group(t.rt);
        auto release = [](FileTranscript& inner) -> task<void> {
            co_await sleep_for(inner.rt, 1s);
            inner.rt.hold_background(false);
        };
        group.spawn(release(t));
        auto what = t.options();
        const auto second = co_await open_transcript(t.rt, std::move(what), t.rt.now() + 10s);
        EXPECT_TRUE(second);
        (*second)->received("second");
        co_await group.join();
    };
    run(root(*this));
    EXPECT_EQ(bytes_in(content(), 'o'), "first second");
}

TEST_F(FileTranscript, NoFolder_SaysWhichFile) {
    const auto opened = open(options("missing/r1.cast"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::io);
    EXPECT_THAT(opened.error().reason, HasSubstr("missing/r1.cast"));
}

TEST_F(FileTranscript, Link_IsNotFollowed) {
    std::filesystem::create_symlink(folder / "elsewhere", folder / "r1.cast");
    EXPECT_FALSE(open(options()));
    EXPECT_THAT(files(), ElementsAre("r1.cast"));
}

TEST_F(FileTranscript, FullDisk_IsReportedByFlush) {
    const auto opened = open({"/dev/full", "full"});
    ASSERT_TRUE(opened);
    (*opened)->received("x");
    const auto flushed = flush(**opened);
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, errc::io);
    EXPECT_THAT(flushed.error().reason, HasSubstr("/dev/full"));
}

/// The file size limit of the process stands in for a full disk: a write goes through in part, the next one fails.
TEST_F(FileTranscript, DiskFullInTheMiddleOfALine_TheFileStaysACast) {
    const auto opened = open(options());
    (*opened)->received("before\r\n");
    ASSERT_TRUE(flush(**opened));
    const rlimit tight{static_cast<rlim_t>(content().size() + 10), RLIM_INFINITY};
    rlimit usual{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    (*opened)->received("never written\r\n");
    const auto flushed = flush(**opened);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);
    std::signal(SIGXFSZ, handler);
    EXPECT_FALSE(flushed);
    EXPECT_EQ(bytes_in(content(), 'o'), "before\r\n");
    (*opened)->received("after\r\n");
    EXPECT_FALSE(flush(**opened)) << "the trouble of before is not forgotten";
    EXPECT_EQ(bytes_in(content(), 'o'), "before\r\nafter\r\n");
    EXPECT_EQ(bytes_in(content(), 'm'), "15 bytes of the transcript were lost");
}

/// With real threads; ThreadSanitizer watches this one.
TEST_F(FileTranscript, OnTheRealRuntime_ALineGoesOnWhileTheDiskHangs) {
    real_runtime real;
    std::promise<void> released;
    auto root = [](real_runtime& r, transcript_options what, std::promise<void>& release) -> task<void> {
        auto opened = co_await open_transcript(r, std::move(what), r.now() + 60s);
        EXPECT_TRUE(opened);
        const auto record = std::move(*opened);
        r.background([&release] { release.get_future().wait(); });
        for (int i = 0; i < 20000; ++i) {
            record->received("a line that nobody holds up\r\n");
        }
        const auto hung = co_await record->flush(r.now() + 1ms);
        EXPECT_FALSE(hung);
        release.set_value();
        record->received("the end\r\n");
        const auto written = co_await record->flush(r.now() + 60s);
        EXPECT_FALSE(written);
        EXPECT_NE(written.error().code, errc::timed_out) << "only the loss is left to say";
    };
    real.run(root(real, options(), released));
    EXPECT_TRUE(bytes_in(content(), 'o').ends_with("the end\r\n"));
    EXPECT_THAT(bytes_in(content(), 'm'), HasSubstr("bytes of the transcript were lost"));
}

}  // namespace
}  // namespace rollover::console
