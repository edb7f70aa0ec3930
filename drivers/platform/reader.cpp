#include "drivers/platform/patterns.h"
#include "drivers/platform/reachability.h"
#include "drivers/platform/reader_candidate.h"
#include "drivers/platform/reader_identify.h"
#include "drivers/platform/reader_interfaces.h"
#include "drivers/platform/reader_procedures.h"
#include "drivers/platform/reader_recover.h"
#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr unsigned longest_possible_line = 4095;  // a tty in canonical mode, termios(3)
const std::array<std::string, 2> erase_methods{"procedure", "restore"};
const std::array<std::string, 2> line_styles{"blocks", "set"};

/// {host} and {status} stand for the groups that a prompt may have; authors are spared (?P&lt;...&gt;) in XML.
std::string with_groups(std::string expression) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> groups{
        {{"{host}", R"((?P<host>[A-Za-z0-9][-\w./]*))"}, {"{status}", R"((?P<status>\d+))"}}};
    for (const auto& [written, meant] : groups) {
        for (auto at = expression.find(written); at != std::string::npos; at = expression.find(written, at)) {
            expression.replace(at, written.size(), meant);
            at += meant.size();
        }
    }
    return expression;
}

void read_state(const element& e, description& d) {
    e.allow({"name", "quiet", "takes-text", "incomplete", "configuring", "hint"}, {"prompt", "banner"});
    state s;
    s.name = e.required("name");
    s.place = e.place();
    s.quiet = e.time("quiet", s.quiet);
    s.takes_text = e.boolean("takes-text", false);
    s.incomplete = e.boolean("incomplete", false);
    s.hint = e.text("hint");
    for (const auto& p : e.children("prompt")) {
        p.allow({"match"}, {});
        s.prompts.push_back(with_groups(p.pattern("match", true)));
        if (!check_pattern(s.prompts.back()) && pattern_set({s.prompts.back()}, pattern_set::match::whole).any("")) {
            p.complain_at("match", "the prompt matches an empty line", "then every silence would be this state");
        }
        s.prompt_places.push_back(p.place());
    }
    for (const auto& b : e.children("banner")) {
        b.allow({"match"}, {});
        s.banners.push_back(b.pattern("match", true));
        s.banner_places.push_back(b.place());
    }
    if (s.prompts.empty() && s.banners.empty()) {
        e.complain(fmt::format("the state '{}' cannot be recognized", s.name), "it needs a <prompt> or a <banner>");
    }
    if (d.find_state(s.name)) {
        e.complain_at("name", fmt::format("the state '{}' is there twice", s.name));
    }
    if (e.boolean("configuring", false)) {
        d.config_substates.push_back(s.name);
    }
    d.states.push_back(std::move(s));
}

void read_transition(const element& e, description& d) {
    e.allow({"from", "to", "limit", "lasting"}, {"type", "key", "question", "locked"});
    transition t;
    t.from = e.required("from");
    t.to = e.required("to");
    t.place = e.place();
    t.limit = e.time("limit", t.limit);
    t.lasting = e.boolean("lasting", t.lasting);
    t.type = read_all_keystrokes(e);
    t.questions = read_questions(e);
    for (const auto& lock : e.children("locked")) {
        lock.allow({"match", "wait", "limit"}, {});
        t.lock.pattern = lock.pattern("match", true);
        t.lock.wait = lock.time("wait", t.lock.wait);
        t.lock.limit = lock.time("limit", t.lock.limit);
    }
    d.transitions.push_back(std::move(t));
}

std::vector<std::string> read_patterns(const element& parent, const char* name) {
    std::vector<std::string> all;
    for (const auto& e : parent.children(name)) {
        e.allow({"match"}, {});
        all.push_back(e.pattern("match", true));
    }
    return all;
}

void read_forbidden(const element& e, description& d) {
    e.allow({"character", "because"}, {});
    static_cast<void>(e.required("character"));
    const auto keys = e.keys("character");
    if (e.has("character") && keys.size() != 1) {
        e.complain_at("character", "this is not one character", "one <forbid> for each");
        return;
    }
    d.forbidden_characters.push_back({keys.empty() ? '\0' : keys[0], e.required("because")});
}

void read_config_line(const element& e, description& d) {
    e.allow({"match", "within", "refused-because", "hint", "limit"}, {"question"});
    config_line_rule rule;
    rule.pattern = e.pattern("match", true);
    rule.within = e.pattern("within", false);
    rule.refused = e.text("refused-because");
    rule.hint = e.text("hint");
    rule.limit = e.time("limit", rule.limit);
    rule.questions = read_questions(e);
    rule.place = e.place();
    if (rule.refused.empty() && !e.has("limit") && rule.questions.empty()) {
        e.complain("this <config-line> says nothing of its lines", "a limit, a <question>, or refused-because");
    }
    d.config_lines.push_back(std::move(rule));
}

void read_readback(const element& e, description& d) {
    e.allow({"command", "style", "block-end", "negation", "compared"},
            {"ignore", "permanent", "replaced", "unshown", "masked"});
    d.readback.place = e.place();
    d.readback.command = e.required("command");
    d.readback.block_end = e.pattern("block-end", false);
    if (e.one_of("style", line_styles, 0) == 1) {
        d.readback.style = line_style::set;
        d.readback.negation = "delete ";
    }
    d.readback.negation = e.text("negation", d.readback.negation);
    d.readback.ignore = read_patterns(e, "ignore");
    d.readback.permanent = read_patterns(e, "permanent");
    d.readback.replaced = read_patterns(e, "replaced");
    d.readback.compared = e.boolean("compared", d.readback.compared);
    d.readback.unshown = read_patterns(e, "unshown");
    d.readback.masked = read_patterns(e, "masked");
}

std::vector<step> read_procedure(const element& root, const char* name) {
    const auto e = only_child(root, name);
    if (!e) {
        return {};
    }
    e->allow({}, {"command"});
    return read_steps(*e);
}

void read_keys_of_unknown(const element& root, description& d) {
    if (const auto wake = only_child(root, "wake")) {
        wake->allow({}, {"type", "key"});
        d.wake = read_all_keystrokes(*wake);
    }
    if (const auto silence = only_child(root, "silence")) {
        silence->allow({}, {"type", "key"});
        d.silence = read_all_keystrokes(*silence);
    }
    if (const auto leave = only_child(root, "leave-unknown")) {
        leave->allow({}, {"key"});
        for (const auto& k : read_all_keystrokes(*leave)) {
            d.leave_unknown.push_back(k.text);
        }
    }
}

void read_erase(const element& root, description& d) {
    const auto e = only_child(root, "erase");
    if (!e) {
        root.complain("a platform needs <erase>", "without it no device of it can be made clean");
        return;
    }
    e->allow({"method", "estimate"}, {"command"});
    d.erase_place = e->place();
    d.how_to_erase = e->one_of("method", erase_methods, 0) == 1 ? erase_method::restore : erase_method::procedure;
    d.erase_estimate = e->time("estimate", d.erase_estimate);
    d.erase = read_steps(*e);
}

void read_console_speed(const element& root, description& d) {
    const auto e = only_child(root, "console-speed");
    if (!e) {
        return;
    }
    e->allow({"stored-by"}, {"command"});
    d.console_speed.stored_by = e->pattern("stored-by", false);
    d.console_speed.steps = read_steps(*e, variables::speed);
    const auto& steps = d.console_speed.steps;
    if (steps.empty() || steps.back().command.find("${baud}") == std::string::npos) {
        e->complain("the last command of <console-speed> sets no speed", "write ${baud} where the speed stands in it");
    }
}

void read_root(const element& root, description& d) {
    root.allow({"name", "home", "configure", "kill-line", "type-ahead", "pager-key", "pager-leave", "boot-limit",
                "longest-line"},
               {"source",        "state",    "transition", "wake",         "silence",  "leave-unknown",
                "pager",         "error",    "log-line",   "above-prompt", "forbid",   "config-line",
                "candidate",     "prepare",  "save",       "after-config", "erase",    "verify-clean",
                "console-speed", "identify", "interfaces", "hand-over",    "readback", "recover"});
    d.name = root.required("name");
    d.home = root.required("home");
    d.config_state = root.required("configure");
    d.configure_place = root.place("configure");
    d.kill_line = root.keys("kill-line", d.kill_line);
    d.type_ahead = root.boolean("type-ahead", d.type_ahead);
    d.pager_key = root.keys("pager-key", d.pager_key);
    d.pager_leave = root.keys("pager-leave", d.pager_leave);
    d.boot_limit = root.time("boot-limit", d.boot_limit);
    d.longest_line = root.number("longest-line", d.longest_line, 1, longest_possible_line);
    for (const auto& e : root.children("state")) {
        read_state(e, d);
    }
    for (const auto& e : root.children("transition")) {
        read_transition(e, d);
    }
    for (const auto& e : root.children("forbid")) {
        read_forbidden(e, d);
    }
    for (const auto& e : root.children("config-line")) {
        read_config_line(e, d);
    }
    read_keys_of_unknown(root, d);
    d.pagers = read_patterns(root, "pager");
    d.errors = read_patterns(root, "error");
    d.log_lines = read_patterns(root, "log-line");
    d.above_prompt = read_patterns(root, "above-prompt");
    if (const auto e = only_child(root, "candidate")) {
        d.candidate = read_candidate(*e);
    }
    d.prepare = read_procedure(root, "prepare");
    d.save = read_procedure(root, "save");
    d.after_config = read_procedure(root, "after-config");
    read_erase(root, d);
    d.verify_clean = read_procedure(root, "verify-clean");
    read_console_speed(root, d);
    if (const auto e = only_child(root, "identify")) {
        d.identify = read_identify(*e);
    }
    if (const auto e = only_child(root, "interfaces")) {
        d.interfaces = read_interfaces(*e);
    }
    d.hand_over = read_procedure(root, "hand-over");
    if (const auto e = only_child(root, "recover")) {
        d.recover = read_recover(*e);
    }
    if (const auto e = only_child(root, "readback")) {
        read_readback(*e, d);
    } else {
        root.complain("a platform needs <readback>", "how the running configuration is shown");
    }
}

/// Names of states that are used somewhere.
class reference_checker {
public:
    reference_checker(const description& d, xml_source& source) : description_(d), source_(source) {
        for (const auto& s : d.states) {
            names_.push_back(s.name);
        }
    }

    void check(const std::string& name, const source_place& where) {
        if (name.empty() || description_.find_state(name)) {
            return;
        }
        const auto near = closest(name, names_);
        source_.complain(where, fmt::format("there is no state '{}'", printable(name)),
                         near.empty() ? fmt::format("the states are {}", join(names_, ", "))
                                      : fmt::format("did you mean '{}'?", near));
    }

    void check(const std::vector<step>& steps) {
        for (const auto& s : steps) {
            check(s.in_state, s.place);
            check(s.ends_in, s.place);
        }
    }

private:
    const description& description_;
    xml_source& source_;
    std::vector<std::string> names_;
};

void check_references(const element& root, const description& d, xml_source& source) {
    reference_checker references(d, source);
    references.check(d.home, root.place("home"));
    references.check(d.config_state, root.place("configure"));
    for (const auto& t : d.transitions) {
        references.check(t.from, t.place);
        references.check(t.to, t.place);
    }
    for (const auto* steps :
         {&d.prepare, &d.save, &d.after_config, &d.erase, &d.verify_clean, &d.console_speed.steps, &d.hand_over,
          &d.candidate.check, &d.candidate.commit, &d.candidate.confirm, &d.candidate.discard, &d.candidate.rollback}) {
        references.check(*steps);
    }
    if (d.recover) {
        references.check(d.recover->until, d.recover->place);
        references.check(d.recover->steps);
    }
    for (const auto& command : d.identify) {
        references.check({command.run});
    }
}

}  // namespace

std::optional<description> read_description(std::string_view xml, const std::string& file, diagnostics& mistakes) {
    const auto before = mistakes.size();
    xml_source source(xml, file, mistakes);
    const auto node = source.root();
    if (node.empty()) {
        return std::nullopt;
    }
    const element root(source, node);
    description d;
    d.file = file;
    read_root(root, d);
    check_references(root, d, source);
    if (d.find_state(d.home)) {
        for (auto& mistake : broken_ways(d)) {
            mistakes.push_back(std::move(mistake));
        }
    }
    if (mistakes.size() != before) {
        std::sort(mistakes.begin() + static_cast<std::ptrdiff_t>(before), mistakes.end(),
                  [](const diagnostic& a, const diagnostic& b) {
                      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
                  });
        return std::nullopt;
    }
    d.compiled = std::make_shared<const patterns>(d);
    return d;
}

}  // namespace rollover::platform
