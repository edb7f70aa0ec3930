#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/plan/plan.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace rollover::plan {

namespace {

/// The lab asks for a speed that the platform cannot set.
std::optional<diagnostic> cannot_raise(const model::device& d, const platform::description& p) {
    if (d.console.fast_baud == 0 || !p.console_speed.steps.empty()) {
        return std::nullopt;
    }
    return diagnostic{d.console.place,
                      fmt::format("the console of device {} cannot be raised to {} baud: platform {} does not say how",
                                  d.name, d.console.fast_baud, p.name),
                      "remove fast-baud, or add <console-speed> to the platform file"};
}

class planner {
public:
    planner(const model::lab& lab, const model::topology& topology, const model::arguments& given,
            const placement::placement& placed, const platform::library& platforms, diagnostics& mistakes)
        : lab_(lab), topology_(topology), given_(given), placed_(placed), platforms_(platforms), mistakes_(mistakes) {}

    std::optional<plan> make();

private:
    device_plan device(std::uint32_t node);
    std::shared_ptr<const platform::description> platform_of(const model::device& d);
    std::string expanded(const std::string& text, const source_place& place);
    void check_typeable(const platform::description* p, const std::string& text, const source_place& place);
    void check_escapes(const model::device& d, const std::string& text, const source_place& place);
    void raise_speed(device_plan& made, const platform::description& p, const std::string& typed);
    void check_harmless(const platform::description& p, const std::vector<planned_line>& config);
    void check_allowed(const model::device& d, const device_plan& made);
    std::optional<std::string> interface_of(std::string_view node, std::string_view link) const;
    void join(std::size_t link, std::vector<planned_join>& into);
    std::optional<planned_patch> patch(std::size_t link);

    const model::lab& lab_;
    const model::topology& topology_;
    const model::arguments& given_;
    const placement::placement& placed_;
    const platform::library& platforms_;
    diagnostics& mistakes_;
};

std::optional<plan> planner::make() {
    const std::size_t before = mistakes_.size();
    if (placed_.devices.size() != topology_.nodes.size() || placed_.links.size() != topology_.links.size()) {
        mistakes_.push_back({{topology_.file, 0, 0}, "the placement is one of another topology", "place it again"});
        return std::nullopt;
    }
    plan made{lab_.name, topology_.name, given_, placed_, {}, {}, {}, {}};
    for (std::uint32_t n = 0; n < topology_.nodes.size(); ++n) {
        made.devices.push_back(device(n));
        made.time = std::max(made.time, made.devices.back().typing_time);
    }
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        join(l, made.joins);
        if (std::optional<planned_patch> one = patch(l)) {
            made.patches.push_back(std::move(*one));
        }
    }
    if (mistakes_.size() > before) {
        return std::nullopt;
    }
    return made;
}

device_plan planner::device(std::uint32_t node) {
    const model::node& wanted = topology_.nodes[node];
    const model::device& d = lab_.at(placed_.devices[node]);
    const std::shared_ptr<const platform::description> p = platform_of(d);
    device_plan made{placed_.devices[node], {node}, {}, {}, 0, {}};
    made.config_compared = wanted.config_compared;
    for (const model::config_line& line : wanted.config) {
        made.config.push_back({expanded(line.text, line.place), line.place});
        check_typeable(p.get(), made.config.back().text, line.place);
        check_escapes(d, made.config.back().text, line.place);
    }
    if (p) {
        check_harmless(*p, made.config);
    }
    for (const model::check& c : wanted.checks) {
        made.checks.push_back({expanded(c.command, c.place), expanded(c.expect, c.place), c.within, c.place});
        check_typeable(p.get(), made.checks.back().command, c.place);
        check_escapes(d, made.checks.back().command, c.place);
    }
    if (!lab_.forbidden.empty()) {
        check_allowed(d, made);
    }
    if (p) {
        const std::string typed = characters_of(made, *p);
        made.characters = typed.size();
        made.typing_time = typing_time(typed, d.console);
        raise_speed(made, *p, typed);
    }
    return made;
}

/// Only for a configuration that is long enough.
void planner::raise_speed(device_plan& made, const platform::description& p, const std::string& typed) {
    const model::device& d = lab_.at(made.device);
    if (auto cannot = cannot_raise(d, p)) {
        mistakes_.push_back(std::move(*cannot));
    }
    std::vector<std::string> lines;
    lines.reserve(made.config.size());
    for (const planned_line& line : made.config) {
        lines.push_back(line.text);
    }
    if (d.console.fast_baud == 0 || !platform::may_raise_speed(p, lines)) {
        return;
    }
    const auto saved = saved_by_raising(typed, made.config_compared && p.readback.compared, d.console);
    if (saved > duration::zero()) {
        made.raised_to = d.console.fast_baud;
        made.saved = saved;
    }
}

std::shared_ptr<const platform::description> planner::platform_of(const model::device& d) {
    std::shared_ptr<const platform::description> p = platforms_.find(d.platform);
    if (!p) {
        const std::vector<std::string> known = platforms_.names();
        mistakes_.push_back(
            {d.place, fmt::format("device {} has platform {}, and no platform file describes it", d.name, d.platform),
             known.empty() ? "no platform files were read" : "known are: " + rollover::join(known, ", ")});
    }
    return p;
}

std::string planner::expanded(const std::string& text, const source_place& place) {
    const result<std::string> done =
        model::expand(text, place, topology_, given_,
                      [this](std::string_view node, std::string_view link) { return interface_of(node, link); });
    if (done) {
        return *done;
    }
    mistakes_.push_back({place, done.error().reason, done.error().hint});
    return text;
}

void planner::check_typeable(const platform::description* p, const std::string& text, const source_place& place) {
    if (p == nullptr) {
        return;
    }
    if (const std::optional<std::string> wrong = platform::check_line(*p, text)) {
        mistakes_.push_back({place, fmt::format("this cannot be typed on {}: {}", p->name, *wrong), ""});
    }
}

void planner::check_escapes(const model::device& d, const std::string& text, const source_place& place) {
    const model::converter& converter = lab_.at(d.console.line.converter);
    for (const model::escape_sequence& one : converter.model.escapes) {
        if (one.at_line_start ? text.starts_with(one.text) : text.find(one.text) != std::string::npos) {
            mistakes_.push_back({place,
                                 fmt::format("this cannot be typed through converter {} ({}): {} is {}", converter.name,
                                             converter.model.name, one.text, one.because),
                                 one.at_line_start
                                     ? "put a blank in front of it, or use a device behind another converter"
                                     : "use a device behind another converter"});
        }
    }
}

void planner::check_harmless(const platform::description& p, const std::vector<planned_line>& config) {
    std::vector<std::string> lines;
    lines.reserve(config.size());
    for (const planned_line& line : config) {
        lines.push_back(line.text);
    }
    for (const platform::refused_line& refused : platform::refused_lines(p, lines)) {
        mistakes_.push_back(
            {config[refused.index].place,
             fmt::format("'{}' is never typed on {}: {}", trim(lines[refused.index]), p.name, refused.because),
             refused.hint});
    }
}

void planner::check_allowed(const model::device& d, const device_plan& made) {
    const auto rules = forbidden_on(lab_, d.platform);
    const auto refuse = [this, &d](const source_place& place, const platform::refused_line& refused) {
        mistakes_.push_back(
            {place, fmt::format("this is not typed on {} in lab {}: {}", d.platform, lab_.name, refused.because),
             refused.hint});
    };
    std::vector<std::string> lines;
    lines.reserve(made.config.size());
    for (const planned_line& line : made.config) {
        lines.push_back(line.text);
    }
    for (const platform::refused_line& refused : rules->find(lines)) {
        refuse(made.config[refused.index].place, refused);
    }
    for (const planned_check& c : made.checks) {
        if (const auto refused = rules->find(c.command)) {
            refuse(c.place, *refused);
        }
    }
}

std::optional<std::string> planner::interface_of(std::string_view node, std::string_view link) const {
    for (std::size_t l = 0; l < topology_.links.size(); ++l) {
        for (std::size_t e = 0; topology_.links[l].name == link && e < topology_.links[l].ends.size(); ++e) {
            if (topology_.at(topology_.links[l].ends[e].node).name == node) {
                return lab_.at(placed_.links[l].ends[e]).name;
            }
        }
    }
    return std::nullopt;
}

// Only what is on a cross-connect needs to be joined.
void planner::join(std::size_t link, std::vector<planned_join>& into) {
    if (placed_.links[link].by.what != placement::carrier::kind::cross_connect) {
        return;
    }
    auto made = joins_of(lab_, topology_.links[link], placed_.links[link]);
    if (!made) {
        mistakes_.push_back({topology_.links[link].place, made.error().reason, "place it again"});
        return;
    }
    std::move(made->begin(), made->end(), std::back_inserter(into));
}

std::optional<planned_patch> planner::patch(std::size_t link) {
    const placement::placed_link& placed = placed_.links[link];
    if (placed.by.what != placement::carrier::kind::patch) {
        return std::nullopt;
    }
    const model::link& wanted = topology_.links[link];
    if (placed.ends.size() != 2) {
        mistakes_.push_back({wanted.place,
                             fmt::format("link {}: a patch has 2 ends, not {}", wanted.name, placed.ends.size()),
                             "place it again"});
        return std::nullopt;
    }
    for (const model::interface_reference& end : placed.ends) {
        if (!lab_.at(end).line) {
            mistakes_.push_back({wanted.place,
                                 fmt::format("link {}: {} is on no converter line, so it cannot be patched",
                                             wanted.name, model::name_of(lab_, end)),
                                 "give its <interface> a <line> in the lab file, or place it again"});
            return std::nullopt;
        }
    }
    return planned_patch{wanted.name, {placed.ends[0], placed.ends[1]}};
}

}  // namespace

std::optional<plan> make_plan(const model::lab& lab, const model::topology& topology, const model::arguments& given,
                              const placement::placement& placement, const platform::library& platforms,
                              diagnostics& mistakes) {
    return planner(lab, topology, given, placement, platforms, mistakes).make();
}

diagnostics check_speeds(const model::lab& lab, const platform::library& platforms) {
    diagnostics out;
    for (const model::device& d : lab.devices) {
        const auto p = platforms.find(d.platform);
        if (auto wrong = p ? cannot_raise(d, *p) : std::nullopt) {
            out.push_back(std::move(*wrong));
        }
    }
    return out;
}

diagnostics check_typing(const model::topology& topology, const platform::library& platforms) {
    diagnostics out;
    for (const model::node& node : topology.nodes) {
        const auto required =
            std::find_if(node.requirements.begin(), node.requirements.end(),
                         [](const model::requirement& r) { return r.what == model::requirement::kind::platform; });
        const auto p = required == node.requirements.end() ? nullptr : platforms.find(required->value);
        if (!p) {
            continue;
        }
        const auto check = [&](const std::string& text, const source_place& place) {
            const auto wrong = text.find("${") == std::string::npos ? platform::check_line(*p, text) : std::nullopt;
            if (wrong) {
                out.push_back({place, fmt::format("this cannot be typed on {}: {}", p->name, *wrong), ""});
            }
        };
        for (const model::config_line& line : node.config) {
            check(line.text, line.place);
        }
        for (const model::check& c : node.checks) {
            check(c.command, c.place);
        }
    }
    return out;
}

}  // namespace rollover::plan
