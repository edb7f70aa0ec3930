#include "engine/plan/format.h"

#include "engine/base/text.h"
#include "engine/model/value_rules.h"
#include "engine/placement/format.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::plan {

namespace {

using json = nlohmann::ordered_json;

double seconds(duration d) {
    return std::chrono::duration<double>(d).count();
}

std::int64_t milliseconds(duration d) {
    return std::chrono::ceil<std::chrono::milliseconds>(d).count();
}

std::int64_t microseconds(duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

// Without a platform there are only the author's lines.
std::string typed_on(const device_plan& d, const model::lab& lab, const platform::library& platforms) {
    const auto p = platforms.find(lab.at(d.device).platform);
    return p ? characters_of(d, *p) : std::string();
}

std::string typed_lines(const std::string& typed) {
    std::string text;
    std::string line;
    for (const char c : typed) {
        if (c == '\r') {
            text += "  " + printable(line) + '\n';
            line.clear();
        } else {
            line += c;
        }
    }
    return line.empty() ? text : text + "  " + printable(line) + '\n';
}

// "r1 Serial0/0 (line cs1/9, 115200 8n1)"
std::string end_of(const model::lab& lab, model::interface_reference end) {
    const auto& line = lab.at(end).line;
    return line ? fmt::format("{} (line {}, {} {}{}{})", model::name_of(lab, end), model::name_of(lab, line->line),
                              line->baud, line->data_bits, line->parity, line->stop_bits)
                : model::name_of(lab, end);
}

// " (delay 20ms, loss 0.5 %)"
std::string shape_text(const model::shape& s) {
    constexpr double percent = 10'000;  // of a million
    std::string text;
    const auto add = [&](const std::string& one) { text += (text.empty() ? " (" : ", ") + one; };
    if (s.delay > duration::zero()) {
        add("delay " + model::to_text(s.delay));
    }
    if (s.jitter > duration::zero()) {
        add("jitter " + model::to_text(s.jitter));
    }
    if (s.loss_per_million > 0) {
        add(fmt::format("loss {} %", s.loss_per_million / percent));
    }
    if (s.rate > 0) {
        add("rate " + model::bit_rate_text(s.rate));
    }
    return text.empty() ? text : text + ')';
}

std::string summary(const model::lab& lab, const model::topology& topology, const plan& p) {
    std::vector<std::vector<std::string>> rows{{"node", "device", "platform", "lines", "characters", "time"}};
    for (const device_plan& d : p.devices) {
        const model::device& at = lab.at(d.device);
        rows.push_back({topology.at(d.node).name, at.name, at.platform, fmt::to_string(d.config.size()),
                        fmt::to_string(d.characters), fmt::format("{:.2f} s", seconds(d.typing_time))});
    }
    std::string text = placement::table(rows);
    if (!p.joins.empty()) {
        std::vector<std::vector<std::string>> joins{{"join", "cross-connect", "members"}};
        for (const planned_join& j : p.joins) {
            std::string members;
            for (const member& m : j.members) {
                members += fmt::format("{}{} ({} vlan {})", members.empty() ? "" : " - ",
                                       model::name_of(lab, m.interface), m.port, m.vlan);
            }
            for (const planned_tunnel& t : j.tunnels) {
                members += fmt::format(" - interlink {} (vni {} to {})", lab.at(t.across).name, t.vni, t.remote);
            }
            members += shape_text(j.shaped);
            joins.push_back({j.link, lab.at(j.cross_connect).name, std::move(members)});
        }
        text += '\n' + placement::table(joins);
    }
    if (!p.patches.empty()) {
        std::vector<std::vector<std::string>> patches{{"patch", "from", "to"}};
        for (const planned_patch& one : p.patches) {
            patches.push_back({one.link, end_of(lab, one.ends[0]), end_of(lab, one.ends[1])});
        }
        text += '\n' + placement::table(patches);
    }
    return text + fmt::format("\nall devices at once: {:.2f} s of typing\n", seconds(p.time));
}

std::string details(const model::lab& lab, const model::topology& topology, const device_plan& d,
                    const platform::library& platforms) {
    std::string text = fmt::format("{} plays {}: {} characters, {:.2f} s\n", lab.at(d.device).name,
                                   topology.at(d.node).name, d.characters, seconds(d.typing_time));
    if (d.raised_to != 0) {
        text += fmt::format("  the console is raised to {} baud for it and put back, which saves about {:.0f} s\n",
                            d.raised_to, seconds(d.saved));
    }
    text += typed_lines(typed_on(d, lab, platforms));
    for (const planned_check& c : d.checks) {
        text += fmt::format("  check: {} has {} within {:.0f} s\n", printable(c.command), printable(c.expect),
                            seconds(c.within));
    }
    return text;
}

json json_of(const model::lab& lab, const model::topology& topology, const device_plan& d,
             const platform::library& platforms) {
    json config = json::array();
    for (const planned_line& line : d.config) {
        config.push_back({{"text", line.text}, {"place", to_string(line.place)}});
    }
    json checks = json::array();
    for (const planned_check& c : d.checks) {
        checks.push_back({{"command", c.command},
                          {"expect", c.expect},
                          {"within_ms", milliseconds(c.within)},
                          {"place", to_string(c.place)}});
    }
    return {{"node", topology.at(d.node).name},
            {"device", lab.at(d.device).name},
            {"platform", lab.at(d.device).platform},
            {"characters", d.characters},
            {"time_ms", milliseconds(d.typing_time)},
            {"raised_to_baud", d.raised_to},
            {"saved_ms", milliseconds(d.saved)},
            {"typed", typed_on(d, lab, platforms)},
            {"config", std::move(config)},
            {"checks", std::move(checks)}};
}

json json_of(const model::lab& lab, const planned_join& j) {
    json members = json::array();
    for (const member& m : j.members) {
        members.push_back({{"device", lab.at(m.interface.device).name},
                           {"interface", lab.at(m.interface).name},
                           {"port", m.port},
                           {"vlan", m.vlan}});
    }
    json all{{"link", j.link}, {"cross_connect", lab.at(j.cross_connect).name}, {"members", std::move(members)}};
    for (const planned_tunnel& t : j.tunnels) {
        all["tunnels"].push_back({{"interlink", lab.at(t.across).name},
                                  {"local", t.local},
                                  {"remote", t.remote},
                                  {"vni", t.vni},
                                  {"port", t.port},
                                  {"mtu", t.mtu}});
    }
    if (!j.shaped.empty()) {
        all["shape"] = {{"delay_us", microseconds(j.shaped.delay)},
                        {"jitter_us", microseconds(j.shaped.jitter)},
                        {"loss_per_million", j.shaped.loss_per_million},
                        {"rate_mbit", j.shaped.rate}};
    }
    return all;
}

json json_of(const model::lab& lab, const planned_patch& p) {
    json ends = json::array();
    for (const model::interface_reference& end : p.ends) {
        const auto& line = lab.at(end).line;
        ends.push_back({{"device", lab.at(end.device).name},
                        {"interface", lab.at(end).name},
                        {"line", line ? model::name_of(lab, line->line) : ""}});
    }
    return {{"link", p.link}, {"ends", std::move(ends)}};
}

}  // namespace

bool is_about(const model::lab& lab, const model::topology& topology, const device_plan& d, std::string_view name) {
    return name.empty() || lab.at(d.device).name == name || topology.at(d.node).name == name;
}

std::string describe(const model::lab& lab, const model::topology& topology, const plan& p,
                     const platform::library& platforms, const std::string& device) {
    std::string text;
    for (const device_plan& d : p.devices) {
        if (is_about(lab, topology, d, device)) {
            text += (text.empty() ? "" : "\n") + details(lab, topology, d, platforms);
        }
    }
    if (device.empty()) {
        return summary(lab, topology, p) + (text.empty() ? "" : "\n") + text;
    }
    return text;
}

std::string to_json(const model::lab& lab, const model::topology& topology, const plan& p,
                    const platform::library& platforms, const std::string& device) {
    json arguments = json::object();
    for (const auto& [name, value] : p.arguments) {
        arguments[name] = value;
    }
    json devices = json::array();
    for (const device_plan& d : p.devices) {
        if (is_about(lab, topology, d, device)) {
            devices.push_back(json_of(lab, topology, d, platforms));
        }
    }
    json joins = json::array();
    for (const planned_join& j : p.joins) {
        joins.push_back(json_of(lab, j));
    }
    json patches = json::array();
    for (const planned_patch& one : p.patches) {
        patches.push_back(json_of(lab, one));
    }
    json all{{"lab", p.lab},
             {"topology", p.topology},
             {"arguments", std::move(arguments)},
             {"time_ms", milliseconds(p.time)},
             {"devices", std::move(devices)},
             {"joins", std::move(joins)},
             {"patches", std::move(patches)}};
    all["placement"] = json::parse(placement::to_json(lab, topology, p.placement));
    return all.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace rollover::plan
