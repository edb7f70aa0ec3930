#include "engine/switches/differences.h"

#include "engine/base/text.h"
#include "engine/switches/switch_config.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::switches {

namespace {

/// A port that is cabled to a device, by the lab file.
struct cabled_port {
    std::string_view name;
    std::uint16_t vlan = 0;
    std::string owner;      ///< "r1 eth1"
    std::string vlan_name;  ///< as the template calls the VLAN
    source_place place;
    const port_state* found = nullptr;
};

class comparison {
public:
    comparison(const model::lab& lab, model::switch_index which, const dialect& how, const switch_state& found)
        : switch_(lab.at(which)), how_(how), found_(found) {
        for (const model::device& d : lab.devices) {
            for (const model::interface& i : d.interfaces) {
                if (i.port && i.port->where == which) {
                    ports_.push_back({i.port->port, i.port->vlan, d.name + " " + i.name, vlan_name(d.name, i.name),
                                      i.place, port_named(i.port->port)});
                    vlans_.set(i.port->vlan);
                }
            }
        }
        model::traffic_set jumbo;
        jumbo.add(model::traffic::jumbo);
        jumbo_ = switch_.passes.has(jumbo);
    }

    std::vector<difference> all() {
        if (!found_.there) {
            tell(switch_.place, "", "a bridge of this name", "none", how_.make_bridge(switch_.name));
            return std::move(differences_);
        }
        compare_whole();
        for (const auto& port : ports_) {
            compare_port(port);
        }
        for (const auto& trunk : switch_.trunks) {
            compare_trunk(trunk);
        }
        compare_others();
        return std::move(differences_);
    }

private:
    void tell(const source_place& place, std::string_view port, std::string expected, std::string found,
              std::vector<std::string> mend) {
        differences_.push_back({place, "switch " + switch_.name, std::string(port), std::move(expected),
                                std::move(found), std::move(mend), false});
    }

    const port_state* port_named(std::string_view name) const {
        const auto exact = std::ranges::find(found_.ports, name, &port_state::name);
        const auto one =
            exact != found_.ports.end()
                ? exact
                : std::ranges::find_if(found_.ports, [&](const port_state& p) { return how_.same_port(name, p.name); });
        return one == found_.ports.end() ? nullptr : &*one;
    }

    void compare_settings(const source_place& place, std::string_view port, const settings& have,
                          const std::vector<wanted_setting>& wanted) {
        for (const auto& one : wanted) {
            const auto value = have.find(one.what);
            const std::string now = value == have.end() ? "nothing" : value->second;
            if (now != one.expected) {
                tell(place, port, one.what + " " + one.expected, now, one.mend);
            }
        }
    }

    void compare_whole() {
        if (!found_.name.empty() && found_.name != switch_.name) {
            tell(switch_.place, "", "the name " + switch_.name, found_.name + " (is this the switch that is meant?)",
                 how_.set_name(switch_.name));
        }
        compare_settings(switch_.place, "", found_.others, how_.wanted(switch_.name, switch_.passes));
        if (const auto on = found_.spanning_tree & vlans_; on.any()) {
            tell(switch_.place, "", "no spanning tree", "spanning tree in VLAN " + text_of(on),
                 how_.no_spanning_tree(on));
        }
    }

    /// What ports and trunks have in common. False: there is nothing more to compare.
    bool compare_being(const source_place& place, std::string_view name, const port_state* found) {
        if (found == nullptr) {
            tell(place, name, "the port", "no such port", how_.make_port(switch_.name, name));
            return false;
        }
        if (!found->broken.empty()) {
            tell(place, name, "a port that works", found->broken, {});
        }
        if (found->down) {
            tell(place, name, "the port up", "shut down by its configuration", how_.bring_up(name));
        }
        if (jumbo_ && found->mtu != 0 && found->mtu < how_.jumbo_mtu()) {
            tell(place, name, fmt::format("an MTU of {} at least (jumbo frames)", how_.jumbo_mtu()),
                 std::to_string(found->mtu), how_.set_jumbo_mtu(name));
        }
        return true;
    }

    static std::string mode_text(const port_state& p) {
        return p.mode == port_mode::other && !p.mode_text.empty() ? p.mode_text : std::string(name_of(p.mode));
    }

    void compare_port(const cabled_port& port) {
        if (!compare_being(port.place, port.name, port.found)) {
            return;
        }
        const auto& found = *port.found;
        if (!found.member_of.empty()) {
            tell(port.place, port.name, "a port by itself", "a part of " + found.member_of, {});
        }
        const auto mode = how_.mode_of_ports(switch_.passes);
        if (found.mode != mode) {
            tell(port.place, port.name, fmt::format("mode {}", name_of(mode)), "mode " + mode_text(found),
                 how_.set_mode(port.name, mode));
        }
        if (found.mode != port_mode::trunk && found.vlan != port.vlan) {
            tell(port.place, port.name, fmt::format("VLAN {}", port.vlan),
                 found.vlan == 0 ? "no VLAN" : fmt::format("VLAN {}", found.vlan),
                 how_.set_vlan(port.name, port.vlan, port.vlan_name));
        }
        if (found_.vlans && !(*found_.vlans)[port.vlan]) {
            tell(port.place, port.name, fmt::format("VLAN {} to exist", port.vlan), "no such VLAN on the switch",
                 how_.make_vlan(port.vlan, port.vlan_name));
        }
        if (found.mode != port_mode::trunk) {
            compare_settings(port.place, port.name, found.others, how_.wanted_of_port(port.name, switch_.passes));
        }
        compare_loneliness(port);
    }

    /// No other port may be in its VLAN.
    void compare_loneliness(const cabled_port& port) {
        for (const auto& other : found_.ports) {
            if (&other != port.found && other.counts && other.mode != port_mode::trunk && other.vlan == port.vlan &&
                !other.down && other.member_of.empty()) {
                tell(port.place, port.name, fmt::format("VLAN {} for {} alone", port.vlan, port.owner),
                     fmt::format("port {} in it too", other.name), {});
            }
        }
    }

    void compare_trunk(const model::trunk& trunk) {
        const auto* const found = port_named(trunk.port);
        if (!compare_being(trunk.place, trunk.port, found)) {
            return;
        }
        if (found->mode != port_mode::trunk) {
            tell(trunk.place, trunk.port, "mode trunk",
                 "mode " + mode_text(*found) + (found->vlan == 0 ? "" : fmt::format(", VLAN {}", found->vlan)),
                 how_.set_mode(trunk.port, port_mode::trunk));
            return;
        }
        if (const auto missing = vlans_ & ~found->carries; missing.any()) {
            tell(trunk.place, trunk.port, "VLAN " + text_of(vlans_) + " on the trunk",
                 "VLAN " + text_of(missing) + " missing", how_.carry(trunk.port, missing, vlans_));
        }
        if (found->native != 0 && vlans_[found->native]) {
            tell(trunk.place, trunk.port, "all VLANs with a tag",
                 fmt::format("VLAN {} without one (native VLAN)", found->native), {});
        }
        compare_settings(trunk.place, trunk.port, found->others, how_.wanted_of_trunk(trunk.port));
    }

    /// Trunks that the lab file does not have lead frames of its VLANs out of the lab, or round in circles.
    void compare_others() {
        for (const auto& other : found_.ports) {
            const bool is_cabled = std::ranges::any_of(ports_, [&](const auto& p) { return p.found == &other; });
            const bool is_trunk = std::ranges::any_of(
                switch_.trunks, [&](const model::trunk& t) { return port_named(t.port) == &other; });
            const auto leaks = other.carries & vlans_;
            if (other.counts && !is_cabled && !is_trunk && other.mode == port_mode::trunk && leaks.any() &&
                !other.down && other.member_of.empty()) {
                tell(switch_.place, other.name, "no trunk, by the lab file",
                     "a trunk that carries VLAN " + text_of(leaks), {});
            }
        }
    }

    const model::lab_switch& switch_;
    const dialect& how_;
    const switch_state& found_;
    std::vector<cabled_port> ports_;
    vlan_set vlans_;
    bool jumbo_ = false;
    std::vector<difference> differences_;
};

}  // namespace

std::string to_string(const difference& d) {
    const std::string where = to_string(d.place) + ": " + d.target + (d.port.empty() ? "" : ", port " + d.port);
    if (d.information) {
        return printable(where + ": note: " + d.found);
    }
    std::string text = fmt::format("{}: expected {}, found {}", where, d.expected, d.found);
    if (!d.mend.empty()) {
        text += "; mend: " + join(d.mend, "; ");
    }
    return printable(text);
}

std::vector<difference> differences(const model::lab& lab, model::switch_index which, const dialect& how,
                                    const switch_state& found) {
    return comparison(lab, which, how, found).all();
}

}  // namespace rollover::switches
