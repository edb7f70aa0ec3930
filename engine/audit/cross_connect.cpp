#include "engine/audit/cross_connect.h"

#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/openvswitch_ports.h"
#include "drivers/crossconnect/openvswitch_rule_text.h"
#include "drivers/crossconnect/tool.h"
#include "engine/activation/addresses.h"
#include "engine/audit/cross_connect_findings.h"
#include "engine/audit/interlinks.h"
#include "engine/audit/linux_host.h"
#include "engine/audit/switch_reading.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::audit {

namespace {

constexpr unsigned seconds = 20;
constexpr std::size_t most_foreign_rules = 20;  ///< that are told one by one

/// What is special to a bridge of Open vSwitch.
class bridge_findings : public cross_connect_findings {
public:
    using cross_connect_findings::cross_connect_findings;

    void compare_ports(const switches::switch_state& found) {
        for (const auto& s : lab().switches) {
            for (const auto& trunk : s.trunks) {
                if (trunk.cross_connect == which()) {
                    compare_trunk(found, s, trunk);
                }
            }
        }
    }

    void no_bridge() {
        tell(here().place, "", "bridge " + here().bridge, "no such bridge",
             {fmt::format("ovs-vsctl add-br {} -- set-fail-mode {} secure", here().bridge, here().bridge)});
    }

    /// What takes a join away that nobody knows.
    [[nodiscard]] std::vector<std::string> take_away(const crossconnect::join& one) const {
        const auto cookie = crossconnect::cookie_prefix | crossconnect::number_of(one.name);
        return {fmt::format("ovs-ofctl -O OpenFlow13 del-flows {} cookie={:#x}/-1", here().bridge, cookie)};
    }

    /// The answer to dump-flows without a filter.
    void name_foreign_rules(std::string_view dump) {
        std::size_t count = 0;
        for (const auto line : split_lines(dump)) {
            const auto text = trim(line);
            const auto rule = text.starts_with("cookie=") ? crossconnect::parse_rule(text) : std::nullopt;
            const bool ours = rule && (rule->cookie & crossconnect::cookie_prefix_mask) == crossconnect::cookie_prefix;
            if (text.starts_with("cookie=") && !ours && ++count <= most_foreign_rules) {
                note("a rule of others stands there: " + std::string(text));
            }
        }
        if (count > most_foreign_rules) {
            note(fmt::format("{} more rules of others stand there", count - most_foreign_rules));
        }
    }

private:
    /// By name; where the lab file names none, the only one that the bridge has beside its own.
    static const switches::port_state* port_of(const switches::switch_state& found, const std::string& name) {
        const switches::port_state* only = nullptr;
        std::size_t count = 0;
        for (const auto& p : found.ports) {
            if (!name.empty() && p.name == name) {
                return &p;
            }
            if (p.counts && !crossconnect::has_own_name(p.name)) {
                only = &p;
                ++count;
            }
        }
        return name.empty() && count == 1 ? only : nullptr;
    }

    void compare_trunk(const switches::switch_state& found, const model::lab_switch& s, const model::trunk& trunk) {
        const auto* const port = port_of(found, trunk.cross_connect_port);
        const std::string what = "the trunk of switch " + s.name;
        if (port == nullptr) {
            const auto& name = trunk.cross_connect_port;
            tell(trunk.place, name, what,
                 name.empty() ? fmt::format("{} ports on bridge {}",
                                            std::ranges::count_if(found.ports,
                                                                  [](const switches::port_state& p) {
                                                                      return p.counts &&
                                                                             !crossconnect::has_own_name(p.name);
                                                                  }),
                                            here().bridge)
                              : "no such port on bridge " + here().bridge,
                 name.empty() ? std::vector<std::string>()
                              : std::vector{fmt::format("ovs-vsctl add-port {} {}", here().bridge, name)});
            return;
        }
        if (!port->broken.empty()) {
            tell(trunk.place, port->name, what, port->broken, {});
        }
        if (port->down) {
            tell(trunk.place, port->name, what + " up", "shut down by its configuration",
                 {fmt::format("ip link set {} up", port->name)});
        }
        model::traffic_set jumbo;
        jumbo.add(model::traffic::jumbo);
        constexpr std::uint32_t enough = 9004;  // 9,000 bytes and a tag of the users
        if (s.passes.has(jumbo) && here().passes.has(jumbo) && port->mtu != 0 && port->mtu < enough) {
            tell(trunk.place, port->name, fmt::format("an MTU of {} at least (jumbo frames)", enough),
                 std::to_string(port->mtu), {fmt::format("ovs-vsctl set interface {} mtu_request=9100", port->name)});
        }
        if (port->mode != switches::port_mode::trunk) {
            // Our rules see every frame as it comes, whatever the port's columns say.
            note(fmt::format(
                "port {} has vlan_mode {} and tag {}, which rules of others with NORMAL heed, and ours do not",
                port->name, name_of(port->mode), port->vlan));
        }
    }
};

/// The bridge with its ports, and all rules of it; the connection is closed again.
task<result<void>> look_at_bridge(activation::environment& env, crossconnect::address where, bridge_findings& into,
                                  bool& is_there, time_point deadline) {
    const auto name = where.bridge;
    auto host = co_await crossconnect::open_host(env.rt, std::move(where), deadline);
    if (!host) {
        co_return host.error();
    }
    const auto how = switches::make_openvswitch();
    const auto answers = co_await ask_tools_on(**host, how->questions(), deadline);
    if (!answers) {
        co_return answers.error();
    }
    const auto state = how->read(*answers, name);
    if (!state) {
        co_return state.error();
    }
    is_there = state->there;
    if (!is_there) {
        into.no_bridge();
        co_return result<void>();
    }
    into.compare_ports(*state);
    std::vector<std::string> dump{"ovs-ofctl",  "-O", "OpenFlow13", "--no-names", fmt::format("--timeout={}", seconds),
                                  "dump-flows", name};
    const auto rules = co_await crossconnect::run_tool(**host, std::move(dump), "", deadline);
    if (!rules) {
        co_return rules.error();
    }
    into.name_foreign_rules(*rules);
    co_return result<void>();
}

task<result<void>> audit_bridge(activation::environment& env, crossconnect::address where, bridge_findings& all,
                                const known_joins& joins, time_point deadline) {
    bool is_there = false;
    auto looked = co_await look_at_bridge(env, where, all, is_there, deadline);
    if (!looked || !is_there) {
        co_return std::move(looked);
    }
    const auto driver = crossconnect::make_openvswitch(env.rt, std::move(where));
    const auto standing = co_await driver->list(deadline);
    if (!standing) {
        co_return standing.error();
    }
    all.compare_joins(*standing, joins, [&all](const crossconnect::join& one) { return all.take_away(one); });
    co_return result<void>();
}

}  // namespace

task<result<void>> audit_cross_connect(activation::environment& env, const model::lab& lab,
                                       model::cross_connect_index which, known_joins joins,
                                       std::vector<switches::difference>& found, time_point deadline) {
    const auto& here = lab.cross_connects[which.value];
    auto where = activation::address_of(lab, here);
    if (!where) {
        co_return std::move(where).error();
    }
    bridge_findings all(lab, which);
    result<void> looked{};
    if (where->what == crossconnect::kind::linux_bridge) {
        looked = co_await audit_linux_host(env, *where, all, joins, deadline);
    } else {
        looked = co_await audit_bridge(env, *where, all, joins, deadline);
    }
    if (looked) {
        looked = co_await audit_interlinks(env, std::move(*where), all, deadline);
    }
    found = all.take();
    if (!looked) {
        co_return std::move(looked).error().at("cross-connect " + here.name);
    }
    co_return result<void>();
}

}  // namespace rollover::audit
