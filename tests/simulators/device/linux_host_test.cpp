#include "console_bench.h"

#include <gtest/gtest.h>

namespace rollover::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto prompt = "\x1b[?2004hroot@debian:~# ";

device_options linux_options() {
    device_options options = quiet();
    options.interfaces = {"eth1", "eth2"};
    options.password = "pw";
    return options;
}

class logged_in : public console_bench {
public:
    explicit logged_in(device_options options = linux_options()) : console_bench("linux", std::move(options)) {
        type("root\r");
        type("pw\r", 10ms, 2s);
        EXPECT_THAT(seen, EndsWith(prompt));
        seen.clear();
    }
    /// A command's output alone.
    std::string run(std::string_view text, duration then = 2s) {
        const std::string all = command(text, then);
        const std::string before = std::string(text) + "\r\n\x1b[?2004l\r";
        const std::size_t end = all.rfind("\x1b[?2004h");
        EXPECT_THAT(all, StartsWith(before));
        return end == std::string::npos || end < before.size() ? all : all.substr(before.size(), end - before.size());
    }
    std::string status() { return run("echo $?"); }
};

TEST(LinuxHost, PowerOn_BootsToALoginPrompt) {
    device_options options = linux_options();
    options.booted = false;
    console_bench h("linux", options);
    h.dev().power_on();
    h.pass(10s);
    h.type("root\r");
    h.pass(60s);
    EXPECT_THAT(h.seen, HasSubstr("Linux version"));
    EXPECT_THAT(h.seen, EndsWith("Debian GNU/Linux 12 debian ttyS0\r\n\r\ndebian login: ")) << "type-ahead is flushed";
}

TEST(LinuxHost, Login_EchoesTheNameButNotThePassword) {
    console_bench h("linux", linux_options());
    EXPECT_EQ(h.seen, "");
    EXPECT_EQ(h.command(""), "\r\ndebian login: ");
    EXPECT_EQ(h.command("rootx\b"), "rootx\b \b\r\nPassword: ");
    EXPECT_EQ(h.command("wrong", 4s), "\r\n\r\nLogin incorrect\r\ndebian login: ");
    h.command("root");
    EXPECT_THAT(h.command("pw"), EndsWith(prompt));
}

TEST(LinuxHost, PasswordSentWithTheName_IsFlushed) {
    console_bench h("linux", linux_options());
    h.port.send("root\rpw\r");
    h.pass(2s);
    EXPECT_THAT(h.seen, EndsWith("Password: "));
}

TEST(LinuxHost, SttyWithASpeed_TakesEffectWhenItsEchoHasLeft) {
    logged_in h;
    h.command("stty 115200");
    EXPECT_THAT(h.seen, StartsWith("stty 115200\r\n"));
    EXPECT_THAT(h.seen, Not(HasSubstr("root@debian"))) << "the prompt comes at the other speed";
    h.port.set_baud(115200);
    EXPECT_THAT(h.run("stty"), StartsWith("speed 115200 baud"));
    EXPECT_EQ(h.status(), "0\r\n");
}

TEST(LinuxHost, Commands_GiveOutputAndStatus) {
    logged_in h;
    EXPECT_EQ(h.run("true"), "");
    EXPECT_EQ(h.status(), "0\r\n");
    EXPECT_EQ(h.run("false; echo $?"), "1\r\n");
    EXPECT_EQ(h.run("frobnicate --now"), "-bash: frobnicate: command not found\r\n");
    EXPECT_EQ(h.status(), "127\r\n");
    EXPECT_EQ(h.run("echo 'a  b' \"c $?\" d\\ e"), "a  b c 0 d e\r\n");
    EXPECT_EQ(h.run("export X=5; echo [$X] [${X}]"), "[5] [5]\r\n");
    EXPECT_EQ(h.run("true && echo yes || echo no"), "yes\r\n");
    EXPECT_EQ(h.run("echo gone > /dev/null"), "");
    EXPECT_EQ(h.run("false 2>&1"), "");
    EXPECT_THAT(h.run("cat /etc/os-release | grep VERSION_ID"), "VERSION_ID=\"12\"\r\n");
    EXPECT_EQ(h.run("cat /etc/nothing"), "cat: /etc/nothing: No such file or directory\r\n");
    EXPECT_EQ(h.run(";"), "-bash: syntax error near unexpected token `;'\r\n");
}

TEST(LinuxHost, OpenQuote_GivesTheSecondPrompt) {
    logged_in h;
    EXPECT_THAT(h.command("echo \"one"), EndsWith("\x1b[?2004h> "));
    EXPECT_THAT(h.command("two\""), HasSubstr("one\r\ntwo\r\n"));
    h.command("echo 'x");
    h.type("\x03");
    EXPECT_THAT(h.seen, EndsWith(prompt));
}

TEST(LinuxHost, EditingKeys_ActOnTheLine) {
    logged_in h;
    EXPECT_THAT(h.command("echo abx\b\x7f"
                          "c"),
                HasSubstr("echo abx\b\x1b[K\b\x1b[Kc\r\n\x1b[?2004l\rac\r\n"));
    h.seen.clear();
    h.type(
        "rubbish\x15"
        "echo ok\r");
    EXPECT_THAT(h.seen, StartsWith("rubbish\b\b\b\b\b\b\b\x1b[Kecho ok\r\n"));
    EXPECT_THAT(h.seen, HasSubstr("\rok\r\n"));
    h.seen.clear();
    h.type("rubbish\x03");
    EXPECT_THAT(h.seen, EndsWith(prompt));
    h.seen.clear();
    h.type("\x04", 10ms, 2s);
    EXPECT_THAT(h.seen, HasSubstr("logout\r\n"));
    EXPECT_THAT(h.seen, EndsWith("debian login: "));
}

TEST(LinuxHost, Addresses_AreConfiguredAndShown) {
    logged_in h;
    EXPECT_EQ(h.run("ip addr add 10.1.0.1/24 dev eth1"), "");
    EXPECT_EQ(h.run("ip addr add 10.1.0.1/24 dev eth1"), "RTNETLINK answers: File exists\r\n");
    EXPECT_EQ(h.status(), "2\r\n");
    EXPECT_FALSE(h.dev().has_address("eth1", "10.1.0.1")) << "down";
    h.run("ip link set dev eth1 up");
    EXPECT_TRUE(h.dev().has_address("eth1", "10.1.0.1"));
    EXPECT_THAT(h.run("ip a s dev eth1"), HasSubstr("    inet 10.1.0.1/24 scope global eth1\r\n"));
    EXPECT_EQ(h.run("ip addr add 10.1.0.1/24 dev eth9"), "Cannot find device \"eth9\"\r\n");
    EXPECT_EQ(h.run("ip addr add 10.1.0.300/24 dev eth1"),
              "Error: any valid prefix is expected rather than \"10.1.0.300/24\".\r\n");
    EXPECT_EQ(h.run("ip addr del 10.9.0.1/24 dev eth1"), "RTNETLINK answers: Cannot assign requested address\r\n");
    EXPECT_FALSE(h.dev().is_clean());
    EXPECT_THAT(h.dev().running_configuration(), HasSubstr("ip addr add 10.1.0.1/24 dev eth1\n"));
    h.run("ip addr flush dev eth1");
    EXPECT_TRUE(h.dev().is_clean());
}

TEST(LinuxHost, Routes_NeedAWay) {
    logged_in h;
    EXPECT_EQ(h.run("ip route add default via 10.1.0.254"), "Error: Nexthop has invalid gateway.\r\n");
    h.run("ip addr add 10.1.0.1/24 dev eth1 && ip link set eth1 up");
    EXPECT_EQ(h.run("ip route add default via 10.1.0.254"), "");
    EXPECT_EQ(h.run("ip route"),
              "default via 10.1.0.254 dev eth1\r\n10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.1\r\n");
    EXPECT_EQ(h.run("ip route del default"), "");
    EXPECT_EQ(h.run("ip route del default"), "RTNETLINK answers: No such process\r\n");
}

TEST(LinuxHost, Hostname_ChangesNowButThePromptOnlyInTheNextShell) {
    logged_in h;
    h.run("hostname web");
    EXPECT_EQ(h.run("hostname"), "web\r\n");
    EXPECT_THAT(h.seen, EndsWith(prompt));
    EXPECT_FALSE(h.dev().is_clean());
    h.type("exit\r", 10ms, 2s);
    EXPECT_THAT(h.seen, EndsWith("web login: "));
    h.type("root\r");
    h.type("pw\r", 10ms, 2s);
    EXPECT_THAT(h.seen, EndsWith("root@web:~# "));
}

TEST(LinuxHost, Ping_AsksTheOtherEndAndGivesAStatus) {
    logged_in h;
    EXPECT_EQ(h.run("ping -c 1 10.1.0.2"), "ping: connect: Network is unreachable\r\n");
    EXPECT_EQ(h.status(), "2\r\n");
    h.run("ip addr add 10.1.0.1/24 dev eth1; ip link set eth1 up");
    EXPECT_THAT(h.run("ping -c 2 10.1.0.2", 6s),
                HasSubstr("2 packets transmitted, 0 received, +2 errors, 100% packet loss"));
    EXPECT_EQ(h.status(), "1\r\n");
    EXPECT_THAT(h.run("ping -c1 10.1.0.1", 3s), HasSubstr("1 packets transmitted, 1 received, 0% packet loss"));
    EXPECT_EQ(h.status(), "0\r\n");
    h.command("ping 10.1.0.1", 3s);
    h.type("\x03");
    EXPECT_THAT(h.seen, HasSubstr("^C\r\n--- 10.1.0.1 ping statistics ---"));
    EXPECT_THAT(h.seen, EndsWith(prompt));
}

TEST(LinuxHost, TypedWhileACommandRuns_IsEchoedAndKept) {
    logged_in h;
    h.type("sleep 2\recho later\r", 10ms, 5s);
    EXPECT_THAT(h.seen, HasSubstr("echo later\r\n\x1b[?2004hroot@debian:~# echo later\r\n\x1b[?2004l\rlater\r\n"));
}

TEST(LinuxHost, KernelMessage_StandsInTheTypedLine) {
    device_options options = linux_options();
    options.chatty = true;
    logged_in h(options);
    h.run("ip link set eth1 up", 100ms);
    h.seen.clear();
    h.type("echo one two three", 100ms, 1s);
    EXPECT_THAT(h.seen, HasSubstr(": link becomes ready\r\n"));
    EXPECT_THAT(h.command(""), HasSubstr("one two three\r\n"));
}

TEST(LinuxHost, Reboot_ForgetsEverything) {
    logged_in h;
    h.run("hostname x; ip addr add 10.1.0.1/24 dev eth1");
    EXPECT_FALSE(h.dev().is_clean());
    h.type("reboot\r", 10ms, 60s);
    EXPECT_THAT(h.seen, EndsWith("debian login: "));
    EXPECT_TRUE(h.dev().is_clean());
}

TEST(LinuxHost, LeftByTheLastUser_IsSilentAndInThatState) {
    const auto found = [](const char* state) {
        device_options options = linux_options();
        options.found_in = state;
        return options;
    };
    console_bench half("linux", found("half-typed"));
    EXPECT_THAT(half.command(""), HasSubstr("192.0.2.77/24"));
    console_bench pager("linux", found("pager"));
    EXPECT_EQ(pager.command("ls"), "");
    pager.type("q");
    EXPECT_THAT(pager.seen, EndsWith("root@left-behind:~# "));
    console_bench quote("linux", found("quote"));
    EXPECT_THAT(quote.command("x"), EndsWith("\x1b[?2004h> "));
    console_bench login("linux", found("login"));
    EXPECT_THAT(login.command("pw"), EndsWith(prompt));
}

}  // namespace
}  // namespace rollover::sim
