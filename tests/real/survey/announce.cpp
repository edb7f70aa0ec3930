// announce BRIDGE PORT VLAN NUMBER: what a survey announces towards one attachment of the Open vSwitch of OVS_RUNDIR,
// by its prober.
#include "drivers/crossconnect/prober.h"
#include "engine/runtime/real_runtime.h"

#include <cstdio>
#include <cstdlib>

namespace {

using namespace rollover;
using namespace std::chrono_literals;

task<void> announce(crossconnect::prober& driver, time_point deadline, crossconnect::marked_place to, int& exit_code) {
    std::vector<crossconnect::marked_place> where{to};
    std::vector<crossconnect::frames_to> frames{{to.where, 1}};
    const std::string name = "a1" + std::string(crossconnect::survey_suffix);
    const auto begun = co_await driver.begin(name, std::move(where), deadline);
    auto done = begun ? result<void>() : result<void>(begun.error());
    if (done) {
        done = co_await driver.send(crossconnect::call_kind::announce, std::move(frames), deadline);
    }
    const auto ended = co_await driver.end(name, deadline);
    for (const auto& one : {done, ended}) {
        if (!one) {
            std::puts(describe(one.error()).c_str());
            exit_code = 1;
        }
    }
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) {
        std::puts("announce BRIDGE PORT VLAN NUMBER");
        return 2;
    }
    real_runtime rt;
    crossconnect::address where;
    where.name = "xc1";
    where.bridge = words[1];
    where.ovs_run_dir = std::getenv("OVS_RUNDIR");
    const auto driver = crossconnect::make_prober(rt, where);
    const crossconnect::marked_place to{{words[2], static_cast<std::uint16_t>(std::strtoul(words[3], nullptr, 10))},
                                        static_cast<unsigned>(std::strtoul(words[4], nullptr, 10))};
    int exit_code = 0;
    rt.run(announce(*driver, rt.now() + 20s, to, exit_code));
    return exit_code;
}
