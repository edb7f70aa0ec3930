// A topology as its author wrote it: nodes with requirements, configurations and checks, and the links between them.
// Plain values; made by `read_topology` (reader.h), which guarantees that every index is valid and every name unique.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/model/lab.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollover::model {

using node_index = index<struct node_tag>;
using link_index = index<struct link_tag>;

struct parameter {
    std::string name;
    std::optional<std::string> default_value;  ///< without one it must be given
    source_place place;
};

/// One condition on the device that plays a node.
struct requirement {
    enum class kind {
        platform,
        model,
        feature,
        device,               ///< pinned: exactly this device
        site,                 ///< a site by name
        same_site_as,         ///< the site of another node
        different_site_from,  ///< not the site of another node
        not_device,           ///< any but this one
        capacity              ///< at least `amount` of what `value` names
    };
    kind what = kind::platform;
    std::string value;   ///< the platform, model, feature, device, site or node as written
    node_index other{};  ///< for same_site_as and different_site_from
    source_place place;
    std::uint32_t amount = 0;  ///< for capacity
};

/// One line of a configuration, `${...}` not yet replaced. Blank lines and common indentation are already gone.
struct config_line {
    std::string text;
    source_place place;
};

/// A command whose answer shows that the topology works.
struct check {
    std::string command;  ///< may hold ${...}
    std::string expect;   ///< an RE2 regular expression searched for in the answer; may hold ${...}
    duration within = std::chrono::seconds(30);  ///< repeated until it holds or this has passed
    source_place place;
};

struct node {
    std::string name;
    std::vector<requirement> requirements;
    std::vector<config_line> config;
    bool config_compared = true;  ///< the running configuration is read back and must show every line
    std::vector<check> checks;
    source_place place;
};

/// What may carry a link. `any` leaves the choice to the placement.
enum class link_via { any, cross_connect, wire, segment, patch };

struct link_end {
    node_index node;
    std::string interface;  ///< pinned interface name of the device; empty: any of the link's type
    source_place place;
};

/// What a link does to the frames on it, in each direction; made with netem on its cross-connect.
struct shape {
    duration delay{};   ///< 0..10 s
    duration jitter{};  ///< at most `delay`; each frame's delay is somewhere between less and more by it
    std::uint32_t loss_per_million = 0;  ///< frames lost of a million, 0..1,000,000
    std::uint32_t rate = 0;              ///< Mbit/s; 0: not limited
    [[nodiscard]] bool empty() const noexcept { return *this == shape(); }
    bool operator==(const shape&) const = default;
};

struct link {
    std::string name;
    interface_type type = interface_type::ethernet;
    link_via via = link_via::any;
    std::vector<link_end> ends;  ///< 2 or more; a node may stand in several links, but only once in one
    source_place place;
    std::uint32_t speed = 0;  ///< Mbit/s that each interface has at least; 0: any
    traffic_set needs{};      ///< what must pass; with `traffic::shaped` when `shaped` is not empty
    shape shaped{};
};

struct topology {
    std::string name;
    std::string file;
    std::vector<parameter> parameters;
    std::vector<model::node> nodes;
    std::vector<model::link> links;

    [[nodiscard]] const model::node& at(node_index i) const { return nodes[i.value]; }
    [[nodiscard]] const model::link& at(link_index i) const { return links[i.value]; }
};

/// Values for the parameters of a topology, by name.
using arguments = std::map<std::string, std::string>;

}  // namespace rollover::model
