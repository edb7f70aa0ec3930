#include "drivers/crossconnect/linux_bridge_plan.h"

#include "drivers/crossconnect/linux_bridge_lines.h"
#include "drivers/crossconnect/linux_bridge_wanted.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

/// Works out a change join by join.
class planner {
public:
    planner(const linux_state& state, std::string_view prefix, const linux_goal& goal, bool settled)
        : state_(state),
          prefix_(prefix),
          goal_(goal),
          settled_(settled),
          names_(state),
          ports_(ports_by_bridge(state)),
          standing_(standing_bridges(state, prefix)),
          lines_(state, change_) {}

    result<linux_change> work() {
        if (auto known = resolve_all(); !known) {
            return known.error();
        }
        sort_standing();
        for (const auto& [name, one] : wanted_) {
            if (auto free = occupy(one); !free) {
                return free.error();
            }
        }
        for (const auto* one : dropped_) {
            drop(*one);
        }
        release_strays();
        // First all that goes, then what comes: a tunnel's number may be wanted by another join.
        for (const auto& [name, one] : wanted_) {
            drop_what_is_too_much(one);
        }
        for (const auto& [name, one] : wanted_) {
            make(one);
        }
        return std::move(change_);
    }

private:
    result<void> resolve_all() {
        for (const auto& one : goal_.wanted) {
            auto known = resolve(state_, prefix_, one, names_);
            if (!known) {
                return known.error();
            }
            for (const auto& member : known->members) {
                const auto [user, fresh] = users_.emplace(member.device, one.name);
                if (!fresh) {
                    return failure(errc::bad_input,
                                   fmt::format("join {}: VLAN {} of {} is wanted by join {} too", printable(one.name),
                                               member.at.vlan, member.at.port, printable(user->second)));
                }
            }
            if (!wanted_.emplace(one.name, std::move(*known)).second) {
                return failure(errc::bad_input, fmt::format("join {} is wanted twice", printable(one.name)));
            }
        }
        return {};
    }

    /// Which bridge is for which wanted join, and which ones go.
    void sort_standing() {
        for (const auto& one : standing_) {
            const auto found = wanted_.find(one.what.name);
            if (found != wanted_.end() && found->second.bridge.empty()) {
                found->second.bridge = one.bridge;
                ours_.insert(one.bridge);
            } else if (found != wanted_.end() || std::ranges::find(goal_.gone, one.what.name) != goal_.gone.end()) {
                dropped_.push_back(&one);
                ours_.insert(one.bridge);
            }
        }
        const auto bare = [this](const link_state& has) { return is_bare(has); };
        for (auto& [name, one] : wanted_) {
            if (one.bridge.empty()) {
                one.bridge = names_.derive(prefix_, '-', name, bare);
                ours_.insert(one.bridge);
            }
        }
        for (const auto& name : goal_.gone) {
            const auto first = derived_name(prefix_, '-', name, 0);
            if (const auto* const has = find_link(state_, first); has == nullptr || bare(*has)) {
                ours_.insert(first);
            }
        }
    }

    failure busy(const wanted_bridge& one, const link_state& device, std::string by, std::string advice) const {
        return failure(errc::busy,
                       fmt::format("join {}: the network device {} is {}", printable(one.name), device.name, by))
            .advise(std::move(advice));
    }

    /// May the members be taken?
    result<void> occupy(const wanted_bridge& one) {
        for (const auto& member : one.members) {
            const auto* const device = find_link(state_, member.device);
            if (device == nullptr) {
                continue;
            }
            if (device->kind == "bridge") {
                return busy(one, *device, "no VLAN of a trunk", "mend cross-connect-port= in the lab file");
            }
            if (auto free = device->master.empty() ? without_master(*device) : in_a_bridge(one, *device); !free) {
                return free;
            }
            if (auto free = without_discipline(one, *device); !free) {
                return free;
            }
        }
        for (const auto& t : one.tunnels) {
            if (auto free = number_is_free(one, t); !free) {
                return free;
            }
        }
        return {};
    }

    result<void> in_a_bridge(const wanted_bridge& one, const link_state& device) const {
        if (ours_.contains(device.master)) {
            return {};
        }
        const auto* const master = find_link(state_, device.master);
        const auto other =
            master != nullptr && master->group == our_group ? join_of_alias(master->alias) : std::nullopt;
        if (other) {
            return busy(one, device, "already in join " + printable(*other),
                        "deactivate what uses it, or take another device");
        }
        return busy(one, device, fmt::format("in {}, which is not of the engine", printable(device.master)),
                    fmt::format("ip link set {} nomaster, if nobody needs it there", device.name));
    }

    result<void> without_master(const link_state& device) {
        const auto mark = owner_of_alias(device.alias);
        const bool taken = is_claimed(device) || device.group == our_group;
        if (taken && !settled_ && !(mark && ours_.contains(mark->bridge))) {
            change_.unclear.push_back(device.name);
        }
        return {};
    }

    result<void> without_discipline(const wanted_bridge& one, const link_state& device) const {
        const auto has = state_.disciplines.find(device.name);
        if (!one.shaped || has == state_.disciplines.end() || has->second.handle == "0:" ||
            has->second.handle == our_discipline) {
            return {};
        }
        return busy(one, device, fmt::format("shaped by others ({} {})", has->second.kind, has->second.handle),
                    fmt::format("tc qdisc del dev {} root, if nobody needs it", device.name));
    }

    /// The kernel has one device for a number on a port, whatever its addresses.
    result<void> number_is_free(const wanted_bridge& one, const tunnel& t) {
        const bool is_6 = t.remote.find(':') != std::string::npos;
        for (const auto& [name, device] : state_.links) {
            const bool same = device.vxlan && device.vxlan->vni == t.vni && device.vxlan->port == t.port &&
                              (device.vxlan->remote.find(':') != std::string::npos) == is_6;
            if (!same || ours_.contains(device.master)) {
                continue;
            }
            const auto mark = owner_of_alias(device.alias);
            if (device.group == our_group && device.master.empty()) {
                left_.insert(name);
            } else {
                return busy(one, device,
                            fmt::format("a tunnel of number {} already{}", t.vni,
                                        mark ? " (bridge " + mark->bridge + ")" : std::string()),
                            "give the interlinks of the lab file ranges of numbers (vni=) that do not overlap");
            }
        }
        return {};
    }

    void drop(const standing_bridge& one) {
        lines_.stop_bridge(one.bridge);
        for (const auto* port : ports_of(one.bridge)) {
            if (!users_.contains(port->name)) {
                lines_.release(*port);
            }
        }
        lines_.remove(one.bridge);
    }

    /// Devices of these joins, or of a half-made change, that are in no bridge.
    void release_strays() {
        for (const auto& [name, device] : state_.links) {
            if (!device.master.empty() || users_.contains(name)) {
                continue;
            }
            const auto mark = owner_of_alias(device.alias);
            const bool taken = is_claimed(device) || device.group == our_group;
            const bool left = taken && (left_.contains(name) || (!mark && goal_.freed.contains(name)));
            if (device.kind == "bridge") {
                drop_bare(device);
            } else if ((mark && ours_.contains(mark->bridge)) || (left && settled_)) {
                lines_.release(device);
            } else if (left) {
                change_.unclear.push_back(name);
            }
        }
    }

    [[nodiscard]] bool is_bare(const link_state& device) const {
        return is_our_bridge(device, prefix_) && device.alias.empty() && !ports_.contains(device.name);
    }

    /// Made, and then the engine died before it was given the name of its join.
    void drop_bare(const link_state& device) {
        const bool known = ours_.contains(device.name) || goal_.freed.contains(device.name);
        if (known && is_bare(device) &&
            std::ranges::none_of(wanted_, [&](const auto& w) { return w.second.bridge == device.name; })) {
            lines_.remove(device.name);
        }
    }

    void drop_what_is_too_much(const wanted_bridge& one) {
        std::vector<tunnel> missing = one.tunnels;
        for (const auto* port : ports_of(one.bridge)) {
            if (port->vxlan) {
                const auto found = std::ranges::find_if(missing, [&](const tunnel& t) { return is_as(*port, t); });
                if (found != missing.end()) {
                    missing.erase(found);
                    stay_.push_back(port);
                    continue;
                }
            }
            if (!users_.contains(port->name)) {
                lines_.release(*port);
            }
        }
        missing_[one.name] = std::move(missing);
    }

    static bool is_as(const link_state& device, const tunnel& wanted) {
        auto has = *device.vxlan;
        has.mtu = wanted.mtu;
        return device.group == our_group && has == wanted && device.mtu == mtu_inside(wanted);
    }

    void make(const wanted_bridge& one) {
        const auto* const has = find_link(state_, one.bridge);
        change_.touched.insert(one.bridge);
        lines_.make_bridge(one.bridge, has, one.name);
        for (const auto& member : one.members) {
            change_.touched.insert(member.device);
            if (member.make) {
                lines_.make_vlan_device(member.device, member.at);
            }
            lines_.take_member(member.device, find_link(state_, member.device), one.bridge);
            lines_.shape_member(member.device, one.shaped);
        }
        for (const auto* port : ports_of(one.bridge)) {
            if (std::ranges::find(stay_, port) != stay_.end()) {
                lines_.take_tunnel(port->name, port, one.bridge);
            }
        }
        for (const auto& t : missing_[one.name]) {
            const auto name = names_.derive(prefix_, 'v', fmt::format("{} {} {}", one.bridge, t.remote, t.vni),
                                            [](const link_state& /*taken*/) { return false; });
            change_.touched.insert(name);
            lines_.make_tunnel(name, t);
            lines_.take_tunnel(name, nullptr, one.bridge);
        }
        lines_.start_bridge(one.bridge, has);
    }

    [[nodiscard]] const std::vector<const link_state*>& ports_of(const std::string& bridge) const {
        static const std::vector<const link_state*> none;
        const auto found = ports_.find(bridge);
        return found == ports_.end() ? none : found->second;
    }

    const linux_state& state_;
    const std::string_view prefix_;
    const linux_goal& goal_;
    const bool settled_;
    free_names names_;
    const std::map<std::string, std::vector<const link_state*>> ports_;
    const std::vector<standing_bridge> standing_;
    linux_change change_;
    line_writer lines_;
    std::map<std::string, wanted_bridge> wanted_;
    std::map<std::string, std::string> users_;  // which wanted join has a device
    std::set<std::string> ours_;                // bridges of joins that are wanted or go
    std::vector<const standing_bridge*> dropped_;
    std::set<std::string> left_;           // tunnels in no bridge that have a number that is wanted
    std::vector<const link_state*> stay_;  // tunnels
    std::map<std::string, std::vector<tunnel>> missing_;
};

}  // namespace

bool needs_disciplines(const linux_state& state, const linux_goal& goal) {
    const bool wanted = std::ranges::any_of(goal.wanted, [](const join& one) { return one.shaped.has_value(); });
    return wanted || std::ranges::any_of(state.links, [](const auto& one) {
               return one.second.discipline == "netem" || one.second.discipline == "tbf";
           });
}

result<linux_change> change_to(const linux_state& state, std::string_view prefix, const linux_goal& goal,
                               bool settled) {
    return planner(state, prefix, goal, settled).work();
}

}  // namespace rollover::crossconnect
