// Whatever a host answers to `ovs-ofctl dump-flows`: no crash, and what is read as a whole join is left alone by the
// driver.
#include "drivers/crossconnect/join_table.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rollover::crossconnect;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    auto rules = parse_rules(text);
    if (!rules) {
        return 0;
    }
    bridge_state state;
    state.rules = std::move(*rules);
    for (std::uint32_t number = 0; number < 4; ++number) {
        state.ports.push_back({"p" + std::to_string(number), number});
    }
    for (const auto& standing : standing_joins(state)) {
        if (!standing.complete) {
            continue;
        }
        // A port that is not there, a VLAN that cannot be, or two cookies of one name: an error or a repair, never a
        // crash.
        const auto change = change_to_make(state, {standing.what});
        const bool known_port = standing.what.members.front().port.starts_with('p');
        if (change && known_port && change->bundle.find("add ") != std::string::npos) {
            std::abort();
        }
    }
    static_cast<void>(change_to_remove(state, {"a1/lan"}));
    return 0;
}
