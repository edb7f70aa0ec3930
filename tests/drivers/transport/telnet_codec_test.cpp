#include "drivers/transport/telnet_codec.h"

#include "tests/drivers/transport/hex.h"

#include <gtest/gtest.h>
#include <random>

namespace rollover::transport {
namespace {

telnet_output fed(telnet_codec& codec, std::string_view digits) {
    telnet_output out;
    codec.feed(unhex(digits), out);
    return out;
}

TEST(TelnetCodec, AskedAndAgreed_IsOnOnce) {
    telnet_codec codec(telnet_client_policy(true));
    EXPECT_EQ(hex(codec.ask(telnet_side::local, telnet::com_port, true)), "fffb2c");
    EXPECT_TRUE(codec.pending(telnet_side::local, telnet::com_port));
    EXPECT_EQ(codec.ask(telnet_side::local, telnet::com_port, true), "") << "it was asked already";
    const auto out = fed(codec, "fffd2c fffd2c");
    EXPECT_EQ(out.reply, "") << "an answer is not answered";
    ASSERT_EQ(out.events.size(), 1U);
    EXPECT_TRUE(out.events[0].on);
    EXPECT_TRUE(codec.enabled(telnet_side::local, telnet::com_port));
    EXPECT_FALSE(codec.enabled(telnet_side::remote, telnet::com_port));
}

TEST(TelnetCodec, AskedAndRefused_IsReportedAndNotAskedAgain) {
    telnet_codec codec(telnet_client_policy(true));
    EXPECT_NE(codec.ask(telnet_side::local, telnet::com_port, true), "");
    const auto out = fed(codec, "fffe2c");
    EXPECT_EQ(out.reply, "");
    ASSERT_EQ(out.events.size(), 1U);
    EXPECT_FALSE(out.events[0].on);
    EXPECT_FALSE(codec.pending(telnet_side::local, telnet::com_port));
}

TEST(TelnetCodec, MindChangedBeforeTheAnswer_FollowsRfc1143) {
    telnet_codec codec(telnet_client_policy(false));
    EXPECT_EQ(hex(codec.ask(telnet_side::remote, telnet::binary, true)), "fffd00");
    EXPECT_EQ(codec.ask(telnet_side::remote, telnet::binary, false), "") << "queued until the answer";
    EXPECT_EQ(hex(fed(codec, "fffb00").reply), "fffe00");
    EXPECT_EQ(fed(codec, "fffc00").reply, "");
    EXPECT_FALSE(codec.enabled(telnet_side::remote, telnet::binary));
    EXPECT_FALSE(codec.pending(telnet_side::remote, telnet::binary));
}

TEST(TelnetCodec, TwoEnds_AgreeWithoutALoop) {
    telnet_codec client(telnet_client_policy(true));
    telnet_codec server(telnet_server_policy(true));
    std::string to_server = client.ask(telnet_side::local, telnet::binary, true) +
                            client.ask(telnet_side::remote, telnet::binary, true) +
                            client.ask(telnet_side::local, telnet::com_port, true);
    std::string to_client = server.ask(telnet_side::local, telnet::echo, true) +
                            server.ask(telnet_side::remote, telnet::com_port, true) +
                            server.ask(telnet_side::local, telnet::binary, true);
    int rounds = 0;
    while (!to_server.empty() || !to_client.empty()) {
        ASSERT_LT(++rounds, 5);
        telnet_output at_server;
        telnet_output at_client;
        server.feed(to_server, at_server);
        client.feed(to_client, at_client);
        to_client = at_server.reply;
        to_server = at_client.reply;
    }
    EXPECT_TRUE(client.enabled(telnet_side::local, telnet::com_port));
    EXPECT_TRUE(server.enabled(telnet_side::remote, telnet::com_port));
    EXPECT_TRUE(client.enabled(telnet_side::remote, telnet::echo));
    EXPECT_TRUE(server.enabled(telnet_side::local, telnet::binary));
    EXPECT_TRUE(server.enabled(telnet_side::remote, telnet::binary));
}

/// Two ends that change their minds at random while bytes are on their way, in pieces.
TEST(TelnetCodec, TwoEndsChangingTheirMinds_EndInSilenceAndAgreement) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        telnet_codec a(telnet_client_policy(true));
        telnet_codec b(telnet_server_policy(true));
        std::string to_a;
        std::string to_b;
        int left = 40;
        for (int turn = 0; left > 0 || !to_a.empty() || !to_b.empty(); ++turn) {
            ASSERT_LT(turn, 3000) << "seed " << seed;
            if (left > 0 && random() % 2 == 0) {
                --left;
                const auto side = random() % 2 == 0 ? telnet_side::local : telnet_side::remote;
                const bool by_a = random() % 2 == 0;
                (by_a ? to_b : to_a) += (by_a ? a : b).ask(side, telnet::binary, random() % 2 == 0);
            }
            telnet_output at_a;
            telnet_output at_b;
            const std::size_t for_a = random() % 4;
            const std::size_t for_b = random() % 4;
            a.feed(std::string_view(to_a).substr(0, for_a), at_a);
            b.feed(std::string_view(to_b).substr(0, for_b), at_b);
            to_a.erase(0, for_a);
            to_b.erase(0, for_b);
            to_b += at_a.reply;
            to_a += at_b.reply;
        }
        EXPECT_FALSE(a.pending(telnet_side::local, telnet::binary)) << "seed " << seed;
        EXPECT_EQ(a.enabled(telnet_side::local, telnet::binary), b.enabled(telnet_side::remote, telnet::binary))
            << seed;
        EXPECT_EQ(a.enabled(telnet_side::remote, telnet::binary), b.enabled(telnet_side::local, telnet::binary))
            << seed;
    }
}

TEST(TelnetCodec, SubnegotiationOverTheBound_IsDroppedWhole) {
    telnet_codec codec(telnet_client_policy(true));
    codec.assume(telnet_side::local, telnet::com_port, true);
    telnet_output out;
    const std::string fits(telnet_codec::subnegotiation_limit, 'x');
    codec.feed(telnet_codec::subnegotiation(telnet::com_port, fits) + "a", out);
    codec.feed(telnet_codec::subnegotiation(telnet::com_port, fits + "x") + "b", out);
    codec.feed(telnet_codec::subnegotiation(telnet::com_port, std::string(1U << 20U, 'x')) + "c", out);
    ASSERT_EQ(out.events.size(), 1U);
    EXPECT_EQ(out.events[0].payload, fits);
    EXPECT_EQ(out.data, "abc");
}

// pyserial's client: a DO that overtakes its own WILL is the answer to it, so the WILL is never sent.
TEST(TelnetCodec, SubnegotiationOfAnOptionAskedFor_IsTheAnswer) {
    telnet_codec server(telnet_server_policy(true));
    EXPECT_EQ(server.ask(telnet_side::remote, telnet::com_port, true), "\xff\xfd\x2c");
    telnet_output out;
    server.feed(telnet_codec::subnegotiation(telnet::com_port, std::string("\x01\0\0\x25\x80", 5)), out);
    EXPECT_TRUE(server.enabled(telnet_side::remote, telnet::com_port));
    ASSERT_EQ(out.events.size(), 2U);
    EXPECT_EQ(out.events[0].what, telnet_event::kind::option);
    EXPECT_EQ(out.events[1].what, telnet_event::kind::subnegotiation);
    EXPECT_EQ(out.reply, "");
}

TEST(TelnetCodec, SubnegotiationOfAnOptionNotAskedFor_IsDropped) {
    telnet_codec server(telnet_server_policy(true));
    telnet_output out;
    server.feed(telnet_codec::subnegotiation(telnet::com_port, "x"), out);
    EXPECT_TRUE(out.events.empty());
}

TEST(TelnetCodec, SubnegotiationInSubnegotiation_OnlyTheSecondCounts) {
    telnet_codec codec(telnet_client_policy(true));
    codec.assume(telnet_side::local, telnet::com_port, true);
    const auto out = fed(codec, "fffa2c650000 fffa2c6608fff0");
    ASSERT_EQ(out.events.size(), 1U);
    EXPECT_EQ(hex(out.events[0].payload), "6608");
}

TEST(TelnetCodec, Events_KnowTheirPlaceInTheData) {
    telnet_codec codec(telnet_server_policy(true));
    codec.assume(telnet_side::remote, telnet::com_port, true);
    const auto out = fed(codec, "4142 fff3 43 fffa2c0505fff0 44");
    EXPECT_EQ(out.data, "ABCD");
    ASSERT_EQ(out.events.size(), 2U);
    EXPECT_EQ(out.events[0].code, telnet::brk);
    EXPECT_EQ(out.events[0].after_data, 2U);
    EXPECT_EQ(out.events[1].after_data, 3U);
}

TEST(TelnetCodec, CarriageReturn_IsMappedUnlessBinary) {
    EXPECT_EQ(hex(telnet_codec(telnet_client_policy(false)).encode('\r')), "0d00");
    EXPECT_EQ(hex(telnet_codec(telnet_client_policy(false), cr_mapping::bare).encode('\r')), "0d");
    EXPECT_EQ(hex(telnet_codec(telnet_client_policy(false), cr_mapping::lf).encode('\r')), "0d0a");
    telnet_codec binary(telnet_client_policy(false), cr_mapping::lf);
    binary.assume(telnet_side::local, telnet::binary, true);
    EXPECT_EQ(hex(binary.encode('\r')), "0d");
    EXPECT_EQ(hex(binary.encode('\xff')), "ffff");
}

TEST(TelnetCodec, EveryByte_ComesBackAsItWent) {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
    }
    all += all;
    for (const bool binary : {false, true}) {
        telnet_codec sender(telnet_client_policy(false));
        telnet_codec receiver(telnet_server_policy(false));
        sender.assume(telnet_side::local, telnet::binary, binary);
        receiver.assume(telnet_side::remote, telnet::binary, binary);
        telnet_output out;
        for (const char c : all) {
            receiver.feed(sender.encode(c), out);
        }
        EXPECT_EQ(hex(out.data), hex(all));
    }
}

}  // namespace
}  // namespace rollover::transport
