// Whatever a host answers to a survey (dump-flows, ip link, bridge fdb), or a device says of an interface: no crash, no
// address of a group, and only devices of the survey are removed.
#include "drivers/crossconnect/linux_survey.h"
#include "drivers/crossconnect/openvswitch_survey.h"
#include "drivers/platform/interfaces.h"
#include "engine/base/text.h"

#include <cstdlib>

namespace {

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void read_hosts(std::string_view text) {
    using namespace rollover::crossconnect;
    for (const auto& one : parse_learned(text)) {
        must(one.source.is_of_one());
    }
    for (const auto& one : parse_forwarding(text)) {
        must(one.source.is_of_one() && !one.device.empty() && !one.bridge.empty());
    }
    const auto links = parse_survey_links(text);
    for (const auto& one : links) {
        must(!one.name.empty() && one.name.find_first_of("@ ") == std::string::npos);
    }
    const auto lines = batch_to_end("a1/(survey)", links);
    for (const auto line : rollover::split_lines(lines)) {
        must(line.empty() || line.starts_with("link "));
    }
}

void read_device(std::string_view text) {
    using namespace rollover::platform;
    const interface_command command{"show ${interface}",
                                    false,
                                    {{interface_part::address, R"(address is (?P<value>\S+))", {}},
                                     {interface_part::received, R"((?P<value>[0-9,]+) packets)", {}},
                                     {interface_part::link, "is up", {}},
                                     {interface_part::no_link, "is down", {}},
                                     {interface_part::disabled, "administratively", {}}}};
    const interface_command neighbors{
        "show ${interface}", false, {{interface_part::neighbor, R"(rollover-(?P<value>\d+))", {}}}};
    interface_state state;
    take_interface(command, text, state);
    take_interface(neighbors, text, state);
    must(!state.address || state.address->is_of_one());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_hosts(text);
    read_device(text);
    if (const auto address = rollover::read_mac(text)) {
        must(rollover::read_mac(to_string(*address)) == address);
    }
    return 0;
}
