// The comparison with the lab file: every kind of wrong cable, alone and together, and what must not be called wrong.
#include "engine/survey/compare.h"

#include "drivers/crossconnect/prober.h"
#include "engine/model/reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <numeric>

namespace rollover::survey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// r1 to r<devices>, with eth1 on port p<n> of sw1 in VLAN 100+n; r1 and r2 also have eth2 on wire w1, and r1 an eth3
/// without any cable.
model::lab lab_of(unsigned devices,
                  const std::string& trunks = R"(<trunk port="t0" cross-connect="xc1" cross-connect-port="x0"/>)") {
    std::string xml = R"(<lab name="l"><site name="s"><converter name="cs1" protocol="raw" host="192.0.2.1">)";
    for (unsigned d = 1; d <= devices; ++d) {
        xml += fmt::format("<line number=\"{0}\" port=\"{1}\"/>", d, 4000 + d);
    }
    xml +=
        R"(</converter><cross-connect name="xc1" kind="openvswitch" bridge="xc"/><cross-connect name="xc2" kind="openvswitch" bridge="xd"/><switch name="sw1" platform="openvswitch">)" +
        trunks + "</switch>\n";
    for (unsigned d = 1; d <= devices; ++d) {
        xml += fmt::format(
            "<device name=\"r{0}\" platform=\"frr\"><console line=\"cs1/{0}\"/><interface name=\"eth1\"><switch-port "
            "switch=\"sw1\" port=\"p{0}\" vlan=\"{1}\"/></interface>{2}{3}</device>\n",
            d, 100 + d, d <= 2 ? "<interface name=\"eth2\"/>" : "", d == 1 ? "<interface name=\"eth3\"/>" : "");
    }
    xml += "</site>";
    if (devices >= 2) {
        xml +=
            "<wire name=\"w1\"><end device=\"r1\" interface=\"eth2\"/><end device=\"r2\" interface=\"eth2\"/></wire>";
    }
    xml += "</lab>";
    auto read = model::read_lab(xml, "lab.xml");
    for (const auto& mistake : read.mistakes) {
        ADD_FAILURE() << to_string(mistake);
    }
    return std::move(*read.value);
}

mac_address mac_of(model::interface_reference who) {
    return {{0x02, 0, 0, 0, static_cast<std::uint8_t>(who.device.value), static_cast<std::uint8_t>(who.interface + 1)}};
}

/// All is as the lab file says: each interface is up, has a link, is seen where it should be.
struct survey_of {
    explicit survey_of(const model::lab& l) : lab(l) {
        std::vector<model::device_index> all;
        for (std::uint32_t d = 0; d < l.devices.size(); ++d) {
            all.push_back({d});
            for (std::uint32_t i = 0; i < l.devices[d].interfaces.size(); ++i) {
                platform::interface_state says;
                says.address = mac_of({{d}, i});
                says.link = true;
                o.interfaces.push_back({{{d}, i}, says, {}});
            }
        }
        o.spots = spots_of(l, all);
        for (const auto& spot : o.spots) {
            o.seen.push_back({spot_seen::kind::looked_at, "", {mac_of(spot.whose)}});
        }
    }

    interface_seen& of(std::uint32_t device, std::uint32_t interface = 0) {
        const model::interface_reference who{{device}, interface};
        return *std::find_if(o.interfaces.begin(), o.interfaces.end(),
                             [&](const auto& one) { return one.which == who; });
    }
    platform::interface_state& says(std::uint32_t device, std::uint32_t interface = 0) {
        return *of(device, interface).says;
    }

    [[nodiscard]] comparison compared() const { return compare(lab, o); }
    /// "swapped r1 eth1" for each difference.
    [[nodiscard]] std::vector<std::string> differences() const {
        std::vector<std::string> all;
        for (const auto& f : compared().findings) {
            if (f.is_difference()) {
                all.push_back(fmt::format("{} {}", name_of(f.what), f.target));
            }
        }
        return all;
    }
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const auto& f : compared().findings) {
            all += to_string(f) + "\n";
        }
        return all;
    }

    const model::lab& lab;
    observation o;
};

TEST(Compare, AsTheLabFileSays_IsProved_AndTheWireIsNot) {
    const auto lab = lab_of(3);
    const survey_of s(lab);
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_EQ(s.compared().proved.size(), 3U);
    EXPECT_THAT(s.text(), HasSubstr("wire w1: not proved: no cross-connect reaches it"));
}

TEST(Compare, TwoCables_Swapped) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    std::swap(s.o.seen[0].sources, s.o.seen[1].sources);
    EXPECT_THAT(s.differences(), ElementsAre("swapped r1 eth1", "swapped r2 eth1"));
    EXPECT_THAT(s.text(),
                HasSubstr("lab.xml:2:57: r1 eth1: expected port p1 of switch sw1 (VLAN 101), found port p2 of switch "
                          "sw1 (VLAN 102), where r2 eth1 should be; mend: change the two cables over"));
    EXPECT_EQ(s.compared().proved.size(), 1U);
}

TEST(Compare, EveryPermutationOfThreeCables_IsNamedInterfaceByInterface) {
    const auto lab = lab_of(3);
    std::array<std::size_t, 3> at{0, 1, 2};
    do {
        survey_of s(lab);
        std::size_t right = 0;
        for (std::uint32_t spot = 0; spot < 3; ++spot) {
            s.o.seen[spot].sources = {mac_of({{static_cast<std::uint32_t>(at[spot])}, 0})};
            right += at[spot] == spot ? 1U : 0U;
        }
        const auto found = s.compared();
        EXPECT_EQ(found.proved.size(), right);
        EXPECT_EQ(s.differences().size(), 3 - right);
        const auto kind = right == 1 ? verdict::swapped : verdict::moved;
        for (const auto& f : found.findings) {
            if (f.is_difference()) {
                EXPECT_EQ(f.what, kind) << to_string(f);
            }
        }
        if (right == 0) {
            EXPECT_THAT(s.text(), HasSubstr("go round"));
        }
    } while (std::next_permutation(at.begin(), at.end()));
}

TEST(Compare, OneCable_Moved_AndAnotherInItsPlaceSeenNowhere) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.seen[1].sources = {mac_of({{0}, 0})};
    s.o.seen[0].sources = {};
    s.says(1).link = false;
    EXPECT_THAT(s.differences(), ElementsAre("moved r1 eth1", "no-link r2 eth1"));
}

TEST(Compare, NoLink_DeadWithALink_AndShutDown) {
    const auto lab = lab_of(4);
    survey_of s(lab);
    for (const std::size_t spot : {0U, 1U, 2U}) {
        s.o.seen[spot].sources = {};
    }
    s.says(0).link = false;
    s.says(1).link = true;
    s.says(2).disabled = true;
    EXPECT_THAT(s.differences(), ElementsAre("no-link r1 eth1", "shut-down r3 eth1", "dead r2 eth1"));
    EXPECT_THAT(s.text(), HasSubstr("look for its cable, and whether port p1 of switch sw1 is switched on"));
    EXPECT_THAT(s.text(), HasSubstr("found a link, but nothing came from it; mend: look at its cable, and at port p2"));
}

TEST(Compare, CountedWhereItShouldBe_IsProvedWithoutAFrameFromIt) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.seen[0].sources = {};
    s.of(0).hears = {true, true, 0};
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_THAT(s.text(), HasSubstr("r1 eth1: note: it counts what is sent there; nothing has come from it"));
    EXPECT_EQ(s.compared().proved.size(), 3U);
}

TEST(Compare, CountersAlone_TellSwappedCables) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.seen[0].sources = s.o.seen[1].sources = {};
    s.says(0).address = s.says(1).address = std::nullopt;
    s.of(0).hears = {true, true, 1};
    s.of(1).hears = {true, true, 0};
    EXPECT_THAT(s.differences(), ElementsAre("swapped r1 eth1", "swapped r2 eth1"));
}

TEST(Compare, NamedByTheDevice_IsProved_OrTellsSwappedCables) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.first_mark = 5U << 20U;
    s.o.seen[0].sources = s.o.seen[1].sources = s.o.seen[2].sources = {};
    const auto named = [&](std::vector<std::uint32_t> numbers) { return heard_of(s.o, numbers); };
    s.of(0).hears = named({s.o.first_mark + 1});
    s.of(1).hears = named({17, s.o.first_mark, 6U << 20U});
    s.of(2).hears = named({s.o.first_mark + 2});
    EXPECT_THAT(s.differences(), ElementsAre("swapped r1 eth1", "swapped r2 eth1"));
    EXPECT_THAT(s.text(), HasSubstr("r3 eth1: note: it sees what is announced there; nothing has come from it"));
}

TEST(Compare, NeighboursOfAnotherSurvey_SayNothing_AndOfTwoNoneCounts) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.first_mark = first_mark_of("a17");
    EXPECT_NE(first_mark_of("a17"), first_mark_of("a18"));
    const std::vector<std::uint32_t> others{0, 1, s.o.first_mark + 3, first_mark_of("a18"), 0xffffffffU};
    EXPECT_FALSE(heard_of(s.o, others).asked) << "LLDP may well be off there";
    const std::vector<std::uint32_t> two{s.o.first_mark, s.o.first_mark + 2, s.o.first_mark + 1};
    const auto both = heard_of(s.o, two);
    EXPECT_TRUE(both.asked && both.heard && both.named);
    EXPECT_EQ(both.where, std::nullopt);
}

TEST(Compare, MarksOfThisSurvey_BeginWhereItSays) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.o.first_mark = first_mark_of("a17");
    s.o.seen[1].sources.push_back(crossconnect::mark_of(0));
    EXPECT_THAT(s.differences(), IsEmpty()) << "of another survey";
    s.o.seen[1].sources.push_back(crossconnect::mark_of(s.o.first_mark));
    EXPECT_THAT(s.differences(), ElementsAre("leak r2 eth1"));
}

TEST(Compare, NeitherAddressNorCounter_IsNotProved) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.o.seen[0].sources = {};
    s.says(0).address = std::nullopt;
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_THAT(s.text(), HasSubstr("r1 eth1: not proved: the device tells neither its address nor"));
}

TEST(Compare, OneWay_IsSeenAndCountsNothing) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.of(0).hears = {true, false, std::nullopt};
    s.of(1).hears = {true, true, std::nullopt};
    EXPECT_THAT(s.differences(), ElementsAre("one-way r1 eth1"));
}

TEST(Compare, NoInterfaceOfThisName) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.of(0).says = failure(errc::device_rejected, "no").said("% Can't find interface eth1\n");
    s.o.seen[0].sources = {};
    EXPECT_THAT(s.differences(), ElementsAre("no-interface r1 eth1"));
    EXPECT_THAT(s.text(), HasSubstr("found none: % Can't find interface eth1"));
}

TEST(Compare, AFrameAtTwoPlaces_IsALeak) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.o.seen[1].sources.push_back(mac_of({{0}, 0}));
    EXPECT_THAT(s.differences(), ElementsAre("leak r1 eth1"));
}

TEST(Compare, Marks_ComeBackAtAnotherDevice_OrThroughADeviceThatBridges) {
    auto lab = lab_of(2);
    survey_of s(lab);
    s.o.seen[1].sources.push_back(crossconnect::mark_of(0));
    EXPECT_THAT(s.differences(), ElementsAre("leak r2 eth1"));
    s.o.seen[1].sources.back() = crossconnect::mark_of(1);
    EXPECT_THAT(s.differences(), ElementsAre("leak r2 eth1"));
    EXPECT_THAT(s.text(), HasSubstr("found they come back"));
    s.o.seen[1].sources.back() = crossconnect::mark_of(77);
    EXPECT_THAT(s.differences(), IsEmpty()) << "of another survey";
    lab.devices[0].interfaces[2].port = {{0}, "p3", 103};
    s.o.spots[1].whose = {{0}, 2};
    s.o.seen[1].sources = {crossconnect::mark_of(0)};
    s.o.seen[0].sources.push_back(crossconnect::mark_of(1));
    EXPECT_THAT(s.text(), HasSubstr("r1: note: it bridges between its interfaces"));
}

TEST(Compare, AStranger_InsteadOfTheInterface_AndBesideIt) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    const mac_address stranger{{0x00, 0x50, 0x56, 1, 2, 3}};
    s.o.seen[0].sources.push_back(stranger);
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_THAT(s.text(), HasSubstr("r1 eth1: note: beside it is somebody with the address 00:50:56:01:02:03"));
    s.o.seen[0].sources = {stranger};
    s.says(0).link = false;
    EXPECT_THAT(s.differences(), ElementsAre("no-link r1 eth1", "unexpected r1 eth1"));
}

TEST(Compare, AStrangerWhereADeviceWasNotAsked_MayBeIt) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    std::erase_if(s.o.interfaces, [](const interface_seen& one) { return one.which.device.value == 0; });
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_EQ(s.compared().proved.size(), 1U);
}

TEST(Compare, AWholeTrunk_IsOneFault) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    for (auto& seen : s.o.seen) {
        seen.sources = {};
    }
    EXPECT_THAT(s.differences(), ElementsAre("dead-trunk trunk t0 of switch sw1 to cross-connect xc1"));
    EXPECT_THAT(s.text(), HasSubstr("expected frames of 3 interfaces with a link, found none of any of them"));
}

TEST(Compare, ATrunkWhosePortIsMissing_IsOneFault) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    for (auto& seen : s.o.seen) {
        seen = {spot_seen::kind::no_port, "bridge xc has no working port x0", {}};
    }
    EXPECT_THAT(s.differences(), ElementsAre("no-trunk trunk t0 of switch sw1 to cross-connect xc1"));
}

TEST(Compare, TwoTrunks_OneOfThemDead) {
    const auto lab = lab_of(
        2,
        R"(<trunk port="t0" cross-connect="xc1" cross-connect-port="x0"/><trunk port="t1" cross-connect="xc2" cross-connect-port="x1"/>)");
    survey_of s(lab);
    ASSERT_EQ(s.o.spots.size(), 4U);
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_EQ(s.compared().proved.size(), 2U);
    s.o.seen[1].sources = {};
    EXPECT_THAT(s.differences(), ElementsAre("dead r1 eth1"));
    EXPECT_THAT(s.text(), HasSubstr("nothing came from it over this trunk"));
    s.o.seen[3].sources = {};
    EXPECT_THAT(s.differences(), ElementsAre("dead-trunk trunk t1 of switch sw1 to cross-connect xc2"));
    EXPECT_EQ(s.compared().proved.size(), 2U);
}

TEST(Compare, PlacesInUse_AreLeftAlone_AndSaidSo) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    s.o.seen[0] = {spot_seen::kind::in_a_join, "join a7/lan stands there", {}};
    s.o.seen[1].sources = {};
    EXPECT_THAT(s.differences(), ElementsAre("dead r2 eth1"));
    EXPECT_THAT(s.text(),
                HasSubstr("not proved: port p1 of switch sw1 (VLAN 101) was left alone: join a7/lan stands there"));
    EXPECT_THAT(s.text(), HasSubstr("(1 places in use were not looked at)"));
}

TEST(Compare, ACrossConnectThatCouldNotBeAsked_IsNoDifference) {
    const auto lab = lab_of(3);
    survey_of s(lab);
    for (auto& seen : s.o.seen) {
        seen = {};
    }
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_THAT(s.compared().proved, IsEmpty());
}

TEST(Compare, AnInterfaceThatBelongsOnAWire_OrNowhere_OnASwitch) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.o.seen[0].sources = {mac_of({{0}, 1})};
    s.o.seen[1].sources.push_back(mac_of({{0}, 2}));
    s.says(0).link = false;
    EXPECT_THAT(s.differences(), ElementsAre("no-link r1 eth1", "moved r1 eth2", "moved r1 eth3"));
    EXPECT_THAT(
        s.text(),
        HasSubstr("r1 eth2: expected wire w1, found port p1 of switch sw1 (VLAN 101), where r1 eth1 should be"));
    EXPECT_THAT(s.text(), HasSubstr("r1 eth3: expected no cable, found port p2"));
}

TEST(Compare, AWireWithoutALink) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.says(0, 1).link = s.says(1, 1).link = false;
    EXPECT_THAT(s.differences(), ElementsAre("no-link r1 eth2", "no-link r2 eth2"));
}

TEST(Compare, OneAddressForAllInterfacesOfABox_IsAtBothOfTheirPlaces) {
    const auto lab = lab_of(2);
    survey_of s(lab);
    s.o.spots[1].whose = {{0}, 2};  // r1 has two places
    s.says(0, 2).address = s.says(0, 0).address;
    s.o.seen[1].sources = s.o.seen[0].sources;
    EXPECT_THAT(s.differences(), IsEmpty());
    EXPECT_EQ(s.compared().proved.size(), 2U);
}

TEST(Compare, NothingOfADevice_EndsUpOnATerminal) {
    const auto lab = lab_of(1);
    survey_of s(lab);
    s.of(0).says = failure(errc::device_rejected, "no").said("\x1b[2J gone\n");
    EXPECT_EQ(s.text().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace rollover::survey
