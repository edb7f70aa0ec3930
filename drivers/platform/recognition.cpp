#include "drivers/platform/recognition.h"

#include "drivers/platform/patterns.h"
#include "drivers/platform/samples.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>

namespace rollover::platform {
namespace {

/// Who gets the texts of one expression in place of its state, and an example for each.
struct taken {
    std::size_t of = 0;                        ///< texts that were tried
    std::map<std::string, std::size_t> count;  ///< by who takes them
    std::map<std::string, std::string> example;
};

/// `taker`: who gets a text; empty: the state itself.
taken try_texts(const std::string& expression, const std::function<std::string(const std::string&)>& taker) {
    taken all;
    for (const auto& text : samples_of(expression)) {
        ++all.of;
        const auto who = taker(text);
        if (!who.empty()) {
            ++all.count[who];
            all.example.emplace(who, text);
        }
    }
    return all;
}

void report(const taken& all, const source_place& place, const std::string& name, const char* kind, findings& out) {
    std::size_t lost = 0;
    for (const auto& [who, count] : all.count) {
        lost += count;
    }
    for (const auto& [who, count] : all.count) {
        const auto& example = all.example.at(who);
        const auto mend =
            who.starts_with("state")
                ? fmt::format("put the state '{}' before it, or make one of the two expressions narrower", name)
                : std::string("make that expression narrower");
        if (lost == all.of) {
            out.errors.push_back(
                {place,
                 fmt::format("this {} of state '{}' never counts: \"{}\" is taken for {}", kind, name, example, who),
                 mend});
        } else {
            out.warnings.push_back(
                {place, fmt::format("\"{}\" is taken for {}, and not for state '{}'", example, who, name), mend});
        }
    }
}

std::string state_at(const description& d, std::size_t index) {
    return fmt::format("state '{}' (line {})", d.states[index].name, d.states[index].place.line);
}

}  // namespace

void findings::add(findings more) {
    std::move(more.errors.begin(), more.errors.end(), std::back_inserter(errors));
    std::move(more.warnings.begin(), more.warnings.end(), std::back_inserter(warnings));
}

findings check_recognition(const description& d) {
    findings out;
    const auto match = d.compiled ? d.compiled : std::make_shared<const patterns>(d);
    for (std::size_t i = 0; i < d.states.size(); ++i) {
        const auto& s = d.states[i];
        const auto prompt_taker = [&](const std::string& text) -> std::string {
            if (match->without_log(text).size() != text.size()) {
                return "a <log-line>";
            }
            if (match->pagers.any(text)) {
                return "a <pager>";
            }
            const auto found = match->prompt_of(text);
            return found && found->state != i ? state_at(d, found->state) : std::string();
        };
        const auto banner_taker = [&](const std::string& text) -> std::string {
            const auto found = match->banner_of(text);
            return found && *found != i ? state_at(d, *found) : std::string();
        };
        for (std::size_t k = 0; k < s.prompts.size(); ++k) {
            report(try_texts(s.prompts[k], prompt_taker), k < s.prompt_places.size() ? s.prompt_places[k] : s.place,
                   s.name, "prompt", out);
        }
        for (std::size_t k = 0; k < s.banners.size(); ++k) {
            report(try_texts(s.banners[k], banner_taker), k < s.banner_places.size() ? s.banner_places[k] : s.place,
                   s.name, "banner", out);
        }
    }
    return out;
}

}  // namespace rollover::platform
