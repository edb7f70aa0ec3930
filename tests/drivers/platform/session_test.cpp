// Sessions in virtual time, with a simulated router that shares nothing with the platform files.
#include "tests/drivers/platform/device_bench.h"

namespace rollover::platform {
namespace {

task<void> bring_home(bench& b, std::string& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    came = words(home);
}

class FoundIn : public testing::TestWithParam<std::string> {};

TEST_P(FoundIn, IosDevice_IsBroughtHome) {
    bench b("cisco-ios", GetParam());
    std::string came;
    b.run(bring_home(b, came));
    EXPECT_EQ(came, "done");
}

TEST_P(FoundIn, LinuxHost_IsBroughtHome) {
    bench b("linux", GetParam());
    std::string came;
    b.run(bring_home(b, came));
    EXPECT_EQ(came, "done");
}

INSTANTIATE_TEST_SUITE_P(EveryState, FoundIn, testing::Values("", "config", "half-typed", "pager", "login"),
                         [](const auto& i) {
                             return i.param.empty()           ? std::string("home")
                                    : i.param == "half-typed" ? "half_typed"
                                                              : i.param;
                         });

TEST(Session, IosDeviceThatBoots_IsWaitedFor) {
    bench b("cisco-ios", "", false);
    std::string came;
    b.run(bring_home(b, came));
    EXPECT_EQ(came, "done");
}

task<void> configure_and_erase(bench& b, std::vector<typed_line> lines, std::vector<std::string>& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    came.push_back(words(home));
    const result<configuration> before = co_await b.talk->read_configuration(deadline);
    const result<void> configured = co_await b.talk->configure(lines, deadline, nullptr);
    came.push_back(words(configured));
    came.push_back(b.device->running_configuration());
    const result<void> saved = co_await b.talk->save(deadline);
    came.push_back(words(saved));
    const configuration was = before ? *before : configuration();
    const result<void> erased = co_await b.talk->erase(was, deadline);
    came.push_back(words(erased));
    const result<void> handed_over = co_await b.talk->hand_over(deadline);
    came.push_back(words(handed_over));
}

TEST(Session, IosDevice_IsConfiguredSavedErasedAndClean) {
    bench b("cisco-ios", "");
    std::vector<std::string> came;
    b.run(configure_and_erase(b,
                              {{"hostname A", {}},
                               {"interface FastEthernet0/0", {}},
                               {" ip address 10.0.0.1 255.255.255.0", {}},
                               {" no shutdown", {}}},
                              came));
    ASSERT_EQ(came.size(), 6U);
    EXPECT_EQ(came[0], "done");
    EXPECT_EQ(came[1], "done");
    EXPECT_NE(came[2].find("ip address 10.0.0.1 255.255.255.0"), std::string::npos);
    EXPECT_EQ(came[3], "done");
    EXPECT_EQ(came[4], "done");
    EXPECT_EQ(came[5], "done");
    EXPECT_TRUE(b.device->is_clean()) << b.device->running_configuration();
}

TEST(Session, LinuxHost_IsConfiguredErasedAndClean) {
    bench b("linux", "");
    std::vector<std::string> came;
    b.run(configure_and_erase(b, {{"ip address add 10.0.0.1/24 dev eth0", {}}, {"ip link set eth0 up", {}}}, came));
    ASSERT_EQ(came.size(), 6U);
    for (const auto i : {0U, 1U, 3U, 4U, 5U}) {
        EXPECT_EQ(came[i], "done") << i;
    }
    EXPECT_TRUE(b.device->is_clean()) << b.device->running_configuration();
}

TEST(Session, RejectedLine_NamesPlaceDeviceCommandAndAnswer) {
    bench b("cisco-ios", "");
    std::vector<std::string> came;
    b.run(configure_and_erase(b, {{"hostname A", {"t.xml", 4, 3}}, {"ip adress 1.1.1.1", {"t.xml", 5, 3}}}, came));
    ASSERT_EQ(came.size(), 6U);
    EXPECT_NE(came[1].find("device under test: t.xml:5:3: the device rejected the command"), std::string::npos)
        << came[1];
    EXPECT_NE(came[1].find("ip adress 1.1.1.1"), std::string::npos);
    EXPECT_NE(came[1].find("% Invalid input"), std::string::npos);
}

task<void> identify(bench& b, std::vector<identity_part> wanted, identity& who, std::string& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(2);
    const result<void> home = co_await b.talk->bring_home(deadline);
    came = words(home);
    const result<identity> said = co_await b.talk->identify(std::move(wanted), deadline);
    if (said) {
        who = *said;
    } else {
        came = describe(said.error());
    }
}

TEST(Session, Identify_ReadsWhatIsAskedFor) {
    using enum identity_part;
    bench router("cisco-ios", "pager");
    identity who;
    std::string came;
    router.run(identify(router, {serial_number, model, software}, who, came));
    EXPECT_EQ(came, "done");
    EXPECT_EQ(who, (identity{"FTX00000001", "2811", "12.4(15)T1"}));

    bench host("linux", "");
    host.run(identify(host, {serial_number}, who, came));
    EXPECT_EQ(came, "done");
    EXPECT_EQ(who.serial_number.size(), 32U) << who.serial_number;
    EXPECT_EQ(who.software, "");  // nobody has asked
}

task<void> run_until(bench& b, duration limit, errc& came) {
    const time_point deadline = b.rt.now() + limit;
    const result<void> home = co_await b.talk->bring_home(deadline);
    came = home ? errc::internal : home.error().code;
}

TEST(Session, DeadlineInTheMiddle_IsKept) {
    bench b("cisco-ios", "", false);
    errc came{};
    b.run(run_until(b, std::chrono::seconds(5), came));
    EXPECT_EQ(came, errc::timed_out);
    EXPECT_LT(b.rt.now().time_since_epoch(), std::chrono::seconds(6));
}

TEST(Session, LostLine_EndsWithPeerClosed) {
    bench b("cisco-ios", "");
    errc came{};
    b.on.lose();
    b.run(run_until(b, std::chrono::hours(1), came));
    EXPECT_EQ(came, errc::peer_closed);
}

TEST(Session, Passwords_AreTypedAsSecrets) {
    bench b("linux", "login");
    std::string came;
    b.run(bring_home(b, came));
    EXPECT_NE(b.on.typed.find("root\r***\r"), std::string::npos) << b.on.typed;
}

}  // namespace
}  // namespace rollover::platform
