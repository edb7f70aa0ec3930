// The simulated lab on loopback, seen by programs that we did not write: pyserial's RFC 2217 client and OpenSSH's ssh.
// Left out where they are not installed.
#include "engine/runtime/real_runtime.h"
#include "simulators/lab/lab_simulator.h"
#include "simulators/lab/serve.h"
#include "tests/simulators/lab/small_lab.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rollover::sim {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct workshop {
    workshop() {
        char name[] = "/tmp/rollover-sim-XXXXXX";
        folder = ::mkdtemp(name);
        options.known_hosts = folder + "/known_hosts";
        options.host_key = folder + "/host_key";
        options.chatty = false;
    }
    ~workshop() {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    workshop(const workshop&) = delete;
    workshop& operator=(const workshop&) = delete;

    std::uint16_t free_port() {
        auto listening = rt.listen({"127.0.0.1", 0});
        EXPECT_TRUE(listening);
        return (*listening)->port();
    }
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder + "/" + name) << text;
        fs::permissions(folder + "/" + name, fs::perms::owner_all);
        return folder + "/" + name;
    }

    real_runtime rt;
    std::string folder;
    simulator_options options;
};

process_request command(std::vector<std::string> argv, std::string input = {}) {
    process_request request;
    request.argv = std::move(argv);
    request.input = std::move(input);
    request.limit = 30s;
    return request;
}

task<process_result> run_program(real_runtime& rt, process_request request) {
    auto ended = co_await rt.run(std::move(request));
    EXPECT_TRUE(ended) << (ended ? "" : describe(ended.error()));
    if (!ended) {
        co_return process_result();
    }
    co_return std::move(*ended);
}

/// Runs `client` while the lab is simulated.
template <class Client>
void with_lab(workshop& w, const model::lab& lab, Client client) {
    auto root = [](workshop& shop, const model::lab& l, Client c) -> task<void> {
        lab_simulator simulator(shop.rt, l, shop.options, {});
        const auto started = simulator.start();
        EXPECT_TRUE(started) << (started ? "" : describe(started.error()));
        if (started) {
            co_await c(shop, l, simulator);
        }
        co_await simulator.stop();
    };
    w.rt.run(root(w, lab, client));
}

constexpr auto pyserial_script = R"(
import serial, sys
port = serial.serial_for_url('rfc2217://127.0.0.1:' + sys.argv[1], baudrate=9600, timeout=8)
port.write(b'\r')
text = port.read_until(b'[yes/no]: ')
assert b'initial configuration dialog?' in text, text
port.baudrate = 19200
port.baudrate = 9600
port.bytesize = 7
port.bytesize = 8
port.parity = serial.PARITY_EVEN
port.parity = serial.PARITY_NONE
port.stopbits = 2
port.stopbits = 1
assert port.cts and port.dsr and port.cd and not port.ri
port.dtr = False
port.rts = False
port.send_break(0.3)
port.reset_input_buffer()
port.reset_output_buffer()
port.write(b'\r')
text = port.read_until(b'[yes/no]: ')
assert b'dialog?' in text, text
port.close()
print('all well')
)";

task<void> pyserial_client(workshop& w, const model::lab& lab, lab_simulator& simulator) {
    auto request = command(
        {"/usr/bin/python3", w.write("client.py", pyserial_script), std::to_string(lab.converters[0].lines[0].port)});
    const process_result got = co_await run_program(w.rt, std::move(request));
    EXPECT_EQ(got.output, "all well\n") << got.errors;
    EXPECT_EQ(simulator.counters({0}).breaks, 1U);
}

TEST(LabSimulator, PyserialsRfc2217Client_OpensWithoutIgnoringControl_AndSetsEverything) {
    if (!fs::exists("/usr/lib/python3/dist-packages/serial/rfc2217.py")) {
        GTEST_SKIP() << "pyserial is not installed";
    }
    workshop w;
    model::lab lab = small_lab(1, model::line_protocol::rfc2217);
    lab.converters[0].lines[0].port = w.free_port();
    with_lab(w, lab, pyserial_client);
}

/// A lab whose console is an SSH line and whose cross-connect is a host: one login by password, one by key.
model::lab ssh_lab(workshop& w) {
    model::lab lab = small_lab(2, model::line_protocol::ssh);
    ::setenv("ROLLOVER_TEST_PASSWORD", "open sesame", 1);
    lab.credentials.push_back({"by-password", "admin", "env:ROLLOVER_TEST_PASSWORD", {}, "", {}});
    lab.credentials.push_back({"by-key", "root", {}, {}, w.folder + "/id", {}});
    lab.converters[0].login = model::credentials_index{0};
    const std::uint16_t port = w.free_port();
    for (std::uint32_t i = 0; i < 2; ++i) {
        lab.converters[0].lines[i].port = port;
        lab.converters[0].lines[i].user = fmt::format("admin:port{}", i + 1);
    }
    lab.cross_connects[0].host = "127.0.0.1";
    lab.cross_connects[0].port = w.free_port();
    lab.cross_connects[0].login = model::credentials_index{1};
    return lab;
}

std::vector<std::string> ssh(const workshop& w, std::uint16_t port, const std::string& user,
                             std::vector<std::string> more) {
    std::vector<std::string> argv{"ssh",
                                  "-F",
                                  "/dev/null",
                                  "-o",
                                  "UserKnownHostsFile=" + w.folder + "/known_hosts",
                                  "-o",
                                  "StrictHostKeyChecking=yes",
                                  "-o",
                                  "IdentitiesOnly=yes",
                                  "-o",
                                  "NumberOfPasswordPrompts=1",
                                  "-i",
                                  w.folder + "/id",
                                  "-p",
                                  std::to_string(port),
                                  "-l",
                                  user,
                                  "127.0.0.1"};
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
}

task<void> make_key(workshop& w) {
    auto request = command({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", w.folder + "/id"});
    const process_result made = co_await run_program(w.rt, std::move(request));
    EXPECT_EQ(made.exit_code, 0) << made.errors;
}

task<void> exec_client(workshop& w, const model::lab& lab, lab_simulator& simulator) {
    const std::uint16_t port = lab.cross_connects[0].port;
    auto ask = command(ssh(w, port, "root", {"OVS_RUNDIR= ovs-vsctl --timeout=5 list-ifaces 'br-xc'"}));
    const process_result names = co_await run_program(w.rt, std::move(ask));
    EXPECT_EQ(names.output, "eth1\n") << names.errors;
    EXPECT_EQ(names.exit_code, 0);

    auto add = command(ssh(w, port, "root", {"ovs-ofctl -O OpenFlow13 --bundle --timeout=5 add-flows br-xc -"}),
                       join_rules("000000000001", 101, 102));
    const process_result added = co_await run_program(w.rt, std::move(add));
    EXPECT_EQ(added.exit_code, 0) << added.errors;
    EXPECT_EQ(simulator.joins(), 1U);

    auto big = command(ssh(w, port, "root", {"ovs-ofctl -O OpenFlow13 add-flows br-xc -"}));
    for (int i = 0; i < 3000; ++i) {
        big.input += fmt::format("add cookie={},in_port=1,dl_vlan={},actions=drop\n", i + 1, 200 + i);
    }
    const process_result filled = co_await run_program(w.rt, std::move(big));
    EXPECT_EQ(filled.exit_code, 0) << filled.errors;
    auto show = command(ssh(w, port, "root", {"ovs-ofctl -O OpenFlow13 --no-stats dump-flows br-xc"}));
    const process_result shown = co_await run_program(w.rt, std::move(show));
    EXPECT_EQ(shown.output, simulator.flows({0})) << "a long answer, whole";

    auto wrong = command(ssh(w, port, "root", {"ovs-vsctl bogus"}));
    const process_result failed = co_await run_program(w.rt, std::move(wrong));
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_EQ(failed.errors, "ovs-vsctl: unknown command 'bogus'; use --help for help\n");

    auto stranger = command(ssh(w, port, "nobody", {"true"}));
    stranger.environment.emplace_back("SSH_ASKPASS_REQUIRE", "never");
    const process_result refused = co_await run_program(w.rt, std::move(stranger));
    EXPECT_EQ(refused.exit_code, 255);
    EXPECT_NE(refused.errors.find("Permission denied"), std::string::npos) << refused.errors;

    auto shell = command(ssh(w, port, "root", {"-tt"}));
    const process_result no_shell = co_await run_program(w.rt, std::move(shell));
    EXPECT_NE(no_shell.exit_code, 0) << "a cross-connect host has no shell for people";
}

TEST(LabSimulator, OpenSshClient_RunsCommandsOnACrossConnectHost) {
    if (!fs::exists("/usr/bin/ssh")) {
        GTEST_SKIP() << "the OpenSSH client is not installed";
    }
    workshop w;
    w.rt.run(make_key(w));
    const model::lab lab = ssh_lab(w);
    with_lab(w, lab, exec_client);
}

constexpr auto expect_script = R"(
set timeout 15
set one $argv
log_user 0
proc fail {what} { puts "failed: $what"; exit 1 }
spawn -noecho {*}$one
set first $spawn_id
send "\r"
expect "dialog?" {} default { fail "no question on the line" }
spawn -noecho {*}$one
expect "Port already in use" {} default { fail "the second client was not told" }
expect eof {} default { fail "the second client was not closed" }
set spawn_id $first
send "\r~B"
expect "dialog?" {} default { fail "the first client lost its line" }
send "\r"
expect "dialog?" {} default { fail "the line is dead after a BREAK" }
send "\r~."
expect eof
spawn -noecho {*}$one
send "\r"
expect "dialog?" {} default { fail "the line was not given back" }
puts "all well"
)";

task<void> shell_client(workshop& w, const model::lab& lab, lab_simulator& simulator) {
    const std::uint16_t port = lab.converters[0].lines[1].port;
    auto argv = ssh(w, port, "admin:port2", {});
    argv.insert(argv.begin() + 1, {"-tt", "-o", "PreferredAuthentications=password"});
    argv.insert(argv.begin(), {"/usr/bin/expect", w.write("client.exp", expect_script)});
    auto request = command(argv);
    request.environment = {{"SSH_ASKPASS", w.write("askpass", "#!/bin/sh\necho \"$ROLLOVER_TEST_PASSWORD\"\n")},
                           {"SSH_ASKPASS_REQUIRE", "force"}};
    const process_result got = co_await run_program(w.rt, std::move(request));
    EXPECT_EQ(got.output, "all well\n") << got.errors;
    EXPECT_EQ(simulator.counters({1}).breaks, 1U);
    EXPECT_EQ(simulator.counters({0}).received, 0U) << "the other line of the same port";

    auto wrong = command(argv);
    wrong.argv.erase(wrong.argv.begin(), wrong.argv.begin() + 2);
    wrong.environment = {{"SSH_ASKPASS", w.write("wrongpass", "#!/bin/sh\necho wrong\n")},
                         {"SSH_ASKPASS_REQUIRE", "force"}};
    const process_result refused = co_await run_program(w.rt, std::move(wrong));
    EXPECT_EQ(refused.exit_code, 255) << refused.output;
    EXPECT_NE(refused.errors.find("Permission denied"), std::string::npos) << refused.errors;
}

TEST(LabSimulator, OpenSshClient_HasALineByPassword_SecondIsToldBusy_BreakArrives) {
    if (!fs::exists("/usr/bin/ssh") || !fs::exists("/usr/bin/expect")) {
        GTEST_SKIP() << "the OpenSSH client or expect is not installed";
    }
    workshop w;
    w.rt.run(make_key(w));
    const model::lab lab = ssh_lab(w);
    with_lab(w, lab, shell_client);
}

task<void> stop_soon(event& stop) {
    stop.notify();
    co_return;
}

TEST(Serve, StopNotified_EndsInOrder) {
    workshop w;
    model::lab lab = small_lab(1);
    lab.converters[0].lines[0].port = w.free_port();
    auto root = [](workshop& shop, const model::lab& l) -> task<void> {
        event stop(shop.rt);
        task_group group(shop.rt);
        group.spawn(stop_soon(stop));
        std::vector<std::string> said;
        const auto log = [&said](const log_line& line) { said.push_back(line.text); };
        const auto served = co_await serve(shop.rt, l, shop.options, stop, log);
        EXPECT_TRUE(served);
        EXPECT_EQ(said.size(), 2U);
        EXPECT_NE(said.at(0).find("xc"), std::string::npos) << "a cross-connect without a host is not simulated";
        co_await group.join();
    };
    w.rt.run(root(w, lab));
}

}  // namespace
}  // namespace rollover::sim
