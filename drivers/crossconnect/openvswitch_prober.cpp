// A prober for Open vSwitch: openvswitch_survey.h says what is told to it.
#include "drivers/crossconnect/join_table.h"
#include "drivers/crossconnect/openvswitch_survey.h"
#include "drivers/crossconnect/tool.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr int attempts_to_look = 3;   // when another engine made joins between our reading and our bundle
constexpr unsigned rules_live = 900;  // seconds; a survey is over long before

bool says_that_it_overlaps(const failure& f) {
    return f.device_text.find("OFPFMFC_OVERLAP") != std::string::npos;
}

class openvswitch_prober final : public prober {
public:
    openvswitch_prober(runtime& rt, address where) : runtime_(rt), where_(std::move(where)) {}

    task<result<std::vector<look_result>>> begin(std::string name, std::vector<marked_place> where,
                                                 time_point deadline) override {
        name_ = std::move(name);
        wanted_ = std::move(where);
        result<void> made;
        for (int attempt = 0; attempt < attempts_to_look; ++attempt) {
            made = co_await try_to_look(deadline);
            if (made || !says_that_it_overlaps(made.error())) {
                break;
            }
        }
        if (!made) {
            looked_at_.clear();
            co_return placed(made.error());
        }
        co_return results_;
    }

    [[nodiscard]] bool can_send(call_kind /*what*/) const noexcept override { return true; }

    task<result<void>> send(call_kind what, std::vector<frames_to> frames, time_point deadline) override {
        std::vector<numbered_marking> numbered;
        for (const auto& one : frames) {
            if (const auto at = looked_at_.find(one.where); at != looked_at_.end()) {
                numbered.push_back({at->second.place, at->second.mark, one.count});
            }
        }
        auto lines = packet_outs(what, numbered);
        if (lines.empty()) {
            co_return result<void>();
        }
        const auto sent = co_await tools_.run(packet_out_command(where_.bridge, seconds_until(runtime_, deadline)),
                                              std::move(lines), deadline);
        co_return sent ? result<void>() : result<void>(placed(sent.error()));
    }

    task<result<std::vector<sighting>>> look(time_point deadline) override {
        std::vector<sighting> all;
        if (looked_at_.empty()) {
            co_return all;
        }
        const auto dump = co_await tools_.run(
            dump_learned_command(where_.bridge, name_, seconds_until(runtime_, deadline)), "", deadline);
        if (!dump) {
            co_return placed(dump.error());
        }
        std::map<numbered_attachment, std::vector<mac_address>> by_place;
        for (const auto& one : parse_learned(*dump)) {
            by_place[one.where].push_back(one.source);
        }
        for (const auto& [where, here] : looked_at_) {
            if (const auto found = by_place.find(here.place); found != by_place.end()) {
                all.push_back({where, found->second});
            }
        }
        co_return all;
    }

    task<result<void>> end(std::string name, time_point deadline) override {
        const auto ended = co_await tools_.run(bundle_command(where_.bridge, seconds_until(runtime_, deadline)),
                                               bundle_to_end(name), deadline);
        looked_at_.clear();
        co_return ended ? result<void>() : result<void>(placed(ended.error()));
    }

private:
    task<result<bridge_state>> read(time_point deadline) {
        bridge_state state;
        state.bridge = where_.bridge;
        const auto seconds = seconds_until(runtime_, deadline);
        const auto dump = co_await tools_.run(dump_rules_command(where_.bridge, seconds), "", deadline);
        if (!dump) {
            co_return dump.error();
        }
        auto rules = parse_rules(*dump);
        if (!rules) {
            co_return rules.error();
        }
        state.rules = std::move(*rules);
        const auto table = co_await tools_.run(read_ports_command(where_.bridge, seconds), "", deadline);
        if (!table) {
            co_return table.error();
        }
        auto ports = parse_ports(*table);
        if (!ports) {
            co_return ports.error();
        }
        state.ports = std::move(*ports);
        co_return state;
    }

    task<result<void>> try_to_look(time_point deadline) {
        const auto state = co_await read(deadline);
        if (!state) {
            co_return state.error();
        }
        choose(*state);
        std::vector<numbered_attachment> all;
        for (const auto& [where, here] : looked_at_) {
            all.push_back(here.place);
        }
        const auto made = co_await tools_.run(bundle_command(where_.bridge, seconds_until(runtime_, deadline)),
                                              bundle_to_look(name_, all, rules_live), deadline);
        co_return made ? result<void>() : result<void>(made.error());
    }

    /// What of `wanted_` can be looked at.
    void choose(const bridge_state& state) {
        std::map<attachment, std::string> used;
        for (const auto& one : standing_joins(state)) {
            for (const auto& member : one.what.members) {
                used.emplace(member, one.what.name);
            }
        }
        looked_at_.clear();
        results_.clear();
        for (const auto& one : wanted_) {
            results_.push_back(choose_one(state, used, one));
        }
    }

    look_result choose_one(const bridge_state& state, const std::map<attachment, std::string>& used,
                           const marked_place& wanted) {
        const auto& one = wanted.where;
        std::vector<bridge_port> ports;  // that trunks may arrive at: not our tunnels
        std::ranges::copy_if(state.ports, std::back_inserter(ports),
                             [](const bridge_port& p) { return p.number != 0 && !is_ours(p); });
        const auto port = std::ranges::find_if(
            ports, [&](const bridge_port& p) { return p.name == one.port || (one.port.empty() && ports.size() == 1); });
        if (port == ports.end()) {
            return {look_result::kind::no_port,
                    one.port.empty()
                        ? fmt::format("bridge {} has {} working ports, and none is named", where_.bridge, ports.size())
                        : fmt::format("bridge {} has no working port {}", where_.bridge, one.port)};
        }
        const auto join = used.find({port->name, one.vlan});
        if (join != used.end() && join->second != name_) {
            return {look_result::kind::in_a_join, "join " + printable(join->second) + " stands there"};
        }
        looked_at_[one] = {{port->number, one.vlan}, wanted.number};
        return {};
    }

    [[nodiscard]] failure placed(failure f) const {
        return std::move(f).at(fmt::format("cross-connect {} (bridge {}{}{})", where_.name, where_.bridge,
                                           where_.host.empty() ? "" : " on ", where_.host));
    }

    runtime& runtime_;
    address where_;
    tool_host tools_{runtime_, where_};
    std::string name_;
    std::vector<marked_place> wanted_;
    std::vector<look_result> results_;
    struct looked_at {
        numbered_attachment place;
        unsigned mark = 0;
    };
    std::map<attachment, looked_at> looked_at_;
};

}  // namespace

std::unique_ptr<prober> make_prober(runtime& rt, address where) {
    return where.what == kind::linux_bridge ? make_linux_prober(rt, std::move(where))
                                            : make_openvswitch_prober(rt, std::move(where));
}

std::unique_ptr<prober> make_openvswitch_prober(runtime& rt, address where) {
    return std::make_unique<openvswitch_prober>(rt, std::move(where));
}

}  // namespace rollover::crossconnect
