#include "drivers/crossconnect/openvswitch_tools.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

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

template <class T>
task<void> keep(task<result<T>> work, result<T>& into) {
    auto outcome = co_await std::move(work);
    into = std::move(outcome);
}

}  // namespace

task<result<void>> openvswitch_tools::open() {
    auto opened = co_await open_host(runtime_, where_, deadline_);
    if (!opened) {
        co_return opened.error();
    }
    host_ = std::move(*opened);
    co_return result<void>{};
}

task<result<std::string>> openvswitch_tools::run(std::vector<std::string> argv, std::string input) {
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

task<result<std::vector<flow_rule>>> openvswitch_tools::read_rules(std::optional<std::uint64_t> number) {
    auto output = co_await run(dump_rules_command(where_.bridge, seconds(), number), {});
    if (!output) {
        co_return output.error();
    }
    co_return parse_rules(*output);
}

task<result<std::vector<bridge_port>>> openvswitch_tools::read_ports() {
    auto output = co_await run(read_ports_command(where_.bridge, seconds()), {});
    if (!output) {
        co_return output.error();
    }
    co_return parse_ports(*output);
}

task<result<bridge_state>> openvswitch_tools::read_rules_and_ports(std::optional<std::uint64_t> number) {
    result<std::vector<flow_rule>> rules = failure();
    result<std::vector<bridge_port>> ports = failure();
    const bool at_once = host_->runs_several();
    task_group both(runtime_);
    both.spawn(keep(read_rules(number), rules));
    if (!at_once) {
        co_await both.join();
    }
    if (at_once || rules) {
        both.spawn(keep(read_ports(), ports));
    }
    co_await both.join();
    if (!rules) {
        co_return rules.error();
    }
    if (!ports) {
        co_return ports.error();
    }
    bridge_state state;
    state.bridge = where_.bridge;
    state.rules = std::move(*rules);
    state.ports = std::move(*ports);
    co_return std::move(state);
}

task<result<bridge_state>> openvswitch_tools::read(std::optional<std::uint64_t> number) {
    auto found = co_await read_rules_and_ports(number);
    if (!found) {
        co_return found.error();
    }
    bridge_state state = std::move(*found);
    if (std::any_of(state.ports.begin(), state.ports.end(), is_way)) {
        std::vector<std::string> show{"tc", "-j", "qdisc", "show"};
        auto output = co_await run(std::move(show), {});
        if (!output) {
            co_return output.error();
        }
        auto kinds = parse_qdiscs(*output);
        if (!kinds) {
            co_return kinds.error();
        }
        state.qdiscs = std::move(*kinds);
    }
    co_return std::move(state);
}

task<result<void>> openvswitch_tools::send(std::string bundle) {
    if (bundle.empty()) {
        co_return result<void>{};
    }
    auto done = co_await run(bundle_command(where_.bridge, seconds()), std::move(bundle));
    if (!done) {
        co_return done.error();
    }
    co_return result<void>{};
}

unsigned openvswitch_tools::seconds() const {
    constexpr std::int64_t most = 60;
    const auto left =
        deadline_ == never ? most : std::chrono::ceil<std::chrono::seconds>(deadline_ - runtime_.now()).count();
    return static_cast<unsigned>(std::clamp<std::int64_t>(left, 1, most));
}

}  // namespace rollover::crossconnect
