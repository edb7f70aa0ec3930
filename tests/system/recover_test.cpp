// What a user can leave behind that locks everybody out, or that "write erase" does not erase: the device comes back
// clean, by the code that ships, in virtual time.
#include "engine/activation/memory_journal.h"
#include "engine/runtime/virtual_runtime.h"
#include "tests/system/virtual_lab.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr model::device_index device{0};
const endpoint console{"192.0.2.1", 4001};

struct lab_options {
    std::string platform = "cisco-ios";
    bool hook = true;      ///< the lab has a power-cycle hook
    bool recovers = true;  ///< a way back may use it
    bool power_works = true;
    std::optional<duration> switched_by_hand{};  ///< after somebody was asked to
};

std::string lab_of(const lab_options& o) {
    return fmt::format(
        "<lab name=\"locked\"><credentials name=\"who\" user=\"admin\"/>{}<site name=\"main\"><converter name=\"cs1\" "
        "protocol=\"telnet\" host=\"192.0.2.1\">"
        "<line number=\"1\" port=\"4001\"/></converter>\n"
        "<device name=\"r1\" platform=\"{}\" outlet=\"pdu1/7\"{}><console line=\"cs1/1\" char-delay=\"1ms\" "
        "login=\"who\"/>"
        "<interface name=\"{}\"/></device></site></lab>",
        o.hook ? "<hook when=\"power-cycle\"><argument>/usr/bin/cycle</argument></hook>" : "", o.platform,
        o.hook && o.recovers ? " recover=\"true\"" : "", o.platform == "cisco-ios" ? "FastEthernet0/0" : "Ethernet1");
}

/// A router, a user who has had it, and the way back.
class locked_lab {
public:
    explicit locked_lab(const lab_options& options)
        : options_(options),
          lab_(read_lab_or_die(lab_of(options))),
          platforms_(platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes_)),
          wheel_(rt_),
          journal_(rt_),
          simulator_(rt_, lab_, {}, {}),
          env_(rt_, wheel_, platforms_, journal_),
          by_hand_(rt_.make_alarm([this] { switch_off_and_on(); })) {
        rt_.on_process([this](const process_request& program) {
            hook_variables = program.environment;
            switch_off_and_on();
            return process_result{};
        });
        env_.tell = [this](const activation::progress_event& e) {
            if (e.stage == activation::stage::recovering) {
                asked = e.text;
                if (options_.switched_by_hand) {
                    by_hand_->set(rt_.now() + *options_.switched_by_hand);
                }
            }
        };
    }

    /// Types what a user does, and then takes the device back; `again`: by rollover recover, after that.
    void run(std::vector<std::string> user, bool again = false) {
        const auto end = rt_.run(root(std::move(user), again), time_point(24h));
        EXPECT_EQ(end, virtual_end::finished);
        clean = simulator_.at(device).is_clean();
    }

    activation::outcome down;
    activation::outcome recovered;
    unsigned power_cycles = 0;
    std::uint64_t breaks = 0;
    std::string asked;
    std::vector<std::pair<std::string, std::string>> hook_variables;
    std::string why;  ///< of the quarantine
    bool clean = false;
    bool was_clean_before = true;

private:
    void switch_off_and_on() {
        ++power_cycles;
        if (options_.power_works) {
            simulator_.power_cycle(device);
        }
    }

    task<void> type(std::vector<std::string> lines) {
        auto line = co_await rt_.connect(console, rt_.now() + 10s);
        if (!line) {
            ADD_FAILURE() << describe(line.error());
            co_return;
        }
        for (const auto& one : lines) {
            const auto typed = co_await (*line)->write(one + "\r", rt_.now() + 10s);
            const auto slept = co_await sleep_for(rt_, 20s);
            EXPECT_TRUE(typed && slept);
        }
        (*line)->close();
        const auto hung_up = co_await sleep_for(rt_, 5s);
        EXPECT_TRUE(hung_up);
    }

    task<void> root(std::vector<std::string> user, bool again) {
        const auto started = simulator_.start();
        if (!started) {
            ADD_FAILURE() << describe(started.error());
            co_return;
        }
        activation::beginning begin{lab_.name, "lab.xml", "lesson", "test", {"r1"}, ""};
        const auto id = co_await journal_.begin(std::move(begin));
        activation::record touched{activation::record_kind::touching, *id, "r1", {}, {}};
        const auto written = co_await journal_.append(std::move(touched));
        EXPECT_TRUE(written);
        co_await type(std::move(user));
        was_clean_before = simulator_.at(device).is_clean();
        down = co_await activation::deactivate(env_, lab_, *id, stop_);
        if (again) {
            recovered = co_await activation::recover(env_, lab_, "r1", *id, stop_);
        }
        const auto held = co_await journal_.unavailable(lab_.name);
        if (held && held->contains("r1")) {
            why = held->at("r1").why;
        }
        breaks = simulator_.counters(device).breaks;
        co_await simulator_.stop();
    }

    lab_options options_;
    model::lab lab_;
    diagnostics mistakes_;
    platform::library platforms_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::memory_journal journal_;
    sim::lab_simulator simulator_;
    activation::environment env_;
    activation::stop_switch stop_;
    std::unique_ptr<alarm> by_hand_;
};

std::string words_of(const activation::outcome& out) {
    std::string words;
    for (const auto& one : out.failures) {
        words += describe(one) + "\n";
    }
    return words;
}

/// Out of the initial dialog, as its user does, and then this.
std::vector<std::string> from_power_on(std::vector<std::string> then) {
    then.insert(then.begin(), {"no", "", "", "enable"});
    return then;
}

const std::vector<std::string> locks_it{"no",
                                        "",
                                        "",
                                        "enable",
                                        "configure terminal",
                                        "enable secret forgotten",
                                        "line console 0",
                                        "password forgotten",
                                        "login",
                                        "end",
                                        "write memory",
                                        "exit"};

TEST(Recover, PasswordOfAUser_WayBackSwitchesOffAndOnWhereItMay) {
    locked_lab lab({});
    lab.run(locks_it);
    EXPECT_FALSE(lab.was_clean_before);
    EXPECT_EQ(lab.down.how, activation::ending::ready) << words_of(lab.down);
    EXPECT_TRUE(lab.clean);
    EXPECT_EQ(lab.power_cycles, 1U);
    EXPECT_GE(lab.breaks, 1U);
    EXPECT_THAT(lab.hook_variables,
                testing::Contains(std::pair<std::string, std::string>("ROLLOVER_OUTLET", "pdu1/7")));
}

TEST(Recover, WhereTheLabDoesNotAllowIt_QuarantinedUntilSomebodyAsks) {
    locked_lab lab({.recovers = false});
    lab.run(locks_it, true);
    EXPECT_EQ(lab.down.how, activation::ending::failed);
    EXPECT_EQ(lab.down.devices.at("r1"), activation::device_condition::quarantined);
    EXPECT_EQ(lab.recovered.how, activation::ending::ready) << words_of(lab.recovered);
    EXPECT_EQ(lab.recovered.devices.at("r1"), activation::device_condition::clean);
    EXPECT_TRUE(lab.clean);
    EXPECT_EQ(lab.power_cycles, 1U);
}

TEST(Recover, WithoutAHook_APersonIsAskedAndWaitedFor) {
    locked_lab lab({.hook = false, .switched_by_hand = 9min});
    lab.run(locks_it, true);
    EXPECT_EQ(lab.recovered.how, activation::ending::ready) << words_of(lab.recovered);
    EXPECT_THAT(lab.asked, HasSubstr("switch r1 off and on now, within 15 minutes"));
    EXPECT_TRUE(lab.clean);
}

TEST(Recover, NobodySwitchesItOff_QuarantinedAndTheWordsSayWhy) {
    locked_lab lab({.power_works = false});
    lab.run(locks_it);
    EXPECT_EQ(lab.down.devices.at("r1"), activation::device_condition::quarantined);
    EXPECT_EQ(lab.breaks, 0U) << "a BREAK was sent at a device that had not started";
    EXPECT_THAT(lab.why, HasSubstr("did not start anew within 300s"));
    EXPECT_THAT(lab.why, HasSubstr("before it was recovered"));
    EXPECT_FALSE(lab.clean);
}

// Cisco document 10582 (vlan.dat), 50421 (configuration register): none of it is in the startup configuration.
TEST(Recover, WhatWriteEraseLeaves_IsErasedToo) {
    locked_lab lab({});
    lab.run(from_power_on({"configure terminal", "hostname R7", "ip domain-name lab",
                           "crypto key generate rsa modulus 1024", "vlan 10", "name students", "exit",
                           "config-register 0x2142", "end", "write memory"}));
    EXPECT_FALSE(lab.was_clean_before);
    EXPECT_EQ(lab.down.how, activation::ending::ready) << words_of(lab.down);
    EXPECT_TRUE(lab.clean);
    EXPECT_EQ(lab.power_cycles, 0U);
}

TEST(Recover, DeviceThatStaysInItsBootMonitor_IsBooted) {
    locked_lab lab({});
    lab.run(
        from_power_on({"configure terminal", "config-register 0x2100", "end", "reload", "no", "", "", "", "", "", ""}));
    EXPECT_FALSE(lab.was_clean_before);
    EXPECT_EQ(lab.down.how, activation::ending::ready) << words_of(lab.down);
    EXPECT_TRUE(lab.clean);
    EXPECT_EQ(lab.power_cycles, 0U);
}

// Arista EOS User Manual, "Aboot Shell".
TEST(Recover, SwitchWithAnotherPassword_IsCaughtInAboot) {
    locked_lab lab({.platform = "arista-eos"});
    lab.run({"", "admin", "enable", "configure", "username admin secret 0 forgotten", "end", "write memory", "exit"});
    EXPECT_FALSE(lab.was_clean_before);
    EXPECT_EQ(lab.down.how, activation::ending::ready) << words_of(lab.down) << lab.why;
    EXPECT_TRUE(lab.clean);
    EXPECT_EQ(lab.power_cycles, 1U);
}

}  // namespace
}  // namespace rollover::tests
