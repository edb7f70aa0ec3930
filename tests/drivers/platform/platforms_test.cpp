// Each platform file against a simulated device that shares nothing with it: from power-on to power-on.
#include "tests/drivers/platform/device_bench.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

struct whole_way {
    std::string platform;
    std::string user;
    std::vector<std::string> interfaces;
    std::vector<std::string> lines;
    std::string shown;      ///< in the running configuration, once they are typed
    std::string mistyped;   ///< a line that the device rejects
    std::string good;       ///< a line in front of it, which must not be left on a device with a candidate
    std::string left = {};  ///< what that would leave; empty: it stays, this platform has no candidate
    std::string password = "lab";
    /// An empty one lets nobody in before it was given a password, which it has again after the proof.
    bool asks_for_password = false;
};

void PrintTo(const whole_way& w, std::ostream* out) {
    *out << w.platform;
}

struct came_of {
    std::string home, configured, compared, confirmed, saved, erased, handed_over, rejected;
    std::string running, after_rejection;
    identity who;
    bool clean = false;
};

std::vector<typed_line> typed(const std::vector<std::string>& lines) {
    std::vector<typed_line> all;
    for (const std::string& line : lines) {
        all.push_back({line, {}});
    }
    return all;
}

task<void> walk(bench& b, const whole_way& w, came_of& came) {
    const time_point deadline = b.rt.now() + std::chrono::hours(8);
    const result<void> home = co_await b.talk->bring_home(deadline);
    came.home = words(home);
    const result<identity> who = co_await b.talk->identify(
        {identity_part::serial_number, identity_part::model, identity_part::software}, deadline);
    came.who = who ? *who : identity();
    const result<configuration> before = co_await b.talk->read_configuration(deadline);
    const std::vector<typed_line> lines = typed(w.lines);
    const result<void> configured = co_await b.talk->configure(lines, deadline, nullptr);
    came.configured = words(configured);
    const result<void> compared = co_await b.talk->compare(deadline);
    came.compared = words(compared);
    const result<void> confirmed = co_await b.talk->confirm(deadline);
    came.confirmed = words(confirmed);
    co_await sleep_until(b.rt, b.rt.now() + std::chrono::minutes(15));  // what was not confirmed would be taken back
    came.running = b.device->running_configuration();
    const result<void> saved = co_await b.talk->save(deadline);
    came.saved = words(saved);
    const std::vector<typed_line> wrong = typed({w.good, w.mistyped});
    const result<void> rejected = co_await b.talk->configure(wrong, deadline, nullptr);
    came.rejected = words(rejected);
    came.after_rejection = b.device->running_configuration();
    const configuration was = before ? *before : configuration();
    const result<void> erased = co_await b.talk->erase(was, deadline);
    came.erased = words(erased);
    const result<void> handed_over = co_await b.talk->hand_over(deadline);
    came.handed_over = words(handed_over);
    came.clean = b.device->is_clean();
}

class WholeWay : public testing::TestWithParam<whole_way> {};

TEST_P(WholeWay, DeviceIsConfiguredComparedSavedErasedAndClean) {
    const whole_way& w = GetParam();
    bench b(w.platform, "", false, w.user, w.interfaces, w.password);
    came_of came;
    b.run(walk(b, w, came));
    EXPECT_EQ(came.home, "done");
    EXPECT_EQ(came.who.serial_number.empty(), !reads(*shipped(w.platform), identity_part::serial_number));
    EXPECT_THAT(came.who.serial_number, testing::Not(testing::HasSubstr("$")));
    EXPECT_EQ(came.who.model.empty(), !reads(*shipped(w.platform), identity_part::model));
    EXPECT_EQ(came.who.software.empty(), !reads(*shipped(w.platform), identity_part::software));
    EXPECT_EQ(came.configured, "done");
    EXPECT_EQ(came.compared, "done");
    EXPECT_EQ(came.confirmed, "done");
    EXPECT_EQ(came.saved, "done");
    EXPECT_THAT(came.running, testing::HasSubstr(w.shown));
    EXPECT_THAT(came.rejected, testing::HasSubstr(w.mistyped)) << "the failure names the line";
    if (!w.left.empty()) {
        EXPECT_THAT(came.after_rejection, testing::Not(testing::HasSubstr(w.left)));
    }
    EXPECT_EQ(came.erased, "done");
    EXPECT_EQ(came.handed_over, "done");
    EXPECT_TRUE(came.clean || w.asks_for_password) << b.device->running_configuration();
    EXPECT_THAT(b.device->running_configuration(), testing::Not(testing::HasSubstr(w.shown)));
    EXPECT_THAT(b.device->startup_configuration(), testing::Not(testing::HasSubstr(w.shown)));
}

const whole_way ios{"cisco-ios",
                    "root",
                    {"FastEthernet0/0", "FastEthernet0/1"},
                    {"hostname r1", "interface FastEthernet0/0", " ip address 10.0.0.1 255.255.255.0", " no shutdown"},
                    "ip address 10.0.0.1 255.255.255.0",
                    "interfase FastEthernet0/1",
                    "hostname r2"};

const whole_way nxos{
    "cisco-nxos",
    "admin",
    {"Ethernet1/1", "Ethernet1/2"},
    {"hostname r1", "interface Ethernet1/1", "  no switchport", "  ip address 10.0.0.1/24", "  no shutdown"},
    "ip address 10.0.0.1/24",
    "interfase Ethernet1/2",
    "hostname r2"};

const whole_way junos{"junos",
                      "root",
                      {"ge-0/0/0", "ge-0/0/1"},
                      {"set system host-name r1", "set system root-authentication encrypted-password \"$6$abc\"",
                       "edit interfaces ge-0/0/0", "set unit 0 family inet address 10.0.0.1/24", "top",
                       "set protocols ospf area 0 interface ge-0/0/0.0"},
                      "address 10.0.0.1/24",
                      "set interfacess ge-0/0/1 disable",
                      "set system host-name r2",
                      "r2"};

const whole_way iosxr{"cisco-iosxr",
                      "root",
                      {"GigabitEthernet0/0/0/0", "GigabitEthernet0/0/0/1"},
                      {"hostname r1", "interface GigabitEthernet0/0/0/0", " ipv4 address 10.0.0.1/24", " no shutdown"},
                      "10.0.0.1",
                      "interfase GigabitEthernet0/0/0/1",
                      "hostname r2",
                      "r2",
                      "lab",
                      true};

const whole_way vyos{"vyos",
                     "vyos",
                     {"eth0", "eth1"},
                     {"set system host-name 'r1'", "set interfaces ethernet eth0 address '10.0.0.1/24'",
                      "set interfaces ethernet eth0 description 'to the core'"},
                     "address 10.0.0.1/24",
                     "set interfaces ethernet eth0 adress 10.0.0.2/24",
                     "set system host-name r2",
                     "r2",
                     "vyos"};

const whole_way eos{"arista-eos",
                    "admin",
                    {"Ethernet1", "Ethernet2"},
                    {"hostname r1", "interface Ethernet1", "   no switchport", "   ip address 10.0.0.1/24"},
                    "ip address 10.0.0.1/24",
                    "interfase Ethernet2",
                    "hostname r2"};

const whole_way asa{"cisco-asa",
                    "root",
                    {"GigabitEthernet0/0", "GigabitEthernet0/1"},
                    {"hostname fw1", "interface GigabitEthernet0/0", " nameif outside",
                     " ip address 10.0.0.1 255.255.255.0", " no shutdown"},
                    "ip address 10.0.0.1 255.255.255.0",
                    "interfase GigabitEthernet0/1",
                    "hostname fw2",
                    "",
                    "lab",
                    true};

const whole_way vrp{"huawei-vrp",
                    "admin",
                    {"GigabitEthernet0/0/0", "GigabitEthernet0/0/1"},
                    {"sysname R1", "interface GigabitEthernet0/0/0", " ip address 10.0.0.1 24", " undo shutdown"},
                    "ip address 10.0.0.1 24",
                    "interfaces",
                    "sysname R2",
                    "",
                    "Admin@huawei"};

const whole_way aoscx{"aruba-cx",
                      "admin",
                      {"1/1/1", "1/1/2"},
                      {"hostname r1", "interface 1/1/1", "    ip address 10.0.0.1/24", "    no shutdown"},
                      "ip address 10.0.0.1/24",
                      "interfase 1/1/2",
                      "hostname r2"};

const whole_way u_boot{"u-boot",
                       "root",
                       {"eth0"},
                       {"setenv ipaddr 10.0.0.1"},
                       "ipaddr=10.0.0.1",
                       "stenv ipaddr 10.0.0.2",
                       "setenv serverip 10.0.0.3"};

const whole_way routeros{"mikrotik-routeros",
                         "admin",
                         {"ether1", "ether2"},
                         {"/system identity set name=r1", "/ip address add address=10.0.0.1/24 interface=ether1"},
                         "address=10.0.0.1/24",
                         "/ip adress add address=10.0.0.2/24 interface=ether2",
                         "/system identity set name=r2"};

INSTANTIATE_TEST_SUITE_P(All, WholeWay,
                         testing::Values(ios, iosxr, nxos, asa, junos, eos, vyos, vrp, aoscx, routeros, u_boot),
                         [](const auto& i) {
                             std::string name = i.param.platform;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace rollover::platform
