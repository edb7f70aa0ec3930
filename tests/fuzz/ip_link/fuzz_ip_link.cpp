// Whatever a host answers to `ip -j -d link show` and `tc -j qdisc show` (the second after a zero byte): no crash, a
// join that is whole is left alone by the driver, and the lines for any other have no more words than meant.
#include "drivers/crossconnect/linux_bridge_plan.h"
#include "engine/base/text.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rollover::crossconnect;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cut = text.find('\0');
    auto links = parse_links(text.substr(0, cut));
    if (!links) {
        return 0;
    }
    linux_state state;
    state.links = std::move(*links);
    if (cut != std::string_view::npos) {
        if (auto disciplines = parse_disciplines(text.substr(cut + 1))) {
            state.disciplines = std::move(*disciplines);
        }
    }
    linux_goal goal;
    goal.wanted.push_back({"a1/new", {{"eth1", 101}, {"eth1", 102}}});
    goal.gone = {"a1/lan"};
    for (const bool settled : {false, true}) {
        const auto change = change_to(state, "rx", goal, settled);
        if (!change) {
            continue;
        }
        for (const auto line : rollover::split_lines(change->links)) {
            if (!line.empty() && !line.starts_with("link ")) {
                std::abort();  // a name or an alias of the host has ended a line
            }
        }
    }
    for (const auto& standing : standing_bridges(state, "rx")) {
        const auto again = change_to(state, "rx", {{standing.what}, {}, {}}, true);
        const auto all = standing_bridges(state, "rx");
        const bool only_one =
            std::ranges::count_if(all, [&](const auto& s) { return s.what.name == standing.what.name; }) == 1;
        if (again && only_one && standing.faults.empty() && !again->empty() && standing.what.tunnels.empty()) {
            std::abort();
        }
    }
    return 0;
}
