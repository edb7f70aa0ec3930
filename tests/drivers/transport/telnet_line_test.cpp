#include "drivers/transport/telnet_line.h"

#include "tests/drivers/transport/far_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::transport {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

line_address address_of(protocol which) {
    line_address address;
    address.protocol = which;
    return address;
}

/// What a line has received in the next `patience`, events in {braces}.
task<std::string> received(runtime& rt, line& from, duration patience = 1s) {
    std::string text;
    const time_point until = rt.now() + patience;
    for (;;) {
        std::array<char, 7> buffer{};
        auto got = co_await from.receive(buffer, until);
        if (!got) {
            co_return got.error().code == errc::timed_out ? text
                                                          : text + "{" + std::string(name_of(got.error().code)) + "}";
        }
        if (const auto* data = std::get_if<data_received>(&*got)) {
            text.append(buffer.data(), data->bytes);
        } else if (const auto* note = std::get_if<remark>(&*got)) {
            text += "{" + note->text + "}";
        } else {
            text += "{event " + std::to_string(got->index()) + "}";
        }
    }
}

using script = task<void> (*)(runtime&, far_end&);

task<void> open_and(virtual_runtime& rt, line_address address, script converter,
                    task<void> (*then)(runtime&, line&, far_end&), failure& why, duration limit) {
    auto ends = make_pipe(rt, 1ms);
    far_end other(std::move(ends.second));
    task_group group(rt);
    group.spawn(converter(rt, other));
    auto made = co_await open_telnet_line(rt, std::move(ends.first), std::move(address), rt.now() + limit);
    co_await group.join();
    if (!made) {
        why = made.error();
        co_return;
    }
    why = failure(errc::internal, "opened");
    if (then != nullptr) {
        auto opened = std::move(*made);
        co_await then(rt, *opened, other);
    }
}

/// Opens a line against a played converter, then runs `then` on both. Result: why it was not opened, or "opened".
failure play(virtual_runtime& rt, protocol which, script converter,
             task<void> (*then)(runtime&, line&, far_end&) = nullptr, duration limit = 20s) {
    failure why;
    EXPECT_EQ(rt.run(open_and(rt, address_of(which), converter, then, why, limit)), virtual_end::finished);
    return why;
}

task<void> agreeing(runtime& rt, far_end& converter) {
    const auto asked = co_await converter.heard(rt, rfc2217_asks.size() / 2);
    EXPECT_EQ(asked, rfc2217_asks);
    converter.say(rfc2217_agrees);
    const auto settings = co_await converter.heard(rt, (greeting.size() + settings_9600.size()) / 2);
    EXPECT_EQ(settings, std::string(greeting) + std::string(settings_9600));
    converter.say(settings_9600_set);
}

task<void> agreeing_telnet(runtime& rt, far_end& converter) {
    const auto asked = co_await converter.heard(rt, telnet_asks.size() / 2);
    EXPECT_EQ(asked, telnet_asks);
    converter.say(telnet_agrees);
    const auto reply = co_await converter.heard(rt, 3);
    EXPECT_EQ(reply, "fffd01");
}

task<void> silent(runtime& /*rt*/, far_end& /*converter*/) {
    co_return;
}

TEST(TelnetLine, AgreeingConverter_OpensInThreeRoundTrips) {
    virtual_runtime rt;
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing).reason, "opened");
    EXPECT_LE(rt.now(), time_point(4ms)) << "nothing is waited for but the answers";
}

TEST(TelnetLine, DataWhileOpening_IsKeptInOrder) {
    virtual_runtime rt;
    const auto chatty = [](runtime& r, far_end& converter) -> task<void> {
        converter.print("boot ");
        const auto asked = co_await converter.heard(r, rfc2217_asks.size() / 2);
        EXPECT_EQ(asked, rfc2217_asks);
        converter.print("one ");
        converter.say(rfc2217_agrees);
        converter.print("two\xff\xff ");
        const auto settings = co_await converter.heard(r, (greeting.size() + settings_9600.size()) / 2);
        EXPECT_EQ(settings.size(), greeting.size() + settings_9600.size());
        converter.say(settings_9600_set);
        converter.print("r1>");
    };
    const auto then = [](runtime& r, line& opened, far_end& /*converter*/) -> task<void> {
        const auto text = co_await received(r, opened);
        EXPECT_EQ(text, "boot one two\xff r1>");
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, chatty, then).reason, "opened");
}

task<void> open_cut(virtual_runtime& rt, std::size_t at, std::size_t pause) {
    auto ends = make_pipe(rt, 1ms);
    far_end converter(std::move(ends.second));
    // Everything at once, as if the converter knew what will be asked: only its cut matters here.
    const std::string all =
        unhex(rfc2217_agrees) + "A" + unhex("ffff") + unhex(settings_9600_set) + "B\r" + unhex("00");
    converter.print(all.substr(0, at));
    task_group group(rt);
    auto later = [](runtime& r, far_end& c, std::string rest, duration wait) -> task<void> {
        const auto slept = co_await sleep_for(r, wait);
        EXPECT_TRUE(slept);
        c.print(rest);
    };
    group.spawn(later(rt, converter, all.substr(at), std::chrono::milliseconds(pause)));
    auto made = co_await open_telnet_line(rt, std::move(ends.first), address_of(protocol::rfc2217), rt.now() + 20s);
    EXPECT_TRUE(made) << "cut at " << at;
    if (made) {
        auto opened = std::move(*made);
        std::string text = co_await received(rt, *opened);
        // An answer that is there before its question is an answer of the past: the remark about silence is right.
        const auto note = text.find('{');
        if (note != std::string::npos) {
            text.erase(note, text.find('}') - note + 1);
        }
        EXPECT_EQ(hex(text), hex(std::string("A\xff"
                                             "B\r\0",
                                             5)))
            << "cut at " << at;
    }
    co_await group.join();
}

TEST(TelnetLine, AnswersCutAnywhere_GiveTheSameLine) {
    const std::size_t size = (rfc2217_agrees.size() + settings_9600_set.size()) / 2 + 6;
    for (std::size_t at = 0; at <= size; ++at) {
        virtual_runtime rt;
        EXPECT_EQ(rt.run(open_cut(rt, at, 3)), virtual_end::finished);
    }
}

TEST(TelnetLine, SilentConverter_OpensWithRemarks) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& /*converter*/) -> task<void> {
        const auto text = co_await received(r, opened);
        EXPECT_EQ(text,
                  "{the converter does not answer Telnet's BINARY}"
                  "{the converter does not answer the offer of RFC 2217; its serial settings stay}");
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, silent, then).reason, "opened");
}

TEST(TelnetLine, DeadlineShorterThanPatience_IsKept) {
    virtual_runtime rt;
    EXPECT_EQ(play(rt, protocol::rfc2217, silent, nullptr, 100ms).reason, "opened");
    EXPECT_EQ(rt.now(), time_point(100ms));
}

TEST(TelnetLine, NoAcknowledgementOfParity_IsARemark) {
    virtual_runtime rt;
    const auto forgetful = [](runtime& r, far_end& converter) -> task<void> {
        converter.say(rfc2217_agrees);
        const auto settings =
            co_await converter.heard(r, (rfc2217_asks.size() + greeting.size() + settings_9600.size()) / 2);
        EXPECT_THAT(settings, HasSubstr(std::string(settings_9600)));
        converter.say("fffa2c6500002580fff0fffa2c6608fff0fffa2c6801fff0");
    };
    const auto then = [](runtime& r, line& opened, far_end& /*converter*/) -> task<void> {
        const auto text = co_await received(r, opened);
        EXPECT_EQ(text, "{the converter did not acknowledge: parity}");
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, forgetful, then).reason, "opened");
}

TEST(TelnetLine, OtherRateAnswered_IsRefusedWithBoth) {
    virtual_runtime rt;
    const auto slow = [](runtime& r, far_end& converter) -> task<void> {
        converter.say(rfc2217_agrees);
        const auto settings =
            co_await converter.heard(r, (rfc2217_asks.size() + greeting.size() + settings_9600.size()) / 2);
        EXPECT_THAT(settings, HasSubstr(std::string(settings_9600)));
        converter.say("fffa2c65000004b0fff0fffa2c6608fff0fffa2c6701fff0fffa2c6801fff0");
        const auto end = co_await converter.heard(r, 1);
        EXPECT_EQ(unhex(end), "(the other side closed the connection)") << "a refused line is closed";
    };
    const auto why = play(rt, protocol::rfc2217, slow);
    EXPECT_EQ(why.code, errc::refused);
    EXPECT_THAT(why.reason, HasSubstr("baud rate 9600 and answered 1200"));
}

TEST(TelnetLine, ComPortRefused_SaysSoAndWhatToDo) {
    virtual_runtime rt;
    const auto plain = [](runtime& r, far_end& converter) -> task<void> {
        const auto asked = co_await converter.heard(r, rfc2217_asks.size() / 2);
        EXPECT_EQ(asked, rfc2217_asks);
        converter.say(std::string(telnet_agrees) + "fffe2c");
    };
    const auto why = play(rt, protocol::rfc2217, plain);
    EXPECT_EQ(why.code, errc::refused);
    EXPECT_THAT(why.hint, HasSubstr("telnet://"));
}

TEST(TelnetLine, BusyTextAfterTheOpeningBytes_IsBusy) {
    for (const auto which : {protocol::telnet, protocol::rfc2217}) {
        virtual_runtime rt;
        const auto busy = [](runtime& /*r*/, far_end& converter) -> task<void> {
            converter.say("fffb03fffd03fffb01fffe01fffd00fffb00fffd2c");
            converter.print("Port already in use\r\n");
            converter.close();
            co_return;
        };
        const auto why = play(rt, which, busy);
        EXPECT_EQ(why.code, errc::busy);
        EXPECT_THAT(why.device_text, HasSubstr("Port already in use"));
    }
}

TEST(TelnetLine, ClosedWhileOpening_IsUnreachable) {
    virtual_runtime rt;
    const auto rude = [](runtime& /*r*/, far_end& converter) -> task<void> {
        converter.print("Go away");
        converter.close();
        co_return;
    };
    const auto why = play(rt, protocol::telnet, rude);
    EXPECT_EQ(why.code, errc::unreachable);
    EXPECT_EQ(why.device_text, "Go away");
}

TEST(TelnetLine, Suspended_NothingIsTypedUntilResumed) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        converter.say("fffa2c6cfff0");
        const auto stop = co_await received(r, opened, 10ms);
        EXPECT_EQ(stop, "{event 2}");
        EXPECT_TRUE(opened.is_suspended());
        EXPECT_EQ(opened.try_send('x').value(), send_result::would_block);
        const auto late = co_await opened.writable(r.now() + 1s);
        EXPECT_EQ(late.error().code, errc::timed_out);
        EXPECT_THAT(late.error().reason, HasSubstr("suspended"));

        task_group group(r);
        auto reader = [](runtime& rr, line& l) -> task<void> {
            const auto go = co_await received(rr, l, 1s);
            EXPECT_EQ(go, "{event 3}");
        };
        group.spawn(reader(r, opened));
        converter.say("fffa2c6dfff0");
        const auto ready = co_await opened.writable(r.now() + 500ms);
        EXPECT_TRUE(ready);
        EXPECT_EQ(opened.try_send('x').value(), send_result::sent);
        const auto typed = co_await converter.heard(r, 1);
        EXPECT_EQ(typed, "78");
        co_await group.join();
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing, then).reason, "opened");
}

task<void> read_for_a_second(runtime& rt, line& from) {
    const auto ignored = co_await received(rt, from, 1s);
    EXPECT_EQ(ignored, "");
}

TEST(TelnetLine, Break_IsOnHoldOffAndNothingBetween) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        task_group group(r);
        group.spawn(read_for_a_second(r, opened));
        auto typist = [](runtime& rr, line& l, far_end& c) -> task<void> {
            const auto slept = co_await sleep_for(rr, 100ms);
            EXPECT_TRUE(slept);
            c.say("fffd18fffa2c00fff0");  // questions whose answers must wait
            EXPECT_EQ(l.try_send('x').value(), send_result::would_block);
            const auto ready = co_await l.writable(rr.now() + 10s);
            EXPECT_TRUE(ready);
            EXPECT_EQ(l.try_send('x').value(), send_result::sent);
        };
        group.spawn(typist(r, opened, converter));
        const time_point start = r.now();
        const auto sent = co_await opened.send_break(300ms);
        EXPECT_TRUE(sent);
        EXPECT_EQ(r.now() - start, 300ms);
        const auto bytes = co_await converter.heard(r, 7 + 7 + 3 + 14 + 1);
        EXPECT_EQ(bytes,
                  "fffa2c0505fff0"
                  "fffa2c0506fff0"
                  "fffc18"
                  "fffa2c00" +
                      hex("rollover") +
                      "fff0"
                      "78");
        co_await group.join();
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing, then).reason, "opened");
}

TEST(TelnetLine, BreakCancelledInTheMiddle_IsEnded) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        task_group group(r);
        auto breaker = [](line& l) -> task<void> {
            const auto sent = co_await l.send_break(3600s);
            EXPECT_EQ(sent.error().code, errc::cancelled);
        };
        group.spawn(breaker(opened));
        const auto slept = co_await sleep_for(r, 50ms);
        EXPECT_TRUE(slept);
        group.cancel();
        co_await group.join();
        const auto bytes = co_await converter.heard(r, 14);
        EXPECT_EQ(bytes, "fffa2c0505fff0fffa2c0506fff0");
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing, then).reason, "opened");
}

TEST(TelnetLine, BreakByTelnet_IsIacBrk) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        const auto sent = co_await opened.send_break(300ms);
        EXPECT_TRUE(sent);
        const auto bytes = co_await converter.heard(r, 2);
        EXPECT_EQ(bytes, "fff3");
        const serial_settings settings;
        const auto changed = co_await opened.change(settings, never);
        EXPECT_EQ(changed.error().code, errc::unsupported);
    };
    EXPECT_EQ(play(rt, protocol::telnet, agreeing_telnet, then).reason, "opened");
}

TEST(TelnetLine, ChangeWhileAnotherReads_BothGetTheirs) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        task_group group(r);
        auto reader = [](runtime& rr, line& l) -> task<void> {
            const auto text = co_await received(rr, l, 2s);
            EXPECT_EQ(text, "hello");
        };
        group.spawn(reader(r, opened));
        auto server = [](runtime& rr, far_end& c) -> task<void> {
            const auto asked = co_await c.heard(rr, settings_9600.size() / 2);
            EXPECT_EQ(asked.substr(0, 20), "fffa2c010001c200fff0");
            c.print("hel");
            c.say("fffa2c650001c200fff0fffa2c6608fff0fffa2c67");
            const auto slept = co_await sleep_for(rr, 5ms);
            EXPECT_TRUE(slept);
            c.say("01fff0fffa2c6801fff0");
            c.print("lo");
        };
        group.spawn(server(r, converter));
        serial_settings fast;
        fast.baud = 115200;
        const time_point start = r.now();
        const auto changed = co_await opened.change(fast, r.now() + 5s);
        EXPECT_TRUE(changed);
        EXPECT_LT(r.now() - start, 20ms);
        co_await group.join();
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing, then).reason, "opened");
}

TEST(TelnetLine, ChangeWithoutAnswer_IsARemarkAtTheDeadline) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& /*converter*/) -> task<void> {
        serial_settings fast;
        fast.baud = 115200;
        const time_point start = r.now();
        const auto changed = co_await opened.change(fast, start + 3s);
        EXPECT_TRUE(changed);
        EXPECT_EQ(r.now() - start, 3s);
        const auto text = co_await received(r, opened);
        EXPECT_EQ(text, "{the converter did not acknowledge: baud rate, data bits, parity, stop bits}");
    };
    EXPECT_EQ(play(rt, protocol::rfc2217, agreeing, then).reason, "opened");
}

TEST(TelnetLine, ClosedLater_DataFirstThenPeerClosed) {
    virtual_runtime rt;
    const auto then = [](runtime& r, line& opened, far_end& converter) -> task<void> {
        converter.print("last words");
        converter.close();
        const auto text = co_await received(r, opened);
        EXPECT_EQ(text, "last words{peer_closed}");
        const auto again = co_await received(r, opened);
        EXPECT_EQ(again, "{peer_closed}");
    };
    EXPECT_EQ(play(rt, protocol::telnet, agreeing_telnet, then).reason, "opened");
}

TEST(TelnetLine, CancelledWhileOpening_Ends) {
    virtual_runtime rt;
    auto root = [](virtual_runtime& r) -> task<void> {
        auto ends = make_pipe(r, 1ms);
        task_group group(r);
        auto opening = [](runtime& rr, std::unique_ptr<byte_stream> stream) -> task<void> {
            const auto made = co_await open_telnet_line(rr, std::move(stream), address_of(protocol::rfc2217), never);
            EXPECT_EQ(made.error().code, errc::cancelled);
        };
        group.spawn(opening(r, std::move(ends.first)));
        const auto slept = co_await sleep_for(r, 10ms);
        EXPECT_TRUE(slept);
        group.cancel();
        co_await group.join();
        EXPECT_EQ(r.now(), time_point(10ms));
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

TEST(TelnetLine, NarrowWindow_EveryCharacterArrivesWhole) {
    virtual_runtime rt;
    auto root = [](virtual_runtime& r) -> task<void> {
        auto ends = make_pipe(r, 1ms, 3);
        far_end converter(std::move(ends.second));
        telnet_line opened(r, std::move(ends.first), false, line_address());
        task_group group(r);
        auto typist = [](runtime& rr, line& l) -> task<void> {
            for (int i = 0; i < 100; ++i) {
                for (const char c : {'\xff', '\r', 'a'}) {
                    auto sent = l.try_send(c);
                    while (sent.value() == send_result::would_block) {
                        const auto ready = co_await l.writable(rr.now() + 10s);
                        EXPECT_TRUE(ready);
                        sent = l.try_send(c);
                    }
                }
            }
        };
        group.spawn(typist(r, opened));
        for (int i = 0; i < 100; ++i) {
            const auto bytes = co_await converter.heard(r, 5);
            EXPECT_EQ(bytes, "ffff0d0061");
        }
        co_await group.join();
    };
    EXPECT_EQ(rt.run(root(rt)), virtual_end::finished);
}

// A peer that always has something to send must not outrun the deadline.
task<void> endless_subnegotiation(runtime& rt, far_end& converter) {
    converter.say("fffa2c");
    for (int i = 0; i < 30'000; ++i) {
        converter.print("xxxxxxxxxxxxxxxx");
        const auto slept = co_await sleep_for(rt, 1ms);
        if (!slept) {
            co_return;
        }
    }
}

TEST(TelnetLine, SubnegotiationWithoutEnd_LeavesTheDeadlineAsItIs) {
    virtual_runtime rt;
    failure why;
    const auto root = [](virtual_runtime& r, failure& into) -> task<void> {
        auto ends = make_pipe(r, 1ms);
        far_end other(std::move(ends.second));
        task_group group(r);
        group.spawn(endless_subnegotiation(r, other));
        auto made = co_await open_telnet_line(r, std::move(ends.first), address_of(protocol::telnet), r.now() + 10s);
        EXPECT_TRUE(made) << "an answer that does not come is a remark";
        if (made) {
            std::array<char, 16> buffer{};
            for (;;) {
                const auto got = co_await (*made)->receive(buffer, r.now() + 2s);
                if (!got) {
                    into = got.error();
                    break;
                }
            }
        }
        EXPECT_LT(r.now(), time_point(15s));
        group.cancel();
        co_await group.join();
    };
    EXPECT_EQ(rt.run(root(rt, why)), virtual_end::finished);
    EXPECT_EQ(why.code, errc::timed_out);
}

}  // namespace
}  // namespace rollover::transport
