// What the operator of the lab forbids: found in a topology and in a plan.
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/plan/plan.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::plan {

std::shared_ptr<const platform::forbidden_commands> forbidden_on(const model::lab& lab, std::string_view platform) {
    std::vector<platform::forbidden_command> rules;
    for (const model::forbidden_command& one : lab.forbidden) {
        if (one.platform.empty() || one.platform == platform) {
            rules.push_back({one.command, one.pattern, one.because});
        }
    }
    return std::make_shared<const platform::forbidden_commands>(rules);
}

namespace {

/// With default values, and any word for what the placement decides.
std::string as_far_as_known(const model::topology& topology, const std::string& text, const source_place& place) {
    const auto any_interface = [](std::string_view, std::string_view) {
        return std::optional<std::string>("interface");
    };
    const auto done = model::expand(text, place, topology, {}, any_interface);
    return done ? *done : text;
}

}  // namespace

diagnostics check_forbidden(const model::lab& lab, const model::topology& topology) {
    diagnostics out;
    if (lab.forbidden.empty()) {
        return out;
    }
    for (const model::node& node : topology.nodes) {
        const auto required = std::ranges::find_if(node.requirements, [](const model::requirement& r) {
            return r.what == model::requirement::kind::platform;
        });
        const auto rules = forbidden_on(lab, required == node.requirements.end() ? "" : required->value);
        std::vector<std::string> lines;
        for (const model::config_line& line : node.config) {
            lines.push_back(as_far_as_known(topology, line.text, line.place));
        }
        for (const platform::refused_line& refused : rules->find(lines)) {
            const auto& line = node.config[refused.index];
            out.push_back(
                {line.place, fmt::format("this is not typed in lab {}: {}", lab.name, refused.because), refused.hint});
        }
        for (const model::check& c : node.checks) {
            if (const auto refused = rules->find(as_far_as_known(topology, c.command, c.place))) {
                out.push_back({c.place, fmt::format("this is not typed in lab {}: {}", lab.name, refused->because),
                               refused->hint});
            }
        }
    }
    return out;
}

diagnostics check_forbid_elements(const model::lab& lab, const platform::library& platforms) {
    diagnostics out;
    for (const model::forbidden_command& one : lab.forbidden) {
        if (!one.platform.empty() && !platforms.find(one.platform)) {
            out.push_back({one.place, fmt::format("no platform file describes {}", one.platform),
                           "known are: " + rollover::join(platforms.names(), ", ")});
        }
    }
    return out;
}

}  // namespace rollover::plan
