// Local serial ports, on pseudo-terminals that socat makes.
#include "tests/real/transport/serial_pair.h"

#include <gtest/gtest.h>

namespace rollover::transport::real {
namespace {

using namespace std::chrono_literals;

class Tty : public testing::Test {
protected:
    void SetUp() override {
        if (find_program("socat").empty()) {
            GTEST_SKIP() << "left out: socat is not installed";
        }
        pair = std::make_unique<serial_pair>(folder);
        const auto ready = [](runtime& r, serial_pair& p) -> task<void> {
            const bool there = co_await appears(r, p.converter);
            const bool here = co_await appears(r, p.device);
            EXPECT_TRUE(there && here);
        };
        rt.run(ready(rt, *pair));
    }
    scratch_folder folder;
    real_runtime rt;
    std::unique_ptr<serial_pair> pair;
};

TEST_F(Tty, EveryByteBothWays) {
    const auto root = [](runtime& r, serial_pair& p) -> task<void> {
        auto near = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        auto far = co_await open_line(r, tty_address(p.device), r.now() + 5s);
        EXPECT_TRUE(near) << describe(near.error());
        EXPECT_TRUE(far);
        const auto sent = co_await type(r, **near, every_byte());
        EXPECT_TRUE(sent);
        const auto text = co_await until(r, **far, "end");
        EXPECT_EQ(text, every_byte());
        const auto back = co_await type(r, **far, every_byte());
        EXPECT_TRUE(back);
        const auto echoed = co_await until(r, **near, "end");
        EXPECT_EQ(echoed, every_byte());
        EXPECT_EQ((*near)->unacknowledged(), 0U);
    };
    rt.run(root(rt, *pair));
}

TEST_F(Tty, OpenedTwice_IsBusy) {
    const auto root = [](runtime& r, serial_pair& p) -> task<void> {
        const auto first = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        EXPECT_TRUE(first);
        const auto second = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        EXPECT_FALSE(second);
        if (!second) {
            EXPECT_EQ(second.error().code, errc::busy);
        }
        (*first)->close();
        const auto third = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        EXPECT_TRUE(third) << "closing gives the port back";
    };
    rt.run(root(rt, *pair));
}

TEST_F(Tty, ParityThatAPseudoTerminalDrops_IsRefusedWithBoth) {
    const auto root = [](runtime& r, serial_pair& p) -> task<void> {
        auto address = tty_address(p.converter);
        address.settings.parity = 'e';
        address.settings.data_bits = 7;
        const auto opened = co_await open_line(r, std::move(address), r.now() + 5s);
        EXPECT_FALSE(opened);
        if (!opened) {
            EXPECT_EQ(opened.error().code, errc::refused);
            EXPECT_EQ(opened.error().reason, "the port was asked for 9600 7e1 and was set to 9600 8n1");
        }
    };
    rt.run(root(rt, *pair));
}

TEST_F(Tty, Change_IsReadBack) {
    const auto root = [](runtime& r, serial_pair& p) -> task<void> {
        auto opened = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        EXPECT_TRUE(opened);
        serial_settings fast;
        fast.baud = 115200;
        const auto changed = co_await (*opened)->change(fast, r.now() + 5s);
        EXPECT_TRUE(changed);
        fast.baud = 12345;
        const auto strange = co_await (*opened)->change(fast, r.now() + 5s);
        EXPECT_EQ(strange.error().code, errc::unsupported);
    };
    rt.run(root(rt, *pair));
}

TEST_F(Tty, OtherEndGone_IsPeerClosed) {
    const auto root = [](runtime& r, serial_pair& p) -> task<void> {
        auto opened = co_await open_line(r, tty_address(p.converter), r.now() + 5s);
        EXPECT_TRUE(opened);
        p.socat->stop();
        const auto text = co_await until(r, **opened, "never");
        EXPECT_EQ(text, "{peer_closed}");
    };
    rt.run(root(rt, *pair));
}

TEST(TtyPaths, NoPortThere_IsUnreachableWithThePath) {
    real_runtime rt;
    const auto root = [](runtime& r) -> task<void> {
        for (const std::string path : {"/dev/there-is-none", "/etc/hostname", "/dev/null"}) {
            const auto opened = co_await open_line(r, tty_address(path), r.now() + 5s);
            EXPECT_EQ(opened.error().code, errc::unreachable) << path;
            EXPECT_NE(opened.error().where.find(path), std::string::npos);
        }
    };
    rt.run(root(rt));
}

}  // namespace
}  // namespace rollover::transport::real
