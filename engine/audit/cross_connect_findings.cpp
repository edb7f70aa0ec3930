#include "engine/audit/cross_connect_findings.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::audit {

void cross_connect_findings::tell(const source_place& place, std::string_view port, std::string expected,
                                  std::string found, std::vector<std::string> mend) {
    all_.push_back({place, "cross-connect " + here_.name, std::string(port), std::move(expected), std::move(found),
                    std::move(mend), false});
}

void cross_connect_findings::note(std::string what) {
    all_.push_back({here_.place, "cross-connect " + here_.name, "", "", std::move(what), {}, true});
}

void cross_connect_findings::compare_joins(
    const std::vector<crossconnect::join>& standing, const known_joins& known,
    const std::function<std::vector<std::string>(const crossconnect::join&)>& take_away) {
    for (const auto& one : standing) {
        if (known.contains(one.name)) {
            if (!one.damage.empty()) {
                tell(here_.place, "", fmt::format("join {} as it was made", one.name), one.damage,
                     {"rollover mend " + one.name.substr(0, one.name.find('/'))});
            }
            continue;
        }
        std::string members;
        for (const auto& m : one.members) {
            members += fmt::format("{}VLAN {} of port {}", members.empty() ? "" : ", ", m.vlan, m.port);
        }
        for (const auto& t : one.tunnels) {
            members += fmt::format("{}tunnel {} to {}", members.empty() ? "" : ", ", t.vni, t.remote);
        }
        tell(here_.place, "", "no join without an activation that has it",
             fmt::format("join {} ({})", one.name, members), take_away(one));
    }
    for (const auto& [name, must_stand] : known) {
        if (must_stand && std::ranges::find(standing, name, &crossconnect::join::name) == standing.end()) {
            tell(here_.place, "", fmt::format("join {} of an activation that is ready", name), "no such join",
                 {"rollover mend " + name.substr(0, name.find('/'))});
        }
    }
}

}  // namespace rollover::audit
