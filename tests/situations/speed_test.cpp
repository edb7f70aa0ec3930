// The speed of a console is raised for a configuration and put back, whatever happens in between. The device is written
// from Cisco's documents: "as soon as you issue the speed 9600 command, you lose connectivity to the console"
// (community document 3129694); the command reference of IOS, "speed", for a line that does not have it.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

using ::testing::Contains;
using ::testing::Each;

constexpr std::uint32_t usual = 9600;
constexpr std::uint32_t fast = 115200;

/// A router whose console changes its speed, behind a converter that can.
struct fast_lane {
    explicit fast_lane(field_options chosen = {}) : device(rt), options(std::move(chosen)) {
        options.spoken = transport::protocol::rfc2217;
        options.served = model::line_protocol::rfc2217;
        options.fast_baud = fast;
        options.uart.service_time = 20us;
        options.pacing = {console::pacing_mode::timed, 0ms, 0ms, 16};
        where = std::make_unique<field>(rt, device, options);
        for (const auto baud : {usual, fast, 38400U}) {
            device.commands["speed " + std::to_string(baud)] = [this, baud] { take_speed(baud); };
        }
    }

    void take_speed(std::uint32_t baud) {
        speeds.push_back(baud);
        device.after(5ms, [this, baud] {
            where->port().set_device_baud(baud);
            device.prompt();
        });
    }

    void expect_usual_speed() {
        EXPECT_EQ(where->port().device_baud(), usual) << "the device";
        EXPECT_EQ(where->line().baud(), usual) << "the converter";
        EXPECT_EQ(device.mode, "exec");
        EXPECT_EQ(device.half_typed(), "");
    }

    /// The lines of a configuration that arrived; those that lead to the speed are none.
    [[nodiscard]] std::vector<std::string> configured() const {
        auto lines = device.configured;
        std::erase(lines, "line console 0");
        return lines;
    }

    virtual_runtime rt;
    router device;
    field_options options;
    std::unique_ptr<field> where;
    std::vector<std::uint32_t> speeds;  ///< that the device took
};

std::vector<std::string> many_routes() {
    std::vector<std::string> lines;
    for (int i = 0; i < 200; ++i) {
        lines.push_back("ip route 10.0." + std::to_string(i) + ".0 255.255.255.0 192.0.2.1");
    }
    return lines;
}

TEST(RaisedSpeed, Configuration_IsTypedAtItAndTheUsualOneIsPutBack) {
    fast_lane f;
    std::uint32_t typed_at = 0;
    f.device.on_configured = [&](const std::string&) { typed_at = f.where->port().device_baud(); };
    const auto how = f.where->configure(many_routes());
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(f.configured(), many_routes());
    EXPECT_EQ(f.speeds, (std::vector<std::uint32_t>{fast, usual}));
    f.expect_usual_speed();
}

TEST(RaisedSpeed, Prompt_IsMetAtOnceAtTheNewSpeed) {
    fast_lane f;
    const auto how = f.where->configure({"hostname R1"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_LT(how.taken, 12s) << "nothing was searched for";
    EXPECT_THAT(f.where->log(), Contains(HasSubstr("talks at 115200 baud now")));
}

TEST(RaisedSpeed, RejectedLine_PutsTheSpeedBack) {
    fast_lane f;
    f.device.commands["wrong"] = [&] {
        f.device.reject();
        f.device.prompt();
    };
    const auto how = f.where->configure({"hostname R1", "wrong", "hostname R2"});
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_rejected);
    EXPECT_THAT(how.words, HasSubstr("wrong"));
    f.expect_usual_speed();
}

TEST(RaisedSpeed, Stop_AtAnyTimePutsTheSpeedBackWithinTenSeconds) {
    // From before the device is told to behind the end, in steps that fall into every phase.
    bool before = false;
    bool behind = false;
    for (auto after = 1000ms; !behind && after < 1min; after += 29ms) {
        fast_lane f;
        const auto how = f.where->configure_cancelled(field::some_lines(), after);
        behind = how.configured;
        before = before || f.speeds.empty();
        EXPECT_TRUE(behind || how.code == errc::cancelled) << how.words;
        EXPECT_LT(how.taken, after + 13s) << "10 s, and 2 s of the field's";
        EXPECT_EQ(f.where->port().device_baud(), usual) << after.count() << f.where->transcript();
        EXPECT_EQ(f.device.half_typed(), "") << after.count();
    }
    EXPECT_TRUE(before && behind);
}

TEST(RaisedSpeed, DeviceWithoutTheCommand_IsConfiguredAtTheUsualSpeed) {
    for (const std::string rejected : {"speed 115200", "line console 0"}) {
        fast_lane f;
        f.device.commands[rejected] = [&] {
            f.device.reject();
            f.device.prompt();
        };
        const auto how = f.where->configure();
        EXPECT_EQ(how.words, "configured") << rejected;
        EXPECT_EQ(f.configured(), field::some_configuration());
        EXPECT_THAT(f.where->log(), Contains(HasSubstr("the device rejects '" + rejected + "'")));
        f.expect_usual_speed();
    }
}

TEST(RaisedSpeed, DeviceThatTakesTheCommandAndStays_IsFoundAgain) {
    fast_lane f;
    f.device.commands["speed 115200"] = [&] { f.device.prompt(); };
    const auto how = f.where->configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(f.configured(), field::some_configuration());
    EXPECT_THAT(f.where->log(), Contains(HasSubstr("the speed stays at 9600 baud and is not 115200")));
    f.expect_usual_speed();
}

TEST(RaisedSpeed, DeviceThatTakesAnotherSpeed_IsFoundAtItAndPutBack) {
    fast_lane f;
    f.device.commands["speed 115200"] = [&] { f.take_speed(38400); };
    const auto how = f.where->configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(f.configured(), field::some_configuration());
    EXPECT_EQ(f.speeds, (std::vector<std::uint32_t>{38400, usual}));
    f.expect_usual_speed();
}

TEST(RaisedSpeed, ConverterWithoutTheSpeed_LeavesTheDeviceAlone) {
    field_options options;
    options.fastest_baud = 38400;
    fast_lane f(options);
    const auto how = f.where->configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(f.speeds, std::vector<std::uint32_t>{});
    EXPECT_EQ(f.device.configured, field::some_configuration());
    EXPECT_THAT(f.where->log(), Contains(HasSubstr("the converter has no 115200 baud")));
    f.expect_usual_speed();
}

// A kill -9 while the speed was raised: the next visit opens the line at the speed of the lab file.
TEST(RaisedSpeed, DeviceThatWasLeftAtIt_IsFoundAndPutBack) {
    for (const auto* mode : {"exec", "config", "config-line", "config-if"}) {
        fast_lane f;
        f.device.mode = mode;
        f.where->port().set_device_baud(fast);
        const auto how = f.where->run("show clock");
        EXPECT_TRUE(how.configured) << how.words;
        EXPECT_EQ(f.speeds, std::vector<std::uint32_t>{usual}) << mode;
        EXPECT_THAT(f.where->log(), Contains(HasSubstr("the device was left at 115200 baud")));
        EXPECT_THAT(f.where->log(), Each(Not(HasSubstr("of the lab file"))));
        f.expect_usual_speed();
        EXPECT_LT(how.taken, 1min) << mode;
    }
}

TEST(RaisedSpeed, DeviceThatFallsSilentOnTheWay_IsReported) {
    fast_lane f;
    f.device.commands["speed 115200"] = [&] { f.device.on_key = [](char) { return true; }; };
    const auto how = f.where->configure();
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_state);
    EXPECT_THAT(how.words, HasSubstr("silent"));
    EXPECT_LT(how.taken, 3min);
}

}  // namespace
}  // namespace rollover::situations
