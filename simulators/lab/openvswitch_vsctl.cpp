// ovs-vsctl(8) of a simulated cross-connect's host: the questions that a driver asks; the changes are in
// openvswitch_port_changes.cpp.
#include "simulators/lab/flow_text.h"
#include "simulators/lab/openvswitch_host.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

process_result vsctl_fatal(std::string_view words) {
    process_result r;
    r.exit_code = 1;
    r.errors = fmt::format("ovs-vsctl: {}\n", words);
    return r;
}

process_result printed(std::string text) {
    process_result r;
    r.output = std::move(text);
    return r;
}

/// One `command` of the line; several are separated by "--".
struct request {
    bool if_exists = false;
    bool may_exist = false;
    std::vector<std::string> columns;
    std::vector<std::string> words;  ///< command and arguments
};

struct vsctl_call {
    std::string format = "list";
    bool bare = false;
    bool headings = true;
    std::vector<simulated_bridge*> bridges;
    std::vector<request> requests;
};

std::vector<std::string> cut_columns(std::string_view list) {
    std::vector<std::string> out;
    while (const auto one = next_key_value(list)) {
        out.emplace_back(one->key);
    }
    return out;
}

/// A row of the table Interface, as far as it is known here.
struct row {
    std::string name;
    int number = 0;
    std::string type;
    std::map<std::string, std::string> options = {};
    std::map<std::string, std::string> external_ids = {};
    std::string error = {};
};

std::vector<row> rows_of(const simulated_bridge& b) {
    std::vector<row> rows;
    rows.push_back({b.name, local_port, "internal"});
    for (const auto& p : b.ports) {
        rows.push_back({p.name, p.number == 0 ? -1 : p.number, p.type, p.options, p.external_ids, p.error});
    }
    return rows;
}

std::vector<row> all_rows(const vsctl_call& call) {
    std::vector<row> rows;
    for (const auto* b : call.bridges) {
        const auto some = rows_of(*b);
        rows.insert(rows.end(), some.begin(), some.end());
    }
    return rows;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            continue;
        }
        out += c == '"' || c == '\\' ? "\\" : "";
        out += c;
    }
    return out + "\"";
}

/// The value of a column in OVSDB's notation; nothing for a column that is not simulated.
std::optional<std::string> value_of(const row& r, std::string_view column, bool quoted) {
    if (column == "name") {
        return r.name;
    }
    if (column == "ofport") {
        return fmt::format("{}", r.number);
    }
    if (column == "type") {
        return r.type.empty() && quoted ? "\"\"" : r.type;
    }
    if (column == "options" || column == "external_ids") {
        std::string text;
        for (const auto& [key, value] : column == "options" ? r.options : r.external_ids) {
            text += fmt::format("{}{}={}", text.empty() ? "" : ", ", key, quoted ? in_quotes(value) : value);
        }
        return "{" + text + "}";
    }
    if (column == "error") {
        return r.error.empty() ? "[]" : quoted ? in_quotes(r.error) : r.error;
    }
    return std::nullopt;
}

process_result no_column(std::string_view column) {
    return vsctl_fatal(fmt::format("Interface does not contain a column whose name matches \"{}\"", column));
}

bool is_interface(std::string_view table) {
    return std::equal(table.begin(), table.end(), std::string_view("interface").begin(),
                      std::string_view("interface").end(), [](char a, char b) { return (a | 0x20) == b; });
}

process_result get(const vsctl_call& call, const request& r) {
    for (const row& one : all_rows(call)) {
        if (one.name != r.words[2]) {
            continue;
        }
        std::string out;
        for (std::size_t i = 3; i < r.words.size(); ++i) {
            const auto value = value_of(one, r.words[i], true);
            if (!value) {
                return no_column(r.words[i]);
            }
            out += *value + "\n";
        }
        return printed(std::move(out));
    }
    return r.if_exists ? printed({}) : vsctl_fatal(fmt::format("no row \"{}\" in table Interface", r.words[2]));
}

/// The value of a column as RFC 7047 section 5.1 writes it.
std::string json_of(const row& r, std::string_view column) {
    if (column == "options" || column == "external_ids") {
        std::vector<std::string> pairs;
        for (const auto& [key, value] : column == "options" ? r.options : r.external_ids) {
            pairs.push_back(fmt::format("[{},{}]", in_quotes(key), in_quotes(value)));
        }
        return fmt::format("[\"map\",[{}]]", fmt::join(pairs, ","));
    }
    if (column == "error" && r.error.empty()) {
        return "[\"set\",[]]";
    }
    const std::string value = *value_of(r, column, false);
    return column == "ofport" ? value : in_quotes(value);
}

std::string as_json(const std::vector<row>& rows, const std::vector<std::string>& columns, bool headings) {
    std::vector<std::string> lines;
    for (const row& one : rows) {
        std::vector<std::string> values;
        for (const auto& column : columns) {
            values.push_back(json_of(one, column));
        }
        lines.push_back(fmt::format("[{}]", fmt::join(values, ",")));
    }
    std::vector<std::string> names;
    for (const auto& column : columns) {
        names.push_back(in_quotes(column));
    }
    const std::string tail = headings ? fmt::format(",\"headings\":[{}]", fmt::join(names, ",")) : "";
    return fmt::format("{{\"data\":[{}]{}}}\n", fmt::join(lines, ","), tail);
}

std::string as_text(const vsctl_call& call, const std::vector<row>& rows, const std::vector<std::string>& columns) {
    const bool csv = call.format == "csv";
    std::string out;
    if (csv && call.headings) {
        out = fmt::format("{}\n", fmt::join(columns, ","));
    }
    bool first = true;
    for (const row& one : rows) {
        std::vector<std::string> values;
        for (const auto& column : columns) {
            values.push_back(*value_of(one, column, !call.bare));
        }
        if (csv) {
            out += fmt::format("{}\n", fmt::join(values, ","));
            continue;
        }
        out += first ? "" : "\n";
        first = false;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            out += call.bare ? values[i] + "\n" : fmt::format("{:<20}: {}\n", columns[i], values[i]);
        }
    }
    return out;
}

/// `list Interface [NAME...]` and `find Interface [COLUMN=VALUE...]`.
process_result table(const vsctl_call& call, const request& r) {
    const auto all = all_rows(call);
    std::vector<row> chosen;
    const bool find = r.words[0] == "find";
    for (const row& one : all) {
        const bool fits = std::all_of(r.words.begin() + 2, r.words.end(), [&](const std::string& condition) {
            const std::size_t mark = condition.find('=');
            return find && mark != std::string::npos &&
                   value_of(one, condition.substr(0, mark), false) == condition.substr(mark + 1);
        });
        if (find && fits) {
            chosen.push_back(one);
        }
    }
    for (std::size_t i = 2; !find && i < r.words.size(); ++i) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const row& one) { return one.name == r.words[i]; });
        if (found != all.end()) {
            chosen.push_back(*found);
        } else if (!r.if_exists) {
            return vsctl_fatal(fmt::format("no row \"{}\" in table Interface", r.words[i]));
        }
    }
    if (!find && r.words.size() == 2) {
        chosen = all;
    }
    if (r.columns.empty()) {
        return vsctl_fatal("the simulated host wants --columns with list and find");
    }
    for (const auto& column : r.columns) {
        if (!value_of({}, column, false)) {
            return no_column(column);
        }
    }
    return printed(call.format == "json" ? as_json(chosen, r.columns, call.headings)
                                         : as_text(call, chosen, r.columns));
}

/// Commands about one bridge or one port.
process_result about_bridges(const vsctl_call& call, const request& r) {
    const std::string& command = r.words[0];
    if (command == "list-br") {
        std::string out;
        for (const auto* b : call.bridges) {
            out += b->name + "\n";
        }
        return printed(std::move(out));
    }
    const std::string& name = r.words[1];
    if (command == "port-to-br" || command == "iface-to-br") {
        for (const auto* b : call.bridges) {
            if (name != b->name && b->port_number(name)) {
                return printed(b->name + "\n");
            }
        }
        return vsctl_fatal(fmt::format("no {} named {}", command == "port-to-br" ? "port" : "interface", name));
    }
    const auto found =
        std::find_if(call.bridges.begin(), call.bridges.end(), [&](const auto* b) { return b->name == name; });
    if (command == "br-exists") {
        process_result result;
        result.exit_code = found == call.bridges.end() ? 2 : 0;
        return result;
    }
    if (found == call.bridges.end()) {
        return vsctl_fatal(fmt::format("no bridge named {}", name));
    }
    std::vector<std::string> names;
    for (const auto& port : (*found)->ports) {
        names.push_back(port.name + "\n");
    }
    std::sort(names.begin(), names.end());  // as the real one does
    return printed(fmt::format("{}", fmt::join(names, "")));
}

constexpr std::size_t any_number = 1000;
constexpr std::array<tool_command, 12> vsctl_commands{{{"list-br", 0, 0},
                                                       {"add-port", 2, any_number},
                                                       {"del-port", 1, 2},
                                                       {"set", 3, any_number},
                                                       {"br-exists", 1, 1},
                                                       {"list-ports", 1, 1},
                                                       {"list-ifaces", 1, 1},
                                                       {"port-to-br", 1, 1},
                                                       {"iface-to-br", 1, 1},
                                                       {"get", 2, any_number},
                                                       {"list", 1, any_number},
                                                       {"find", 1, any_number}}};

process_result run_one(const vsctl_call& call, const request& r) {
    if (r.words.empty()) {
        return vsctl_fatal("missing command name (use --help for help)");
    }
    const std::string& name = r.words[0];
    const auto* rule =
        std::find_if(vsctl_commands.begin(), vsctl_commands.end(), [&](const auto& c) { return c.name == name; });
    if (rule == vsctl_commands.end()) {
        return vsctl_fatal(fmt::format("unknown command '{}'; use --help for help", name));
    }
    if (r.words.size() - 1 < rule->at_least) {
        return vsctl_fatal(fmt::format("'{}' command requires at least {} arguments", name, rule->at_least));
    }
    if (r.words.size() - 1 > rule->at_most) {
        return vsctl_fatal(fmt::format("'{}' command takes at most {} arguments", name, rule->at_most));
    }
    const bool about_table = name == "get" || name == "list" || name == "find" || name == "set";
    if (about_table && !is_interface(r.words[1])) {
        return vsctl_fatal(fmt::format("the table {} is not simulated", r.words[1]));
    }
    if (name == "get") {
        return get(call, r);
    }
    if (name == "set" || name == "add-port" || name == "del-port") {
        const auto done = change_ports(call.bridges, {r.may_exist, r.if_exists, r.words});
        return done ? printed({}) : vsctl_fatal(done.error().reason);
    }
    return about_table ? table(call, r) : about_bridges(call, r);
}

bool is_number(std::string_view text) {
    return parse_number(text).has_value();
}

/// Options before the first command, or one that follows "--". Result: whether `next` was used as its value.
result<bool> read_option(std::string_view option, std::string_view next, vsctl_call& call, request& r) {
    const std::size_t mark = option.find('=');
    const std::string_view name = option.substr(0, mark);
    const bool inline_value = mark != std::string_view::npos;
    const std::string_view value = inline_value ? option.substr(mark + 1) : next;
    if (name == "--no-wait" || name == "--dry-run" || name == "--oneline") {
        return false;
    }
    if (name == "--no-heading" || name == "--no-headings" || name == "--bare" || name == "--if-exists" ||
        name == "--may-exist") {
        call.headings = call.headings && !name.starts_with("--no-heading") && name != "--bare";
        call.bare = call.bare || name == "--bare";
        r.if_exists = r.if_exists || name == "--if-exists";
        r.may_exist = r.may_exist || name == "--may-exist";
        return false;
    }
    if (name == "--timeout" || name == "-t") {
        if (!is_number(value)) {
            return failure(errc::bad_input, fmt::format("value {} on -t or --timeout is invalid", value));
        }
        return !inline_value;
    }
    if (name == "--db") {
        return !inline_value;
    }
    if (name == "--format" || name == "-f") {
        call.format = value;
        return !inline_value;
    }
    if (name == "--data" || name == "-d") {
        call.bare = value == "bare";
        return !inline_value;
    }
    if (name == "--columns" && inline_value) {
        r.columns = cut_columns(value);
        return false;
    }
    return failure(errc::bad_input, fmt::format("unrecognized option '{}'", option));
}

result<void> read_arguments(const std::vector<std::string>& arguments, vsctl_call& call) {
    request current;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--") {
            if (!current.words.empty()) {
                call.requests.push_back(std::move(current));
                current = {};
            }
            continue;
        }
        if (!current.words.empty() || !word.starts_with('-')) {
            current.words.push_back(word);
            continue;
        }
        const std::string_view next =
            i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
        const auto used = read_option(word, next, call, current);
        if (!used) {
            return used.error();
        }
        i += *used ? 1 : 0;
    }
    call.requests.push_back(std::move(current));
    return {};
}

}  // namespace

process_result run_vsctl(tool_call call) {
    vsctl_call parsed;
    const auto read = read_arguments(call.arguments, parsed);
    if (!read) {
        return vsctl_fatal(read.error().reason);
    }
    if (call.bridges.empty()) {
        const std::string folder = call.run_dir.empty() ? "/var/run/openvswitch" : call.run_dir;
        return vsctl_fatal(
            fmt::format("unix:{}/db.sock: database connection failed (No such file or directory)", folder));
    }
    parsed.bridges = std::move(call.bridges);
    std::vector<std::vector<bridge_port>> before;
    for (const auto* bridge : parsed.bridges) {
        before.push_back(bridge->ports);
    }
    process_result all;
    for (const request& one : parsed.requests) {
        const process_result r = run_one(parsed, one);
        if (r.exit_code != 0) {
            for (std::size_t i = 0; i < before.size(); ++i) {
                parsed.bridges[i]->ports = std::move(before[i]);
            }
            return r;  // one transaction: nothing of it is done or printed
        }
        all.output += r.output;
    }
    open_ports(parsed.bridges);
    return all;
}

}  // namespace rollover::sim
