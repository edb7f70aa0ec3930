// Situations 20 to 25: questions, texts that end with a delimiter, and lines that take long.
#include "tests/situations/field.h"
#include "tests/situations/reload.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

// Cisco IOS Configuration Fundamentals Command Reference, "reload": [confirm] takes one key; whatever follows it is an
// answer to the next question, or stops the boot.
TEST(Situation, S20_ConfirmTakesAKey_GetsOneKeyAndNoLine) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    field f(rt, device);
    const auto how = f.erase();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(reload.confirmed, "\r\r");
    EXPECT_EQ(reload.keys_while_booting, "");
    EXPECT_EQ(reload.reloads, 1U);
    EXPECT_EQ(device.host, "Router");
    EXPECT_EQ(device.mode, "exec");
}

// The same page: any key but y and Return declines. The one before has left "Proceed with reload? [confirm]" open.
TEST(Situation, S20_ConfirmLeftOpen_IsDeclinedByAKey) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    device.after(1s, [&] { device.commands["reload"](); });
    reload.modified = false;
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_EQ(reload.reloads, 0U);
}

// The same page: "System configuration has been modified. Save?" comes after an erase too, and "yes" would write the
// old configuration back.
TEST(Situation, S21_SaveBeforeReload_IsAnsweredNo) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    field f(rt, device);
    const auto how = f.erase();
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(reload.saves, ElementsAre("no"));
    EXPECT_FALSE(reload.startup);
}

TEST(Situation, S21_SaveLeftOpen_IsAnsweredNoAndTheReloadDeclined) {
    virtual_runtime rt;
    router device(rt);
    reload_script reload(device);
    device.after(1s, [&] { device.commands["reload"](); });
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_THAT(reload.saves, ::testing::Each("no"));
    EXPECT_EQ(reload.reloads, 0U);
}

/// Asks what `line` makes the device ask; what was typed as an answer goes to `answers`.
void ask_at(router& device, const std::string& line, const std::string& question, std::vector<std::string>& answers) {
    device.commands[line] = [&device, &answers, line, question] {
        const auto done = [&device, &answers, line](const std::string& answer) {
            answers.push_back(answer);
            device.configured.push_back(line);
            device.prompt();
        };
        if (question.ends_with("[confirm]")) {
            device.ask_key(question, [&device, done](char key) {
                device.say("\r\n");
                done(std::string(1, key));
            });
        } else {
            device.ask(question, done);
        }
    };
}

// Cisco IOS Security Command Reference: "username" ("This operation will remove all username related configurations")
// and "crypto key generate rsa" ("You already have RSA keys"). Each question is the one that its line is known to ask.
TEST(Situation, S22_LineAsksWhatThePlatformKnows_IsAnsweredAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    std::vector<std::string> answers;
    ask_at(device, "no username admin",
           "This operation will remove all username related configurations with same name.Do you want to continue? "
           "[confirm]",
           answers);
    ask_at(device, "crypto key generate rsa modulus 1024",
           "% You already have RSA keys defined named R1.lab.\r\n% Do you really want to replace them? [yes/no]: ",
           answers);
    field f(rt, device);
    const std::vector<std::string> lines = {"no username admin", "crypto key generate rsa modulus 1024",
                                            "ip domain-name lab"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
    EXPECT_THAT(answers, ElementsAre("\r", "yes"));
}

// The same reference: without "modulus" it asks for the size, which is the author's to say.
TEST(Situation, S22_LineAsksWhatNobodyKnows_IsReportedAndNotAnsweredByTheNextLine) {
    virtual_runtime rt;
    router device(rt);
    std::vector<std::string> answers;
    ask_at(device, "crypto key generate rsa",
           "The name for the keys will be: R1.lab\r\nChoose the size of the key modulus in the range of 360 to 2048 "
           "for your\r\n  General Purpose Keys.\r\n\r\nHow many bits in the modulus [512]: ",
           answers);
    field f(rt, device);
    const auto how = f.configure({"ip domain-name lab", "crypto key generate rsa", "ip ssh version 2"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:11:7"));
    EXPECT_THAT(how.words, HasSubstr("How many bits in the modulus [512]:"));
    EXPECT_THAT(how.words, HasSubstr("nothing was answered"));
    EXPECT_THAT(answers, ElementsAre());
    EXPECT_THAT(device.configured, ElementsAre("ip domain-name lab"));
    EXPECT_LT(how.taken, 2min);
}

// The same Fundamentals reference, "do" and "reload": [confirm] that no rule knows is no prompt and gets no key.
TEST(Situation, S22_ConfirmThatNobodyKnows_IsReportedAndNotAnswered) {
    virtual_runtime rt;
    router device(rt);
    std::vector<std::string> answers;
    ask_at(device, "do reload", "Proceed with reload? [confirm]", answers);
    field f(rt, device);
    const auto how = f.configure({"do reload", "hostname R2"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:10:7"));
    EXPECT_THAT(how.words, HasSubstr("asks 'Proceed with reload? [confirm]'"));
    EXPECT_THAT(answers, ElementsAre());
    EXPECT_THAT(device.configured, ElementsAre());
}

/// "banner motd %": text without prompts up to the delimiter.
struct banner_editor {
    explicit banner_editor(router& d) : device(d) {
        device.commands["banner motd %"] = [this] {
            device.say("Enter TEXT message.  End with the character '%'.\r\n");
            next();
        };
        device.on_key = [this](char c) {
            if (c != '\x03' || !reading) {
                return false;
            }
            device.ask({}, nullptr);
            device.forget_line();
            reading = false;
            device.say("\r\n");
            device.mode = "exec";
            device.prompt();
            return true;
        };
    }
    void next() {
        reading = true;
        device.ask({}, [this](const std::string& line) {
            text.push_back(line);
            if (line.ends_with('%')) {
                reading = false;
                device.prompt();
            } else {
                next();
            }
        });
    }

    router& device;
    bool reading = false;
    std::vector<std::string> text;
};

// Cisco IOS Configuration Fundamentals Command Reference, "banner motd"; unicon.plugins and netmiko (its issue 3004)
// must be told that no prompt comes before the delimiter.
TEST(Situation, S23_BannerBlock_IsTypedToItsDelimiter) {
    virtual_runtime rt;
    router device(rt);
    banner_editor banner(device);
    field f(rt, device);
    const std::vector<std::string> text = {"Welcome to core#", "R1(config)#", "*** Password: ***", "###########", "%"};
    auto lines = std::vector<std::string>{"hostname R1", "banner motd %"};
    lines.insert(lines.end(), text.begin(), text.end());
    lines.push_back("ip domain-name lab");
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(banner.text, text);
    EXPECT_THAT(device.configured, ElementsAre("hostname R1", "ip domain-name lab"));
}

TEST(Situation, S23_BannerWithoutItsDelimiter_IsReported) {
    virtual_runtime rt;
    router device(rt);
    banner_editor banner(device);
    field f(rt, device);
    const auto how = f.configure({"banner motd %", "Welcome", "hostname R2"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("a banner is not ended by its delimiter"));
    EXPECT_THAT(device.configured, ElementsAre());
}

TEST(Situation, S23_LeftInABanner_IsLeftAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    banner_editor banner(device);
    device.mode = "config";
    banner.next();
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
}

/// A name look-up: nothing but Ctrl-^ is heard, until nobody has answered.
struct name_lookup {
    explicit name_lookup(router& d) : device(d) {}
    void start(const std::string& word) {
        device.say("Translating \"" + word + "\"...domain server (255.255.255.255)");
        looking = true;
        device.on_key = [this](char c) {
            if (looking && c == '\x1e') {
                end("\r\n% Name lookup aborted\r\n");
                return true;
            }
            return looking;  // what is typed ahead is lost
        };
    }
    void end(const std::string& words) {
        if (std::exchange(looking, false)) {
            device.say(words);
            device.prompt();
        }
    }

    router& device;
    bool looking = false;
};

// Cisco, "Avoid the Translation of Mistyped Commands" (document 24179): a typo is looked up by broadcast for a minute.
TEST(Situation, S24_NameLookUpOfATypo_IsWaitedForAndReported) {
    virtual_runtime rt;
    router device(rt);
    name_lookup lookup(device);
    device.commands["pnig 10.0.0.2"] = [&] {
        lookup.start("pnig");
        device.after(50s, [&] {
            lookup.end(
                "\r\nTranslating \"pnig\"...domain server (255.255.255.255)\r\n"
                "% Unknown command or computer name, or unable to find computer address\r\n");
        });
    };
    field f(rt, device);
    const auto how = f.run("pnig 10.0.0.2");
    EXPECT_EQ(how.code, errc::device_rejected);
    EXPECT_THAT(how.words, HasSubstr("pnig 10.0.0.2"));
    EXPECT_THAT(how.words, HasSubstr("% Unknown command or computer name"));
    EXPECT_FALSE(lookup.looking);
}

TEST(Situation, S24_LeftInANameLookUp_IsBrokenOffAndConfigured) {
    virtual_runtime rt;
    router device(rt);
    name_lookup lookup(device);
    lookup.start("conft");
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
    EXPECT_LT(how.taken, 1min);
}

// netmiko issue 2937: "boot system" takes 23 seconds, and what is typed meanwhile is lost.
TEST(Situation, S25_SlowLine_IsWaitedForBeforeTheNextOne) {
    virtual_runtime rt;
    router device(rt);
    time_point busy_until{};
    bool typed_ahead = false;
    device.on_key = [&](char) {
        typed_ahead = typed_ahead || rt.now() < busy_until;
        return false;
    };
    device.commands["boot system flash:c2800nm-mz.bin"] = [&] {
        busy_until = rt.now() + 23s;
        device.configured.push_back("boot system flash:c2800nm-mz.bin");
        device.work_for(23s);
        device.after(23s, [&] { device.prompt(); });
    };
    field_options options;
    options.uart.fifo = 16;
    field f(rt, device, options);
    const std::vector<std::string> lines = {"hostname R1", "boot system flash:c2800nm-mz.bin", "ip domain-name lab"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
    EXPECT_FALSE(typed_ahead);
    EXPECT_EQ(f.port().counters().lost, 0U);
}

// Cisco IOS Security Command Reference, "crypto key generate rsa", table "Sample Times Required to Generate RSA Keys":
// 1024 bits take a Cisco 2500 four minutes and 38 seconds, without a word.
TEST(Situation, S25_KeyThatTakesMinutes_IsWaitedFor) {
    virtual_runtime rt;
    router device(rt);
    const std::string line = "crypto key generate rsa modulus 1024";
    device.commands[line] = [&] {
        device.say(
            "The name for the keys will be: R1.lab\r\n\r\n% The key modulus size is 1024 bits\r\n"
            "% Generating 1024 bit RSA keys, keys will be non-exportable...");
        device.work_for(278s);
        device.after(278s, [&] {
            device.configured.push_back(line);
            device.say("[OK]\r\n\r\n");
            device.prompt();
        });
    };
    field f(rt, device);
    const auto how = f.configure({"ip domain-name lab", line, "ip ssh version 2"});
    EXPECT_EQ(how.words, "configured");
    EXPECT_THAT(device.configured, ElementsAre("ip domain-name lab", line, "ip ssh version 2"));
}

}  // namespace
}  // namespace rollover::situations
