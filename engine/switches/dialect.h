// What is particular to a kind of lab switch: what it is asked, how its answers are read, what it must be set to beside
// VLANs and modes, and the commands that mend it. One for each template in drivers/switches/. No I/O.
#pragma once

#include "engine/base/error.h"
#include "engine/model/traffic.h"
#include "engine/switches/switch_state.h"

#include <memory>
#include <span>

namespace rollover::switches {

/// How something must be set, and the commands that set it.
struct wanted_setting {
    std::string what;      ///< the key in `settings`, and a word for people
    std::string expected;  ///< how it must stand there
    std::vector<std::string> mend;
};

/// A question to a switch. Over a console or SSH it is one line; to Open vSwitch it is the arguments of a program.
struct question {
    std::vector<std::string> words;
    bool may_be_refused = false;  ///< a switch that does not know it is read without its answer
};

class dialect {
public:
    virtual ~dialect() = default;
    /// As <switch platform="..."> names it.
    [[nodiscard]] virtual std::string_view platform() const noexcept = 0;
    /// In this order.
    [[nodiscard]] virtual std::vector<question> questions() const = 0;
    /// `answers`: one for each question, empty where it was refused. `name`: of the switch, in the lab file. Linear.
    /// Errors: protocol, where it is not an answer to such a question.
    [[nodiscard]] virtual result<switch_state> read(std::span<const std::string> answers,
                                                    std::string_view name) const = 0;
    /// Whether the lab file's `ours` is the port that the switch calls `theirs`.
    [[nodiscard]] virtual bool same_port(std::string_view ours, std::string_view theirs) const = 0;

    // What the template makes of it, for a switch that passes `passes`.
    [[nodiscard]] virtual std::vector<wanted_setting> wanted(std::string_view name,
                                                             model::traffic_set passes) const = 0;
    [[nodiscard]] virtual std::vector<wanted_setting> wanted_of_port(std::string_view port,
                                                                     model::traffic_set passes) const = 0;
    [[nodiscard]] virtual std::vector<wanted_setting> wanted_of_trunk(std::string_view port) const = 0;
    /// Of a port that is cabled to a device.
    [[nodiscard]] virtual port_mode mode_of_ports(model::traffic_set passes) const noexcept {
        model::traffic_set tagged;
        tagged.add(model::traffic::tagged);
        return passes.has(tagged) ? port_mode::tunnel : port_mode::access;
    }
    /// In bytes, counted as the switch does: what frames of an MTU of 9,000 with two tags need.
    [[nodiscard]] virtual std::uint32_t jumbo_mtu() const noexcept = 0;

    // The commands that mend; none where it is not as easy as that. `port` as the lab file spells it.
    [[nodiscard]] virtual std::vector<std::string> make_bridge(std::string_view /*name*/) const { return {}; }
    [[nodiscard]] virtual std::vector<std::string> make_port(std::string_view /*name*/,
                                                             std::string_view /*port*/) const {
        return {};
    }
    /// `vlan_name`: what the template calls it.
    [[nodiscard]] virtual std::vector<std::string> make_vlan(std::uint16_t vlan, std::string_view vlan_name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> set_vlan(std::string_view port, std::uint16_t vlan,
                                                            std::string_view vlan_name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> set_mode(std::string_view port, port_mode mode) const = 0;
    [[nodiscard]] virtual std::vector<std::string> bring_up(std::string_view port) const = 0;
    /// `missing` of the VLANs that must be there, which are `all`.
    [[nodiscard]] virtual std::vector<std::string> carry(std::string_view port, const vlan_set& missing,
                                                         const vlan_set& all) const = 0;
    [[nodiscard]] virtual std::vector<std::string> no_spanning_tree(const vlan_set& where) const = 0;
    [[nodiscard]] virtual std::vector<std::string> set_jumbo_mtu(std::string_view port) const = 0;
    [[nodiscard]] virtual std::vector<std::string> set_name(std::string_view name) const = 0;
};

[[nodiscard]] std::unique_ptr<dialect> make_cisco_ios();
[[nodiscard]] std::unique_ptr<dialect> make_arista_eos();
[[nodiscard]] std::unique_ptr<dialect> make_junos();
[[nodiscard]] std::unique_ptr<dialect> make_openvswitch();

/// The dialect of a platform; null where there is none.
[[nodiscard]] std::unique_ptr<dialect> dialect_of(std::string_view platform);
/// Of all that there are.
[[nodiscard]] std::vector<std::string> known_dialects();

/// Names as IOS and EOS abbreviate them: "Gi0/1" is GigabitEthernet0/1. Numbers must be equal, letters may be fewer.
[[nodiscard]] bool same_abbreviated(std::string_view ours, std::string_view theirs) noexcept;
/// A switch of `traffic` is on when `passes` has it.
[[nodiscard]] std::string on_or_off(model::traffic_set passes, model::traffic which);

}  // namespace rollover::switches
