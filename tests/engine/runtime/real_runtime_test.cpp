#include "engine/runtime/real_runtime.h"

#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover {
namespace {

using namespace std::chrono_literals;

task<void> serve_one(acceptor& listener, std::string answer) {
    auto accepted = co_await listener.accept();
    EXPECT_TRUE(accepted);
    auto stream = std::move(*accepted);
    const auto written = co_await stream->write(answer, never);
    EXPECT_TRUE(written);
}

TEST(RealRuntime, TcpBothWays_DeadlineAndEnd) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        auto listening = r.listen({"127.0.0.1", 0});
        EXPECT_TRUE(listening);
        auto listener = std::move(*listening);
        task_group group(r);
        group.spawn(serve_one(*listener, "hello"));
        auto connected = co_await r.connect({"127.0.0.1", listener->port()}, r.now() + 5s);
        EXPECT_TRUE(connected);
        auto stream = std::move(*connected);
        std::array<char, 16> buffer{};
        const auto count = co_await stream->read_some(buffer, r.now() + 5s);
        EXPECT_EQ(count.value(), 5U);
        co_await group.join();
        const auto end = co_await stream->read_some(buffer, r.now() + 5s);
        EXPECT_EQ(end.error().code, errc::peer_closed);
    };
    rt.run(root(rt));
}

TEST(RealRuntime, ConnectRefused_SaysWhere) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        const auto connected = co_await r.connect({"127.0.0.1", 1}, r.now() + 5s);
        EXPECT_EQ(connected.error().code, errc::unreachable);
        EXPECT_NE(connected.error().reason.find("127.0.0.1:1"), std::string::npos);
    };
    rt.run(root(rt));
}

TEST(RealRuntime, Process_InputOutputExitCode) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        process_request request;
        request.argv = {"sh", "-c", "cat; echo bad >&2; exit 7"};
        request.input = "some text";
        const auto ended = co_await r.run(std::move(request));
        EXPECT_EQ(ended->exit_code, 7);
        EXPECT_EQ(ended->output, "some text");
        EXPECT_EQ(ended->errors, "bad\n");
        EXPECT_FALSE(ended->timed_out);
    };
    rt.run(root(rt));
}

TEST(RealRuntime, ProcessAtItsLimit_WholeGroupIsKilled) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        process_request request;
        request.argv = {"sh", "-c", "sleep 600 & echo $!; wait"};
        request.limit = 200ms;
        const auto ended = co_await r.run(std::move(request));
        EXPECT_TRUE(ended->timed_out);
        const auto grandchild = static_cast<pid_t>(std::stol(ended->output));
        // Whoever adopts it may take a moment to reap it: a zombie answers kill(0) too, so look at its state.
        bool gone = false;
        for (int i = 0; i < 100 && !gone; ++i) {
            process_request look;
            look.argv = {"sh", "-c",
                         "case $(ps -o stat= -p " + std::to_string(grandchild) + ") in ''|Z*) exit 0;; esac; exit 1"};
            const auto state = co_await r.run(std::move(look));
            gone = state && state->exit_code == 0;
        }
        EXPECT_TRUE(gone) << "the child of the hook outlived its limit";
    };
    rt.run(root(rt));
}

TEST(RealRuntime, ProgramThatDoesNotExist_IsAnError) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        process_request request;
        request.argv = {"/no/such/program"};
        const auto ended = co_await r.run(std::move(request));
        EXPECT_EQ(ended.error().code, errc::io);
    };
    rt.run(root(rt));
}

TEST(RealRuntime, StopSignal_CallsBackOnTheRuntimesThread) {
    real_runtime rt;
    event stopped(rt);
    rt.on_stop_signal([&stopped](int) { stopped.notify(); });
    auto root = [](real_runtime& r, event& e) -> task<void> {
        std::raise(SIGTERM);
        const wake why = co_await e.wait(r.now() + 5s);
        EXPECT_EQ(why, wake::notified);
    };
    rt.run(root(rt, stopped));
}

TEST(RealRuntime, Offload_ResumesHere) {
    real_runtime rt;
    auto root = [](real_runtime& r) -> task<void> {
        int value = 0;
        co_await r.offload([&value] { value = 42; });
        EXPECT_EQ(value, 42);
    };
    rt.run(root(rt));
}

}  // namespace
}  // namespace rollover
