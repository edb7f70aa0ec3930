// Situations 13 to 15, 43 and 44: line editors that show something else than what was typed.
#include "tests/situations/field.h"
#include "tests/situations/router.h"

namespace rollover::situations {
namespace {

std::string long_description(std::size_t size) {
    std::string text = "description";
    for (int word = 1; text.size() < size; ++word) {
        text += " w" + std::to_string(word);
    }
    return text.substr(0, size);
}

// netmiko issues 160 and 105: at the right edge IOS goes back to the prompt, draws "$" and the end of the line, blanks
// and backspaces; on Enter the line is drawn from its beginning, cut with "$".
TEST(Situation, S13_EchoScrollsAtEightyColumns_IsConfigured) {
    virtual_runtime rt;
    router device(rt);
    constexpr std::size_t width = 80;
    constexpr std::size_t kept = 20;  // characters that stay visible when the line moves
    std::size_t shown = 0;            // columns of the line that are on the screen now
    device.after_echo = [&](const std::string& line) {
        shown = line.size() == 1 ? 1 : shown + 1;
        if (device.prompt_text().size() + shown < width - 1) {
            return;
        }
        const auto tail = line.substr(line.size() - kept);
        device.say(std::string(shown, '\b') + "$" + tail + std::string(9, ' ') + std::string(9, '\b'));
        shown = kept + 1;
    };
    device.commands["terminal width 511"] = [&] {
        device.reject();  // older releases take no more than 80 on the console
        device.prompt();
    };
    field f(rt, device);
    const std::vector<std::string> lines = {"interface FastEthernet0/0", long_description(150), long_description(230),
                                            "no shutdown"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
    EXPECT_EQ(f.gaps().repairs, 0U);
}

/// A platform of the kind that Junos is: the two prompts of pyATS' and Netmiko's Junos drivers. None is shipped yet.
std::shared_ptr<const platform::description> set_platform() {
    constexpr std::string_view xml = R"xml(<?xml version="1.0"?>
<platform name="junos-like" home="operational" configure="configuration">
  <state name="configuration"><prompt match="[-\w]+@{host}# ?"/></state>
  <state name="operational"><prompt match="[-\w]+@{host}&gt; ?"/></state>
  <transition from="operational" to="configuration"><type text="configure"/></transition>
  <transition from="configuration" to="operational"><type text="exit"/></transition>
  <wake><type text=""/></wake>
  <leave-unknown><key text="{^C}"/></leave-unknown>
  <error match="^(?:syntax error|unknown command|error:)"/>
  <erase method="restore"/>
  <readback command="show configuration"/>
</platform>)xml";
    diagnostics mistakes;
    auto read = platform::read_description(xml, "junos-like.xml", mistakes);
    EXPECT_TRUE(read.has_value()) << (mistakes.empty() ? std::string() : to_string(mistakes.front()));
    return std::make_shared<const platform::description>(std::move(*read));
}

/// The configuration mode of Junos: every space is completed (netmiko issues 2643, 2777, 3761: three blanks and three
/// backspaces), and a wrong line is offered again behind "syntax error." (the notes' situation 14).
class set_router final : public terminal {
public:
    explicit set_router(virtual_runtime& rt) : terminal(rt) {
        echo = [this](char c) { return std::string(1, c) + (c == ' ' && completes ? "   \b\b\b" : ""); };
    }
    bool completes = false;
    bool configuring = false;
    std::vector<std::string> configured;
    void prompt() { say(configuring ? "lab@H# " : "lab@H> "); }

protected:
    void command(const std::string& line) override {
        say("\r\n");
        if (line == "configure" || line == "exit") {
            configuring = line == "configure";
        } else if (line.find("nestconf") != std::string::npos) {
            say("                   ^\r\nsyntax error.\r\n");
            prompt();
            say(line);
            offered_again = line;
            return;
        } else if (!line.empty()) {
            configured.push_back(line);
        }
        prompt();
    }
    void control(char c) override {
        if (c == '\x03') {
            forget_line();
            say("^C\r\n");
            prompt();
        }
    }

public:
    std::string offered_again;
};

TEST(Situation, S14_EverySpaceIsCompleted_IsConfigured) {
    virtual_runtime rt;
    set_router device(rt);
    device.completes = true;
    field_options options;
    options.description = set_platform();
    field f(rt, device, options);
    const std::vector<std::string> lines = {"set system host-name H", "set interfaces ge-0/0/0 unit 0 family inet"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

TEST(Situation, S14_WrongLineIsOfferedAgain_IsReportedAndNothingIsInsertedIntoIt) {
    virtual_runtime rt;
    set_router device(rt);
    field_options options;
    options.description = set_platform();
    field f(rt, device, options);
    const auto how = f.configure({"set system host-name H", "set system services nestconf", "set system services ssh"});
    EXPECT_FALSE(how.configured);
    EXPECT_EQ(how.code, errc::device_rejected);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:11:7"));
    EXPECT_THAT(how.words, HasSubstr("syntax error."));
    EXPECT_THAT(device.configured, ElementsAre("set system host-name H"));
}

// netmiko issue 3558, the bytes of an Eltex ESR: for each character the cursor goes to the left edge and to the end of
// the prompt, the rest is erased, and the whole line is drawn again.
TEST(Situation, S15_EditorRepaintsTheLineForEachCharacter_IsConfigured) {
    virtual_runtime rt;
    router device(rt, "rt01");
    device.echo = [&](char) {
        const auto at = std::to_string(device.prompt_text().size());
        const auto end = std::to_string(device.prompt_text().size() + device.half_typed().size());
        return "\x1b[511D\x1b[" + at + "C\x1b[J" + device.half_typed() + "\x1b[512D\x1b[" + end + "C";
    };
    field f(rt, device);
    const std::vector<std::string> lines = {"interface FastEthernet0/0", "description a b  c", "no shutdown"};
    const auto how = f.configure(lines);
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, lines);
}

// netmiko issue 3285: MikroTik draws prompt and command again, with colours, from the left edge.
TEST(Situation, S15_EditorRepeatsThePromptToo_IsConfigured) {
    virtual_runtime rt;
    router device(rt, "rt01");
    device.echo = [&](char) {
        return "\r\x1b[K" + device.prompt_text() + "\x1b[m\x1b[36m" + device.half_typed() + "\x1b[m";
    };
    field f(rt, device);
    const auto how = f.configure();
    EXPECT_EQ(how.words, "configured");
    EXPECT_EQ(device.configured, field::some_configuration());
}

// Cisco, "Using the CLI": "?" opens help at once, Tab completes; netmiko issue 2310. A plan refuses such lines.
TEST(Situation, S43_QuestionMarkAndTab_AreRefusedBeforeAnythingIsTyped) {
    for (const std::string platform : {"cisco-ios", "frr"}) {
        const auto how = shipped_platform(platform);
        EXPECT_THAT(platform::check_line(*how, "description what?").value_or("taken"), HasSubstr("opens help"));
        EXPECT_THAT(platform::check_line(*how, "description a\tb").value_or("taken"), HasSubstr("completes words"));
        EXPECT_THAT(platform::check_line(*how, "description a\x13").value_or("taken"), HasSubstr("{^S}"));
        EXPECT_FALSE(platform::check_line(*how, "description plain"));
    }
}

// And a device that opens help by a key that is not known for it: Enter is never pressed on what is left of the line.
TEST(Situation, S43_HelpThatOpens_IsReported) {
    virtual_runtime rt;
    router device(rt);
    device.on_key = [&](char c) {
        if (c != '~') {
            return false;
        }
        device.say("~\r\nLINE    Up to 240 characters describing this interface\r\n\r\n" + device.prompt_text() +
                   device.half_typed());
        return true;
    };
    field f(rt, device);
    const auto how = f.configure({"interface FastEthernet0/0", "description what~", "no shutdown"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("description what~"));
    EXPECT_THAT(how.words, HasSubstr("Enter was not pressed"));
    EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0"));
}

// Cisco IOS takes 254 characters (older releases 253) and rings the bell for each one more.
TEST(Situation, S44_LongLine_IsRefusedBeforeAnythingIsTyped) {
    const auto how = shipped_platform("cisco-ios");
    EXPECT_THAT(platform::check_line(*how, std::string(255, 'x')).value_or("taken"), HasSubstr("255 characters"));
    EXPECT_FALSE(platform::check_line(*how, std::string(254, 'x')));
}

TEST(Situation, S44_DeviceThatTakesLess_IsReportedAndTheLineIsErased) {
    virtual_runtime rt;
    router device(rt);
    device.longest_line = 100;
    field f(rt, device);
    const auto how = f.configure({"interface FastEthernet0/0", long_description(120), "no shutdown"});
    EXPECT_FALSE(how.configured);
    EXPECT_THAT(how.words, HasSubstr("topology.xml:11:7"));
    EXPECT_THAT(how.words, HasSubstr("Enter was not pressed"));
    EXPECT_THAT(device.configured, ElementsAre("interface FastEthernet0/0"));
    EXPECT_EQ(device.half_typed(), "");
}

}  // namespace
}  // namespace rollover::situations
