// Configurations that count only when they are committed, on a simulated Junos device.
#include "tests/drivers/platform/device_bench.h"

#include <gmock/gmock.h>

namespace rollover::platform {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string root_password = "set system root-authentication encrypted-password \"$6$abc\"";

struct Candidate : testing::Test {
    Candidate() : b("junos", "", false, "root", {"ge-0/0/0", "ge-0/0/1"}) {
        b.run(bring_home());
        EXPECT_EQ(came, "done");
    }

    time_point deadline() const { return b.rt.now() + std::chrono::hours(1); }

    task<void> bring_home() {
        const result<void> home = co_await b.talk->bring_home(deadline());
        came = words(home);
    }

    task<void> configure(std::vector<std::string> texts) {
        std::vector<typed_line> lines;
        for (std::string& text : texts) {
            lines.push_back({std::move(text), {}});
        }
        const result<void> configured = co_await b.talk->configure(lines, deadline(), nullptr);
        came = words(configured);
    }

    task<void> compare() {
        const result<void> compared = co_await b.talk->compare(deadline());
        came = words(compared);
    }

    task<void> confirm() {
        const result<void> confirmed = co_await b.talk->confirm(deadline());
        came = words(confirmed);
    }

    task<void> wait(duration how_long) { co_await sleep_for(b.rt, how_long); }

    /// What a person types at the device, without any driver.
    task<void> by_hand(std::vector<std::string> lines) {
        for (const std::string& line : lines) {
            b.port.send(line + "\r");
            co_await sleep_for(b.rt, std::chrono::seconds(10));
        }
    }

    std::string running() const { return b.device->running_configuration(); }

    bench b;
    std::string came;
};

TEST_F(Candidate, CommitThatFails_TellsTheDevicesWordsAndLeavesNothing) {
    b.run(configure({"set system host-name r1"}));
    EXPECT_THAT(came, HasSubstr("Missing mandatory statement: 'root-authentication'"));
    EXPECT_THAT(came, HasSubstr("commit check"));
    b.run(configure({root_password}));  // with the first line still in the candidate there would be a host name now
    EXPECT_EQ(came, "done");
    EXPECT_THAT(running(), Not(HasSubstr("r1")));
}

TEST_F(Candidate, RejectedLine_LeavesTheDeviceAsItWas) {
    const std::string before = running();
    b.run(configure({root_password, "set system host-name r1", "set intefaces ge-0/0/0 disable"}));
    EXPECT_THAT(came, HasSubstr("set intefaces ge-0/0/0 disable"));
    EXPECT_EQ(running(), before);
}

TEST_F(Candidate, CommitWithoutConfirmation_IsTakenBackByTheDevice) {
    b.run(configure({root_password, "set system host-name r1"}));
    EXPECT_EQ(came, "done");
    EXPECT_THAT(running(), HasSubstr("r1"));
    b.run(wait(std::chrono::minutes(11)));
    EXPECT_THAT(running(), Not(HasSubstr("r1")));
    b.run(confirm());
    EXPECT_THAT(came, HasSubstr("the device has taken the configuration back"));
}

TEST_F(Candidate, Confirmed_Stays) {
    b.run(configure({root_password, "set system host-name r1"}));
    b.run(confirm());
    EXPECT_EQ(came, "done");
    b.run(wait(std::chrono::minutes(30)));
    EXPECT_THAT(running(), HasSubstr("r1"));
}

// As if the device did not show what it was told.
void read_back_something_else(bench& b) {
    const auto wrong = std::make_shared<description>(*shipped("junos"));
    wrong->readback.command = "show system uptime";  // no line of a configuration in it
    logins who;
    who.user = "root";
    who.password = secret("lab");
    b.talk = std::make_unique<session>(b.rt, b.on, wrong, who, std::vector<std::string>(), log_sink());
}

TEST_F(Candidate, ReadBackOtherThanTyped_IsRolledBack) {
    b.run(configure({root_password, "set system host-name r1"}));
    b.run(confirm());
    read_back_something_else(b);
    b.run(bring_home());
    b.run(configure({"set system host-name r2"}));
    EXPECT_EQ(came, "done");
    EXPECT_THAT(running(), HasSubstr("r2"));
    b.run(compare());
    EXPECT_THAT(came, HasSubstr("it was rolled back"));
    EXPECT_THAT(running(), HasSubstr("r1"));
    b.run(wait(std::chrono::minutes(30)));
    EXPECT_THAT(running(), HasSubstr("r1"));
}

// There is no root password in the factory state, and Junos commits nothing without one: also not what was there
// before.
TEST_F(Candidate, RollbackThatCannotBeCommitted_IsLeftToTheDevice) {
    read_back_something_else(b);
    b.run(bring_home());
    b.run(configure({root_password, "set system host-name r1"}));
    b.run(compare());
    EXPECT_THAT(came, HasSubstr("the device takes it back by itself"));
    b.run(wait(std::chrono::minutes(11)));
    EXPECT_THAT(running(), Not(HasSubstr("r1")));
}

TEST_F(Candidate, LinesThatSomebodyHasLeftInIt_AreNotCommitted) {
    b.run(by_hand({"configure", "set system domain-name left.example", "exit", "yes"}));
    b.run(bring_home());
    EXPECT_EQ(came, "done");
    b.run(configure({root_password, "set system host-name r1"}));
    EXPECT_EQ(came, "done");
    EXPECT_THAT(running(), HasSubstr("r1"));
    EXPECT_THAT(running(), Not(HasSubstr("left.example")));
}

}  // namespace
}  // namespace rollover::platform
