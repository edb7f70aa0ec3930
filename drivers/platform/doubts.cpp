#include "drivers/platform/doubts.h"

#include "drivers/platform/reachability.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

void look_at_questions(const std::vector<question>& questions, diagnostics& found) {
    for (const question& q : questions) {
        if (!q.pattern.empty() && !q.pattern.ends_with('$')) {
            found.push_back({q.place,
                             "the question is matched anywhere in the line, also when more of it is still to come",
                             "match its end: '\\? ?$'"});
        }
    }
}

void look_at_steps(const std::vector<step>& steps, diagnostics& found) {
    for (const step& s : steps) {
        look_at_questions(s.questions, found);
    }
}

void find_omissions(const description& d, diagnostics& found) {
    const source_place whole{d.file, 0, 0};
    const bool shows_status = std::any_of(d.states.begin(), d.states.end(), [](const state& s) {
        return std::any_of(s.prompts.begin(), s.prompts.end(),
                           [](const std::string& p) { return p.find("?P<status>") != std::string::npos; });
    });
    if (d.errors.empty() && !shows_status) {
        found.push_back({whole, "nothing shows that a command was rejected", "add <error>, or {status} to the prompt"});
    }
    if (d.identify.empty()) {
        found.push_back({whole, "a console that is cabled to the wrong device is not found", "add <identify>"});
    }
    if (d.how_to_erase == erase_method::procedure && d.verify_clean.empty()) {
        found.push_back({whole, "nothing proves that an erased device is empty", "add <verify-clean>"});
    }
}

void check_states(const description& d, diagnostics& out) {
    for (std::size_t i = 0; i < d.states.size(); ++i) {
        const auto& s = d.states[i];
        if ((s.incomplete || s.takes_text) && !d.is_configuring(i)) {
            out.push_back({s.place,
                           fmt::format("{} of state '{}' is without effect: no configuration passes through it",
                                       s.incomplete ? "incomplete" : "takes-text", s.name),
                           "add configuring=\"true\", or leave it out"});
        }
    }
}

void check_steps(const description& d, diagnostics& out) {
    for (const auto& [name, steps] : procedures(d)) {
        if (!steps->empty() && !steps->front().after.empty()) {
            out.push_back({steps->front().place,
                           fmt::format("the first command of <{}> is never typed: no output stands before it that "
                                       "after-output could match",
                                       name),
                           "put the command that it depends on before it"});
        }
    }
    if (d.how_to_erase == erase_method::procedure && d.erase.empty()) {
        out.push_back({d.erase_place, "<erase> has no command: nothing of a device is erased",
                       "add commands, or method=\"restore\""});
    }
}

void check_config_lines(const description& d, diagnostics& out) {
    for (auto rule = d.config_lines.begin(); rule != d.config_lines.end(); ++rule) {
        const auto first = std::find_if(d.config_lines.begin(), rule, [&](const config_line_rule& other) {
            return other.pattern == rule->pattern && (other.within.empty() || other.within == rule->within) &&
                   other.refused.empty() == rule->refused.empty();
        });
        if (first != rule) {
            out.push_back({rule->place,
                           fmt::format("this <config-line> never counts: line {} matches the same lines before it",
                                       first->place.line),
                           "put both into one"});
        }
    }
}

void check_readback(const description& d, diagnostics& out) {
    const auto& r = d.readback;
    if (!r.compared && !(r.unshown.empty() && r.masked.empty())) {
        out.push_back({r.place, "<unshown> and <masked> are without effect where nothing is compared",
                       "leave them out, or compared=\"false\""});
    }
    for (const auto& masked : r.masked) {
        if (masked.find("(?P<shown>") == std::string::npos) {
            out.push_back({r.place, fmt::format("the <masked> line \"{}\" does not say what of it is shown", masked),
                           "put what the device shows of it into a group (?P&lt;shown&gt;...)"});
        }
    }
    const description usual;
    if (d.pagers.empty() && (d.pager_key != usual.pager_key || d.pager_leave != usual.pager_leave)) {
        out.push_back({d.configure_place, "pager-key and pager-leave are without effect where there is no <pager>",
                       "add <pager match=\"...\"/>, or leave them out"});
    }
}

}  // namespace

diagnostics doubts_about(const description& d) {
    diagnostics found;
    check_states(d, found);
    check_steps(d, found);
    check_config_lines(d, found);
    check_readback(d, found);
    for (const transition& t : d.transitions) {
        look_at_questions(t.questions, found);
    }
    for (const config_line_rule& rule : d.config_lines) {
        look_at_questions(rule.questions, found);
    }
    for (const auto& [name, steps] : procedures(d)) {
        look_at_steps(*steps, found);
    }
    if (d.recover) {
        look_at_steps(d.recover->steps, found);
    }
    find_omissions(d, found);
    std::sort(found.begin(), found.end(), [](const diagnostic& a, const diagnostic& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    return found;
}

}  // namespace rollover::platform
