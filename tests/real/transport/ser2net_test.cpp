// Against ser2net 4, as a converter would stand in front of a device.
#include "tests/real/transport/serial_pair.h"

#include <gtest/gtest.h>

namespace rollover::transport::real {
namespace {

using namespace std::chrono_literals;

struct converter {
    converter() : raw(free_port()), telnet(free_port()), rfc2217(free_port()), pair(folder) {
        const auto connection = [](const std::string& name, const std::string& how, std::uint16_t port,
                                   const std::string& tty) {
            return "connection: &" + name + "\n  accepter: " + how + "tcp,127.0.0.1," + std::to_string(port) +
                   "\n  connector: serialdev," + tty + ",9600n81,local\n";
        };
        config = folder.write("ser2net.yaml", "%YAML 1.1\n---\n" + connection("one", "", raw, pair.converter) +
                                                  connection("two", "telnet,", telnet, pair.converter) +
                                                  connection("three", "telnet(rfc2217),", rfc2217, pair.converter));
    }
    scratch_folder folder;
    std::uint16_t raw;
    std::uint16_t telnet;
    std::uint16_t rfc2217;
    serial_pair pair;
    std::string config;
    std::unique_ptr<program> ser2net;
};

task<void> start(runtime& rt, converter& c) {
    const bool there = co_await appears(rt, c.pair.converter);
    EXPECT_TRUE(there) << c.folder.read("socat.log");
    c.ser2net = std::make_unique<program>(
        std::vector<std::string>{find_program("ser2net"), "-n", "-c", c.config, "-P", c.folder.path("pid")},
        c.folder.path("ser2net.log"));
    const bool ready = co_await listens(rt, c.rfc2217);
    EXPECT_TRUE(ready) << c.folder.read("ser2net.log");
}

class Ser2net : public testing::Test {
protected:
    void SetUp() override {
        for (const auto* name : {"ser2net", "socat", "stty"}) {
            if (find_program(name).empty()) {
                GTEST_SKIP() << "left out: " << name << " is not installed";
            }
        }
        lab = std::make_unique<converter>();
        rt.run(start(rt, *lab));
    }
    real_runtime rt;
    std::unique_ptr<converter> lab;
};

task<void> both_ways(runtime& rt, converter& c, protocol which, std::uint16_t port) {
    auto device = co_await open_line(rt, tty_address(c.pair.device), rt.now() + 10s);
    EXPECT_TRUE(device) << describe(device.error());
    auto console = co_await open_line(rt, tcp_address(which, port), rt.now() + 10s);
    EXPECT_TRUE(console) << describe(console.error());
    if (!device || !console) {
        co_return;
    }
    const auto there = co_await type(rt, **console, every_byte());
    EXPECT_TRUE(there);
    const auto at_device = co_await until(rt, **device, "end");
    EXPECT_EQ(at_device, every_byte());
    const auto back = co_await type(rt, **device, every_byte());
    EXPECT_TRUE(back);
    const auto at_console = co_await until(rt, **console, "end");
    EXPECT_EQ(at_console, every_byte());
}

TEST_F(Ser2net, Raw_EveryByteBothWays) {
    rt.run(both_ways(rt, *lab, protocol::raw, lab->raw));
}

TEST_F(Ser2net, Telnet_EveryByteBothWays) {
    rt.run(both_ways(rt, *lab, protocol::telnet, lab->telnet));
}

TEST_F(Ser2net, Rfc2217_EveryByteBothWays) {
    rt.run(both_ways(rt, *lab, protocol::rfc2217, lab->rfc2217));
}

task<void> open_and_change(runtime& rt, converter& c, std::unique_ptr<line>& kept) {
    auto address = tcp_address(protocol::rfc2217, c.rfc2217);
    address.settings.baud = 19200;
    const time_point start = rt.now();
    auto opened = co_await open_line(rt, std::move(address), rt.now() + 10s);
    EXPECT_TRUE(opened) << describe(opened.error());
    if (opened) {
        kept = std::move(*opened);
        EXPECT_LT(rt.now() - start, 2s) << "no silence of ser2net was waited for";
    }
}

TEST_F(Ser2net, Rfc2217_SettingsAreReallySet) {
    std::unique_ptr<line> console;
    rt.run(open_and_change(rt, *lab, console));
    ASSERT_TRUE(console);
    EXPECT_NE(run(rt, {"stty", "-F", lab->pair.converter, "-a"}).find("speed 19200 baud"), std::string::npos);
    const auto change = [](runtime& r, line& opened) -> task<void> {
        serial_settings fast;
        fast.baud = 115200;
        fast.stop_bits = 2;
        const auto changed = co_await opened.change(fast, r.now() + 5s);
        EXPECT_TRUE(changed) << describe(changed.error());
    };
    rt.run(change(rt, *console));
    const auto read = run(rt, {"stty", "-F", lab->pair.converter, "-a"});
    EXPECT_NE(read.find("speed 115200 baud"), std::string::npos) << read;
    EXPECT_NE(read.find(" cstopb"), std::string::npos) << read;
}

TEST_F(Ser2net, Rfc2217_SettingThatItDoesNotAnswer_IsARemark) {
    const auto root = [](runtime& r, converter& c) -> task<void> {
        auto address = tcp_address(protocol::rfc2217, c.rfc2217);
        address.settings.stop_bits = 3;  // ser2net says nothing to one and a half
        auto opened = co_await open_line(r, std::move(address), r.now() + 10s);
        EXPECT_TRUE(opened) << describe(opened.error());
        std::array<char, 64> buffer{};
        std::string notes;
        for (;;) {
            const auto got = co_await (*opened)->receive(buffer, r.now() + 200ms);
            if (!got) {
                break;
            }
            if (const auto* note = std::get_if<remark>(&*got)) {
                notes += note->text + ";";
            }
        }
        EXPECT_EQ(notes, "the converter calls itself \"ser2net\";the converter did not acknowledge: stop bits;");
    };
    rt.run(root(rt, *lab));
}

task<void> second_is_busy(runtime& rt, line_address first, line_address second) {
    const auto holder = co_await open_line(rt, std::move(first), rt.now() + 10s);
    EXPECT_TRUE(holder) << describe(holder.error());
    const auto late = co_await open_line(rt, std::move(second), rt.now() + 10s);
    EXPECT_FALSE(late);
    if (!late) {
        EXPECT_EQ(late.error().code, errc::busy) << describe(late.error());
    }
}

// A converter for each: ser2net takes a moment to let go of a port that was closed.
TEST_F(Ser2net, RawPortTwice_IsBusy) {
    const auto at = tcp_address(protocol::raw, lab->raw);
    rt.run(second_is_busy(rt, at, at));
}

TEST_F(Ser2net, TelnetPortTwice_IsBusy) {
    const auto at = tcp_address(protocol::telnet, lab->telnet);
    rt.run(second_is_busy(rt, at, at));
}

TEST_F(Ser2net, Rfc2217PortTwice_IsBusy) {
    const auto at = tcp_address(protocol::rfc2217, lab->rfc2217);
    rt.run(second_is_busy(rt, at, at));
}

TEST_F(Ser2net, OtherPortOfTheSameTty_IsBusy) {
    rt.run(second_is_busy(rt, tcp_address(protocol::raw, lab->raw), tcp_address(protocol::rfc2217, lab->rfc2217)));
}

TEST_F(Ser2net, RawPortOfTheSameTty_IsBusy) {
    rt.run(second_is_busy(rt, tcp_address(protocol::telnet, lab->telnet), tcp_address(protocol::raw, lab->raw)));
}

TEST_F(Ser2net, BreakInTheMiddle_LosesNothing) {
    const auto root = [](runtime& r, converter& c) -> task<void> {
        auto device = co_await open_line(r, tty_address(c.pair.device), r.now() + 10s);
        auto console = co_await open_line(r, tcp_address(protocol::rfc2217, c.rfc2217), r.now() + 10s);
        EXPECT_TRUE(device);
        EXPECT_TRUE(console);
        const auto before = co_await type(r, **console, "before ");
        EXPECT_TRUE(before);
        const auto sent = co_await (*console)->send_break(300ms);
        EXPECT_TRUE(sent);
        const auto after = co_await type(r, **console, "after");
        EXPECT_TRUE(after);
        const auto text = co_await until(r, **device, "after");
        EXPECT_EQ(text, "before after");
    };
    rt.run(root(rt, *lab));
}

TEST_F(Ser2net, ConverterKilled_IsPeerClosed) {
    const auto root = [](runtime& r, converter& c) -> task<void> {
        auto console = co_await open_line(r, tcp_address(protocol::rfc2217, c.rfc2217), r.now() + 10s);
        EXPECT_TRUE(console);
        c.ser2net->stop();
        const auto text = co_await until(r, **console, "never");
        EXPECT_EQ(text, "{peer_closed}");
    };
    rt.run(root(rt, *lab));
}

}  // namespace
}  // namespace rollover::transport::real
