#include "simulators/lab/telnet_server.h"

#include <gtest/gtest.h>
#include <tuple>

namespace rollover::sim {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string out;
    for (const int v : values) {
        out += static_cast<char>(v);
    }
    return out;
}

constexpr int iac = 255, sb = 250, se = 240, will = 251, wont = 252, do_ = 253, dont = 254, com = 44;

std::string com_port(std::initializer_list<int> payload) {
    return bytes({iac, sb, com}) + bytes(payload) + bytes({iac, se});
}

/// Orders with neighbouring texts joined, so that a cut in the input makes no difference.
std::vector<std::tuple<line_order::kind, std::string, std::uint32_t>> merged(const std::vector<line_order>& orders) {
    std::vector<std::tuple<line_order::kind, std::string, std::uint32_t>> out;
    for (const auto& o : orders) {
        const bool more_text = o.what == line_order::kind::type && !out.empty() && std::get<0>(out.back()) == o.what;
        if (more_text) {
            std::get<1>(out.back()) += o.text;
        } else {
            out.emplace_back(o.what, o.text, o.value);
        }
    }
    return out;
}

/// A server that has agreed to everything.
telnet_server agreed() {
    telnet_server server(true, 9600);
    static_cast<void>(server.opening());
    telnet_server_output out;
    server.feed(bytes({iac, do_, 3, iac, will, 3, iac, do_, 1, iac, will, 0, iac, do_, 0, iac, will, com}), out);
    EXPECT_EQ(out.reply, com_port({107, 0xb0}))
        << "the modem state comes with the agreement, and nothing is said twice";
    return server;
}

TEST(TelnetServer, Opening_IsThatOfAConverter) {
    EXPECT_EQ(telnet_server(true, 9600).opening(),
              bytes({iac, will, 3, iac, do_, 3, iac, will, 1, iac, do_, 0, iac, will, 0, iac, do_, com}));
    EXPECT_EQ(telnet_server(false, 9600).opening(),
              bytes({iac, will, 3, iac, do_, 3, iac, will, 1, iac, do_, 0, iac, will, 0}));
}

struct exchange {
    const char* name;
    std::string sent;
    std::string reply;
};

TEST(TelnetServer, EveryRequest_IsAcknowledgedWithWhatIsSet) {
    const exchange all[] = {
        {"baud 19200", com_port({1, 0, 0, 0x4b, 0}), com_port({101, 0, 0, 0x4b, 0})},
        {"baud asked", com_port({1, 0, 0, 0, 0}), com_port({101, 0, 0, 0x25, 0x80})},
        {"baud impossible", com_port({1, 0xee, 0, 0, 0}), com_port({101, 0, 0, 0x25, 0x80})},
        {"baud with an IAC in it", com_port({1, 0, 0, iac, iac, 0}), com_port({101, 0, 0, iac, iac, 0})},
        {"7 bits", com_port({2, 7}), com_port({102, 7})},
        {"9 bits", com_port({2, 9}), com_port({102, 8})},
        {"even", com_port({3, 3}), com_port({103, 3})},
        {"parity asked", com_port({3, 0}), com_port({103, 1})},
        {"2 stop bits", com_port({4, 2}), com_port({104, 2})},
        {"DTR off", com_port({5, 9}), com_port({105, 9})},
        {"DTR asked", com_port({5, 7}), com_port({105, 8})},
        {"RTS off", com_port({5, 12}), com_port({105, 12})},
        {"no flow control", com_port({5, 1}), com_port({105, 1})},
        {"flow control asked", com_port({5, 0}), com_port({105, 1})},
        {"inbound asked", com_port({5, 13}), com_port({105, 14})},
        {"DCD flow control", com_port({5, 17}), com_port({105, 1})},
        {"line state mask", com_port({10, 0x10}), com_port({110, 0x10})},
        {"modem state mask", com_port({11, iac, iac}), com_port({111, iac, iac})},
        {"purge", com_port({12, 3}), com_port({112, 3})},
        {"signature", com_port({0}), bytes({iac, sb, com, 100}) + "rollover sim" + bytes({iac, se})},
        {"a notification from a client", com_port({7, 0}), ""},
        {"nonsense", com_port({77, 1, 2, 3}), ""},
        {"refusals repeated", bytes({iac, dont, 39, iac, dont, 39, iac, wont, 39}), ""},
        {"unknown option", bytes({iac, do_, 24}), bytes({iac, wont, 24})},
    };
    for (const auto& e : all) {
        auto server = agreed();
        telnet_server_output out;
        server.feed(e.sent, out);
        EXPECT_EQ(out.reply, e.reply) << e.name;
    }
}

TEST(TelnetServer, CutAnywhere_TheSameOrdersInTheSameOrder) {
    const std::string sent = "ab" + com_port({1, 0, 0, 0x4b, 0}) + "c" + com_port({5, 5}) + com_port({5, 6}) + "d\r" +
                             bytes({iac, iac, iac, 243}) + com_port({8}) + com_port({9}) + com_port({12, 3}) + "e";
    auto whole = agreed();
    telnet_server_output expected;
    whole.feed(sent, expected);
    using kind = line_order::kind;
    const std::vector<std::tuple<kind, std::string, std::uint32_t>> orders{
        {kind::type, "ab", 0},    {kind::baud, "", 19200},       {kind::type, "c", 0},       {kind::break_on, "", 0},
        {kind::break_off, "", 0}, {kind::type, "d\r\xff", 0},    {kind::break_pulse, "", 0}, {kind::hold, "", 0},
        {kind::release, "", 0},   {kind::purge_received, "", 0}, {kind::purge_typed, "", 0}, {kind::type, "e", 0}};
    EXPECT_EQ(merged(expected.orders), orders);
    for (std::size_t cut = 0; cut <= sent.size(); ++cut) {
        auto server = agreed();
        telnet_server_output out;
        server.feed(std::string_view(sent).substr(0, cut), out);
        server.feed(std::string_view(sent).substr(cut), out);
        EXPECT_EQ(merged(out.orders), orders) << "cut at " << cut;
        EXPECT_EQ(out.reply, expected.reply) << "cut at " << cut;
    }
    auto server = agreed();
    telnet_server_output out;
    for (const char c : sent) {
        server.feed(std::string_view(&c, 1), out);
    }
    EXPECT_EQ(merged(out.orders), orders);
}

TEST(TelnetServer, WithoutRfc2217_RefusesTheOptionAndHoldsNobody) {
    telnet_server server(false, 9600);
    static_cast<void>(server.opening());
    telnet_server_output out;
    server.feed(bytes({iac, will, com}), out);
    EXPECT_EQ(out.reply, bytes({iac, dont, com}));
    EXPECT_EQ(server.hold(true), "");
}

TEST(TelnetServer, Hold_IsFlowcontrolSuspendAndResume) {
    const auto server = agreed();
    EXPECT_EQ(server.hold(true), com_port({108}));
    EXPECT_EQ(server.hold(false), com_port({109}));
}

}  // namespace
}  // namespace rollover::sim
