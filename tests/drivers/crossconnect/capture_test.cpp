// Captures as tcpdump writes them and as Wireshark reads them.
#include "drivers/crossconnect/capture.h"

#include "drivers/crossconnect/pcapng_writer.h"

#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

std::string number(std::uint32_t n, bool big) {
    std::string bytes;
    for (unsigned i = 0; i < 4; ++i) {
        bytes += static_cast<char>(n >> (big ? 24 - 8 * i : 8 * i));
    }
    return bytes;
}

std::string header(std::uint32_t magic, bool big, std::uint32_t link_type = 1) {
    const std::string version = big ? std::string("\0\2\0\4", 4) : std::string("\2\0\4\0", 4);
    return number(magic, big) + version + number(0, big) + number(0, big) + number(262144, big) +
           number(link_type, big);
}

std::string record(std::uint32_t seconds, std::uint32_t fraction, const std::string& bytes, std::uint32_t length,
                   bool big) {
    return number(seconds, big) + number(fraction, big) + number(static_cast<std::uint32_t>(bytes.size()), big) +
           number(length, big) + bytes;
}

TEST(PcapReader, BothByteOrdersAndUnits_CutAtEveryByte) {
    for (const bool big : {false, true}) {
        for (const std::uint32_t magic : {0xA1B2C3D4U, 0xA1B23C4DU}) {
            const std::string file =
                header(magic, big) + record(7, 5, "abc", 3, big) + record(8, 999, std::string(100, 'x'), 1500, big);
            const std::int64_t unit = magic == 0xA1B23C4DU ? 1 : 1000;
            for (std::size_t cut = 0; cut <= file.size(); ++cut) {
                pcap_reader reader;
                auto frames = reader.feed(std::string_view(file).substr(0, cut));
                ASSERT_TRUE(frames);
                const auto rest = reader.feed(std::string_view(file).substr(cut));
                ASSERT_TRUE(rest);
                frames->insert(frames->end(), rest->begin(), rest->end());
                ASSERT_EQ(frames->size(), 2U) << cut;
                EXPECT_EQ((*frames)[0].when, 7'000'000'000 + 5 * unit);
                EXPECT_EQ((*frames)[0].bytes, "abc");
                EXPECT_EQ((*frames)[1].length, 1500U);
                EXPECT_EQ((*frames)[1].bytes.size(), 100U);
            }
        }
    }
}

TEST(PcapReader, WhatIsNoCapture_IsAFailure) {
    pcap_reader text;
    EXPECT_FALSE(text.feed("tcpdump: no such device, or something"));
    pcap_reader wireless;
    EXPECT_FALSE(wireless.feed(header(0xA1B2C3D4U, false, 105)));
    pcap_reader endless;
    EXPECT_FALSE(endless.feed(header(0xA1B2C3D4U, false) + number(0, false) + number(0, false) +
                              number(0xFFFFFFFFU, false) + number(0, false)));
}

TEST(TakeVlanTag, TheOutermostOnly) {
    const std::string addresses(12, 'm');
    captured_frame frame{0, 22, addresses + std::string("\x81\x00\x20\x65\x81\x00\x00\x07\x08\x00", 10)};
    EXPECT_EQ(take_vlan_tag(frame), 101) << "priority bits are no part of it";
    EXPECT_EQ(frame.bytes, addresses + std::string("\x81\x00\x00\x07\x08\x00", 6));
    EXPECT_EQ(frame.length, 18U);
    EXPECT_EQ(take_vlan_tag(frame), 7);
    EXPECT_EQ(take_vlan_tag(frame), std::nullopt);
}

TEST(PcapngWriter, BlocksAreWholeAndPadded) {
    const std::vector<std::string> names{"r1 eth0", "r2 eth12"};
    const std::string file = pcapng_header("a link", names) + pcapng_frame(1, {3'000'000'005, 60, "abcde"});
    std::size_t at = 0;
    std::vector<std::uint32_t> types;
    const auto read = [&](std::size_t where) {
        std::uint32_t n = 0;
        for (unsigned i = 0; i < 4; ++i) {
            n |= static_cast<std::uint32_t>(static_cast<unsigned char>(file[where + i])) << (8 * i);
        }
        return n;
    };
    while (at < file.size()) {
        const std::uint32_t size = read(at + 4);
        ASSERT_EQ(size % 4, 0U);
        ASSERT_LE(at + size, file.size());
        EXPECT_EQ(read(at + size - 4), size) << "the length stands at both ends";
        types.push_back(read(at));
        at += size;
    }
    EXPECT_EQ(types, (std::vector<std::uint32_t>{0x0A0D0D0A, 1, 1, 6}));
    EXPECT_NE(file.find("r2 eth12"), std::string::npos);
}

}  // namespace
}  // namespace rollover::crossconnect
