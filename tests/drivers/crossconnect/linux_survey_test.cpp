// What a survey says to a host with bridges of the kernel. The answers are those of iproute2 6.1.
#include "drivers/crossconnect/linux_survey.h"

#include "engine/base/text.h"
#include "engine/runtime/virtual_runtime.h"

#include <gmock/gmock.h>

namespace rollover::crossconnect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* links =
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    "
    "link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
    "4: eth1.101@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9200 qdisc noqueue state UP mode DEFAULT group default "
    "qlen "
    "1000\\    link/ether 7a:09:03:c2:41:6c brd ff:ff:ff:ff:ff:ff link-netns n1\n"
    "5: eth1.102@if8: <BROADCAST,MULTICAST> mtu 9200 qdisc noop state DOWN mode DEFAULT group default qlen 1000\\    "
    "link/ether 7a:09:03:c2:41:6d brd ff:ff:ff:ff:ff:ff link-netns n1\n"
    "6: eth1.103@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9200 qdisc noqueue master ro17 state UP mode DEFAULT group "
    "default qlen 1000\\    link/ether 7a:09:03:c2:41:6e brd ff:ff:ff:ff:ff:ff link-netns n1\n"
    "7: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9200 qdisc noqueue state UP mode DEFAULT\\    link/ether "
    "7a:09:03:c2:41:6f brd ff:ff:ff:ff:ff:ff\n"
    "8: ro17: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9200 qdisc noqueue state UP mode DEFAULT\\    link/ether "
    "7a:09:03:c2:41:70 brd ff:ff:ff:ff:ff:ff\\    alias a9/lan\n";

TEST(LinuxSurvey, Links_AreRead) {
    const auto all = parse_survey_links(links);
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[1], (survey_link{"eth1.101", "", "", true}));
    EXPECT_EQ(all[2], (survey_link{"eth1.102", "", "", false}));
    EXPECT_EQ(all[3], (survey_link{"eth1.103", "ro17", "", true}));
    EXPECT_EQ(all[5], (survey_link{"ro17", "", "a9/lan", true}));
    EXPECT_TRUE(parse_survey_links("x: y: z\n: : <UP>\n3:\n\n4: a\n5: no name: <UP>\n").empty());
}

TEST(LinuxSurvey, Forwarding_IsRead_WithoutWhatTheKernelPutThere) {
    EXPECT_THAT(parse_forwarding("02:6c:31:14:d4:a6 dev eth1.101 master rosv1 \n"
                                 "7a:09:03:c2:41:6c dev eth1.101 vlan 1 master rosv1 permanent\n"
                                 "33:33:00:00:00:01 dev eth0 self permanent\n"
                                 "02:6c:31:14:d4:a7 dev vx0 dst 192.0.2.1 self \n"),
                ElementsAre(learned_address{"eth1.101", "rosv1", {{0x02, 0x6c, 0x31, 0x14, 0xd4, 0xa6}}}));
}

TEST(LinuxSurvey, Bridges_HaveNamesThatTheKernelTakes) {
    EXPECT_LE(survey_bridge("a123456/(survey)", 4095).size(), 15U);
    EXPECT_NE(survey_bridge("a1/(survey)", 0), survey_bridge("a2/(survey)", 0));
}

TEST(LinuxSurvey, End_TakesOnlyWhatThisSurveyMade_AndPutsDownWhatWasDown) {
    auto all = parse_survey_links(links);
    all.push_back({"rosvaaaa000", "", "a1/(survey) down", true});
    all.push_back({"rosvaaaa001", "", "a1/(survey)", true});
    all.push_back({"rosvbbbb000", "", "a2/(survey)", true});
    all.push_back({"eth1.105", "rosvaaaa001", "a1/(survey)", true});
    all[2].master = "rosvaaaa000";
    EXPECT_EQ(
        batch_to_end("a1/(survey)", all),
        "link set dev eth1.102 down\nlink del dev rosvaaaa000\nlink del dev rosvaaaa001\nlink del dev eth1.105\n");
    EXPECT_EQ(batch_to_end("a9/lan", {}), "");
}

struct LinuxProber : testing::Test {
    LinuxProber() {
        rt.on_process([this](const process_request& request) -> result<process_result> {
            process_result answer;
            const auto words = rollover::join(request.argv, " ");
            if (words == "ip -o link show") {
                answer.output = links;
            } else if (words == "bridge fdb show") {
                answer.output = "02:6c:31:14:d4:a6 dev eth1.101 master " + survey_bridge("a1/(survey)", 0) + " \n";
            } else {
                said.push_back(request.input.empty() ? words : request.input);
            }
            return answer;
        });
        where.name = "xc2";
        where.what = kind::linux_bridge;
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
    address where;
    std::vector<std::string> said;
    std::unique_ptr<prober> driver;
};

TEST_F(LinuxProber, LooksAtWhatIsFree_AndLeavesJoinsAlone) {
    const auto begun = run(driver->begin(
        "a1/(survey)", {{{"eth1", 101}, 7}, {{"eth1", 103}, 8}, {{"eth1", 104}, 9}, {{"eth2", 101}, 10}}, never));
    ASSERT_TRUE(begun) << describe(begun.error());
    using kind = look_result::kind;
    EXPECT_EQ((*begun)[0].what, kind::looked_at);
    EXPECT_EQ((*begun)[1].what, kind::in_a_join);
    EXPECT_EQ((*begun)[1].why, "eth1.103 is in bridge ro17");
    EXPECT_EQ((*begun)[2].what, kind::looked_at) << "made of eth1";
    EXPECT_EQ((*begun)[3].what, kind::no_port);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_THAT(said[0], HasSubstr("link add link eth1 name eth1.104 type vlan id 104"));
    EXPECT_THAT(said[0], HasSubstr(" address 52:4f:00:00:00:07 type bridge"));
    EXPECT_THAT(said[0], testing::Not(HasSubstr("eth1.103")));

    const auto seen = run(driver->look(never));
    ASSERT_TRUE(seen);
    EXPECT_THAT(*seen, ElementsAre(sighting{{"eth1", 101}, {{{0x02, 0x6c, 0x31, 0x14, 0xd4, 0xa6}}}}));
    EXPECT_TRUE(run(driver->send(call_kind::count, {{{"eth1", 101}, 24}, {{"eth1", 103}, 24}}, never)));
    EXPECT_THAT(said.back(), HasSubstr("ping -6 -q -c 24"));
    EXPECT_THAT(said.back(), testing::EndsWith(" sh " + survey_bridge("a1/(survey)", 0)));

    EXPECT_FALSE(driver->can_send(call_kind::announce));
    const auto before = said.size();
    EXPECT_TRUE(run(driver->send(call_kind::announce, {{{"eth1", 101}, 1}}, never)));
    EXPECT_EQ(said.size(), before) << "ping has no such frames";
}

}  // namespace
}  // namespace rollover::crossconnect
