// Against OpenSSH's sshd. Users with a password exist only in a mount namespace of the server: the host's files stay
// as they are.
#include "drivers/transport/ssh.h"

#include "tests/real/transport/serial_pair.h"

#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace rollover::transport::real {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view user_with_password = "rollovertest";
constexpr std::string_view password_text = "correct horse";
constexpr std::string_view password_hash =
    "$6$rollover$W7FyeLXEp8df6JgbGZ2trCGj.gpIh3NvQTI2apGM5MSGZsYKXDfv3cZ1iCQWlIhe6wl/teB8OjoZ1/TqCoLiE0";

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string our_name() {
    const passwd* us = ::getpwuid(::getuid());
    return us != nullptr ? us->pw_name : "root";
}

class Sshd : public testing::Test {
protected:
    void SetUp() override {
        for (const auto* name : {"sshd", "ssh-keygen"}) {
            if (find_program(name).empty()) {
                GTEST_SKIP() << "left out: " << name << " is not installed";
            }
        }
        for (const auto* key : {"host_key", "other_host_key", "user_key", "other_user_key"}) {
            (void)run(rt, {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.path(key)});
        }
        (void)run(rt, {"ssh-keygen", "-q", "-t", "ed25519", "-N", "a passphrase", "-f", folder.path("locked_key")});
        folder.write("authorized_keys", folder.read("user_key.pub"));
        folder.write("known_hosts", fmt::format("[127.0.0.1]:{} {}", port, folder.read("host_key.pub")));
        folder.write("wrong_known_hosts", fmt::format("[127.0.0.1]:{} {}", port, folder.read("other_host_key.pub")));
        folder.write("empty_known_hosts", "");
    }

    void start(const std::string& more, bool with_user = false) {
        const auto config = folder.write(
            "sshd_config",
            fmt::format("ListenAddress 127.0.0.1\nPort {}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\n"
                        "StrictModes no\nPermitRootLogin yes\nPrintMotd no\nPrintLastLog no\nSetEnv HOME={}\n{}",
                        port, folder.path("host_key"), folder.path("authorized_keys"),
                        folder.path(""),  // not the .bashrc of whoever works on this machine
                        more));
        std::vector<std::string> argv = {find_program("sshd"), "-D", "-e", "-f", config};
        if (with_user) {
            const auto users = folder.write(
                "passwd", text_of("/etc/passwd") + fmt::format("{}:x:65533:65534::/:/bin/sh\n", user_with_password));
            const auto secrets = folder.write(
                "shadow",
                text_of("/etc/shadow") + fmt::format("{}:{}:19000:0:99999:7:::\n", user_with_password, password_hash));
            std::filesystem::permissions(users, std::filesystem::perms(0644));
            argv = {find_program("unshare"),
                    "-m",
                    "--propagation",
                    "private",
                    "sh",
                    "-c",
                    "mount --bind " + users + " /etc/passwd && mount --bind " + secrets +
                        " /etc/shadow && mkdir -p /run/sshd && exec " + argv[0] + " -D -e -f " + config};
        }
        server = std::make_unique<program>(std::move(argv), folder.path("sshd.log"));
        const auto ready = [](runtime& r, std::uint16_t at) -> task<void> {
            const bool there = co_await listens(r, at);
            EXPECT_TRUE(there);
        };
        rt.run(ready(rt, port));
    }

    [[nodiscard]] ssh_address address(const std::string& key) const {
        ssh_address to;
        to.to = {"127.0.0.1", port};
        to.user = our_name();
        to.key = key.empty() ? "" : folder.path(key);
        to.known_hosts = folder.path("known_hosts");
        return to;
    }

    [[nodiscard]] ssh_address address_with_password(std::string_view password) const {
        ssh_address to = address("");
        to.user = user_with_password;
        to.password = secret(std::string(password));
        return to;
    }

    /// What became of connecting: "connected" or the failure.
    failure outcome(ssh_address to) {
        failure why;
        const auto root = [](runtime& r, ssh_address at, failure& into) -> task<void> {
            const auto connected = co_await ssh_connect(r, std::move(at), r.now() + 20s);
            into = connected ? failure(errc::internal, "connected") : connected.error();
        };
        rt.run(root(rt, std::move(to), why));
        return why;
    }

    /// The words of /run/sshd, which sshd wants when it runs as root.
    static bool can_run_sshd() {
        std::error_code ignored;
        if (::getuid() == 0) {
            std::filesystem::create_directories("/run/sshd", ignored);
        }
        return !ignored;
    }

    scratch_folder folder;
    real_runtime rt;
    std::uint16_t port = free_port();
    std::unique_ptr<program> server;
};

task<void> check_run(ssh_client& client, runtime& rt, std::string command, std::string input, process_result& into) {
    auto ended = co_await client.execute(std::move(command), std::move(input), rt.now() + 30s);
    EXPECT_TRUE(ended) << describe(ended.error());
    if (ended) {
        into = std::move(*ended);
    }
}

TEST_F(Sshd, Agent_KeyThatNoFileHas) {
    ASSERT_TRUE(can_run_sshd());
    if (find_program("ssh-agent").empty()) {
        GTEST_SKIP() << "left out: ssh-agent is not installed";
    }
    start("");
    const auto socket = folder.path("agent.sock");
    const program agent({find_program("ssh-agent"), "-D", "-a", socket}, folder.path("agent.log"));
    ::setenv("SSH_AUTH_SOCK", socket.c_str(), 1);
    auto to = address("");
    to.agent = true;
    EXPECT_EQ(outcome(to).code, errc::refused) << "the agent has no key yet";
    for (int i = 0; i < 100 && !std::filesystem::exists(socket); ++i) {
        std::this_thread::sleep_for(50ms);
    }
    (void)run(rt, {"ssh-add", "-q", folder.path("user_key")});
    EXPECT_EQ(outcome(to).reason, "connected");
    to.agent = false;
    EXPECT_EQ(outcome(to).code, errc::refused) << "only where the lab file says so";
    ::unsetenv("SSH_AUTH_SOCK");
}

TEST_F(Sshd, ServerOfOldFirmware_OnlyWhereTheLabFileAllowsIt) {
    ASSERT_TRUE(can_run_sshd());
    (void)run(rt, {"ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", folder.path("rsa_key")});
    folder.write("known_hosts", fmt::format("[127.0.0.1]:{} {}", port, folder.read("rsa_key.pub")));
    start(
        fmt::format("HostKey {}\nHostKeyAlgorithms ssh-rsa\nKexAlgorithms diffie-hellman-group1-sha1\n"
                    "Ciphers 3des-cbc,aes128-cbc\nMACs hmac-sha1\n",
                    folder.path("rsa_key")));
    auto to = address("user_key");
    const auto today = outcome(to);
    EXPECT_EQ(today.code, errc::unreachable) << describe(today);
    EXPECT_NE(today.hint.find("old-ssh"), std::string::npos) << describe(today);
    to.old_algorithms = true;
    EXPECT_EQ(outcome(to).reason, "connected");
}

TEST_F(Sshd, Key_RunsPrograms) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    const auto root = [](runtime& r, ssh_address to) -> task<void> {
        auto connected = co_await ssh_connect(r, std::move(to), r.now() + 20s);
        EXPECT_TRUE(connected) << describe(connected.error());
        if (!connected) {
            co_return;
        }
        const auto client = std::move(*connected);
        process_result first;
        co_await check_run(*client, r, "cat; echo problem >&2; exit 7", "some text", first);
        EXPECT_EQ(first.output, "some text");
        EXPECT_EQ(first.errors, "problem\n");
        EXPECT_EQ(first.exit_code, 7);

        std::string big(3U << 20U, 'x');
        process_result second;
        co_await check_run(*client, r, "wc -c", std::move(big), second);
        EXPECT_EQ(second.output, "3145728\n") << "more than any window, in one run";
        EXPECT_EQ(second.exit_code, 0);

        process_result third;
        co_await check_run(*client, r, "head -c 3000000 /dev/zero; exit 3", "", third);
        EXPECT_EQ(third.output.size(), std::size_t{1} << 20U) << "output is kept up to its bound";
        EXPECT_EQ(third.exit_code, 3);

        process_result fourth;
        co_await check_run(*client, r, "kill -TERM $$", "", fourth);
        EXPECT_EQ(fourth.exit_code, 128 + 15);
    };
    rt.run(root(rt, address("user_key")));
}

TEST_F(Sshd, ExecuteAtItsDeadline_TimesOut_Cancelled_IsCancelled) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    const auto root = [](runtime& r, ssh_address to) -> task<void> {
        auto connected = co_await ssh_connect(r, std::move(to), r.now() + 20s);
        EXPECT_TRUE(connected);
        const auto client = std::move(*connected);
        const auto late = co_await client->execute("sleep 600", "", r.now() + 300ms);
        EXPECT_EQ(late.error().code, errc::timed_out);
        task_group group(r);
        const auto waiting = [](runtime& rr, ssh_client& c) -> task<void> {
            const auto stopped = co_await c.execute("sleep 600", "", rr.now() + 60s);
            EXPECT_EQ(stopped.error().code, errc::cancelled);
        };
        group.spawn(waiting(r, *client));
        const auto slept = co_await sleep_for(r, 200ms);
        EXPECT_TRUE(slept);
        group.cancel();
        co_await group.join();
        group.spawn(waiting(r, *client));
        client->close();
        co_await group.join();
    };
    rt.run(root(rt, address("user_key")));
}

TEST_F(Sshd, ShellLine_TypesAndReads) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    const auto root = [](runtime& r, line_address to) -> task<void> {
        auto opened = co_await open_line(r, std::move(to), r.now() + 20s);
        EXPECT_TRUE(opened) << describe(opened.error());
        if (!opened) {
            co_return;
        }
        auto& console = **opened;
        // The login shell's line editor may hold what is typed before the next shell reads: wait for that one's prompt.
        const auto shell = co_await type(r, console, "exec env PS1='rea''dy> ' /bin/sh\r");
        EXPECT_TRUE(shell);
        const auto prompt = co_await until(r, console, "ready> ");
        EXPECT_NE(prompt.find("ready> "), std::string::npos) << prompt;
        const auto typed = co_await type(r, console, "PS1='> '; echo $TERM-$((40+2)); stty -a\r");
        EXPECT_TRUE(typed);
        const auto text = co_await until(r, console, "columns");
        EXPECT_NE(text.find("dumb-42"), std::string::npos) << text;
        // A minute of output while characters are typed: reader and writer share one session.
        task_group group(r);
        const auto reader = [](runtime& rr, line& l) -> task<void> {
            const auto seen = co_await until(rr, l, "1999 2000\r\n", 30s);
            EXPECT_NE(seen.find("1999 2000\r\n"), std::string::npos) << seen.size();
        };
        group.spawn(reader(r, console));
        for (int i = 0; i < 20; ++i) {
            const auto more = co_await type(r, console, i == 19 ? "echo `seq 2000`\r" : "echo `seq 500`\r");
            EXPECT_TRUE(more);
        }
        co_await group.join();
        const auto broken = co_await console.send_break(500ms);
        EXPECT_TRUE(broken);
        const auto bye = co_await type(r, console, "exit\r");
        EXPECT_TRUE(bye);
        const auto end = co_await until(r, console, "never");
        EXPECT_NE(end.find("{peer_closed}"), std::string::npos) << end;
        EXPECT_FALSE(console.try_send('x'));
    };
    line_address to;
    to.protocol = protocol::ssh;
    to.to = {"127.0.0.1", port};
    to.user = our_name();
    to.key = folder.path("user_key");
    to.known_hosts = folder.path("known_hosts");
    rt.run(root(rt, std::move(to)));
}

// A console server as a menu behind one login: a shell's "read", then "cat" as the device.
TEST_F(Sshd, MenuOfLines_IsAnswered) {
    ASSERT_TRUE(can_run_sshd());
    const auto menu = folder.write("menu",
                                   "#!/bin/sh\nprintf '1: r1\\n2: r2\\n\\nConnect to port > '\nread port\n"
                                   "echo \"you are on line $port\"\nexec cat\n");
    start(fmt::format("ForceCommand /bin/sh {}\n", menu));
    const auto root = [](runtime& r, line_address to) -> task<void> {
        auto opened = co_await open_line(r, std::move(to), r.now() + 20s);
        EXPECT_TRUE(opened) << describe(opened.error());
        if (!opened) {
            co_return;
        }
        const auto text = co_await until(r, **opened, "line 2\r\n");
        EXPECT_NE(text.find("you are on line 2\r\n"), std::string::npos) << text;
    };
    line_address to;
    to.protocol = protocol::ssh;
    to.to = {"127.0.0.1", port};
    to.user = our_name();
    to.key = folder.path("user_key");
    to.known_hosts = folder.path("known_hosts");
    to.menu = {{"Connect to port >", menu_answer::number}};
    to.number = "2";
    rt.run(root(rt, std::move(to)));
}

TEST_F(Sshd, HostKeyOtherThanKnown_IsRefused) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    auto to = address("user_key");
    to.known_hosts = folder.path("wrong_known_hosts");
    const auto why = outcome(to);
    EXPECT_EQ(why.code, errc::refused);
    EXPECT_NE(why.reason.find("another host key"), std::string::npos) << describe(why);
    EXPECT_NE(why.reason.find("SHA256:"), std::string::npos);
}

TEST_F(Sshd, HostKeyNotKnown_IsRefusedWithFingerprintFileAndCommand) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    for (const auto* file : {"empty_known_hosts", "there_is_no_such_file"}) {
        auto to = address("user_key");
        to.known_hosts = folder.path(file);
        const auto why = outcome(to);
        EXPECT_EQ(why.code, errc::refused) << describe(why);
        EXPECT_NE(why.reason.find(to.known_hosts), std::string::npos);
        EXPECT_NE(why.hint.find("ssh-keyscan -p " + std::to_string(port)), std::string::npos);
        const auto print = run(rt, {"ssh-keygen", "-l", "-f", folder.path("host_key.pub")});
        EXPECT_NE(why.reason.find(print.substr(4, 50)), std::string::npos) << why.reason << " against " << print;
        EXPECT_FALSE(std::filesystem::exists(folder.path("there_is_no_such_file"))) << "nothing is ever added";
    }
    auto to = address("user_key");
    to.known_hosts.clear();
    EXPECT_EQ(outcome(to).code, errc::refused);
}

TEST_F(Sshd, WrongKey_IsRefused_UnusableKeyIsBadInput) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    EXPECT_EQ(outcome(address("other_user_key")).code, errc::refused);
    EXPECT_EQ(outcome(address("locked_key")).code, errc::bad_input);
    EXPECT_EQ(outcome(address("no_such_key")).code, errc::bad_input);
    EXPECT_EQ(outcome(address("")).code, errc::refused);
    EXPECT_EQ(outcome(address("user_key")).reason, "connected");
}

TEST_F(Sshd, Password_IsAccepted_AWrongOneIsNot) {
    if (::getuid() != 0) {
        GTEST_SKIP() << "left out: a server with a user of its own needs root";
    }
    start("UsePAM no\nPasswordAuthentication yes\n", true);
    EXPECT_EQ(outcome(address_with_password(password_text)).reason, "connected") << folder.read("sshd.log");
    const auto why = outcome(address_with_password("wrong"));
    EXPECT_EQ(why.code, errc::refused);
    EXPECT_EQ(describe(why).find("wrong"), std::string::npos) << "a password is never shown";
}

TEST_F(Sshd, KeyboardInteractive_IsAccepted_AWrongPasswordIsNot) {
    if (::getuid() != 0) {
        GTEST_SKIP() << "left out: a server with a user of its own needs root";
    }
    if (!std::filesystem::exists("/etc/pam.d/sshd")) {
        GTEST_SKIP() << "left out: sshd has no PAM configuration";
    }
    start("UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n", true);
    EXPECT_EQ(outcome(address_with_password(password_text)).reason, "connected") << folder.read("sshd.log");
    EXPECT_EQ(outcome(address_with_password("wrong")).code, errc::refused);
}

TEST_F(Sshd, NoSshThere_IsUnreachable_SilenceTimesOut) {
    const auto root = [](real_runtime& r, ssh_address to) -> task<void> {
        auto listening = r.listen({"127.0.0.1", 0});
        EXPECT_TRUE(listening);
        const auto listener = std::move(*listening);
        to.to.port = listener->port();
        const auto nothing = co_await ssh_connect(r, to, r.now() + 300ms);
        EXPECT_EQ(nothing.error().code, errc::timed_out);
        task_group group(r);
        const auto other = [](acceptor& a, runtime& rr) -> task<void> {
            auto silent = co_await a.accept();
            auto accepted = co_await a.accept();
            EXPECT_TRUE(accepted);
            const auto said = co_await (*accepted)->write("220 mail.example ESMTP\r\n", rr.now() + 5s);
            EXPECT_TRUE(said);
            (*accepted)->close();
        };
        group.spawn(other(*listener, r));
        const auto mail = co_await ssh_connect(r, to, r.now() + 10s);
        EXPECT_EQ(mail.error().code, errc::unreachable) << describe(mail.error());
        co_await group.join();
    };
    rt.run(root(rt, address("user_key")));
}

TEST_F(Sshd, ServerKilledWhileAProgramRuns_IsPeerClosed) {
    ASSERT_TRUE(can_run_sshd());
    start("");
    const auto root = [](runtime& r, ssh_address to, program& sshd) -> task<void> {
        auto connected = co_await ssh_connect(r, std::move(to), r.now() + 20s);
        EXPECT_TRUE(connected);
        const auto client = std::move(*connected);
        task_group group(r);
        const auto waiting = [](runtime& rr, ssh_client& c) -> task<void> {
            const auto ended = co_await c.execute("kill -KILL $PPID; sleep 600", "", rr.now() + 20s);
            EXPECT_EQ(ended.error().code, errc::peer_closed) << describe(ended.error());
        };
        group.spawn(waiting(r, *client));
        co_await group.join();
        sshd.stop();
    };
    rt.run(root(rt, address("user_key"), *server));
}

}  // namespace
}  // namespace rollover::transport::real
