#include "drivers/platform/doubts.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace rollover::platform {
namespace {

/// States that only wait, or that a person has to leave, are looked for first where their prompts are the same.
void find_twins(const description& d, diagnostics& found) {
    std::map<std::string, std::string> seen;  // pattern -> state
    for (const state& s : d.states) {
        for (const auto* patterns : {&s.prompts, &s.banners}) {
            for (const std::string& pattern : *patterns) {
                const auto key = (patterns == &s.prompts ? "p" : "b") + pattern;
                const auto [first, is_new] = seen.emplace(key, s.name);
                if (!is_new && first->second != s.name) {
                    found.push_back({s.place,
                                     fmt::format("what shows state '{}' shows state '{}' too: '{}'", s.name,
                                                 first->second, pattern),
                                     "the first one in the file counts, so this one is never seen by it"});
                }
            }
        }
    }
}

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

}  // namespace

diagnostics doubts_about(const description& d) {
    diagnostics found;
    find_twins(d, found);
    for (const transition& t : d.transitions) {
        look_at_questions(t.questions, found);
    }
    for (const config_line_rule& rule : d.config_lines) {
        look_at_questions(rule.questions, found);
    }
    for (const auto* steps : {&d.prepare, &d.save, &d.after_config, &d.erase, &d.verify_clean, &d.hand_over}) {
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
