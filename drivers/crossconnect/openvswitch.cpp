// The Open vSwitch driver: reads what stands, lets join_table decide, and hands the switch one bundle.
#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/join_table.h"
#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr int attempts = 3;  // when another engine changed the joins between our reading and our bundle

/// What to do about an answer of the tools that people meet often.
std::string_view advice_on(std::string_view errors) {
    struct known {
        std::string_view words;
        std::string_view advice;
    };
    static constexpr known answers[] = {
        {"is not a bridge or a socket",
         "make the bridge with ovs-vsctl add-br, or mend bridge= or ovs-run-dir= in the lab file"},
        {"no bridge named", "make the bridge with ovs-vsctl add-br, or mend bridge= in the lab file"},
        {"database connection failed", "start Open vSwitch there, or mend ovs-run-dir= in the lab file"},
        {"ermission denied", "the login needs the right to use Open vSwitch, usually root"},
        {"ommand not found", "install openvswitch-switch there"},
        {"o such file or directory", "install openvswitch-switch there, and start it"},
        {"version negotiation failed", "allow OpenFlow13 on the bridge: ovs-vsctl set bridge B protocols=[]"},
    };
    for (const auto& one : answers) {
        if (errors.find(one.words) != std::string_view::npos) {
            return one.advice;
        }
    }
    return {};
}

bool says_overlap(const failure& f) {
    return f.device_text.find("OFPFMFC_OVERLAP") != std::string::npos;
}

/// One operation on one bridge.
class operation {
public:
    operation(runtime& rt, const address& where, time_point deadline)
        : runtime_(rt), where_(where), deadline_(deadline) {}

    task<result<void>> open() {
        auto opened = co_await open_host(runtime_, where_, deadline_);
        if (!opened) {
            co_return opened.error();
        }
        host_ = std::move(*opened);
        co_return result<void>{};
    }

    /// The standard output of a command that ended well.
    task<result<std::string>> run(std::vector<std::string> argv, std::string input) {
        const auto typed = rollover::join(argv, " ");
        const auto program = argv.front();
        auto ended = co_await host_->run(std::move(argv), std::move(input), deadline_);
        if (!ended) {
            co_return std::move(ended.error()).after_command(typed);
        }
        if (ended->exit_code == 0) {
            co_return std::move(ended->output);
        }
        constexpr int killed_by_its_own_alarm = 128 + 14;
        const bool late = ended->exit_code == killed_by_its_own_alarm;
        failure said_no(late ? errc::timed_out : errc::device_rejected,
                        fmt::format("{} ended with exit code {}", program, ended->exit_code));
        said_no.command = typed;
        said_no.hint = advice_on(ended->errors);
        said_no.device_text = std::move(ended->errors);
        co_return std::move(said_no);
    }

    task<result<std::vector<flow_rule>>> read_rules() {
        auto output = co_await run(dump_rules_command(where_.bridge, seconds()), {});
        if (!output) {
            co_return output.error();
        }
        co_return parse_rules(*output);
    }

    task<result<bridge_state>> read() {
        bridge_state state;
        auto rules = co_await read_rules();
        if (!rules) {
            co_return rules.error();
        }
        state.rules = std::move(*rules);
        auto listed = co_await run(list_ports_command(where_.bridge, seconds()), {});
        if (!listed) {
            co_return listed.error();
        }
        const auto names = parse_port_names(*listed);
        if (names.empty()) {
            co_return std::move(state);
        }
        auto numbers = co_await run(port_numbers_command(names, seconds()), {});
        if (!numbers) {
            co_return numbers.error();
        }
        auto ports = parse_port_numbers(names, *numbers);
        if (!ports) {
            co_return ports.error();
        }
        state.ports = std::move(*ports);
        co_return std::move(state);
    }

    task<result<void>> send(std::string bundle) {
        if (bundle.empty()) {
            co_return result<void>{};
        }
        auto done = co_await run(bundle_command(where_.bridge, seconds()), std::move(bundle));
        if (!done) {
            co_return done.error();
        }
        co_return result<void>{};
    }

    task<result<void>> make(const std::vector<join>& wanted) {
        result<void> sent{};
        for (int attempt = 0; attempt < attempts; ++attempt) {
            auto state = co_await read();
            if (!state) {
                co_return state.error();
            }
            auto bundle = bundle_to_make(*state, wanted);
            if (!bundle) {
                co_return bundle.error();
            }
            sent = co_await send(std::move(*bundle));
            if (sent || !says_overlap(sent.error())) {
                co_return std::move(sent);
            }
        }
        failure stands_in_the_way = sent.error();
        stands_in_the_way.reason =
            fmt::format("a rule that is not ours, of our priority {}, stands in the way", rule_priority);
        stands_in_the_way.hint =
            fmt::format("look at ovs-ofctl dump-flows {} and give that rule another priority", where_.bridge);
        co_return std::move(stands_in_the_way);
    }

private:
    /// For the tools' own limit: ours, rounded up, so that ours comes first where both can.
    [[nodiscard]] unsigned seconds() const {
        constexpr std::int64_t most = 60;
        const auto left =
            deadline_ == never ? most : std::chrono::ceil<std::chrono::seconds>(deadline_ - runtime_.now()).count();
        return static_cast<unsigned>(std::clamp<std::int64_t>(left, 1, most));
    }

    runtime& runtime_;
    const address& where_;
    time_point deadline_;
    std::unique_ptr<host> host_;
};

class openvswitch final : public crossconnect {
public:
    openvswitch(runtime& rt, address where) : runtime_(rt), where_(std::move(where)) {}

    task<result<void>> make(std::vector<join> wanted, time_point deadline) override {
        operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (done) {
            done = co_await work.make(wanted);
        }
        co_return placed(std::move(done));
    }

    task<result<void>> remove(std::vector<std::string> names, time_point deadline) override {
        operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (!done) {
            co_return placed(std::move(done));
        }
        bridge_state state;
        auto rules = co_await work.read_rules();
        if (!rules) {
            co_return placed(result<void>(rules.error()));
        }
        state.rules = std::move(*rules);
        done = co_await work.send(bundle_to_remove(state, names));
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
