// The simulated Open vSwitch against the real one: the same commands to both, the same answers. The real one runs in a
// folder of its own, with dummy ports, and touches nothing of the machine. Left out where its programs are not
// installed.
#include "engine/runtime/real_runtime.h"
#include "simulators/lab/openvswitch_host.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <unistd.h>

namespace rollover::sim {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto schema = "/usr/share/openvswitch/vswitch.ovsschema";

/// What both say, without what differs from run to run.
std::string normal(std::string text, const std::string& folder) {
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
        text.replace(at, folder.size(), "FOLDER");
    }
    text = std::regex_replace(text, std::regex("(duration|idle_age)=[0-9.]+s?"), "$1=X");
    text = std::regex_replace(text, std::regex("xid=0x[0-9a-f]+"), "xid=X");
    // The real table is a hash: rules of one priority come in any order.
    std::vector<std::string> lines;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size() - 1);
        lines.push_back(text.substr(start, end - start + 1));
        start = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const auto& line : lines) {
        out += line;
    }
    return out;
}

class real_switch {
public:
    real_switch() {
        char name[] = "/tmp/rollover-ovs-XXXXXX";
        folder = ::mkdtemp(name);
        run({"ovsdb-tool", "create", folder + "/conf.db", schema});
        run({"ovsdb-server", folder + "/conf.db", "--remote=punix:" + folder + "/db.sock",
             "--pidfile=" + folder + "/db.pid", "--detach", "--no-chdir", "--log-file=/dev/null"});
        run({"ovs-vsctl", "--no-wait", "init"});
        run({"ovs-vswitchd", "unix:" + folder + "/db.sock", "--pidfile=" + folder + "/vs.pid", "--detach", "--no-chdir",
             "--disable-system", "--enable-dummy", "--log-file=/dev/null"});
        run({"ovs-vsctl",
             "--timeout=20",
             "add-br",
             "xc",
             "--",
             "set",
             "bridge",
             "xc",
             "datapath_type=dummy",
             "fail-mode=secure",
             "--",
             "add-port",
             "xc",
             "eth1",
             "--",
             "set",
             "interface",
             "eth1",
             "type=dummy",
             "ofport_request=1",
             "--",
             "add-port",
             "xc",
             "eth2",
             "--",
             "set",
             "interface",
             "eth2",
             "type=dummy",
             "ofport_request=2"});
    }
    ~real_switch() {
        for (const char* name : {"/vs.pid", "/db.pid"}) {
            std::ifstream file(folder + name);
            pid_t pid = 0;
            if (file >> pid) {
                ::kill(pid, SIGTERM);
            }
        }
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    real_switch(const real_switch&) = delete;
    real_switch& operator=(const real_switch&) = delete;

    process_result run(std::vector<std::string> argv, std::string input = {}) {
        process_request request;
        request.argv = std::move(argv);
        request.input = std::move(input);
        for (const char* name : {"OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"}) {
            request.environment.emplace_back(name, folder);
        }
        process_result got;
        auto root = [](real_runtime& r, process_request q, process_result& out) -> task<void> {
            auto ended = co_await r.run(std::move(q));
            EXPECT_TRUE(ended);
            if (ended) {
                out = std::move(*ended);
            }
        };
        rt.run(root(rt, std::move(request), got));
        return got;
    }

    std::string folder;
    real_runtime rt;
};

struct step {
    std::string line;  ///< words separated by blanks
    std::string input;
    bool same_errors = true;  ///< whether standard error is compared too
};

/// A rule as the cross-connect's driver writes it.
std::string rule(const std::string& number, int vlan, const std::string& actions) {
    return "add check_overlap,cookie=0x526f" + number + ",priority=21103,metadata=0/0x" + number +
           ",in_port=1,dl_vlan=" + std::to_string(vlan) + ",actions=note:61.31.2f.6c," + actions + "\n";
}

std::vector<step> script() {
    const std::string of = "ovs-ofctl -O OpenFlow13 --timeout=5 ";
    const std::string dump = of + "--no-names dump-flows xc";
    const std::string brief = of + "--no-names --no-stats dump-flows xc";
    const std::string pair = rule("2d1f0c9be3a7", 101, "set_field:4198->vlan_vid,in_port") +
                             rule("2d1f0c9be3a7", 102, "set_field:4197->vlan_vid,in_port");
    const std::string clash = rule("2d1f0c9be3a8", 103, "in_port") + rule("2d1f0c9be3a8", 102, "output:2");
    std::vector<step> steps{
        {"ovs-vsctl --timeout=5 list-ifaces xc", "", true},
        {"ovs-vsctl list-ports xc", "", true},
        {"ovs-vsctl list-br", "", true},
        {"ovs-vsctl list-ifaces nobr", "", true},
        {"ovs-vsctl --timeout=5 get Interface eth1 ofport -- get Interface eth2 ofport", "", true},
        {"ovs-vsctl get Interface eth1 ofport -- get Interface eth9 ofport", "", true},
        {"ovs-vsctl get Interface eth1 frob", "", true},
        {"ovs-vsctl --if-exists get Interface eth9 ofport", "", true},
        {"ovs-vsctl --format=json --columns=name,ofport list Interface eth2", "", true},
        {"ovs-vsctl --columns=name,ofport list Interface eth1 eth2", "", true},
        {"ovs-vsctl --bare --columns=name,ofport list Interface eth1 eth2", "", true},
        {"ovs-vsctl -f csv --columns=name,ofport find Interface name=eth2", "", true},
        {"ovs-vsctl -f csv -d bare --no-heading --columns=name,ofport list Interface", "", true},
        {"ovs-vsctl br-exists nobr", "", true},
        {"ovs-vsctl br-exists xc", "", true},
        {"ovs-vsctl port-to-br eth1", "", true},
        {"ovs-vsctl port-to-br eth9", "", true},
        {"ovs-vsctl iface-to-br eth9", "", true},
        {"ovs-vsctl list-ports", "", true},
        {"ovs-vsctl list-ports xc xc", "", true},
        {"ovs-vsctl bogus", "", true},
        {"ovs-vsctl", "", true},
        {"ovs-vsctl --timeout=x list-br", "", true},
        {"ovs-vsctl --timeout 3 -- list-ports xc", "", true},
        {dump, "", true},
        {of + "--no-names --bundle add-flows xc -", "delete cookie=0x526f2d1f0c9be3a7/-1\n" + pair, true},
        {dump + " cookie=0x526f000000000000/0xffff000000000000", "", true},
        {brief, "", true},
        {of + "--bundle add-flows xc -", clash, true},
        {brief, "", true},
        {of + "add-flows xc -", clash, false},
        {brief, "", true},
        {of + "--bundle add-flows xc -", "delete cookie=0x526f2d1f0c9be3a7/-1\n" + pair, true},
        {brief, "", true},
        {of + "--bundle add-flows xc -", "delete cookie=0x526f2d1f0c9be3a7/-1\n# gone\n\n", true},
        {brief, "", true},
        {of + "--bundle add-flows xc -", "delete\nadd in_port=2,actions=2\nbogus x\n", true},
        {of + "--bundle add-flows xc -", "delete\nfrob in_port=1,actions=drop\n", true},
        {of + "--bundle add-flows xc -", "delete actions=drop\n", true},
        {of + "--bundle add-flows xc -", "delete cookie=1\n", true},
        {of + "--bundle add-flows xc -", "delete priority=5\n", true},
        {of + "--bundle add-flows xc -", "in_port=1,dl_vlan=5,actions=set_field:7->vlan_vid\n", false},
        {brief, "", true},
        {of + "add-flow xc cookie=0x5,priority=7,dl_vlan=9,actions=drop", "", true},
        {of + "add-flow xc cookie=12,in_port=1,vlan_vid=0x1005,actions=mod_vlan_vid:55,output:2", "", true},
        {of + "add-flow xc cookie=0,table=1,in_port=2,dl_vlan=0x7,actions=output:2,normal,ALL,local,strip_vlan", "",
         true},
        {of + "add-flow xc metadata=7/3,in_port=LOCAL,actions=note:61.62.63.64.65.66.67,3", "", true},
        {of + "add-flow xc metadata=5,in_port=1,actions=note:", "", true},
        {dump, "", true},
        {brief + " cookie=0x5/0xf", "", true},
        {brief + " cookie=0xc/-1", "", true},
        {brief + " cookie=0xc", "", true},
        {brief + " table=1", "", true},
        {brief + " metadata=5", "", true},
        {brief + " cookie=0x1/-1,bogus", "", true},
        {brief + " extra extra", "", true},
        {of + "add-flow xc in_port=eth9,dl_vlan=5,actions=drop", "", true},
        {of + "add-flow xc priority=65536,actions=drop", "", true},
        {of + "add-flow xc priority=-1,actions=drop", "", true},
        {of + "add-flow xc priority=,actions=drop", "", true},
        {of + "add-flow xc cookie=zz,actions=1", "", true},
        {of + "add-flow xc in_port=,actions=1", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=5", "", true},
        {of + "add-flow xc in_port=1,foo=5,actions=drop", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=5,actions=frob", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=5,actions=mod_vlan_vid:5000", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=zz,actions=1", "", true},
        {of + "add-flow xc in_port=1,actions=output:zz", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=7,actions=set_field:70000->vlan_vid", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=7,actions=set_field:7->frob", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=7,actions=set_field:7", "", true},
        {of + "add-flow xc in_port=1,dl_vlan=7,actions=2,drop", "", true},
        {of + "add-flow xc in_port=1,actions=note:1", "", true},
        {of + "add-flow xc metadata=zz,actions=1", "", true},
        {of + "add-flow xc metadata=1/zz,actions=1", "", true},
        {of + "--strict del-flows xc priority=7,dl_vlan=9", "", true},
        {of + "del-flows xc in_port=1", "", true},
        {brief, "", true},
        {"ovs-ofctl add-flow xc cookie=3,in_port=1,dl_vlan=4,actions=mod_vlan_vid:5,in_port,2,strip_vlan,2", "", true},
        {"ovs-ofctl --no-names dump-flows xc", "", true},
        {dump, "", true},
        {of + "--bundle replace-flows xc -", "priority=1,in_port=2,actions=1\n", true},
        {brief, "", true},
        {of + "del-flows xc", "", true},
        {brief, "", true},
        {of + "dump-flows nobr", "", true},
        {of + "dump-flows", "", true},
        {of + "add-flows xc", "", true},
        {of + "bogus", "", true},
    };
    return steps;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream in(line);
    return {std::istream_iterator<std::string>(in), {}};
}

TEST(OpenvswitchHost, EveryCommandOfAScript_AnswersLikeTheRealOne) {
    if (!fs::exists(schema) || !fs::exists("/usr/bin/ovs-ofctl")) {
        GTEST_SKIP() << "Open vSwitch is not installed";
    }
    real_switch real;
    openvswitch_host simulated;
    simulated.add_bridge("xc", "FOLDER", {"eth1", "eth2"});
    for (const step& s : script()) {
        const auto expected = real.run(words_of(s.line), s.input);
        const auto got = simulated.run(words_of(s.line), {{"OVS_RUNDIR", "FOLDER"}}, s.input);
        EXPECT_EQ(got.exit_code, expected.exit_code) << s.line << "\n" << s.input << expected.errors << got.errors;
        EXPECT_EQ(normal(got.output, real.folder), normal(expected.output, real.folder)) << s.line << "\n" << s.input;
        if (s.same_errors) {
            EXPECT_EQ(normal(got.errors, real.folder), normal(expected.errors, real.folder)) << s.line << "\n"
                                                                                             << s.input;
        }
    }
}

}  // namespace
}  // namespace rollover::sim
