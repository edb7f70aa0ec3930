// Descriptors of the real runtime: closed ones wake nobody, programs inherit none.
#include "engine/runtime/real_runtime.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover {
namespace {

using namespace std::chrono_literals;

task<void> take_one(acceptor& listener, std::unique_ptr<byte_stream>& into) {
    auto accepted = co_await listener.accept();
    EXPECT_TRUE(accepted);
    into = std::move(*accepted);
}

/// Two ends of a TCP connection.
struct connection {
    std::unique_ptr<byte_stream> near;
    std::unique_ptr<byte_stream> far;
};

task<void> connect_both(real_runtime& rt, connection& into) {
    auto listening = rt.listen({"127.0.0.1", 0});
    auto listener = std::move(*listening);
    task_group group(rt);
    group.spawn(take_one(*listener, into.far));
    const endpoint to{"127.0.0.1", listener->port()};
    auto connected = co_await rt.connect(to, rt.now() + 5s);
    EXPECT_TRUE(connected);
    into.near = std::move(*connected);
    co_await group.join();
}

TEST(RealDescriptors, ClosedStreamOfWhichACopyIsOpen_WakesNobodyElse) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        connection both;
        co_await connect_both(r, both);
        const int copy = ::fcntl(both.near->descriptor(), F_DUPFD_CLOEXEC, 0);  // as libssh has one
        both.near.reset();
        std::array<int, 2> quiet{};
        EXPECT_EQ(::pipe2(quiet.data(), O_CLOEXEC), 0);
        const auto watching = r.watch(quiet[0]);
        const auto written = co_await both.far->write("an event on the copy", r.now() + 5s);
        EXPECT_TRUE(written);
        both.far.reset();
        const auto woken = co_await (*watching)->wait(descriptor_watch::readiness::readable, r.now() + 200ms);
        EXPECT_FALSE(woken) << "nothing was ever written into this pipe";
        ::close(quiet[0]);
        ::close(quiet[1]);
        ::close(copy);
    };
    rt.run(root(rt));
}

TEST(RealDescriptors, Program_InheritsNoConnection) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        connection both;
        co_await connect_both(r, both);
        process_request request;
        request.argv = {"ls", "-l", "/proc/self/fd"};
        const auto ended = co_await r.run(std::move(request));
        EXPECT_NE(ended->output.find("pipe:"), std::string::npos) << ended->errors;
        EXPECT_EQ(ended->output.find("socket:"), std::string::npos) << ended->output;
    };
    rt.run(root(rt));
}

TEST(RealDescriptors, ProgramsThatEndAtOnce_AllTheirOutputIsKept) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        for (int i = 0; i < 300; ++i) {
            process_request request;
            request.argv = {"sh", "-c", "printf %065000d 7"};
            const auto ended = co_await r.run(std::move(request));
            EXPECT_EQ(ended->output.size(), 65000U);
        }
    };
    rt.run(root(rt));
}

}  // namespace
}  // namespace rollover
