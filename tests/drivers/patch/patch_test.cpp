#include "drivers/patch/patch.h"

#include "tests/drivers/patch/far_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace rollover::patch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint8_t all_signals = 0xb0;  // DCD, DSR, CTS

end end_at(const std::string& name, const endpoint& where, transport::protocol how = transport::protocol::rfc2217) {
    end e;
    e.name = name;
    e.address.protocol = how;
    e.address.to = where;
    return e;
}

/// Two converter ports with a patch between them.
struct rig {
    explicit rig(std::uint64_t seed = 1) : rt({.seed = seed}) {}

    static inline const endpoint at_a{"192.0.2.1", 4001};
    static inline const endpoint at_b{"192.0.2.1", 4002};

    virtual_runtime rt;
    far_port a{rt, at_a};
    far_port b{rt, at_b};
    std::array<end, 2> ends{end_at("r1 S0 (line cs1/1)", at_a), end_at("r2 S0 (line cs1/2)", at_b)};
    std::vector<std::string> log;
    std::unique_ptr<patch> made;

    counts counted() const { return made->counted(); }

    /// Opens, carries while `test` runs, and ends.
    void run(std::function<task<void>(rig&)> test) {
        const auto end = rt.run(root(std::move(test)), time_point(10h));
        EXPECT_EQ(end, virtual_end::finished);
    }

    task<void> settle(duration how_long = 2s) {
        const auto slept = co_await sleep_for(rt, how_long);
        EXPECT_TRUE(slept);
    }

private:
    task<void> root(std::function<task<void>(rig&)> test) {
        made = std::make_unique<patch>(rt, "l1", ends, [this](const log_line& l) { log.push_back(l.text); });
        task_group ports(rt);
        ports.spawn(a.serve());
        ports.spawn(b.serve());
        const auto opened = co_await made->open(rt.now() + 30s);
        EXPECT_TRUE(opened) << (opened ? "" : describe(opened.error()));
        if (opened) {
            task_group carrying(rt);
            carrying.spawn(made->run());
            co_await settle();
            co_await test(*this);
            carrying.cancel();
            co_await carrying.join();
            EXPECT_FALSE(made->counted().ends[0].connected);
        }
        ports.cancel();
        co_await ports.join();
    }
};

std::string every_value() {
    std::string all;
    for (int round = 0; round < 2; ++round) {
        for (int value = 0; value < 256; ++value) {
            all += static_cast<char>(value);
        }
    }
    return all + "\r\n\r\xff\xff\r";
}

task<void> both_ways(rig& r) {
    const std::string bytes = every_value();
    const std::string back(bytes.rbegin(), bytes.rend());
    r.a.say(bytes);
    r.b.say(back);
    co_await r.settle();
    EXPECT_EQ(r.b.text(), bytes);
    EXPECT_EQ(r.a.text(), back);
    const auto counted = r.counted();
    EXPECT_EQ(counted.ends[0].bytes, bytes.size());
    EXPECT_EQ(counted.ends[1].bytes, back.size());
    EXPECT_TRUE(counted.ends[0].connected && counted.ends[1].connected);
    EXPECT_EQ(counted.ends[0].dropped + counted.ends[1].dropped, 0U);
}

TEST(Patch, EveryByteValue_GoesBothWays) {
    rig r;
    r.run(both_ways);
    EXPECT_TRUE(r.log.empty()) << r.log.front();
}

task<void> break_among_bytes(rig& r) {
    r.a.say("ab");
    r.a.say_break();
    r.a.say("cd");
    r.a.say_break();
    co_await r.settle();
    EXPECT_THAT(r.b.heard, ElementsAre('a', 'b', break_began, break_ended, 'c', 'd', break_began, break_ended));
    EXPECT_EQ(r.counted().ends[0].breaks, 2U);
    EXPECT_TRUE(r.a.heard.empty());
}

TEST(Patch, Break_KeepsItsPlaceAmongBytes) {
    rig r;
    r.run(break_among_bytes);
}

task<void> signals_cross(rig& r) {
    EXPECT_TRUE(r.b.heard.empty());  // both devices are off: nothing to tell
    r.a.say_state(all_signals);
    co_await r.settle();
    EXPECT_THAT(r.b.heard, ElementsAre(dtr_on, rts_on));
    r.b.heard.clear();
    r.a.say_state(transport::modem_state_dsr);  // RTS of the device is gone, its DTR stays
    r.a.say("x");
    co_await r.settle();
    EXPECT_THAT(r.b.heard, ElementsAre(dtr_on, rts_off, 'x'));
    EXPECT_TRUE(r.a.heard.empty());
}

TEST(Patch, ModemSignals_CrossAsThroughANullModem) {
    rig r;
    r.run(signals_cross);
}

task<void> no_signals(rig& r) {
    r.a.say_state(all_signals);
    r.a.say("x");
    co_await r.settle();
    EXPECT_THAT(r.b.heard, ElementsAre('x'));
}

TEST(Patch, ACableOfThreeWires_CarriesNoSignals) {
    rig r;
    r.ends[1].modem_signals = false;
    r.run(no_signals);
}

task<void> flow_is_set(rig& r) {
    EXPECT_EQ(r.a.flow, 3);
    EXPECT_EQ(r.b.flow, 2);
    co_return;
}

TEST(Patch, FlowControl_IsSetAtEachLine) {
    rig r;
    r.ends[0].flow = transport::flow_control::hardware;
    r.ends[1].flow = transport::flow_control::xon_xoff;
    r.run(flow_is_set);
}

std::string megabyte() {
    std::mt19937 random(7);
    std::string all;
    for (int i = 0; i < 1'000'000; ++i) {
        all += static_cast<char>(random());
    }
    return all;
}

task<void> slow_side(rig& r) {
    const std::string all = megabyte();
    r.b.read_no_more();
    r.b.say("wakes the reader");  // which then stands still
    for (std::size_t at = 0; at < all.size(); at += 1000) {
        r.a.say(all.substr(at, 1000));
    }
    co_await r.settle(100s);
    // What is under way: two windows of the network, and what the patch holds.
    EXPECT_GE(r.a.waiting(), all.size() - 2 * (std::size_t{64} << 10U) - 3 * way::bound);
    EXPECT_EQ(r.a.text(), "wakes the reader") << "the other direction goes on";
    r.b.read_on();
    co_await r.settle(100s);
    EXPECT_EQ(r.b.text(), all);
}

TEST(Patch, ASideThatTakesNothing_HoldsTheOtherBack_AndNothingIsLost) {
    rig r;
    r.run(slow_side);
}

task<void> suspended_side(rig& r) {
    r.b.suspend();
    co_await r.settle();
    r.a.say("waits");
    r.a.say_break();
    r.b.say("goes");
    co_await r.settle(20s);
    EXPECT_TRUE(r.b.heard.empty());
    EXPECT_EQ(r.a.text(), "goes");
    r.b.resume();
    co_await r.settle();
    EXPECT_THAT(r.b.heard, ElementsAre('w', 'a', 'i', 't', 's', break_began, break_ended));
}

TEST(Patch, SuspendedLine_GetsNothingUntilItResumes) {
    rig r;
    r.run(suspended_side);
}

task<void> resume_behind_data(rig& r) {
    const std::string all = megabyte().substr(0, 150'000);
    r.b.suspend();
    co_await r.settle();
    r.a.read_no_more();
    r.b.say(all);  // more than may wait, and the RESUME comes behind it
    r.b.resume();
    r.a.say("through");
    co_await r.settle(10s);
    EXPECT_EQ(r.b.text(), "through");
    r.a.read_on();
    co_await r.settle(100s);
    EXPECT_EQ(r.a.text(), all);
}

TEST(Patch, ResumeBehindMoreThanMayWait_IsFound) {
    rig r;
    r.run(resume_behind_data);
}

task<void> lost_connection(rig& r) {
    r.a.say_state(all_signals);
    co_await r.settle();
    r.b.heard.clear();
    r.a.cut();
    co_await r.settle(500ms);
    EXPECT_THAT(r.b.heard, ElementsAre(dtr_off, rts_off)) << "as when the cable is pulled";
    EXPECT_FALSE(r.counted().ends[0].connected);
    r.b.say("meanwhile");
    co_await r.settle(5s);
    EXPECT_EQ(r.a.connections, 2U);
    EXPECT_EQ(r.a.text(), "meanwhile");
    EXPECT_THAT(r.b.heard, ElementsAre(dtr_off, rts_off, dtr_on, rts_on));
    const auto counted = r.counted();
    EXPECT_EQ(counted.ends[0].reconnects, 1U);
    EXPECT_EQ(counted.ends[1].reconnects, 0U);
    EXPECT_EQ(counted.ends[0].dropped, 0U);
    EXPECT_THAT(r.log, ElementsAre(HasSubstr("was lost"), HasSubstr("connected again")));
}

TEST(Patch, LostConnection_IsMadeAgain_AndWhatCameMeanwhileWaits) {
    rig r;
    r.run(lost_connection);
}

task<void> other_protocol(rig& r) {
    r.a.say("x");
    r.a.say_break();
    r.a.say_break();
    r.a.say("y");
    co_await r.settle();
    EXPECT_EQ(r.b.text(), "xy");
    EXPECT_EQ(r.counted().ends[0].breaks_lost, 2U);
    EXPECT_EQ(r.counted().ends[0].breaks, 0U);
}

TEST(Patch, RawLine_CarriesBytes_AndItsLimitsAreToldOnce) {
    rig r;
    r.b.agrees = false;
    r.ends[1].address.protocol = transport::protocol::raw;
    r.run(other_protocol);
    EXPECT_THAT(r.log, ElementsAre(HasSubstr("does not speak RFC 2217"), HasSubstr("cannot send a BREAK")));
}

TEST(Patch, ALineThatNobodyServes_FailsWithItsName_AndTheOtherIsClosed) {
    virtual_runtime rt;
    far_port a(rt, rig::at_a);
    patch one(rt, "l1", {end_at("r1 S0 (line cs1/1)", rig::at_a), end_at("r2 S0 (line cs1/2)", rig::at_b)});
    result<void> opened;
    const auto body = [](runtime& r, far_port& port, patch& p, result<void>& into) -> task<void> {
        task_group ports(r);
        ports.spawn(port.serve());
        into = co_await p.open(r.now() + 30s);
        const auto slept = co_await sleep_for(r, 1s);
        EXPECT_TRUE(slept);
        EXPECT_FALSE(port.connected());
        ports.cancel();
        co_await ports.join();
    };
    EXPECT_EQ(rt.run(body(rt, a, one, opened)), virtual_end::finished);
    ASSERT_FALSE(opened);
    EXPECT_THAT(describe(opened.error()), HasSubstr("patch l1: r2 S0 (line cs1/2)"));
}

/// Traffic of one seed: what was said at each port, and everything that a network and a device can do meanwhile.
class random_traffic {
public:
    random_traffic(rig& r, std::uint64_t seed) : rig_(r), random_(seed) {}

    task<void> run() {
        for (int round = 0; round < 6; ++round) {
            const bool cuts = round % 2 == 1;
            co_await talk(cuts);
            rig_.a.read_on();
            rig_.b.read_on();
            rig_.a.resume();
            rig_.b.resume();
            co_await rig_.settle(120s);
            compare(rig_.a.heard, said_[1], cuts);
            compare(rig_.b.heard, said_[0], cuts);
            rig_.a.heard.clear();
            rig_.b.heard.clear();
            said_ = {};
        }
        const auto counted = rig_.counted();
        // A connection that is cut while it is set up is none yet.
        EXPECT_LT(counted.ends[0].reconnects, rig_.a.connections);
        EXPECT_LT(counted.ends[1].reconnects, rig_.b.connections);
        EXPECT_TRUE(counted.ends[0].connected && counted.ends[1].connected);
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }

    task<void> talk(bool cuts) {
        for (int step = 0; step < 60; ++step) {
            const std::size_t at = below(2);
            far_port& port = at == 0 ? rig_.a : rig_.b;
            switch (below(cuts ? 10 : 9)) {
                case 0: say_break(port, at); break;
                case 1: port.read_no_more(); break;
                case 2: port.read_on(); break;
                case 3: port.suspend(); break;
                case 4: port.resume(); break;
                case 9: port.cut(); break;
                default: say(port, at); break;
            }
            co_await rig_.settle(std::chrono::milliseconds(below(200)));
        }
    }

    void say(far_port& port, std::size_t at) {
        if (!port.connected()) {
            return;
        }
        std::string data;
        for (std::size_t count = below(below(8) == 0 ? 20'000 : 200); count > 0; --count) {
            data += static_cast<char>(random_());
            said_.at(at).push_back(static_cast<unsigned char>(data.back()));
        }
        port.say(data);
    }

    void say_break(far_port& port, std::size_t at) {
        if (port.connected()) {
            port.say_break();
            said_.at(at).push_back(break_began);
            said_.at(at).push_back(break_ended);
        }
    }

    /// Without cuts all is there. With cuts some may be missing, but nothing is changed or out of its place; a BREAK
    /// that was cut may come again.
    static void compare(const std::vector<int>& heard, const std::vector<int>& said, bool cuts) {
        if (!cuts) {
            EXPECT_EQ(heard.size(), said.size());
            EXPECT_TRUE(heard == said);
            return;
        }
        auto from = said.begin();
        for (const int one : heard) {
            if (one >= 256) {
                continue;
            }
            from = std::find(from, said.end(), one);
            if (from == said.end()) {
                ADD_FAILURE() << "something came that was not said, or not there";
                return;
            }
            ++from;
        }
    }

    rig& rig_;
    std::mt19937_64 random_;
    std::array<std::vector<int>, 2> said_;
};

TEST(Patch, RandomCutsStallsAndSuspends_NothingIsLostButWithAConnection) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        rig r(seed);
        r.ends[0].modem_signals = false;
        random_traffic traffic(r, seed);
        r.run([&traffic](rig& /*r*/) { return traffic.run(); });
        if (HasFailure()) {
            break;
        }
    }
}

}  // namespace
}  // namespace rollover::patch
