// Whatever is typed, a simulated device neither breaks nor hangs: after a power cycle it works as on the first day.
#include "console_bench.h"
#include "simulators/device/random.h"

#include <array>
#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

constexpr std::array<std::string_view, 34> ios_words = {
    "enable\r",
    "conf t\r",
    "no ",
    "int ",
    "fa0/0",
    "show ",
    "run\r",
    "| inc ",
    "ip address 10.0.0.1 255.0.0.0",
    "\r",
    "?",
    "\t",
    "\x1a",
    "\x03",
    "\x15",
    "router bgp ",
    "65000\r",
    "banner motd #",
    "do ",
    "exit\r",
    "end\r",
    "write erase\r",
    "reload\r",
    "y",
    " ",
    "\b",
    "\x01",
    "crypto key generate rsa\r",
    "line con 0\r",
    "login local\r",
    "ping 10.0.0.1\r",
    "\x1e",
    "terminal length 3\r",
    "\x1b[A",
};

constexpr std::array<std::string_view, 22> shell_words = {
    "root\r",    "pw\r", "ip ",  "addr ",  "add ",       "10.0.0.1/8 ", "dev eth1\r", "\r",   "'",
    "\"",        "$?",   "; ",   "&& ",    "| grep x\r", "> ",          "\x03",       "\x04", "ping -c 1 10.0.0.1\r",
    "sleep 1\r", "\\",   "\x15", "\x1b[B",
};

template <std::size_t N>
void mistreat(console_bench& bench, const std::array<std::string_view, N>& words, std::uint64_t seed) {
    random_bits dice(seed);
    for (int n = 0; n < 600; ++n) {
        if (dice.chance(0.1)) {
            const auto junk = static_cast<char>(dice.below(256));
            bench.port.send(std::string_view(&junk, 1));
        } else {
            bench.port.send(words[dice.below(N)]);
        }
        bench.pass(std::chrono::milliseconds(dice.below(400)));
    }
}

TEST(RandomKeys, Router_ComesBackAfterAPowerCycle) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        console_bench r("cisco-ios", quiet());
        mistreat(r, ios_words, seed);
        r.dev().power_on();
        r.port.purge();
        r.seen.clear();
        r.pass(200s);
        EXPECT_THAT(r.seen, testing::AnyOf(testing::HasSubstr("initial configuration dialog? [yes/no]: "),
                                           testing::HasSubstr("Press RETURN to get started!")));
    }
}

TEST(RandomKeys, Host_ComesBackAfterAPowerCycle) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        device_options options = quiet();
        options.interfaces = {"eth1"};
        options.password = "pw";
        console_bench h("linux", options);
        mistreat(h, shell_words, seed);
        h.dev().power_on();
        h.port.purge();
        h.seen.clear();
        h.pass(60s);
        EXPECT_THAT(h.seen, testing::EndsWith("debian login: "));
        EXPECT_TRUE(h.dev().is_clean());
    }
}

TEST(RandomKeys, SameSeed_GivesTheSameBytes) {
    const auto run = [] {
        console_bench r("cisco-ios", device_options{});
        mistreat(r, ios_words, 99);
        return r.seen;
    };
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace rollover::sim
