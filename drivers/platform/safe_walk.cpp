#include "drivers/platform/safe_walk.h"

#include "drivers/platform/keys.h"
#include "drivers/platform/patterns.h"
#include "drivers/platform/round_trips.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr const char* starting_words =
    R"((?i)\b(?:(?:re|un|first)?boot\w*|reset\w*|reload\w*|restart\w*|power-?(?:cycle|off)|halt|shutdown|zeroize)\b)";

/// Why the transition starts the device; empty: it does not.
std::string starts_by(const description& d, std::size_t way, const pattern_set& starting) {
    const auto& t = d.transitions[way];
    const auto word = std::find_if(t.type.begin(), t.type.end(), [&](const keystrokes& k) {
        return k.kind == answer_kind::text && starting.any(k.text);
    });
    if (word != t.type.end()) {
        return fmt::format("it types \"{}\", which starts the device", encode_keys(word->text));
    }
    if (t.type.empty()) {
        return {};
    }
    const auto ways = starting_ways(d);
    if (std::find(ways.begin(), ways.end(), way) != ways.end()) {
        return fmt::format("it leads to state '{}', where a device starts", t.to);
    }
    if (d.recover && d.recover->until == t.from && t.from != d.home) {
        return "it leads out of the boot loader";
    }
    return {};
}

class leaving_out {
public:
    leaving_out(const description& d, bool may_boot)
        : from_(d), may_boot_(may_boot), starting_({starting_words}, pattern_set::match::anywhere) {}

    safe_walk make() {
        auto how = std::make_shared<description>(from_);
        how->transitions.clear();
        for (std::size_t way = 0; way < from_.transitions.size(); ++way) {
            if (!is_left(way)) {
                how->transitions.push_back(from_.transitions[way]);
            }
        }
        for (auto& t : how->transitions) {
            ask_less(t.questions, t.from + " to " + t.to);
        }
        thin("prepare", how->prepare);
        std::erase_if(how->identify, [this](const identify_command& one) { return is_left("identify", one.run); });
        for (auto& one : how->identify) {
            ask_less(one.run.questions, fmt::format("\"{}\" of <identify>", one.run.command));
        }
        thin("hand-over", how->hand_over);
        for (auto* steps :
             {&how->save, &how->after_config, &how->erase, &how->verify_clean, &how->console_speed.steps}) {
            steps->clear();
        }
        how->candidate = {};
        how->recover.reset();
        return {std::move(how), std::move(left_)};
    }

private:
    bool is_left(std::size_t way) {
        const auto& t = from_.transitions[way];
        auto why = starts_by(from_, way, starting_);
        const bool boots = !why.empty() && !t.lasting;
        if (boots && may_boot_) {
            return false;
        }
        if (t.lasting) {
            why = "what it types outlives the session (lasting)";
        }
        if (why.empty()) {
            return false;
        }
        left_.push_back({t.from + " to " + t.to, std::move(why), boots, t.place});
        return true;
    }

    bool is_left(const char* procedure, const step& s) {
        const auto where = s.in_state.empty() ? std::nullopt : from_.find_state(s.in_state);
        const bool configures = where && s.in_state != from_.home && from_.is_configuring(*where);
        if (!s.boots && !configures) {
            return false;
        }
        left_.push_back({fmt::format("\"{}\" of <{}>", s.command, procedure),
                         s.boots ? "the device boots after it" : "it is typed where configuration lines are", false,
                         s.place});
        return true;
    }

    void thin(const char* procedure, std::vector<step>& steps) {
        std::erase_if(steps, [&](const step& s) { return is_left(procedure, s); });
        for (auto& s : steps) {
            ask_less(s.questions, fmt::format("\"{}\" of <{}>", s.command, procedure));
        }
    }

    void ask_less(std::vector<question>& questions, const std::string& of) {
        std::erase_if(questions, [&](const question& q) {
            if (q.lasting) {
                left_.push_back({fmt::format("the answer to \"{}\" on the way {}", q.pattern, of),
                                 "it outlives the session (lasting)", false, q.place});
            }
            return q.lasting;
        });
    }

    const description& from_;
    bool may_boot_;
    pattern_set starting_;
    std::vector<left_out> left_;
};

}  // namespace

safe_walk without_consequences(const description& d, bool may_boot) {
    return leaving_out(d, may_boot).make();
}

}  // namespace rollover::platform
