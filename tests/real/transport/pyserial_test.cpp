// Against pyserial's RFC 2217 server.
#include "tests/real/transport/serial_pair.h"

#include <gtest/gtest.h>

namespace rollover::transport::real {
namespace {

using namespace std::chrono_literals;

class Pyserial : public testing::Test {
protected:
    void SetUp() override {
        if (std::system("/usr/bin/python3 -c 'import serial.rfc2217' >/dev/null 2>&1") != 0) {
            GTEST_SKIP() << "left out: python3-serial is not installed";
        }
        server = std::make_unique<program>(
            std::vector<std::string>{"/usr/bin/python3", "tests/real/transport/rfc2217_server.py",
                                     std::to_string(port)},
            folder.path("server.log"));
        const auto ready = [](runtime& r, std::uint16_t at) -> task<void> {
            const bool there = co_await listens(r, at);
            EXPECT_TRUE(there);
        };
        rt.run(ready(rt, port));
    }
    scratch_folder folder;
    real_runtime rt;
    std::uint16_t port = free_port();
    std::unique_ptr<program> server;
};

TEST_F(Pyserial, SettingsAreSetAndEveryByteComesBack) {
    const auto root = [](runtime& r, std::uint16_t at) -> task<void> {
        auto address = tcp_address(protocol::rfc2217, at);
        address.settings = {38400, 7, 'e', 2};
        const time_point start = r.now();
        auto opened = co_await open_line(r, std::move(address), r.now() + 10s);
        EXPECT_TRUE(opened) << describe(opened.error());
        EXPECT_LT(r.now() - start, 2s) << "no silence of pyserial was waited for";
        const auto sent = co_await type(r, **opened, every_byte());
        EXPECT_TRUE(sent);
        const auto text = co_await until(r, **opened, "end");
        EXPECT_EQ(text, every_byte());
        const auto broken = co_await (*opened)->send_break(300ms);
        EXPECT_TRUE(broken);
    };
    rt.run(root(rt, port));
    EXPECT_NE(folder.read("server.log").find("38400 7 E 2"), std::string::npos) << folder.read("server.log");
}

TEST_F(Pyserial, Change_IsAcknowledged) {
    const auto root = [](runtime& r, std::uint16_t at) -> task<void> {
        auto opened = co_await open_line(r, tcp_address(protocol::rfc2217, at), r.now() + 10s);
        EXPECT_TRUE(opened);
        const serial_settings wanted{115200, 8, 'o', 1};
        const auto changed = co_await (*opened)->change(wanted, r.now() + 5s);
        EXPECT_TRUE(changed) << describe(changed.error());
    };
    rt.run(root(rt, port));
    EXPECT_NE(folder.read("server.log").find("115200 8 O 1"), std::string::npos) << folder.read("server.log");
}

}  // namespace
}  // namespace rollover::transport::real
