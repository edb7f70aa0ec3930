#include "engine/switches/switch_config.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>
#include <vector>

namespace rollover::switches {

namespace {

using kainjow::mustache::data;

/// A port in use: the interface that is cabled to it.
struct used_port {
    std::uint16_t vlan = 0;
    std::string port;
    std::string device;
    std::string interface;
};

std::vector<used_port> ports_of(const model::lab& lab, model::switch_index which) {
    std::vector<used_port> ports;
    for (const model::device& d : lab.devices) {
        for (const model::interface& i : d.interfaces) {
            if (i.port && i.port->where == which) {
                ports.push_back({i.port->vlan, i.port->port, d.name, i.name});
            }
        }
    }
    std::sort(ports.begin(), ports.end(), [](const used_port& a, const used_port& b) {
        return std::pair(a.vlan, a.port) < std::pair(b.vlan, b.port);
    });
    return ports;
}

data data_of(const model::lab& lab, model::switch_index which) {
    const model::lab_switch& s = lab.at(which);
    const auto used = ports_of(lab, which);
    std::vector<std::uint16_t> vlans;
    data ports{data::type::list};
    for (const used_port& p : used) {
        vlans.push_back(p.vlan);
        data one;
        one.set("port", data(p.port));
        one.set("vlan", data(std::to_string(p.vlan)));
        one.set("device", data(p.device));
        one.set("interface", data(p.interface));
        one.set("name", data(vlan_name(p.device, p.interface)));
        ports << one;
    }
    data trunks{data::type::list};
    for (const model::trunk& t : s.trunks) {
        data numbers{data::type::list};
        for (const std::uint16_t vlan : vlans) {
            data one;
            one.set("vlan", data(std::to_string(vlan)));
            one.set("last", data(vlan == vlans.back()));
            numbers << one;
        }
        data one;
        one.set("port", data(t.port));
        one.set("cross-connect", data(lab.at(t.cross_connect).name));
        one.set("capacity", data(t.capacity == 0 ? std::string() : model::bit_rate_text(t.capacity)));
        one.set("vlan-list", data(ranges_of(vlans)));
        one.set("vlans", numbers);
        trunks << one;
    }
    data all;
    all.set("lab", data(lab.name));
    all.set("switch", data(s.name));
    all.set("site", data(lab.at(s.site).name));
    all.set("platform", data(s.platform));
    all.set("ports", ports);
    all.set("trunks", trunks);
    for (const auto& [name, traffic] : model::traffic_words) {
        model::traffic_set one;
        one.add(traffic);
        all.set("passes-" + std::string(name), data(s.passes.has(one)));
    }
    // Open vSwitch has one switch for all of the frames that bridges keep to themselves.
    all.set("forwards-bpdus", data(std::string(forwards_bpdus(s.passes) ? "true" : "false")));
    return all;
}

}  // namespace

bool forwards_bpdus(model::traffic_set passes) {
    return std::ranges::any_of(model::traffic_words, [&](const auto& word) {
        model::traffic_set one;
        one.add(word.second);
        return word.second != model::traffic::jumbo && word.second != model::traffic::tagged && passes.has(one);
    });
}

std::string vlan_name(std::string_view device, std::string_view interface) {
    constexpr std::size_t longest = 32;
    std::string name = fmt::format("{}-{}", device, interface);
    for (char& c : name) {
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
    }
    return name.substr(0, longest);
}

std::string ranges_of(const std::vector<std::uint16_t>& numbers) {
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t end = i;
        while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) {
            ++end;
        }
        text += fmt::format("{}{}", text.empty() ? "" : ",", numbers[i]);
        if (end > i) {
            text += fmt::format("{}{}", end == i + 1 ? "," : "-", numbers[end]);
        }
        i = end + 1;
    }
    return text;
}

result<std::string> switch_config(const model::lab& lab, model::switch_index which, std::string_view mustache) {
    kainjow::mustache::mustache made{std::string(mustache)};
    made.set_custom_escape([](const std::string& text) { return text; });
    std::string text = made.is_valid() ? made.render(data_of(lab, which)) : std::string();
    if (!made.is_valid()) {
        return failure(errc::bad_input, "the template is no Mustache: " + made.error_message());
    }
    return text;
}

}  // namespace rollover::switches
