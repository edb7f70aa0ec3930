#include "engine/placement/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace rollover::placement {

namespace {

using json = nlohmann::ordered_json;

// The columns that a text takes on a terminal, near enough: bytes that continue a UTF-8 sequence take none.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string carrier_name(const model::lab& lab, const carrier& c) {
    switch (c.what) {
        case carrier::kind::cross_connect: return lab.at(c.cross_connect).name;
        case carrier::kind::wire: return lab.wires[c.medium].name;
        case carrier::kind::segment: return lab.segments[c.medium].name;
        case carrier::kind::patch: return lab.sites[c.medium].name;
    }
    return {};
}

/// The interlinks that a link passes, in the order of the lab file.
std::vector<std::string> interlinks_of(const model::lab& lab, const placed_link& l) {
    std::vector<std::string> names;
    if (l.by.what != carrier::kind::cross_connect || lab.interlinks.empty()) {
        return names;
    }
    std::set<model::interlink_index> passed;
    for (const model::interface_reference& e : l.ends) {
        const auto way = model::way_to(lab, e, l.by.cross_connect);
        if (way && way->across) {
            passed.insert(*way->across);
        }
    }
    for (const model::interlink_index i : passed) {
        names.push_back(lab.at(i).name);
    }
    return names;
}

}  // namespace

std::string_view name_of(carrier::kind k) noexcept {
    switch (k) {
        case carrier::kind::cross_connect: return "cross-connect";
        case carrier::kind::wire: return "wire";
        case carrier::kind::segment: return "segment";
        case carrier::kind::patch: return "patch";
    }
    return "";
}

std::string name_of(const model::lab& lab, const carrier& c) {
    const bool at_site = c.what == carrier::kind::patch;
    return fmt::format("{} {}{}", name_of(c.what), at_site ? "at site " : "", carrier_name(lab, c));
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        text += line.erase(line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

std::string describe(const model::lab& lab, const model::topology& topology, const placement& p) {
    std::vector<std::vector<std::string>> nodes{{"node", "device", "platform", "site"}};
    for (std::size_t n = 0; n < p.devices.size(); ++n) {
        const model::device& d = lab.at(p.devices[n]);
        nodes.push_back({topology.nodes[n].name, d.name, d.platform, lab.at(d.site).name});
    }
    std::string text = table(nodes);
    if (p.links.empty()) {
        return text;
    }
    std::vector<std::vector<std::string>> links{{"link", "carried by", "from interface to interface"}};
    for (std::size_t l = 0; l < p.links.size(); ++l) {
        std::vector<std::string> row{topology.links[l].name, name_of(lab, p.links[l].by)};
        for (const std::string& name : interlinks_of(lab, p.links[l])) {
            row.back() += ", interlink " + name;
        }
        std::string ends;
        for (const model::interface_reference& e : p.links[l].ends) {
            ends += (ends.empty() ? "" : " - ") + lab.at(e.device).name + " " + lab.at(e).name;
        }
        row.push_back(std::move(ends));
        links.push_back(std::move(row));
    }
    return text + '\n' + table(links);
}

std::string to_json(const model::lab& lab, const model::topology& topology, const placement& p) {
    json nodes = json::array();
    for (std::size_t n = 0; n < p.devices.size(); ++n) {
        const model::device& d = lab.at(p.devices[n]);
        nodes.push_back({{"node", topology.nodes[n].name},
                         {"device", d.name},
                         {"platform", d.platform},
                         {"site", lab.at(d.site).name}});
    }
    json links = json::array();
    for (std::size_t l = 0; l < p.links.size(); ++l) {
        json ends = json::array();
        for (std::size_t e = 0; e < p.links[l].ends.size(); ++e) {
            const model::interface_reference& at = p.links[l].ends[e];
            ends.push_back({{"node", topology.at(topology.links[l].ends[e].node).name},
                            {"device", lab.at(at.device).name},
                            {"interface", lab.at(at).name}});
        }
        links.push_back({{"link", topology.links[l].name},
                         {"carrier", name_of(p.links[l].by.what)},
                         {"name", carrier_name(lab, p.links[l].by)},
                         {"ends", std::move(ends)}});
        if (auto passed = interlinks_of(lab, p.links[l]); !passed.empty()) {
            links.back()["interlinks"] = std::move(passed);
        }
    }
    const json all{
        {"lab", lab.name}, {"topology", topology.name}, {"nodes", std::move(nodes)}, {"links", std::move(links)}};
    return all.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace rollover::placement
