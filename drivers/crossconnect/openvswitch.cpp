// The Open vSwitch driver: reads what stands, lets join_table decide, and hands the switch one bundle.
#include "drivers/crossconnect/openvswitch_tools.h"

#include <fmt/format.h>
#include <set>

namespace rollover::crossconnect {

namespace {

using namespace std::chrono_literals;

constexpr duration longest_undo = 10s;
constexpr int attempts = 3;  // when another engine changed the joins between our reading and our bundle

bool says_overlap(const failure& f) {
    return f.device_text.find("OFPFMFC_OVERLAP") != std::string::npos;
}

/// What a `make` has begun, for the case that it does not come to its end.
struct beginning {
    std::string undo;             ///< a bundle; empty: no rules were touched
    std::set<std::string> ports;  ///< names of ports that were not there before
    std::vector<way> links;       ///< whose devices were not there before, or did not work
    [[nodiscard]] bool empty() const { return undo.empty() && ports.empty() && links.empty(); }
};

/// The ports `names` of `state` that rules send frames to.
std::vector<bridge_port> ports_in_use(const bridge_state& state, const std::vector<std::string>& names,
                                      const std::vector<flow_rule>& rules) {
    std::set<std::uint32_t> numbers;
    for (const auto& rule : rules) {
        numbers.insert(rule.from.port);
        for (const auto& target : rule.targets) {
            numbers.insert(target.port);
        }
    }
    std::vector<bridge_port> used;
    std::copy_if(state.ports.begin(), state.ports.end(), std::back_inserter(used), [&](const bridge_port& port) {
        return port.number != 0 && numbers.contains(port.number) &&
               std::find(names.begin(), names.end(), port.name) != names.end();
    });
    return used;
}

/// Whether all that matters about the wanted joins is in their own rules, and in what the switch says of those of
/// others.
bool is_one_plain(const std::vector<join>& wanted) {
    return wanted.size() == 1 && wanted.front().tunnels.empty() && !wanted.front().shaped;
}

/// Whether the rules of one number are those of a whole, plain join of that name, or none.
bool tells_enough(const bridge_state& state, const std::string& name) {
    const auto found = standing_joins(state);
    return found.empty() || (found.size() == 1 && found.front().what.name == name && found.front().complete &&
                             is_one_plain({found.front().what}));
}

/// One operation on one bridge.
class operation : public openvswitch_tools {
public:
    using openvswitch_tools::openvswitch_tools;
    using openvswitch_tools::read;

    /// Makes `wanted` stand. `begun` says at any moment what there is to take back.
    task<result<void>> make(const std::vector<join>& wanted, beginning& begun) {
        result<void> sent{};
        for (int attempt = 0; attempt < attempts; ++attempt) {
            std::optional<std::uint64_t> only;
            if (attempt == 0 && is_one_plain(wanted)) {
                only = number_of(wanted.front().name);
            }
            auto state = co_await read(only);
            if (state && only && !tells_enough(*state, wanted.front().name)) {
                only.reset();
                state = co_await read();
            }
            if (!state) {
                co_return state.error();
            }
            auto planned = change_to_make(*state, wanted);
            if (!planned) {
                co_return planned.error();
            }
            if (only) {
                planned->unused.clear();  // other joins may need them
            }
            const bool with_ports = planned->makes_ports();
            if (with_ports) {
                auto again = co_await make_ports(*state, wanted, std::move(*planned), begun);
                if (!again) {
                    co_return again.error();
                }
                planned = std::move(again);
            }
            const bool first = begun.undo.empty();
            begun.undo = first ? std::move(planned->undo) : begun.undo;
            sent = co_await send(std::move(planned->bundle));
            if (!sent && first && sent.error().code == errc::device_rejected) {
                begun.undo.clear();  // the switch has taken nothing
            }
            if (!sent && !says_overlap(sent.error())) {
                co_return std::move(sent);
            }
            if (sent && !with_ports) {
                // All stands; a port that is left over hurts nobody and goes next time.
                const auto dropped = co_await drop_ports(*state, planned->unused);
                static_cast<void>(dropped);
                co_return result<void>{};
            }
        }
        if (sent) {
            co_return failure(errc::busy, "the ports of tunnels are taken away as soon as they are made")
                .advise("look who else works on this bridge, and try again");
        }
        failure stands_in_the_way = sent.error();
        stands_in_the_way.reason =
            fmt::format("a rule that is not ours, of our priority {}, stands in the way", rule_priority);
        stands_in_the_way.hint =
            fmt::format("look at ovs-ofctl dump-flows {} and give that rule another priority", bridge());
        co_return std::move(stands_in_the_way);
    }

    /// Takes joins away, and the ports that nothing needs any more then.
    task<result<void>> remove(const std::vector<std::string>& names) {
        bridge_state state;
        state.bridge = bridge();
        std::optional<std::uint64_t> number;
        if (names.size() == 1) {
            number = number_of(names.front());
        }
        auto rules = co_await read_rules(number);
        if (!rules) {
            co_return rules.error();
        }
        state.rules = std::move(*rules);
        if (number && needs_ports(state, names)) {  // it may also stand under another number
            rules = co_await read_rules();
            if (!rules) {
                co_return rules.error();
            }
            state.rules = std::move(*rules);
        }
        if (needs_ports(state, names)) {
            auto ports = co_await read_ports();
            if (!ports) {
                co_return ports.error();
            }
            state.ports = std::move(*ports);
        }
        auto planned = change_to_remove(state, names);
        auto done = co_await send(std::move(planned.bundle));
        if (done) {
            done = co_await drop_ports(state, planned.unused);
        }
        co_return std::move(done);
    }

    /// Takes back what a failed or cancelled `make` had begun.
    task<result<void>> take_back(const beginning& begun) {
        auto done = co_await send(begun.undo);
        auto state = co_await read();
        if (!state) {
            co_return state.error();
        }
        auto names = change_to_remove(*state, {}).unused;
        std::erase_if(names, [&](const std::string& name) { return !begun.ports.contains(name); });
        auto dropped = co_await drop_ports(*state, names);
        if (dropped && !begun.links.empty()) {
            dropped = co_await drop_links(begun.links);
        }
        co_return done ? dropped : done;
    }

private:
    /// Makes ports, and works out anew what is to be done when they have numbers.
    task<result<change>> make_ports(bridge_state& state, const std::vector<join>& wanted, change missing,
                                    beginning& begun) {
        for (const auto& port : missing.ports) {
            const bool there = std::any_of(state.ports.begin(), state.ports.end(),
                                           [&](const bridge_port& one) { return one.name == port.name; });
            if (!there) {
                begun.ports.insert(port.name);
            }
        }
        const auto linked = co_await make_links(missing.links, begun);
        if (!linked) {
            co_return linked.error();
        }
        if (!missing.ports.empty()) {
            const auto made = co_await run(make_ports_command(bridge(), missing.ports, seconds()), {});
            if (!made) {
                co_return made.error();
            }
        }
        // Not before: Open vSwitch takes the qdisc of a port away when it gets it, and leaves it alone afterwards.
        const auto shaped = co_await make_qdiscs(missing.qdiscs);
        if (!shaped) {
            co_return shaped.error();
        }
        auto again = co_await read();
        if (!again) {
            co_return again.error();
        }
        state = std::move(*again);
        auto planned = change_to_make(state, wanted);
        if (!planned || !planned->makes_ports()) {
            co_return std::move(planned);
        }
        if (planned->ports.empty()) {
            co_return failure(errc::device_rejected,
                              fmt::format("the qdisc of {} was set, and is not there", planned->qdiscs.front().entry));
        }
        const auto& name = planned->ports.front().name;
        failure broken(errc::device_rejected, fmt::format("port {} was made, and does not work", name));
        for (const auto& port : state.ports) {
            broken.device_text = port.name == name ? port.error : broken.device_text;
        }
        co_return std::move(broken).advise(
            "another port with these addresses may be there: ovs-vsctl list Interface; or see ovs-vswitchd's log");
    }

    /// The devices of ways.
    task<result<void>> make_links(std::vector<way> links, beginning& begun) {
        if (links.empty()) {
            co_return result<void>{};
        }
        begun.links.insert(begun.links.end(), links.begin(), links.end());
        const auto cleared = co_await drop_links(links);
        if (!cleared) {
            co_return cleared;
        }
        std::vector<std::string> batch{"ip", "-batch", "-"};
        const auto added = co_await run(std::move(batch), add_links(links));
        if (!added) {
            co_return added.error();
        }
        co_return result<void>{};
    }

    task<result<void>> make_qdiscs(std::vector<way> ways) {
        if (ways.empty()) {
            co_return result<void>{};
        }
        std::vector<std::string> batch{"tc", "-batch", "-"};
        const auto set = co_await run(std::move(batch), set_qdiscs(ways));
        if (set) {
            co_return result<void>{};
        }
        failure no = set.error();
        if (no.device_text.find("qdisc kind is unknown") != std::string::npos) {
            no.code = errc::unsupported;
            no.reason = "the kernel of this host has no netem, which delay, jitter and loss are made with";
            no.hint = "load or install the kernel module sch_netem there (Debian: it is in the kernel's package)";
        }
        co_return std::move(no);
    }

    /// Devices that are not there are no error.
    task<result<void>> drop_links(std::vector<way> ways) {
        std::vector<std::string> batch{"ip", "-force", "-batch", "-"};
        const auto gone = co_await run(std::move(batch), delete_links(ways));
        const bool said_no = !gone && gone.error().code == errc::device_rejected;
        co_return gone || said_no ? result<void>{} : result<void>(gone.error());
    }

    /// Another engine may have begun to use one of them since we looked: then it gets the port back.
    task<result<void>> drop_ports(const bridge_state& state, const std::vector<std::string>& names) {
        if (names.empty()) {
            co_return result<void>{};
        }
        auto dropped = co_await run(drop_ports_command(bridge(), names, seconds()), {});
        if (!dropped) {
            co_return dropped.error();
        }
        std::vector<way> links;
        for (const auto& port : state.ports) {
            const bool gone = std::find(names.begin(), names.end(), port.name) != names.end();
            if (gone && is_way(port) && port.name.ends_with('a')) {
                links.push_back({port.name, {}, {}});
            }
        }
        if (!links.empty()) {
            const auto unlinked = co_await drop_links(std::move(links));
            if (!unlinked) {
                co_return unlinked;
            }
        }
        auto rules = co_await read_rules();
        if (!rules) {
            co_return rules.error();
        }
        auto back = ports_in_use(state, names, *rules);
        if (!back.empty()) {
            auto made = co_await run(make_ports_command(bridge(), back, seconds()), {});
            if (!made) {
                co_return made.error();
            }
        }
        co_return result<void>{};
    }
};

class openvswitch final : public crossconnect {
public:
    openvswitch(runtime& rt, address where) : runtime_(rt), where_(std::move(where)) {}

    task<result<void>> make(std::vector<join> wanted, time_point deadline) override {
        operation work(runtime_, where_, deadline);
        beginning begun;
        auto done = co_await work.open();
        if (done) {
            done = co_await work.make(wanted, begun);
        }
        if (!done && !begun.empty()) {
            auto undone = co_await take_back(std::move(begun));
            if (!undone) {
                failure both = done.error();
                both.reason += "; and what had been begun could not be taken back: " + describe(undone.error());
                done = std::move(both);
            }
        }
        co_return placed(std::move(done));
    }

    task<result<void>> remove(std::vector<std::string> names, time_point deadline) override {
        operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (done) {
            done = co_await work.remove(names);
        }
        co_return placed(std::move(done));
    }

    task<result<std::vector<join>>> list(time_point deadline) override {
        operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (!done) {
            co_return placed(std::move(done)).error();
        }
        auto state = co_await work.read();
        if (!state) {
            co_return placed(result<void>(state.error())).error();
        }
        std::vector<join> joins;
        for (auto& standing : standing_joins(*state)) {
            joins.push_back(std::move(standing.what));
        }
        co_return std::move(joins);
    }

private:
    /// On a connection and with a limit of its own, also when this tree is cancelled.
    task<result<void>> take_back(beginning begun) {
        result<void> outcome{};
        event ended(runtime_);
        task_group group(runtime_);
        group.spawn(carry_back(std::move(begun), outcome, ended));
        co_await ended.wait(never, cancellable::no);
        co_await group.join();
        co_return std::move(outcome);
    }

    task<void> carry_back(beginning begun, result<void>& outcome, event& ended) {
        operation work(runtime_, where_, runtime_.now() + longest_undo);
        outcome = co_await work.open();
        if (outcome) {
            outcome = co_await work.take_back(begun);
        }
        ended.notify();
    }

    /// Adds which cross-connect it was.
    [[nodiscard]] result<void> placed(result<void> done) const {
        if (done) {
            return done;
        }
        return std::move(done.error())
            .at(fmt::format("cross-connect {} (bridge {}{}{})", where_.name, where_.bridge,
                            where_.host.empty() ? "" : " on ", where_.host));
    }

    runtime& runtime_;
    address where_;
};

}  // namespace

std::unique_ptr<crossconnect> make_crossconnect(runtime& rt, address where) {
    return where.what == kind::linux_bridge ? make_linux_bridges(rt, std::move(where))
                                            : make_openvswitch(rt, std::move(where));
}

std::unique_ptr<crossconnect> make_openvswitch(runtime& rt, address where) {
    return std::make_unique<openvswitch>(rt, std::move(where));
}

}  // namespace rollover::crossconnect
