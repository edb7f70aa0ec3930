#include "drivers/crossconnect/ways.h"

#include <gtest/gtest.h>

namespace rollover::crossconnect {
namespace {

using namespace std::chrono_literals;

shape of(duration delay, duration jitter, std::uint32_t loss, std::uint32_t rate) {
    shape one;
    one.delay = delay;
    one.jitter = jitter;
    one.loss_per_million = loss;
    one.rate = rate;
    return one;
}

TEST(Ways, Names_AreOfTheirMemberAndShape) {
    const attachment member{"t1", 101};
    const auto one = way_to("xc", "a1/lan", member, of(20ms, 0ms, 0, 0));
    EXPECT_EQ(one.entry.size(), 15U) << "IFNAMSIZ - 1";
    EXPECT_EQ(one.entry.substr(0, 14), one.exit.substr(0, 14));
    EXPECT_TRUE(is_way(port_for_way(one.entry)));
    EXPECT_FALSE(is_tunnel(port_for_way(one.entry)));
    EXPECT_NE(one.entry, way_to("xc", "a1/lan", member, of(21ms, 0ms, 0, 0)).entry);
    EXPECT_NE(one.entry, way_to("xc", "a1/lan", {"t2", 101}, of(20ms, 0ms, 0, 0)).entry);
    EXPECT_NE(one.entry, way_to("xd", "a1/lan", member, of(20ms, 0ms, 0, 0)).entry);
}

TEST(Ways, Note_IsReadBack) {
    for (const auto& one : {of(20ms, 5ms, 15'000, 10), of(0ms, 0ms, 1'000'000, 0), of(10s, 10s, 0, 4'000'000'000U)}) {
        EXPECT_EQ(read_shape_note(shape_note(one)), one);
    }
    EXPECT_EQ(shape_note(of(20ms, 5ms, 15'000, 10)), "d20000j5000l15000r10");
    for (const auto* bad : {"", "d1", "d1j2l0r0", "d0j0l0r0", "d1j0l0r", "d1j0l0r0x", "d1j0l1000001r0",
                            "d99999999999j0l0r0", "j0d1l0r0"}) {
        EXPECT_FALSE(read_shape_note(bad)) << bad;
    }
}

TEST(Ways, Batches_AreThoseOfTheContract) {
    const std::vector<way> ways{{"Xa", "Xb", of(20ms, 5ms, 15'000, 10)}, {"Ya", "Yb", of(0ms, 0ms, 0, 10)}};
    EXPECT_EQ(delete_links(ways), "link del Xa\nlink del Ya\n");
    EXPECT_EQ(add_links(std::span(ways).first(1)),
              "link add Xa mtu 9216 type veth peer name Xb mtu 9216\nlink set Xa up\nlink set Xb up\n");
    EXPECT_EQ(set_qdiscs(ways),
              "qdisc replace dev Xa root handle 526f: netem limit 1125 delay 20000us 5000us loss 1.5000% rate 10mbit\n"
              "qdisc replace dev Ya root handle 526f: tbf rate 10mbit burst 20000 latency 50ms\n");
}

TEST(Ways, Qdiscs_OnlyOursAreRead) {
    // Captured from iproute2 6.1, Debian 12.
    const auto kinds = parse_qdiscs(
        R"([{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"refcnt":2,"options":{}},)"
        R"({"kind":"tbf","handle":"526f:","dev":"Xa","root":true,"refcnt":2,"options":{"rate":1250000,"burst":20000}},3])");
    ASSERT_TRUE(kinds);
    EXPECT_EQ(*kinds, (std::map<std::string, std::string>{{"Xa", "tbf"}}));
    EXPECT_FALSE(parse_qdiscs("Object \"qdisc\" is unknown"));
    EXPECT_TRUE(parse_qdiscs("[]"));
}

}  // namespace
}  // namespace rollover::crossconnect
