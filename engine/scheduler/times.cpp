#include "engine/scheduler/times.h"

#include <algorithm>
#include <map>
#include <utility>

namespace rollover::scheduler {

void estimate::add(duration measured) {
    if (count++ == 0) {
        mean = measured;
        deviation = measured / 2;
        return;
    }
    const duration off = measured > mean ? measured - mean : mean - measured;
    deviation += (off - deviation) / 4;
    mean += (measured - mean) / 8;
}

duration estimate::likely(duration without) const {
    // Where hundreds took the same, the next one may still be asked again after a silence, or be talked over by a log
    // message; RFC 6298 has its clock granularity in this place.
    constexpr duration least = std::chrono::seconds(10);
    return count == 0 ? without : mean + std::max(4 * deviation, least);
}

std::string key_of_coming(const std::string& platform) {
    return "coming " + platform;
}
std::string key_of_checks(const std::string& topology) {
    return "checks " + topology;
}
std::string key_of_cleaning(const std::string& platform) {
    return "cleaning " + platform;
}

namespace {

duration likely(const experience& earlier, const std::string& key, duration without) {
    const auto known = earlier.find(key);
    return known == earlier.end() ? without : known->second.likely(without);
}

std::chrono::seconds with_a_tenth(duration d) {
    return std::chrono::ceil<std::chrono::seconds>(d + d / 10);
}

}  // namespace

times times_of(const model::lab& lab, const plan::plan& p, const platform::library& platforms,
               const experience& earlier) {
    // Before anything was measured: a login and a few questions; and checks that hold at the second try.
    constexpr duration first_coming = std::chrono::seconds(30);
    constexpr duration first_checks = std::chrono::seconds(20);
    constexpr duration at_least = std::chrono::seconds(5);
    duration coming{};
    duration cleaning{};
    bool checked = false;
    std::map<std::uint32_t, std::pair<duration, duration>> at_converters;  // of all devices on one, together
    for (const auto& one : p.devices) {
        const auto& name = lab.at(one.device).platform;
        const auto known = platforms.find(name);
        const duration erase = known ? known->erase_estimate : duration{};
        const duration this_coming = one.typing_time + likely(earlier, key_of_coming(name), first_coming);
        const duration this_cleaning = likely(earlier, key_of_cleaning(name), erase + first_coming);
        coming = std::max(coming, this_coming);
        cleaning = std::max(cleaning, this_cleaning);
        auto& [all_coming, all_cleaning] = at_converters[lab.at(one.device).console.line.converter.value];
        all_coming += this_coming;
        all_cleaning += this_cleaning;
        checked = checked || !one.checks.empty();
    }
    // Where few connections may be open at once, the devices behind them take turns.
    for (const auto& [converter, both] : at_converters) {
        if (const auto lines = lab.converters[converter].connections; lines > 0) {
            coming = std::max(coming, both.first / lines);
            cleaning = std::max(cleaning, both.second / lines);
        }
    }
    const duration checks = likely(earlier, key_of_checks(p.topology), checked ? first_checks : duration{});
    return {with_a_tenth(std::max(coming + checks, at_least)), with_a_tenth(std::max(cleaning, at_least))};
}

}  // namespace rollover::scheduler
