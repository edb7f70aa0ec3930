// ovs-ofctl(8) of a simulated cross-connect's host.
#include "engine/base/text.h"
#include "simulators/lab/flow_text.h"
#include "simulators/lab/openvswitch_host.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

process_result ofctl_fatal(const std::string& words) {
    process_result r;
    r.exit_code = 1;
    r.errors = "ovs-ofctl: " + words + "\n";
    return r;
}

struct options {
    int version = 10;
    bool bundle = false;
    bool statistics = true;
    bool strict = false;
    std::vector<std::string> words;  ///< command and arguments
};

/// The first OpenFlow version of a list such as "OpenFlow10,OpenFlow13"; the highest is used.
result<int> version_of(std::string_view list) {
    int highest = 0;
    while (const auto one = next_key_value(list)) {
        const std::string_view name = one->key;
        if (!name.starts_with("OpenFlow1") || name.size() != 10 || name[9] < '0' || name[9] > '5') {
            return failure(errc::bad_input, fmt::format("{}: unknown OpenFlow version", name));
        }
        highest = std::max(highest, 10 + (name[9] - '0'));
    }
    return highest;
}

/// Reads one option; `value` is the argument after it. Result: whether the value was used.
result<bool> read_option(std::string_view option, std::string_view value, options& into) {
    const auto with_value = [&](std::string_view name) { return option.substr(name.size()); };
    if (option == "--bundle" || option == "--strict" || option == "--no-stats" || option == "--stats") {
        into.bundle = into.bundle || option == "--bundle";
        into.strict = into.strict || option == "--strict";
        into.statistics = option == "--no-stats" ? false : into.statistics;
        return false;
    }
    if (option == "--no-names" || option == "-t" || option == "--timeout") {
        return option != "--no-names";
    }
    if (option.starts_with("--timeout=")) {
        return false;
    }
    const bool separate = option == "-O" || option == "--protocols";
    if (separate || option.starts_with("-O") || option.starts_with("--protocols=")) {
        const std::string_view list = separate ? value : with_value(option.starts_with("-O") ? "-O" : "--protocols=");
        const auto version = version_of(list);
        if (!version) {
            return version.error();
        }
        into.version = *version;
        return separate;
    }
    return failure(errc::unsupported, fmt::format("unrecognized option '{}'", option));
}

result<options> read_options(const std::vector<std::string>& arguments) {
    options o;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word.size() < 2 || word.front() != '-') {
            o.words.push_back(word);
            continue;
        }
        const std::string_view next =
            i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
        const auto used = read_option(word, next, o);
        if (!used) {
            return used.error();
        }
        i += *used ? 1 : 0;
    }
    return o;
}

port_lookup lookup_in(const simulated_bridge& bridge) {
    return [&bridge](std::string_view name) { return bridge.port_number(name); };
}

struct verb_word {
    std::string_view word;
    flow_request::verb verb;
};
constexpr std::array<verb_word, 3> verbs{{{"add", flow_request::verb::add},
                                          {"delete", flow_request::verb::remove},
                                          {"delete_strict", flow_request::verb::remove_strict}}};

/// A line of a flow file: the verb may stand before it.
result<flow_request> parse_line(std::string_view line, const port_lookup& ports) {
    const std::string_view first = line.substr(0, line.find_first_of(" \t"));
    for (const auto& [word, verb] : verbs) {
        if (first == word) {
            return parse_flow(line.substr(first.size()), verb, ports);
        }
    }
    if (first.starts_with("modify")) {
        return failure(errc::unsupported, "modify is not simulated");
    }
    return parse_flow(line, flow_request::verb::add, ports);
}

result<std::vector<flow_request>> parse_file(std::string_view file, std::string_view input, const port_lookup& ports) {
    if (file != "-") {
        return failure(errc::not_found, fmt::format("{}: open failed (No such file or directory)", file));
    }
    std::vector<flow_request> requests;
    std::size_t number = 0;
    for (const std::string_view raw : split_lines(input)) {
        ++number;
        const std::string_view line = without_comment(raw);
        if (line.empty()) {
            continue;
        }
        auto one = parse_line(line, ports);
        if (!one) {
            return failure(one.error().code, fmt::format("{}:{}: {}", file, number, one.error().reason));
        }
        requests.push_back(std::move(*one));
    }
    return requests;
}

process_result apply(simulated_bridge& bridge, std::vector<flow_request> requests, const options& o) {
    for (auto& one : requests) {
        one.rule.resets_counts = one.rule.resets_counts || o.version == 10;
    }
    std::size_t refused = 0;
    const auto done = bridge.flows.apply(requests, o.bundle, refused);
    if (done) {
        return {};
    }
    // What a person reads is the name of the error; the rest is there because the real program prints it.
    const std::string version = o.version == 10 ? "" : fmt::format(" (OF1.{})", o.version % 10);
    const std::string message = fmt::format("{}{} (xid=0x7): {}", o.version == 10 ? "NXT_FLOW_MOD" : "OFPT_FLOW_MOD",
                                            version, describe_add(requests[refused].rule, o.version));
    process_result r;
    r.exit_code = 1;
    if (o.bundle) {
        r.errors = fmt::format("Error {} for: {}\n", done.error().reason, message) +
                   fmt::format("Error OFPBFC_MSG_FAILED for: ONFT_BUNDLE_CONTROL{} (xid=0xa):\n", version) +
                   " bundle_id=0 type=COMMIT_REQUEST flags=atomic ordered\n" +
                   fmt::format("ovs-ofctl: talking to unix:{}/{}.mgmt (Protocol error)\n",
                               bridge.run_dir.empty() ? "/var/run/openvswitch" : bridge.run_dir, bridge.name);
    } else {
        r.errors = fmt::format("OFPT_ERROR{} (xid=0x7): {}\n{}\n", version, done.error().reason, message);
    }
    return r;
}

process_result dump(const simulated_bridge& bridge, const options& o) {
    const auto filter = parse_flow(o.words.size() > 2 ? o.words[2] : "", flow_request::verb::show, lookup_in(bridge));
    if (!filter) {
        return ofctl_fatal(filter.error().reason);
    }
    process_result r;
    if (o.statistics) {
        r.output = o.version == 10 ? "NXST_FLOW reply (xid=0x4):\n"
                                   : fmt::format("OFPST_FLOW reply (OF1.{}) (xid=0x2):\n", o.version % 10);
    }
    for (const flow& one : bridge.flows.select(*filter)) {
        r.output += to_string(one, o.version, o.statistics) + "\n";
    }
    return r;
}

process_result change(simulated_bridge& bridge, const options& o, std::string_view input) {
    const std::string& command = o.words[0];
    const auto ports = lookup_in(bridge);
    if (command == "add-flows" || command == "replace-flows") {
        auto requests = parse_file(o.words[2], input, ports);
        if (!requests) {
            return ofctl_fatal(requests.error().reason);
        }
        if (command == "replace-flows") {
            flow_request everything;
            everything.what = flow_request::verb::remove;
            requests->insert(requests->begin(), everything);
        }
        return apply(bridge, std::move(*requests), o);
    }
    const auto verb = command == "add-flow" ? flow_request::verb::add
                      : o.strict            ? flow_request::verb::remove_strict
                                            : flow_request::verb::remove;
    auto request = parse_flow(o.words.size() > 2 ? o.words[2] : "", verb, ports);
    if (!request) {
        return ofctl_fatal(request.error().reason);
    }
    return apply(bridge, {std::move(*request)}, o);
}

constexpr std::array<tool_command, 5> ofctl_commands{
    {{"dump-flows", 1, 2}, {"add-flow", 2, 2}, {"add-flows", 2, 2}, {"del-flows", 1, 2}, {"replace-flows", 2, 2}}};

}  // namespace

process_result run_ofctl(tool_call call) {
    const auto o = read_options(call.arguments);
    if (!o) {
        return ofctl_fatal(o.error().reason);
    }
    if (o->words.empty()) {
        return ofctl_fatal("missing command name; use --help for help");
    }
    const std::string& name = o->words[0];
    const auto* rule =
        std::find_if(ofctl_commands.begin(), ofctl_commands.end(), [&](const auto& c) { return c.name == name; });
    if (rule == ofctl_commands.end()) {
        return ofctl_fatal(fmt::format("unknown command '{}'; use --help for help", name));
    }
    const std::size_t count = o->words.size() - 1;
    if (count < rule->at_least) {
        return ofctl_fatal(fmt::format("'{}' command requires at least {} arguments", name, rule->at_least));
    }
    if (count > rule->at_most) {
        return ofctl_fatal(fmt::format("'{}' command takes at most {} arguments", name, rule->at_most));
    }
    const auto bridge = std::find_if(call.bridges.begin(), call.bridges.end(),
                                     [&](const simulated_bridge* b) { return b->name == o->words[1]; });
    if (bridge == call.bridges.end()) {
        return ofctl_fatal(fmt::format("{} is not a bridge or a socket", o->words[1]));
    }
    return name == "dump-flows" ? dump(**bridge, *o) : change(**bridge, *o, call.input);
}

}  // namespace rollover::sim
