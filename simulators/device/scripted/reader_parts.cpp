#include "simulators/device/scripted/reader_parts.h"

#include "simulators/device/scripted/acts.h"
#include "simulators/device/scripted/text_template.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

namespace rollover::sim::scripted {
namespace {

using model::element;
using model::reading;
using model::word;
namespace rules = model::rules;

constexpr duration longest = std::chrono::hours(2);
constexpr std::size_t deepest = 8;

constexpr std::array<word<step::reply>, 4> replies{{{"line", step::reply::line},
                                                    {"key", step::reply::key},
                                                    {"password", step::reply::password},
                                                    {"enter", step::reply::enter}}};
constexpr std::array<word<std::string_view>, 2> lists{{{"interface", "interface"}, {"neighbor", "neighbor"}}};

/// The values that every device has.
constexpr std::array<std::string_view, 32> own_values{"hostname",
                                                      "serial",
                                                      "model",
                                                      "mac",
                                                      "user",
                                                      "line",
                                                      "word",
                                                      "caret",
                                                      "path",
                                                      "section",
                                                      "clock",
                                                      "uptime",
                                                      "interface",
                                                      "link",
                                                      "admin",
                                                      "address",
                                                      "netmask",
                                                      "prefix",
                                                      "neighbor",
                                                      "neighbor-interface",
                                                      "neighbor-platform",
                                                      "sent",
                                                      "received",
                                                      "lost",
                                                      "percent",
                                                      "lost-percent",
                                                      "short",
                                                      "below",
                                                      "name",
                                                      "rejected",
                                                      "absent",
                                                      "accepted"};

branch read_branch(reading& from, pugi::xml_node node, std::size_t depth);
std::vector<step> steps_of(reading& from, element& e, pugi::xml_node node, std::size_t depth);

void read_ask(reading& from, element& e, step& s, pugi::xml_node node, std::size_t depth) {
    s.text = text_of_attribute(e.raw("question").value_or(""));
    s.how = e.choice<step::reply>("reply", replies, step::reply::line);
    s.name = e.optional("into", rules::name);
    s.within = e.time("within", duration(0), longest, duration(0));
    s.abbreviated = e.flag("abbreviated", false);
    for (const pugi::xml_node child : node.children("answer")) {
        s.branches.push_back(read_branch(from, child, depth));
    }
    e.finish({"answer"});
}

void read_ping(reading& from, element& e, step& s, pugi::xml_node node, std::size_t depth) {
    s.text = e.required("to", rules::text_line);
    s.count = e.number("count", 1, 1000, 5);
    s.interval = e.time("interval", duration(0), longest, std::chrono::milliseconds(5));
    s.time = e.time("timeout", duration(0), longest, std::chrono::seconds(2));
    for (const char* const name : {"reply", "lost"}) {
        branch b;
        b.answers.emplace_back(name);
        for (const pugi::xml_node child : node.children(name)) {
            element inner(from, child);
            b.steps = steps_of(from, inner, child, depth + 1);
        }
        s.branches.push_back(std::move(b));
    }
    e.finish({"reply", "lost"});
}

void read_text(element& e, step& s) {
    s.text = block_of(e);
    if (s.text.empty()) {
        s.text = "\n";  // <print/>: the end of a line, as after a key that was pressed
    }
    if (!e.flag("line-end", true) && !s.text.empty()) {
        s.text.pop_back();
    }
    e.finish_text();
}

bool read_step(reading& from, pugi::xml_node node, std::size_t depth, step& s) {
    element e(from, node);
    s.at = e.offset();
    s.when = e.optional("when", rules::text_line);
    const std::string_view tag = e.tag();
    if (tag == "print" || tag == "page" || tag == "log") {
        s.what = tag == "print" ? step::kind::print : tag == "page" ? step::kind::page : step::kind::log;
        s.time = tag == "log" ? e.time("after", duration(0), longest, duration(0)) : duration(0);
        read_text(e, s);
    } else if (tag == "wait") {
        s.what = step::kind::wait;
        s.time = e.time("time", duration(0), longest, duration(0));
        e.finish();
    } else if (tag == "ask") {
        s.what = step::kind::ask;
        read_ask(from, e, s, node, depth);
    } else if (tag == "go") {
        s.what = step::kind::go;
        s.text = e.required("mode", rules::name);
        e.finish();
    } else if (tag == "act") {
        s.what = step::kind::act;
        s.text = e.required("do", rules::name);
        s.name = e.optional("with", rules::any_line);
        if (!s.text.empty() && !find_act(s.text)) {
            e.wrong("do", "there is no act " + model::in_quotes(s.text), "known are: " + names_of_acts());
        }
        e.finish();
    } else if (tag == "play") {
        s.what = step::kind::play;
        s.text = e.required("part", rules::name);
        e.finish();
    } else if (tag == "set") {
        s.what = step::kind::set;
        s.name = e.required("value", rules::name);
        s.text = text_of_attribute(e.raw("to").value_or(""));
        e.finish();
    } else if (tag == "ping") {
        s.what = step::kind::ping;
        read_ping(from, e, s, node, depth);
    } else if (tag == "each") {
        s.what = step::kind::each;
        s.name = e.choice<std::string_view>("of", lists);
        read_text(e, s);
    } else {
        return false;
    }
    return true;
}

std::vector<step> steps_of(reading& from, element& e, pugi::xml_node node, std::size_t depth) {
    std::vector<step> out;
    if (depth > deepest) {
        e.wrong("questions are nested too deeply", "at most 8 levels");
        return out;
    }
    for (const pugi::xml_node child : node.children()) {
        step s;
        if (child.type() == pugi::node_element && read_step(from, child, depth, s)) {
            out.push_back(std::move(s));
        }
    }
    e.finish({"print", "page", "log", "wait", "ask", "go", "act", "set", "ping", "each", "play"});
    return out;
}

branch read_branch(reading& from, pugi::xml_node node, std::size_t depth) {
    element e(from, node);
    branch b;
    b.answers = words_of(e.optional("is", rules::any_line));
    b.steps = steps_of(from, e, node, depth + 1);
    return b;
}

/// Names, and the byte of the file where each is used first.
using places = std::map<std::string, std::size_t, std::less<>>;

struct names_of_file {
    places used;
    std::set<std::string, std::less<>> known;
    places modes;
    places parts;
};

void take_names(std::string_view text, std::size_t at, places& used) {
    for (std::string& name : names_in(text)) {
        used.emplace(std::move(name), at);
    }
}

void collect(const std::vector<step>& steps, names_of_file& n) {
    for (const step& s : steps) {
        switch (s.what) {
            case step::kind::act: take_names(s.name, s.at, n.used); break;
            case step::kind::go: n.modes.emplace(s.text, s.at); break;
            case step::kind::play: n.parts.emplace(s.text, s.at); break;
            case step::kind::set:
            case step::kind::ask: n.known.insert(s.name); [[fallthrough]];
            default: take_names(s.text, s.at, n.used); break;
        }
        for (const branch& b : s.branches) {
            collect(b.steps, n);
        }
    }
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::istringstream in{std::string(text)};
    for (std::string one; in >> one;) {
        words.push_back(one);
    }
    return words;
}

std::string text_of_attribute(std::string_view written) {
    std::string out;
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (written[i] != '\\' || i + 1 == written.size()) {
            out.push_back(written[i]);
            continue;
        }
        constexpr std::string_view letters = "nrbae";
        constexpr std::string_view characters = "\n\r\b\a\x1b";
        const std::size_t at = letters.find(written[++i]);
        out.push_back(at == std::string_view::npos ? written[i] : characters[at]);
    }
    return out;
}

std::string block_of(const element& e) {
    std::vector<std::string> lines;
    for (const auto& line : e.text()) {
        lines.push_back(line.text);
    }
    const auto blank = [](const std::string& l) { return l.find_first_not_of(' ') == std::string::npos; };
    const bool is_block = lines.size() > 1;
    if (is_block) {
        if (blank(lines.front())) {
            lines.erase(lines.begin());
        }
        if (blank(lines.back())) {
            lines.pop_back();
        }
    }
    std::size_t common = is_block ? std::string::npos : 0;
    for (const std::string& l : lines) {
        common = blank(l) ? common : std::min(common, l.find_first_not_of(' '));
    }
    std::string out;
    for (const std::string& l : lines) {
        out += blank(l) || common == std::string::npos ? std::string() : l.substr(common);
        out += '\n';
    }
    return out;
}

std::string grammar_pattern(std::string_view written) {
    std::string out(written);
    for (std::size_t at = 0; (at = out.find('(', at)) != std::string::npos; ++at) {
        const std::size_t end = out.find(')', at);
        if (end != std::string::npos && out.find('-', at) < end) {
            out[at] = '<';
            out[end] = '>';
        }
    }
    return out;
}

std::vector<step> read_steps(reading& from, element& e, pugi::xml_node node) {
    return steps_of(from, e, node, 0);
}

void read_setting(const element& e, const model::text_line& line, const std::string& mode, definition& d) {
    setting s;
    s.mode = mode;
    s.at = line.offset;
    std::string pattern = line.text;
    const auto wrong = [&](const std::string& what, const std::string& hint) {
        e.out().add(e.place_at(line.offset), what, hint);
    };
    if (const std::size_t arrow = pattern.find("->"); arrow != std::string::npos) {
        const auto target = words_of(std::string_view(pattern).substr(arrow + 2));
        pattern.resize(arrow);
        if (target.size() != 1) {
            wrong("after -> stands the one mode that the section is in", "for instance: interface IF -> interface");
            return;
        }
        s.opens = target.front();
    }
    if (const std::size_t bracket = pattern.find('['); bracket != std::string::npos) {
        std::string marks = pattern.substr(bracket + 1);
        pattern.resize(bracket);
        std::ranges::replace(marks, ']', ' ');
        for (const std::string& mark : words_of(marks)) {
            if (mark == "no") {
                s.shows_no = true;
            } else if (mark == "default") {
                s.shows_no = s.is_default = true;
            } else if (mark.size() == 1 && mark[0] >= '1' && mark[0] <= '9') {
                s.key = static_cast<std::uint8_t>(mark[0] - '0');
            } else {
                wrong("there is no mark " + model::in_quotes(mark), "a number of words, \"no\" or \"default\"");
            }
        }
    }
    std::uint8_t words = 0;
    for (const std::string& one : words_of(pattern)) {
        if (one == "|") {
            s.levels.push_back(words);
            words = 0;
            continue;
        }
        s.pattern += (s.pattern.empty() ? "" : " ") + grammar_pattern(one);
        ++words;
    }
    s.levels.push_back(words);
    if (!s.pattern.empty()) {
        d.settings.push_back(std::move(s));
    }
}

void check_names(const element& root, const definition& d) {
    names_of_file n;
    const std::size_t whole = root.offset();
    for (const std::string_view name : own_values) {
        n.known.emplace(name);
    }
    for (const auto& [name, value] : d.values) {
        n.known.insert(name);
        take_names(value.text, whole, n.used);
        take_names(value.otherwise, whole, n.used);
    }
    collect(d.boot, n);
    collect(d.login, n);
    collect(d.before_command, n);
    for (const command& c : d.commands) {
        collect(c.steps, n);
    }
    for (const auto& [name, steps] : d.parts) {
        collect(steps, n);
    }
    for (const event_logs& one : d.events) {
        collect(one.logs, n);
    }
    for (const mode& m : d.modes) {
        take_names(m.prompt, whole, n.used);
    }
    for (const setting& s : d.settings) {
        n.modes.emplace(s.mode, s.at);
        if (!s.opens.empty()) {
            n.modes.emplace(s.opens, s.at);
        }
    }
    for (const std::string* text :
         {&d.factory, &d.factory_each_interface, &d.unknown, &d.invalid, &d.incomplete, &d.ambiguous}) {
        take_names(*text, whole, n.used);
    }
    const auto wrong = [&root](std::size_t at, const std::string& what, const std::string& hint) {
        root.out().add(root.place_at(at), what, hint);
    };
    for (const auto& [name, at] : n.used) {
        const bool argument = name.size() == 1 && name[0] >= '1' && name[0] <= '9';
        if (!argument && !n.known.contains(name)) {
            wrong(at, "nothing gives a value to ${" + name + "}",
                  "add <value name=\"" + name + "\" is=\"...\"/>, or ask or set it");
        }
    }
    for (const auto& [name, at] : n.parts) {
        if (!d.parts.contains(name)) {
            wrong(at, "there is no part " + model::in_quotes(name), "add <part name=\"" + name + "\">");
        }
    }
    for (const auto& [name, at] : n.modes) {
        if (std::ranges::none_of(d.modes, [&wanted = name](const mode& m) { return m.name == wanted; })) {
            wrong(at, "there is no mode " + model::in_quotes(name), "add <mode name=\"" + name + "\" .../>");
        }
    }
}

}  // namespace rollover::sim::scripted
