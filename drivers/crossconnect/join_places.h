// Where the frames of a wanted join come in and go out: its members and tunnels as places on a bridge.
#pragma once

#include "drivers/crossconnect/join_table.h"

#include <set>

namespace rollover::crossconnect {

using place = flow_rule::place;

/// The port of this number; null where there is none.
[[nodiscard]] const bridge_port* port_of(const bridge_state& state, std::uint32_t number);
/// Its name, or "#number".
[[nodiscard]] std::string port_name(const bridge_state& state, std::uint32_t number);

/// Where a join's frames come in and go out.
struct route {
    /// Numbers of the ports of a member's way.
    struct way_ports {
        std::uint32_t entry = 0;
        std::uint32_t exit = 0;
        bool operator==(const way_ports&) const = default;
    };
    std::set<place> ends;  ///< members and tunnels, 2 or more
    std::optional<shape> shaped = {};
    std::map<place, way_ports> ways = {};  ///< of a shaped join, for each of its members
    bool operator==(const route&) const = default;
};

/// The rules that make it, in the order of the places where they begin.
[[nodiscard]] std::vector<flow_rule> rules_of(const route& by, std::uint64_t cookie, const std::string& name);

/// The ports of our own that wanted joins need.
class own_ports {
public:
    explicit own_ports(const bridge_state& state) : state_(state) {}

    /// The number of the tunnel's port, made up where it has none yet. `to` is checked. Errors: bad_input, busy.
    result<std::uint32_t> number_for(const tunnel& to) { return number_for(port_for(state_.bridge, to)); }
    /// Those of a way. Errors: busy.
    result<route::way_ports> numbers_for(const way& one);

    /// What has to be made or set right.
    void take_missing(change& into);

    /// Those that are neither wanted nor among the numbers `in_use`.
    [[nodiscard]] std::vector<std::string> unused(const std::set<std::uint32_t>& in_use) const;

private:
    struct wanted {
        bridge_port port;
        std::uint32_t number = 0;
    };
    result<std::uint32_t> number_for(bridge_port port);

    const bridge_state& state_;
    std::map<std::string, wanted> wanted_;
    std::vector<bridge_port> missing_;
    std::vector<way> links_;
    std::vector<way> qdiscs_;
};

/// The route of a join. Errors: those of `change_to_make` that concern one join.
[[nodiscard]] result<route> route_of(const bridge_state& state, const join& wanted, own_ports& ports);

}  // namespace rollover::crossconnect
