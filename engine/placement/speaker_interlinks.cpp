// What is said about interlinks that cannot take all the links that have to pass them.
#include "engine/placement/propagation.h"
#include "engine/placement/speaker.h"
#include "engine/placement/words.h"

#include <fmt/format.h>

namespace rollover::placement {

/// Empty where it is not one interlink that already has too much to pass when nothing is decided yet.
std::string speaker::about_interlinks() const {
    problem whole = problem_;
    keep_devices_with_enough_ports(whole);
    propagation at(whole);
    if (at.start() || !at.interlinks().full()) {
        return "";
    }
    const std::uint32_t number = *at.interlinks().full();
    const model::interlink& i = facts_.lab().interlinks[number];
    std::vector<std::string> names;
    std::uint64_t needed = 0;
    for (const std::uint32_t l : at.interlinks().certain()[number]) {
        names.push_back(request_.topology.at(whole.links[l].link).name);
        needed += at.interlinks().least_load_of(l);
    }
    const bool one = names.size() == 1;
    std::string text = fmt::format(
        "interlink {} between cross-connects {} and {} takes {}: {} {}, with ends on both sides, {} {}", i.name,
        facts_.lab().at(i.ends[0].cross_connect).name, facts_.lab().at(i.ends[1].cross_connect).name,
        model::bit_rate_text(i.capacity), plural(names.size(), "link"), list_of(names), one ? "needs" : "need",
        model::bit_rate_text(static_cast<std::uint32_t>(needed)));
    for (const part& p : parts_) {
        if (!p.needs.empty()) {
            text += fmt::format("; node {} needs {}", name(p), words_of(p.needs));
        }
    }
    return text + not_available_too();
}

}  // namespace rollover::placement
