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

/// The ports of our own that wanted joins need.
class own_ports {
public:
    explicit own_ports(const bridge_state& state) : state_(state) {}

    /// The number of the tunnel's port, made up where it has none yet. `to` is checked. Errors: bad_input, busy.
    result<std::uint32_t> number_for(const tunnel& to);

    /// Those that have to be made or set right.
    std::vector<bridge_port> take_missing() { return std::move(missing_); }

    /// Those that are neither wanted nor at one of the places `in_use`.
    [[nodiscard]] std::vector<std::string> unused(const std::map<place, std::string>& in_use) const;

private:
    struct wanted {
        bridge_port port;
        std::uint32_t number = 0;
    };
    const bridge_state& state_;
    std::map<std::string, wanted> wanted_;
    std::vector<bridge_port> missing_;
};

/// The places of a join, 2 or more. Errors: those of `change_to_make` that concern one join.
[[nodiscard]] result<std::set<place>> places_of(const bridge_state& state, const join& wanted, own_ports& ports);

}  // namespace rollover::crossconnect
