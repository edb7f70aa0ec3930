#include "drivers/crossconnect/openvswitch_tools.h"

#include "drivers/crossconnect/tool.h"

namespace rollover::crossconnect {

namespace {

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
    auto output = co_await run_tool(*host_, std::move(argv), std::move(input), deadline_);
    co_return output;
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
    return seconds_until(runtime_, deadline_);
}

}  // namespace rollover::crossconnect
