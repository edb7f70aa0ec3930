#include "drivers/transport/line_writer.h"

#include "engine/runtime/virtual_runtime.h"

#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

using namespace std::chrono_literals;

/// Takes only as many bytes as it was given room for, and remembers how they were cut.
class narrow_stream final : public byte_stream {
public:
    explicit narrow_stream(runtime& rt) : widened_(rt) {}

    task<result<std::size_t>> read_some(std::span<char> /*into*/, time_point /*deadline*/) override {
        result<std::size_t> answer = failure(errc::unsupported, "not in this test");
        co_return answer;
    }
    task<result<void>> write(std::string_view /*bytes*/, time_point /*deadline*/) override {
        result<void> answer = failure(errc::unsupported, "not in this test");
        co_return answer;
    }
    result<std::size_t> try_write(std::string_view bytes) override {
        if (broken) {
            return failure(errc::peer_closed, "broken");
        }
        const std::size_t count = std::min(room, bytes.size());
        room -= count;
        if (count > 0) {
            writes.emplace_back(bytes.substr(0, count));
        }
        return count;
    }
    task<result<void>> writable(time_point deadline) override {
        const wake why = co_await widened_.wait(deadline);
        if (why != wake::notified) {
            co_return failure(why == wake::cancelled ? errc::cancelled : errc::timed_out, "");
        }
        co_return result<void>();
    }
    std::optional<std::size_t> unacknowledged() const override { return std::nullopt; }
    void close() noexcept override {}
    int descriptor() const noexcept override { return -1; }

    void widen(std::size_t more) {
        room += more;
        widened_.notify();
    }
    [[nodiscard]] std::string all() const {
        std::string text;
        for (const auto& one : writes) {
            text += one;
        }
        return text;
    }

    std::size_t room = 0;
    bool broken = false;
    std::vector<std::string> writes;

private:
    event widened_;
};

struct fixture {
    virtual_runtime rt;
    narrow_stream stream{rt};
    line_writer writer{rt, stream};
};

TEST(LineWriter, APair_IsOneWrite) {
    fixture f;
    f.stream.room = 100;
    EXPECT_EQ(f.writer.send("\xff\xff").value(), send_result::sent);
    EXPECT_EQ(f.stream.writes, (std::vector<std::string>{"\xff\xff"}));
}

TEST(LineWriter, NoRoom_WouldBlockAndSendsNothing) {
    fixture f;
    EXPECT_EQ(f.writer.send("a").value(), send_result::would_block);
    EXPECT_TRUE(f.stream.writes.empty());
}

TEST(LineWriter, HalfAPair_IsFinishedBeforeACommandAndBeforeTheNextCharacter) {
    fixture f;
    f.stream.room = 1;
    EXPECT_EQ(f.writer.send("\r\n").value(), send_result::sent) << "begun counts as sent: it cannot be taken back";
    f.writer.queue("COMMAND");
    EXPECT_EQ(f.writer.send("x").value(), send_result::would_block);
    f.stream.room = 3;
    EXPECT_EQ(f.writer.send("x").value(), send_result::would_block);
    f.stream.room = 100;
    EXPECT_EQ(f.writer.send("x").value(), send_result::sent);
    EXPECT_EQ(f.stream.all(), "\r\nCOMMANDx");
}

TEST(LineWriter, TheRestOfAPair_FollowsThoughNobodySendsOrWaits) {
    fixture f;
    f.stream.room = 1;
    EXPECT_EQ(f.writer.send("ab").value(), send_result::sent);
    auto root = [](fixture& with) -> task<void> {
        const auto first = co_await sleep_for(with.rt, 1s);
        EXPECT_TRUE(first);
        EXPECT_EQ(with.stream.all(), "a");
        with.stream.room = 1;
        const auto second = co_await sleep_for(with.rt, 100ms);
        EXPECT_TRUE(second);
        EXPECT_EQ(with.stream.all(), "ab");
    };
    EXPECT_EQ(f.rt.run(root(f)), virtual_end::finished);
}

TEST(LineWriter, EveryRoomSize_NeverMixesUnits) {
    for (std::size_t step = 1; step <= 5; ++step) {
        fixture f;
        std::string expected;
        for (int i = 0; i < 40; ++i) {
            f.stream.room += i % 3 == 0 ? step : 0;
            if (i % 4 == 1) {
                f.writer.queue("[cmd]");
                expected += "[cmd]";
            }
            const auto sent = f.writer.send("<>");
            if (sent.value() == send_result::sent) {
                expected += "<>";
            }
        }
        f.stream.room = 1000;
        f.writer.queue(".");
        EXPECT_EQ(f.stream.all(), expected + ".") << "step " << step;
    }
}

TEST(LineWriter, OnHold_NothingGoesOut_ThenTheFirstThenTheRest) {
    fixture f;
    f.stream.room = 100;
    f.writer.hold();
    f.writer.queue("later");
    EXPECT_EQ(f.writer.send("x").value(), send_result::would_block);
    EXPECT_TRUE(f.stream.writes.empty());
    f.writer.release("first ");
    EXPECT_EQ(f.stream.all(), "first later");
}

TEST(LineWriter, Writable_WaitsForRoomAndForTheHold) {
    fixture f;
    EXPECT_EQ(f.writer.send("x").value(), send_result::would_block);
    auto root = [](fixture& with) -> task<void> {
        const auto late = co_await with.writer.writable(time_point(1s));
        EXPECT_EQ(late.error().code, errc::timed_out);
        with.stream.widen(1);
        const auto ready = co_await with.writer.writable(time_point(2s));
        EXPECT_TRUE(ready);
        with.writer.hold();
        const auto held = co_await with.writer.writable(time_point(3s));
        EXPECT_EQ(held.error().code, errc::timed_out);
    };
    EXPECT_EQ(f.rt.run(root(f)), virtual_end::finished);
}

TEST(LineWriter, BrokenWhileQueueing_TheNextSendSaysSo) {
    fixture f;
    f.stream.broken = true;
    f.writer.queue("reply");
    EXPECT_EQ(f.writer.send("x").error().code, errc::peer_closed);
}

TEST(LineWriter, RepliesWithoutEnd_AreBounded) {
    fixture f;
    for (int i = 0; i < 2000; ++i) {
        f.writer.queue(std::string(100, 'r'));
    }
    EXPECT_EQ(f.writer.send("x").error().code, errc::protocol);
}

}  // namespace
}  // namespace rollover::transport
