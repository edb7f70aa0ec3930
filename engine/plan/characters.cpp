// What is typed on a device, and how long that takes.
#include "engine/plan/plan.h"

#include <algorithm>
#include <deque>

namespace rollover::plan {

namespace {

constexpr char cr = '\r';
constexpr duration speed_changes = std::chrono::seconds(2);  // there and back; one nearby: docs/performance.md

// What a user types that is known now: a name or a password of the lab's credentials is not.
void type(std::string& out, const platform::keystrokes& k) {
    if (k.kind == platform::answer_kind::text) {
        out += k.text;
    }
    if (k.enter) {
        out += cr;
    }
}

// The keystrokes of a shortest way between two states, as a session takes it.
void type_way(std::string& out, const platform::description& p, const std::string& from, const std::string& to) {
    std::map<std::string, const platform::transition*> last;  // by state: the transition that found it
    std::deque<std::string> open{from};
    while (from != to && !open.empty() && last.count(to) == 0) {
        const std::string here = open.front();
        open.pop_front();
        for (const platform::transition& t : p.transitions) {
            if (t.from == here && t.to != from && last.emplace(t.to, &t).second) {
                open.push_back(t.to);
            }
        }
    }
    if (last.count(to) == 0) {
        return;
    }
    std::vector<const platform::transition*> way;
    for (std::string here = to; here != from; here = way.back()->from) {
        way.push_back(last.at(here));
    }
    for (auto t = way.rbegin(); t != way.rend(); ++t) {
        for (const platform::keystrokes& k : (*t)->type) {
            type(out, k);
        }
    }
}

void type_steps(std::string& out, const std::vector<platform::step>& steps) {
    for (const platform::step& s : steps) {
        if (!s.for_each_interface && !s.for_each_serial_port) {
            out += s.command + cr;
        }
    }
}

duration character_time(const model::console& c, std::uint32_t baud) {
    const int bits = 1 + c.data_bits + (c.parity == 'n' ? 0 : 1) + c.stop_bits;
    return duration(std::chrono::seconds(bits)) / static_cast<std::int64_t>(baud);
}

}  // namespace

std::string characters_of(const device_plan& d, const platform::description& p) {
    std::string out;
    type_way(out, p, p.home, p.config_state);
    if (p.candidate.is_used()) {
        type_steps(out, p.candidate.discard);  // what somebody has left there
    }
    for (const planned_line& line : d.config) {
        out += line.text + cr;
    }
    type_steps(out, p.candidate.check);
    type_steps(out, p.candidate.commit);
    type_way(out, p, p.config_state, p.home);
    type_steps(out, p.after_config);
    if (!p.candidate.confirm.empty()) {
        type_way(out, p, p.home, p.config_state);
        type_steps(out, p.candidate.confirm);
        type_way(out, p, p.config_state, p.home);
    }
    return out;
}

duration typing_time(std::string_view typed, const model::console& console) {
    const auto line_ends = std::count(typed.begin(), typed.end(), cr);
    const auto others = static_cast<std::ptrdiff_t>(typed.size()) - line_ends;
    return others * console.char_delay + line_ends * console.line_delay;
}

duration saved_by_raising(std::string_view typed, bool compared, const model::console& console) {
    const auto slow = character_time(console, console.baud);
    const auto fast = character_time(console, console.fast_baud);
    const auto typing = std::max(console.char_delay, slow) - std::max(console.char_delay, fast);
    const auto characters = static_cast<std::int64_t>(typed.size());
    return characters * (compared ? typing + slow - fast : typing) - speed_changes;
}

}  // namespace rollover::plan
