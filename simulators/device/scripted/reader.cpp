// Reads a simulator file. Every mistake is told with its place and the way to mend it.
#include "engine/model/xml_document.h"
#include "simulators/device/scripted/definition.h"
#include "simulators/device/scripted/reader_parts.h"

#include <algorithm>
#include <array>

namespace rollover::sim::scripted {
namespace {

using model::element;
using model::reading;
using model::word;
namespace rules = model::rules;
constexpr std::array<word<family_kind>, 4> families{{{"indented", family_kind::indented},
                                                     {"tree", family_kind::tree},
                                                     {"paths", family_kind::paths},
                                                     {"environment", family_kind::environment}}};
constexpr std::array<word<std::string_view>, 5> events{{{"interface-up", "interface-up"},
                                                        {"interface-down", "interface-down"},
                                                        {"configured", "configured"},
                                                        {"saved", "saved"},
                                                        {"booted", "booted"}}};

void read_style(element& e, configuration_style& s) {
    s.family = e.choice<family_kind>("family", families);
    s.candidate = e.flag("candidate", false);
    s.commit_saves = e.flag("commit-saves", false);
    s.saves_at_once = e.flag("saves-at-once", false);
    if (e.has("negation")) {
        s.negation = e.optional("negation", rules::any_line);
    }
    s.indent = e.number("indent", 0, 8, 1);
    s.separator = e.optional("separator", rules::any_line);
    if (s.separator == " ") {
        s.separator.clear();
    }
    s.section_end = e.optional("section-end", rules::any_line);
    s.terminator = e.optional("terminator", rules::any_line);
    s.quote = e.optional("quote", rules::any_line);
    e.finish();
}

void read_network(element& e, network_words& n) {
    n.hostname = e.optional("hostname", rules::any_line);
    n.up = e.optional("up", rules::any_line);
    n.down = e.optional("down", rules::any_line);
    if (e.has("interface")) {
        n.interface = e.optional("interface", rules::any_line);
    }
    n.up_by_default = e.flag("up-by-default", true);
    for (const std::string_view name : {"password", "password2"}) {
        if (const auto given = e.optional(name, rules::any_line); !given.empty()) {
            n.passwords.emplace_back(given);
        }
    }
    for (const std::string_view name : {"address", "address2", "address3"}) {
        if (const auto given = e.optional(name, rules::any_line); !given.empty()) {
            n.addresses.emplace_back(given);
        }
    }
    e.finish();
}

void read_mode(element& e, definition& d) {
    mode m;
    m.name = e.required("name", rules::name);
    m.prompt = text_of_attribute(e.raw("prompt").value_or(""));
    m.up = e.optional("up", rules::name);
    m.configures = e.flag("configures", false);
    if (std::ranges::any_of(d.modes, [&m](const mode& other) { return other.name == m.name; })) {
        e.wrong("name", "there are two modes of this name", "rename one");
    }
    if (!m.up.empty() && std::ranges::none_of(d.modes, [&m](const mode& other) { return other.name == m.up; })) {
        e.wrong("up", "there is no mode of this name before this one", "write the mode it is a part of first");
    }
    e.finish();
    d.modes.push_back(std::move(m));
}

void read_terminal(element& e, definition& d) {
    d.length = e.number("length", 0, 1000, 24);
    d.more = text_of_attribute(e.raw("more").value_or(" --More-- "));
    if (e.has("wipe")) {
        d.wipe = text_of_attribute(*e.raw("wipe"));
    } else {
        const std::size_t wide = d.more.size();
        d.wipe = std::string(wide, '\b') + std::string(wide, ' ') + std::string(wide, '\b');
    }
    d.width = e.number("width", 0, 1000, 0);
    d.offers_help = e.flag("help", true);
    d.finds_abbreviations = e.flag("abbreviations", true);
    e.finish();
}

void read_command(reading& from, element& e, pugi::xml_node node, definition& d) {
    command c;
    c.modes = words_of(e.required("in", rules::text_line));
    c.pattern = grammar_pattern(e.required("pattern", rules::text_line));
    c.time = e.time("time", duration(0), std::chrono::hours(1), duration(0));
    for (const std::string& name : c.modes) {
        if (name != "any" && name != "configuration" &&
            std::ranges::none_of(d.modes, [&name](const mode& m) { return m.name == name; })) {
            e.wrong("in", "there is no mode " + model::in_quotes(name) + " above",
                    "a <mode> of this name, \"any\" or \"configuration\"");
        }
    }
    c.steps = read_steps(from, e, node);
    d.commands.push_back(std::move(c));
}

void read_simple_children(reading& from, element& root, definition& d) {
    for (const pugi::xml_node child : root.children("value")) {
        element e(from, child);
        const std::string name(e.required("name", rules::name));
        d.values[name] = {text_of_attribute(e.raw("is").value_or("")),
                          std::string(e.optional("when", rules::text_line)),
                          text_of_attribute(e.raw("else").value_or(""))};
        e.finish();
    }
    for (const pugi::xml_node child : root.children("interface-type")) {
        element e(from, child);
        const std::string name(e.required("name", rules::name));
        d.interface_types.push_back({name, e.flag("made-by-user", false)});
        e.finish();
    }
    for (const pugi::xml_node child : root.children("account")) {
        element e(from, child);
        const std::string user(e.required("user", rules::user));
        d.accounts.push_back({user, std::string(e.optional("password", rules::any_line))});
        e.finish();
    }
    for (const pugi::xml_node child : root.children("settings")) {
        element e(from, child);
        const std::string mode_name(e.required("mode", rules::name));
        for (const auto& line : e.text()) {
            read_setting(e, line, mode_name, d);
        }
        e.finish_text();
    }
    for (const auto& [name, text] :
         {std::pair{"factory", &d.factory}, std::pair{"factory-interface", &d.factory_each_interface},
          std::pair{"unknown", &d.unknown}, std::pair{"invalid", &d.invalid}, std::pair{"incomplete", &d.incomplete},
          std::pair{"ambiguous", &d.ambiguous}, std::pair{"left-behind", &d.left_behind}}) {
        for (const pugi::xml_node child : root.children(name)) {
            element e(from, child);
            *text = block_of(e);
            e.finish_text();
        }
    }
    for (const pugi::xml_node child : root.children("source")) {
        element(from, child).finish_text();
    }
}

void read_behaviour(reading& from, element& root, definition& d) {
    for (const pugi::xml_node child : root.children("command")) {
        element e(from, child);
        read_command(from, e, child, d);
    }
    for (const pugi::xml_node child : root.children("part")) {
        element e(from, child);
        const std::string name(e.required("name", rules::name));
        d.parts[name] = read_steps(from, e, child);
    }
    for (const pugi::xml_node child : root.children("on")) {
        element e(from, child);
        event_logs one;
        one.event = e.choice<std::string_view>("event", events);
        one.logs = read_steps(from, e, child);
        for (const step& s : one.logs) {
            if (s.what != step::kind::log) {
                e.wrong("an event can only <log>", "put other steps into a command or into <boot>");
            }
        }
        d.events.push_back(std::move(one));
    }
    for (const auto& [name, steps] :
         {std::pair{"boot", &d.boot}, std::pair{"login", &d.login}, std::pair{"before-command", &d.before_command}}) {
        for (const pugi::xml_node child : root.children(name)) {
            element e(from, child);
            *steps = read_steps(from, e, child);
        }
    }
}

definition read_simulator(model::xml_document& document) {
    reading& from = document.shared();
    element root(from, document.root());
    definition d;
    d.platform = root.required("platform", rules::name);
    d.hostname = root.required("hostname", rules::text_line);
    d.more = " --More-- ";
    for (const pugi::xml_node child : root.children("terminal")) {
        element e(from, child);
        read_terminal(e, d);
    }
    for (const pugi::xml_node child : root.children("configuration")) {
        element e(from, child);
        read_style(e, d.style);
    }
    for (const pugi::xml_node child : root.children("network")) {
        element e(from, child);
        read_network(e, d.network);
    }
    for (const pugi::xml_node child : root.children("mode")) {
        element e(from, child);
        read_mode(e, d);
    }
    if (d.modes.empty()) {
        root.wrong("a simulator needs at least one <mode>", "add <mode name=\"exec\" prompt=\"${hostname}# \"/>");
    }
    read_simple_children(from, root, d);
    read_behaviour(from, root, d);
    root.finish({"source",   "terminal", "configuration",     "network",
                 "mode",     "value",    "interface-type",    "account",
                 "settings", "factory",  "factory-interface", "left-behind",
                 "unknown",  "invalid",  "incomplete",        "ambiguous",
                 "boot",     "login",    "before-command",    "command",
                 "part",     "on"});
    if (root.out().none()) {
        check_names(root, d);
    }
    return d;
}

}  // namespace

definition_pointer read_definition(std::string_view xml, const std::string& file, diagnostics& out) {
    model::mistakes wrong;
    const model::source_text source(xml, file);
    definition d;
    if (const auto tree = model::xml_document::parse(source, wrong)) {
        if (std::string_view(tree->root().name()) == "simulator") {
            d = read_simulator(*tree);
        } else {
            element(tree->shared(), tree->root()).wrong("this is no simulated device", "its root is <simulator>");
        }
    }
    if (!wrong.none()) {
        const auto all = wrong.take();
        out.insert(out.end(), all.begin(), all.end());
        return nullptr;
    }
    return std::make_shared<const definition>(std::move(d));
}

}  // namespace rollover::sim::scripted
