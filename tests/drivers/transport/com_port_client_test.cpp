#include "drivers/transport/com_port_client.h"

#include "tests/drivers/transport/hex.h"

#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

com_port_message from_server(com_port_command command, std::uint32_t value) {
    com_port_message message;
    message.command = command;
    message.from_server = true;
    message.value = value;
    return message;
}

void answer_rest(com_port_client& client) {
    (void)client.hear(from_server(com_port_command::data_size, 8));
    (void)client.hear(from_server(com_port_command::parity, 1));
    (void)client.hear(from_server(com_port_command::stop_size, 1));
}

TEST(ComPortCodec, EveryCommandAndValue_ReadsBackAsWritten) {
    for (std::uint8_t code = 0; code <= 12; ++code) {
        for (const std::uint32_t value : {0U, 1U, 8U, 16U, 255U}) {
            for (const bool server : {false, true}) {
                com_port_message message;
                message.command = static_cast<com_port_command>(code);
                message.from_server = server;
                const bool has_value = code != 0 && code != 8 && code != 9;
                message.value = has_value ? value : 0;
                message.text = code == 0 ? std::string("n\xff\0m", 4) : std::string();
                telnet_codec codec(telnet_client_policy(true));
                codec.assume(telnet_side::local, telnet::com_port, true);
                telnet_output out;
                codec.feed(encode(message), out);
                ASSERT_EQ(out.events.size(), 1U);
                EXPECT_EQ(parse_com_port(out.events[0].payload), message) << int{code};
            }
        }
    }
}

TEST(ComPortCodec, WrongSizesAndCommands_AreNothing) {
    for (const auto* digits :
         {"", "0d00", "c801", "71", "02", "020808", "01", "010000", "0100000000ff", "06", "ff01"}) {
        EXPECT_FALSE(parse_com_port(unhex(digits))) << digits;
    }
}

TEST(ComPortClient, AllAnswered_NoMismatch) {
    com_port_client client;
    EXPECT_EQ(hex(client.ask({})),
              "fffa2c0100002580fff0"
              "fffa2c0208fff0"
              "fffa2c0301fff0"
              "fffa2c0401fff0");
    EXPECT_FALSE(client.answered());
    (void)client.hear(from_server(com_port_command::baud, 9600));
    EXPECT_EQ(client.unanswered(), (std::vector<std::string>{"data bits", "parity", "stop bits"}));
    answer_rest(client);
    EXPECT_TRUE(client.answered());
    EXPECT_FALSE(client.mismatch());
}

TEST(ComPortClient, OtherRate_IsRefusedWithBoth) {
    com_port_client client;
    (void)client.ask({.baud = 115200});
    (void)client.hear(from_server(com_port_command::baud, 9600));
    const auto differs = client.mismatch();
    ASSERT_TRUE(differs);
    EXPECT_EQ(differs->code, errc::refused);
    EXPECT_EQ(differs->reason, "the converter was asked for baud rate 115200 and answered 9600");
}

TEST(ComPortClient, OtherParity_IsRefusedInLetters) {
    com_port_client client;
    (void)client.ask({.parity = 'e'});
    (void)client.hear(from_server(com_port_command::parity, 1));
    ASSERT_TRUE(client.mismatch());
    EXPECT_EQ(client.mismatch()->reason, "the converter was asked for parity e and answered n");
}

TEST(ComPortClient, RateOfADividedClock_IsTheSame) {
    com_port_client client;
    (void)client.ask({.baud = 115200});
    (void)client.hear(from_server(com_port_command::baud, 115384));
    EXPECT_FALSE(client.mismatch());
    (void)client.ask({.baud = 115200});
    (void)client.hear(from_server(com_port_command::baud, 117000));
    EXPECT_TRUE(client.mismatch());
}

TEST(ComPortClient, CiscoCode_IsARate) {
    com_port_client client;
    (void)client.ask({.baud = 9600});
    com_port_message code = from_server(com_port_command::baud, 8);
    code.short_baud = true;
    (void)client.hear(code);
    EXPECT_FALSE(client.mismatch());
    (void)client.ask({.baud = 19200});
    (void)client.hear(code);
    EXPECT_TRUE(client.mismatch());
}

TEST(ComPortClient, SuspendedTwice_OneResumeEndsIt) {
    com_port_client client;
    (void)client.hear(from_server(com_port_command::suspend, 0));
    (void)client.hear(from_server(com_port_command::suspend, 0));
    EXPECT_TRUE(client.suspended());
    const auto heard = client.hear(from_server(com_port_command::resume, 0));
    EXPECT_FALSE(client.suspended());
    ASSERT_EQ(heard.events.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<resumed>(heard.events[0]));
}

TEST(ComPortClient, BreakOnTheLine_IsTwoEventsAndNoReply) {
    com_port_client client;
    const auto heard = client.hear(from_server(com_port_command::line_state, 0x12));
    EXPECT_EQ(heard.reply, "");
    ASSERT_EQ(heard.events.size(), 2U);
    EXPECT_EQ(std::get<line_state>(heard.events[0]).bits, 0x12);
    EXPECT_TRUE(std::holds_alternative<break_received>(heard.events[1]));
}

TEST(ComPortClient, LaterChangeByTheConverter_IsARemark) {
    com_port_client client;
    (void)client.ask({});
    EXPECT_TRUE(client.hear(from_server(com_port_command::baud, 9600)).events.empty());
    const auto heard = client.hear(from_server(com_port_command::baud, 2400));
    ASSERT_EQ(heard.events.size(), 1U);
    EXPECT_EQ(std::get<remark>(heard.events[0]).text, "the converter has changed its baud rate to 2400");
}

TEST(ComPortClient, SignatureWithControlCharacters_IsPrintable) {
    com_port_client client;
    com_port_message name = from_server(com_port_command::signature, 0);
    name.text = "box\x1b[2J";
    const auto heard = client.hear(name);
    ASSERT_EQ(heard.events.size(), 1U);
    EXPECT_EQ(std::get<remark>(heard.events[0]).text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace rollover::transport
