// The simulated cross-connect's host: the first line is a command as it comes over SSH, the rest its standard input.
// Whatever is said to it, it answers; what it prints of its rules it reads back as the same rules; frames find an end.
#include "simulators/lab/openvswitch_host.h"

#include <cstdlib>
#include <iostream>

namespace {

using namespace rollover::sim;

void check(bool good, const char* what, const std::string& text) {
    if (!good) {
        std::cerr << what << ": " << text << "\n";
        std::abort();
    }
}

void read_back(const simulated_bridge& bridge) {
    for (const flow& rule : bridge.flows.rules()) {
        for (const int version : {10, 13}) {
            const std::string text = to_string(rule, version, false);
            const auto again = parse_flow(text, flow_request::verb::add,
                                          [&bridge](std::string_view name) { return bridge.port_number(name); });
            check(again.has_value(), "a rule that was printed cannot be read", text);
            flow copy = again->rule;
            copy.resets_counts = copy.resets_counts || (version == 10 && rule.resets_counts);
            copy.checks_overlap = copy.checks_overlap || (version == 10 && rule.checks_overlap);
            check(to_string(copy, version, false) == text, "a rule changes when it is read back", text);
            check(copy.match == rule.match, "a match changes when it is read back", text);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view line = all.substr(0, all.find('\n'));
    const std::string_view input = line.size() == all.size() ? std::string_view() : all.substr(line.size() + 1);
    openvswitch_host host;
    auto& bridge = host.add_bridge("xc", "", {"eth1", "eth2"});
    const auto seeded = host.run({"ovs-ofctl", "add-flow", "xc", "cookie=7,in_port=1,dl_vlan=7,actions=2"}, {}, "");
    check(seeded.exit_code == 0, "the first rule is refused", seeded.errors);
    const auto ended = host.run_line(line, input);
    check(ended.exit_code >= 0 && ended.exit_code <= 255, "no exit code of a program", ended.errors);
    read_back(bridge);
    for (const std::uint16_t vlan : {std::uint16_t{7}, std::uint16_t{101}}) {
        static_cast<void>(bridge.flows.process({1, vlan}, bridge.port_numbers()));
    }
    return 0;
}
