// asciinema itself reads what we write.
#include "drivers/console/transcript.h"
#include "engine/runtime/real_runtime.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <unistd.h>

namespace rollover::console {
namespace {

using namespace std::chrono_literals;

task<void> record_and_cat(real_runtime& rt, std::filesystem::path file, process_result& out) {
    transcript_options what(file, "device r1 (line cs1/1) \"č\"");
    auto opened = co_await open_transcript(rt, std::move(what), rt.now() + 60s);
    EXPECT_TRUE(opened);
    const auto record = std::move(*opened);
    record->remark("opened rfc2217://192.0.2.10:4001");
    record->sent("show version\r");
    record->sent_secret(8);
    record->received("show version\r\n");
    record->received("caf\xc3");
    record->received("\xa9 \x1b[31mred\x1b[0m \x07 \xff\r\nR1#");
    const auto flushed = co_await record->flush(rt.now() + 60s);
    EXPECT_TRUE(flushed);
    process_request request;
    // It wants a terminal of its own, which script gives it.
    request.argv = {"env",      "LC_ALL=C.UTF-8", "ASCIINEMA_CONFIG_HOME=" + file.parent_path().string(),
                    "script",   "-qec",           "asciinema cat '" + file.string() + "'",
                    "/dev/null"};
    request.limit = 60s;
    auto ran = co_await rt.run(std::move(request));
    EXPECT_TRUE(ran);
    if (ran) {
        out = std::move(*ran);
    }
}

TEST(Asciinema, ShowsExactlyWhatTheDeviceSaid) {
    if (std::system("command -v asciinema >/dev/null") != 0) {
        GTEST_SKIP() << "left out: asciinema is not installed";
    }
    const auto folder = std::filesystem::temp_directory_path() / ("asciinema_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    real_runtime rt;
    process_result ran;
    rt.run(record_and_cat(rt, folder / "r1.cast", ran));
    std::filesystem::remove_all(folder);
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_EQ(ran.output, "show version\r\ncafé \x1b[31mred\x1b[0m \x07 \uEFFF\r\nR1#");
}

}  // namespace
}  // namespace rollover::console
