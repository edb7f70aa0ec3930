#include "drivers/transport/line.h"
#include "drivers/transport/tty_settings.h"

#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

TEST(LineAddress, GoodOnes_ReadAndPrintBack) {
    const std::vector<std::pair<std::string, std::string>> good = {
        {"192.0.2.10:4001", "raw://192.0.2.10:4001"},
        {"raw://cs1.example:65535", "raw://cs1.example:65535"},
        {"telnet://[2001:db8::1]:23", "telnet://[2001:db8::1]:23"},
        {"rfc2217://localhost:1", "rfc2217://localhost:1"},
        {"ssh://10.0.0.1", "ssh://10.0.0.1:22"},
        {"ssh://admin@[::1]:2222", "ssh://admin@[::1]:2222"},
        {"ssh://name:port01@host", "ssh://name:port01@host:22"},
        {"/dev/ttyS0", "tty:/dev/ttyS0"},
        {"tty:/dev/ttyUSB0", "tty:/dev/ttyUSB0"},
    };
    for (const auto& [text, printed] : good) {
        const auto read = parse_line_address(text);
        ASSERT_TRUE(read) << text << ": " << describe(read.error());
        EXPECT_EQ(to_string(*read), printed);
        const auto again = parse_line_address(printed);
        ASSERT_TRUE(again) << printed;
        EXPECT_EQ(to_string(*again), printed);
    }
}

TEST(LineAddress, BadOnes_AreBadInputWithWhatIsAllowed) {
    for (const std::string text : {"",
                                   "host",
                                   ":1",
                                   "host:",
                                   "host:0",
                                   "host:65536",
                                   "host:-1",
                                   "host:1x",
                                   "ftp://host:1",
                                   "tty://x:1",
                                   "tty:x",
                                   "raw://user@host:1",
                                   "ssh://@host",
                                   "2001:db8::1:23",
                                   "[::1:23",
                                   "[::1]23",
                                   "ho st:1",
                                   "ho\x1bst:1",
                                   "/",
                                   "ssh://a\nb@host",
                                   "raw://",
                                   "telnet://host"}) {
        const auto read = parse_line_address(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, errc::bad_input);
        EXPECT_NE(read.error().hint.find("HOST:PORT"), std::string::npos);
        EXPECT_EQ(read.error().reason.find('\x1b'), std::string::npos);
    }
}

TEST(TtySettings, EveryCombination_ReadsBackAsApplied) {
    for (const std::uint32_t baud : {300U, 9600U, 115200U, 921600U}) {
        for (const char parity : {'n', 'e', 'o', 'm', 's'}) {
            for (std::uint8_t bits = 5; bits <= 8; ++bits) {
                for (const std::uint8_t stop : {std::uint8_t{1}, std::uint8_t{2}}) {
                    const serial_settings wanted{baud, bits, parity, stop};
                    termios port{};
                    ASSERT_TRUE(apply(wanted, port));
                    EXPECT_EQ(to_string(settings_of(port)), to_string(wanted));
                }
            }
        }
    }
}

TEST(TtySettings, WhatTermiosCannot_IsSaid) {
    termios port{};
    EXPECT_EQ(apply({.baud = 12345}, port).error().code, errc::unsupported);
    EXPECT_EQ(apply({.stop_bits = 3}, port).error().code, errc::unsupported);
    EXPECT_EQ(apply({.data_bits = 9}, port).error().code, errc::bad_input);
    EXPECT_EQ(apply({.parity = 'x'}, port).error().code, errc::bad_input);
}

}  // namespace
}  // namespace rollover::transport
