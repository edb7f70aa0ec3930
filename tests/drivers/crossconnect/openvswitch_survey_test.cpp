// What a survey says to an Open vSwitch. The answers are those of Open vSwitch 3.1; tests/real/survey has the programs.
#include "drivers/crossconnect/openvswitch_survey.h"

#include "drivers/crossconnect/join_table.h"
#include "drivers/crossconnect/probe_frames.h"
#include "engine/base/text.h"
#include "engine/runtime/virtual_runtime.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Recorded, but for the number of the name a1/survey.
constexpr const char* survey_rule =
    " cookie={0:#x}, duration=0.944s, table=0, n_packets=1, n_bytes=86, hard_timeout=900, check_overlap "
    "priority=21103,metadata=0/{1:#x},in_port=1,dl_vlan=101 "
    "actions=note:61.31.2f.73.75.72.76.65.79.00.00.00.00.00,learn(table=247,hard_timeout=900,priority=1,cookie={0:#x},"
    "metadata={1:#x},NXM_OF_IN_PORT[],NXM_OF_VLAN_TCI[0..12],NXM_OF_ETH_SRC[])\n";
constexpr const char* learned_rule =
    " cookie={0:#x}, duration=0.632s, table=247, n_packets=0, n_bytes=0, hard_timeout=900, "
    "priority=1,metadata={1:#x},in_port=1,dl_vlan=101,dl_src=02:6c:31:14:d4:a6 actions=drop\n";

std::string filled(const char* rule) {
    return fmt::format(fmt::runtime(rule), cookie_prefix | number_of("a1/survey"), number_of("a1/survey"));
}

TEST(OpenvswitchSurvey, Learned_IsReadFromTheDump) {
    const std::string dump = "OFPST_FLOW reply (OF1.3) (xid=0x2):\n" + filled(survey_rule) + filled(learned_rule) +
                             filled(learned_rule) + " cookie=0x0, in_port=x,dl_vlan=101,dl_src=02:00:00:00:00:01\n";
    EXPECT_THAT(parse_learned(dump),
                testing::ElementsAre(learned_source{{1, 101}, {{0x02, 0x6c, 0x31, 0x14, 0xd4, 0xa6}}}));
}

TEST(OpenvswitchSurvey, TheDriverOfTheJoins_KnowsItAsAJoin_AndTakesItAway) {
    const auto rules = parse_rules(filled(survey_rule) + filled(learned_rule));
    ASSERT_TRUE(rules) << describe(rules.error());
    bridge_state state;
    state.ports = {{"x0", 1}};
    state.rules = *rules;
    const auto standing = standing_joins(state);
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0].what.name, "a1/survey");
    EXPECT_FALSE(standing[0].complete);
    EXPECT_EQ(change_to_remove(state, {"a1/survey"}).bundle, bundle_to_end("a1/survey"));
    join other{"a2/lan", {{"x0", 101}, {"x0", 102}}};
    const auto refused = change_to_make(state, {other});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::busy);
}

TEST(OpenvswitchSurvey, Bundle_RemovesFirst_AndHasOneRuleForEachPlace) {
    const std::vector<numbered_attachment> where{{1, 101}, {7, 102}};
    const auto bundle = bundle_to_look("a1/survey", where, 900);
    const auto lines = split_lines(bundle);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_TRUE(lines[0].starts_with("delete cookie=0x526f"));
    EXPECT_THAT(std::string(lines[1]), HasSubstr("add check_overlap,cookie="));
    EXPECT_THAT(std::string(lines[1]), HasSubstr(",hard_timeout=900,priority=21103,"));
    EXPECT_THAT(std::string(lines[2]),
                HasSubstr("in_port=7,dl_vlan=102,actions=note:61.31.2f.73.75.72.76.65.79,learn(table=247,"));
}

TEST(OpenvswitchSurvey, PacketOuts_SendExactlySoMany) {
    std::vector<numbered_marking> marks;
    for (unsigned i = 0; i < 40; ++i) {
        marks.push_back({{i % 3 + 1, static_cast<std::uint16_t>(100 + i)}, i, i + 1});
    }
    const auto text = packet_outs(call_kind::count, marks);
    std::size_t outputs = 0;
    for (auto at = text.find(",output:"); at != std::string::npos; at = text.find(",output:", at + 1)) {
        ++outputs;
    }
    EXPECT_EQ(outputs, 40U * 41 / 2);
    for (const auto line : split_lines(text)) {
        EXPECT_LT(line.size(), 32000U);
    }
    EXPECT_THAT(text, HasSubstr("set_field:4196->vlan_vid,set_field:52:4f:00:00:00:00->eth_src,output:1"));
    EXPECT_THAT(packet_outs(call_kind::question, {}), testing::IsEmpty());
    const std::vector<numbered_marking> one{{{1, 101}, 3, 1}};
    EXPECT_EQ(std::ranges::count(packet_outs(call_kind::question, one), '\n'), 2) << "ARP and ICMPv6";
}

TEST(OpenvswitchSurvey, Announcements_HaveALineForEachMarkAndKind) {
    const std::vector<numbered_marking> marks{{{1, 101}, 3, 1}, {{2, 102}, 4, 2}};
    const auto text = packet_outs(call_kind::announce, marks);
    const auto lines = split_lines(text);
    ASSERT_EQ(lines.size(), 5U) << "the last is empty";
    EXPECT_EQ(lines[0], "packet-out in_port=controller,packet=" + to_hexadecimal(lldp_announcement(3)) +
                            ",actions=push_vlan:0x8100,set_field:4197->vlan_vid,set_field:52:4f:00:00:00:03->eth_src,"
                            "output:1");
    EXPECT_THAT(std::string(lines[1]), HasSubstr("packet=" + to_hexadecimal(cdp_announcement(3))));
    EXPECT_THAT(std::string(lines[2]), HasSubstr("packet=" + to_hexadecimal(lldp_announcement(4))));
    EXPECT_THAT(std::string(lines[3]), testing::EndsWith(",output:2,output:2"));
    EXPECT_THAT(packet_outs(call_kind::announce, {}), testing::IsEmpty());
}

// tests/real/survey has lldpd and tcpdump read them.
TEST(OpenvswitchSurvey, Announcements_AreWhatTheirSourcesSay) {
    EXPECT_EQ(to_hexadecimal(lldp_announcement(7)),
              "0180c200000e524f0000000788cc"
              "020704524f00000007"          // chassis: a MAC address
              "040b07726f6c6c6f7665722d37"  // port: locally assigned, rollover-7
              "06020078"                    // 120 s
              "0a0a726f6c6c6f7665722d37"    // system name
              "0000000000000000");          // end, and what makes it the shortest frame
    const auto cdp = cdp_announcement(7);
    EXPECT_EQ(to_hexadecimal(cdp),
              "01000ccccccc524f000000070048aaaa0300000c2000"
              "027813a8"                      // version, 120 s, checksum
              "0001000e726f6c6c6f7665722d37"  // device
              "0003000e726f6c6c6f7665722d37"  // port
              "0004000800000010"              // a host
              "0005000c526f6c6c6f766572"      // software
              "0006000c526f6c6c6f766572");    // platform
    for (const unsigned number : {0U, 9U, 10U, 12345U, 0xffffffffU}) {
        const auto frame = cdp_announcement(number);
        EXPECT_EQ(frame.size() % 2, 0U) << "Cisco's checksum of an odd length is not that of RFC 1071";
        EXPECT_EQ(frame[12] * 256U + frame[13], frame.size() - 14);
        std::uint32_t sum = 0;
        for (std::size_t i = 22; i < frame.size(); i += 2) {
            sum += frame[i] * 256U + frame[i + 1];
        }
        EXPECT_EQ((sum & 0xffffU) + (sum >> 16U), 0xffffU) << "with its checksum";
        EXPECT_GE(lldp_announcement(number).size(), 60U);
    }
}

TEST(OpenvswitchSurvey, Frames_AreWhatTheRfcsSay) {
    const auto arp = arp_probe(mark_of(1));
    EXPECT_EQ(to_hexadecimal(arp),
              "ffffffffffff524f00000001080600010800060400015"
              "24f0000000100000000000000000000c0000201000000000000000000000000000000000000");
    // Checked with the kernel of a Linux host, which answers it.
    EXPECT_EQ(to_hexadecimal(echo_request(mark_of(1))),
              "333300000001524f0000000186dd6000000000103afffe80000000000000504f00fffe000001ff02000000000000000000000000"
              "00018000"
              "2ccb524f0001726f6c6c6f766572");
    EXPECT_EQ(number_of_mark(mark_of(0xffffffffU)), 0xffffffffU);
    EXPECT_EQ(number_of_mark(*read_mac("52:50:00:00:00:01")), std::nullopt);
    EXPECT_TRUE(mark_of(0).is_of_one());
}

/// A host whose switch has two ports; x0 is number 1.
struct fake_switch_host {
    std::string rules;  ///< the dump
    int overlaps = 0;
    std::vector<std::string> inputs;

    result<process_result> operator()(const process_request& request) {
        const auto words = rollover::join(request.argv, " ");
        process_result answer;
        if (words.find("list-ifaces") != std::string::npos) {
            answer.output =
                "x0\nx1\n"
                R"({"data":[["x0",1,"",["map",[]],["map",[]],["set",[]]],["x1",2,"",["map",[]],["map",[]],["set",[]]]],)"
                R"("headings":["name","ofport","type","options","external_ids","error"]})"
                "\n";
        } else if (words.find("dump-flows") != std::string::npos) {
            answer.output = rules;
        } else {
            inputs.push_back(request.input);
            if (overlaps > 0) {
                --overlaps;
                answer.exit_code = 1;
                answer.errors = "Error OFPFMFC_OVERLAP for: OFPT_FLOW_MOD (OF1.3) (xid=0x4): ADD ...\n";
            }
        }
        return answer;
    }
};

struct OpenvswitchProber : testing::Test {
    OpenvswitchProber() {
        rt.on_process([this](const process_request& request) { return host(request); });
        where.name = "xc1";
        where.bridge = "xc";
        driver = make_prober(rt, where);
    }

    template <class T>
    T run(task<T> work) {
        T outcome = failure();
        auto root = [](task<T> one, T& into) -> task<void> { into = co_await std::move(one); };
        EXPECT_EQ(rt.run(root(std::move(work), outcome)), virtual_end::finished);
        return outcome;
    }

    virtual_runtime rt;
    fake_switch_host host;
    address where;
    std::unique_ptr<prober> driver;
};

TEST_F(OpenvswitchProber, LooksAtWhatIsFree_AndLeavesJoinsAlone) {
    host.rules =
        " cookie=0x526f2d1f0c9be3a7, duration=3.004s, table=0, n_packets=0, n_bytes=0, check_overlap "
        "priority=21103,metadata=0/0x2d1f0c9be3a7,in_port=1,dl_vlan=102 "
        "actions=note:61.39.2f.6c,set_field:4199->vlan_vid,IN_PORT\n";
    const auto begun = run(driver->begin(
        "a1/survey", {{{"x0", 101}, 0}, {{"x0", 102}, 1}, {{"x0", 103}, 2}, {{"x7", 104}, 3}, {{"", 105}, 4}}, never));
    ASSERT_TRUE(begun) << describe(begun.error());
    using kind = look_result::kind;
    std::vector<kind> kinds;
    for (const auto& one : *begun) {
        kinds.push_back(one.what);
    }
    EXPECT_THAT(kinds,
                testing::ElementsAre(kind::looked_at, kind::in_a_join, kind::in_a_join, kind::no_port, kind::no_port));
    EXPECT_EQ((*begun)[1].why, "join a9/l stands there");
    ASSERT_EQ(host.inputs.size(), 1U);
    EXPECT_EQ(std::ranges::count(host.inputs[0], '\n'), 2) << "one delete, one add";

    host.rules = filled(survey_rule) + filled(learned_rule);
    const auto seen = run(driver->look(never));
    ASSERT_TRUE(seen);
    EXPECT_THAT(*seen, testing::ElementsAre(sighting{{"x0", 101}, {{{0x02, 0x6c, 0x31, 0x14, 0xd4, 0xa6}}}}));

    EXPECT_TRUE(run(driver->send(call_kind::count, {{{"x0", 101}, 3}, {{"x0", 102}, 3}}, never)));
    EXPECT_THAT(host.inputs.back(), testing::Not(HasSubstr("set_field:4198"))) << "never towards a place in use";
    EXPECT_TRUE(driver->can_send(call_kind::announce));
    EXPECT_TRUE(run(driver->send(call_kind::announce, {{{"x0", 101}, 1}, {{"x0", 102}, 1}}, never)));
    const std::vector<numbered_marking> announced{{{1, 101}, 0, 1}};
    EXPECT_EQ(host.inputs.back(), packet_outs(call_kind::announce, announced));
    EXPECT_TRUE(run(driver->end("a1/survey", never)));
    EXPECT_EQ(host.inputs.back(), bundle_to_end("a1/survey"));
}

TEST_F(OpenvswitchProber, AJoinThatIsMadeMeanwhile_IsNotOverlaid) {
    host.overlaps = 1;
    EXPECT_TRUE(run(driver->begin("a1/survey", {{{"x0", 101}, 0}}, never)));
    EXPECT_EQ(host.inputs.size(), 2U);
    host.overlaps = 5;
    const auto refused = run(driver->begin("a1/survey", {{{"x0", 101}, 0}}, never));
    ASSERT_FALSE(refused);
    EXPECT_THAT(describe(refused.error()), HasSubstr("cross-connect xc1 (bridge xc)"));
}

}  // namespace
}  // namespace rollover::crossconnect
