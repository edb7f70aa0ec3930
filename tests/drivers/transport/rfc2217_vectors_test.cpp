// Every vector of vectors/rfc2217_vectors.tsv: whole, in the segments it names, byte by byte and cut at random.
#include "drivers/transport/com_port_client.h"
#include "drivers/transport/telnet_codec.h"
#include "tests/drivers/transport/hex.h"

#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace rollover::transport {
namespace {

std::vector<std::string> fields_of(const std::string& row) {
    std::vector<std::string> fields;
    std::size_t start = 0;
    for (auto end = row.find('\t'); end != std::string::npos; end = row.find('\t', start)) {
        fields.push_back(row.substr(start, end - start));
        start = end + 1;
    }
    fields.push_back(row.substr(start));
    return fields;
}

std::vector<std::vector<std::string>> rows_of_kind(const std::string& kind) {
    std::ifstream file("tests/drivers/transport/vectors/rfc2217_vectors.tsv");
    EXPECT_TRUE(file) << "run the test from the top of the source tree";
    std::vector<std::vector<std::string>> rows;
    for (std::string row; std::getline(file, row);) {
        auto fields = fields_of(row);
        if (!row.starts_with('#') && fields.size() >= 5 && fields[1] == kind) {
            rows.push_back(std::move(fields));
        }
    }
    return rows;
}

telnet_codec codec_in_state(const std::string& pre) {
    telnet_codec codec(telnet_client_policy(true));
    if (pre == "fresh") {
        return codec;
    }
    codec.assume(telnet_side::local, telnet::suppress_go_ahead, true);
    codec.assume(telnet_side::remote, telnet::suppress_go_ahead, true);
    codec.assume(telnet_side::remote, telnet::echo, true);
    if (pre == "agreed") {
        codec.assume(telnet_side::local, telnet::binary, true);
        codec.assume(telnet_side::remote, telnet::binary, true);
        codec.assume(telnet_side::local, telnet::com_port, true);
    }
    return codec;
}

std::string word_for(const com_port_message& m) {
    const std::string value = std::to_string(m.value);
    switch (m.command) {
        case com_port_command::baud: return (m.short_baud ? "baud1:" : "baud:") + value;
        case com_port_command::data_size: return "databits:" + value;
        case com_port_command::line_state: return "line:" + value;
        case com_port_command::modem_state: return "modem:" + value;
        case com_port_command::suspend: return "suspend";
        case com_port_command::resume: return "resume";
        case com_port_command::signature: return "sig:" + m.text;
        default: return "command " + value;
    }
}

/// "data=... reply=... ev=...", as the vectors write it.
std::string outcome(const std::string& pre, const std::vector<std::string>& segments) {
    telnet_codec codec = codec_in_state(pre);
    com_port_client client;
    telnet_output out;
    std::string events;
    for (const auto& segment : segments) {
        codec.feed(segment, out);
    }
    const auto add = [&events](const std::string& word) { events += (events.empty() ? "" : ",") + word; };
    for (const auto& what : out.events) {
        if (what.what == telnet_event::kind::option && what.code == telnet::com_port && !what.on) {
            add("comport_off");
        }
        if (what.what != telnet_event::kind::subnegotiation) {
            continue;
        }
        if (const auto message = parse_com_port(what.payload)) {
            out.reply += client.hear(*message).reply;
            if (message->from_server) {
                add(word_for(*message));
            }
        }
    }
    return "data=" + hex(out.data) + " reply=" + hex(out.reply) + " ev=" + events;
}

std::vector<std::string> cut(const std::string& bytes, std::mt19937& random, std::size_t longest) {
    std::vector<std::string> segments;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t count = 1 + random() % longest;
        segments.push_back(bytes.substr(at, count));
        at += count;
    }
    return segments;
}

TEST(Rfc2217Vectors, Received_EveryCutGivesTheSame) {
    const auto rows = rows_of_kind("rx");
    ASSERT_GE(rows.size(), 30U);
    std::mt19937 random(1);
    for (const auto& row : rows) {
        SCOPED_TRACE(row[0] + " " + row[3]);
        ASSERT_GE(row.size(), 5U);
        std::string expected;  // the three parts stand in one field or in three, a comment may follow
        for (std::size_t i = 4; i < row.size() && !row[i].starts_with('('); ++i) {
            expected += (i > 4 ? " " : "") + row[i];
        }
        const auto name = expected.find("reply=SIGNATURE");
        if (name != std::string::npos) {
            expected.replace(name, 15, "reply=fffa2c00" + hex("rollover") + "fff0");
        }
        std::vector<std::string> named;
        std::string whole;
        std::string rest = row[3] + "|";
        for (auto bar = rest.find('|'); bar != std::string::npos; bar = rest.find('|')) {
            named.push_back(unhex(rest.substr(0, bar)));
            whole += named.back();
            rest.erase(0, bar + 1);
        }
        EXPECT_EQ(outcome(row[2], {whole}), expected) << "whole";
        EXPECT_EQ(outcome(row[2], named), expected) << "in its segments";
        EXPECT_EQ(outcome(row[2], cut(whole, random, 1)), expected) << "byte by byte";
        for (std::size_t i = 1; i < whole.size(); ++i) {
            EXPECT_EQ(outcome(row[2], {whole.substr(0, i), whole.substr(i)}), expected) << "cut at " << i;
        }
        for (int i = 0; i < 50; ++i) {
            EXPECT_EQ(outcome(row[2], cut(whole, random, 5)), expected) << "random cut " << i;
        }
    }
}

std::string sent(const std::string& pre, const std::string& what) {
    const auto colon = what.find(':');
    const std::string verb = what.substr(0, colon);
    const std::string argument = colon == std::string::npos ? "" : what.substr(colon + 1);
    const auto number = [&argument] { return static_cast<std::uint32_t>(std::stoul(argument)); };
    using enum com_port_control;
    const std::map<std::string, com_port_control> controls = {
        {"flow:none", flow_none}, {"dtr:on", dtr_on}, {"break:on", break_on}, {"break:off", break_off}};
    if (verb == "data") {
        return codec_in_state(pre).encode(std::string_view(unhex(argument)));
    }
    if (what == "break:telnet") {
        return telnet_codec::command(telnet::brk);
    }
    if (const auto control = controls.find(what); control != controls.end()) {
        return com_port_request(control->second);
    }
    if (verb == "baud") {
        return com_port_request(com_port_command::baud, number());
    }
    if (verb == "databits") {
        return com_port_request(com_port_command::data_size, number());
    }
    if (verb == "stop") {
        return com_port_request(com_port_command::stop_size, number());
    }
    if (verb == "linemask") {
        return com_port_request(com_port_command::line_state_mask, number());
    }
    if (what == "purge:both") {
        return com_port_request(com_port_command::purge, 3);
    }
    if (what == "signature?") {
        return com_port_request(com_port_command::signature, 0);
    }
    return "not known to the test: " + what;
}

TEST(Rfc2217Vectors, Sent_IsWhatTheVectorSays) {
    const auto rows = rows_of_kind("tx");
    ASSERT_GE(rows.size(), 15U);
    for (const auto& row : rows) {
        EXPECT_EQ(hex(sent(row[2], row[3])), row[4]) << row[0] << " " << row[3];
    }
}

TEST(Rfc2217Vectors, RepliesOfRealServers_AreUnderstoodAndReencodeToTheSameBytes) {
    std::size_t understood = 0;
    for (const auto& row : rows_of_kind("srv")) {
        for (std::size_t i = 4; i < row.size(); ++i) {
            if (!row[i].starts_with("A=fffa") && !row[i].starts_with("B=fffa")) {
                continue;
            }
            telnet_codec codec = codec_in_state("agreed");
            telnet_output out;
            const std::string bytes = unhex(row[i].substr(2));
            codec.feed(bytes, out);
            ASSERT_EQ(out.events.size(), 1U) << row[0];
            const auto message = parse_com_port(out.events.front().payload);
            ASSERT_TRUE(message) << row[0];
            EXPECT_TRUE(message->from_server) << row[0];
            EXPECT_EQ(hex(encode(*message)), hex(bytes)) << row[0];
            ++understood;
        }
    }
    EXPECT_GE(understood, 12U);
}

}  // namespace
}  // namespace rollover::transport
