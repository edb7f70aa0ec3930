// Situations 16, 18, 19 and 42: prompts in pieces, prompts that change, no prompt, and bytes around them.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

// Measured: netmiko 4 takes "R0003(con" for the prompt and fails on 22 of 64 devices.
TEST(Situation, S16_PromptInTwoPieces_IsConfigured) {
    for (const duration pause : {20ms, 60ms, 400ms}) {
        virtual_runtime rt;
        router device(rt, "R0003");
        device.print_prompt = [&](const std::string& prompt) {
            const auto half = prompt.size() / 2 + 1;
            device.say(prompt.substr(0, half));
            device.say_after(pause, prompt.substr(half));
        };
        field f(rt, device);
        const auto how = f.configure({"interface FastEthernet0/0", "no shutdown"});
        EXPECT_EQ(how.words, "configured") << pause / 1ms;
        EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0", "no shutdown"));
        EXPECT_EQ(device.mode, "exec");
    }
}

// netmiko issues 210 and 216: "hostname" counts from the next prompt on, and configuration mode cuts it to 20
// characters; unicon.plugins/iosxe/patterns.py: "(boot)", "-stby", a BEL behind "#".
TEST(Situation, S18_HostNameChangesAndIsCut_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    device.print_prompt = [&](const std::string& prompt) {
        device.say(prompt + (prompt.ends_with("name#") ? "\a" : ""));
    };
    field f(rt, device);
    const std::vector<std::string> lines = {"hostname a-router-with-a-very-long-name", "interface FastEthernet0/0",
                                            "no shutdown", "hostname B", "router ospf 1"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
    EXPECT_EQ(device.mode, "exec");
}

// netmiko issues 1708 and 2956: the command "prompt" makes it anything at all.
TEST(Situation, S18_PromptThatThePlatformDoesNotKnow_IsReportedWithTheLineThatMadeIt) {
    virtual_runtime rt;
    router device(rt);
    bool changed = false;
    device.on_configured = [&](const std::string& line) { changed = changed || line.starts_with("prompt "); };
    device.print_prompt = [&](const std::string& prompt) { device.say(changed ? "{12:00 R1} ready: =>" : prompt); };
    field f(rt, device);
    const auto how = f.configure({"hostname R1", "prompt {%t %h} ready: =>", "interface FastEthernet0/0"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:11:7"));
    EXPECT_THAT(how.words, HasSubstr("{12:00 R1} ready: =>"));
    EXPECT_THAT(how.words, HasSubstr("prompt that the platform knows"));
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "prompt {%t %h} ready: =>"));
    EXPECT_LT(how.taken, 3min);
}

// Cisco IOS Configuration Fundamentals Command Reference, "service prompt config": the example of that page shows a
// configuration mode without any prompt.
TEST(Situation, S19_NoPromptInConfigurationMode_IsReportedWithTheCommandThatMendsIt) {
    virtual_runtime rt;
    router device(rt);
    device.print_prompt = [&](const std::string& prompt) { device.say(device.configuring() ? "" : prompt); };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("service prompt config"));
    EXPECT_THAT(device.configured, ElementsAre()) << "nothing is typed blindly";
    EXPECT_LT(how.taken, 3min);
}

TEST(Situation, S19_LeftThereWithoutAPrompt_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    device.mode = "config-if";
    bool silent = true;
    device.print_prompt = [&](const std::string& prompt) {
        silent = silent && device.configuring();  // the one before has mended it before he went
        device.say(silent ? "" : prompt);
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
}

// oxidized's comware model ("\0*<H>"), ASA's "\r\r\n", "\n\r" of old terminal servers.
TEST(Situation, S42_NulPaddingAndOddLineEnds_AreConfigured) {
    for (const std::string end : {"\r\r\n", "\n\r", "\r\n"}) {
        virtual_runtime rt;
        router device(rt);
        device.print_prompt = [&](const std::string& prompt) {
            device.say(end);
            device.say(std::string("\r\0", 2) + prompt);
        };
        field f(rt, device);
        const auto how = f.configure();
        EXPECT_EQ(how.words, "configured");
        EXPECT_EQ(device.configured, field::some_configuration());
    }
}

// A 7E1 device behind an 8N1 converter (Cisco, "Configuring Modem Lines": databits, parity): the eighth bit is the
// parity.
TEST(Situation, S42_ParityBitInEveryCharacter_IsReportedAsSuch) {
    virtual_runtime rt;
    router device(rt);
    field f(rt, device);
    const auto with_parity = [&](std::string_view text) {
        std::string sent;
        for (const char c : text) {
            const auto bits = static_cast<unsigned>(__builtin_popcount(static_cast<unsigned char>(c)));
            sent.push_back(static_cast<char>(static_cast<unsigned char>(c) | (bits % 2 == 1 ? 0x80U : 0U)));
        }
        f.port().printer()(sent);
    };
    device.wire(with_parity);
    device.on_key = [&](char c) {
        if ((static_cast<unsigned char>(c) & 0x80U) == 0 &&
            __builtin_popcount(static_cast<unsigned char>(c)) % 2 == 1) {
            return true;  // a parity error: the UART drops it
        }
        return false;
    };
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("parity"));
    EXPECT_THAT(how.words, HasSubstr("data-bits"));
    EXPECT_LT(how.taken, 2min);
}

// A host name in UTF-8 (RFC 3629) is no name that a platform file knows; it must not be cut or mistaken.
TEST(Situation, S42_HostNameInUtf8_IsReportedReadably) {
    virtual_runtime rt;
    router device(rt, "R\xc3\xa9seau");
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("R\xc3\xa9seau#"));
    EXPECT_LT(how.taken, 2min);
}

}  // namespace
}  // namespace rollover::situations
