#include "drivers/platform/reader_candidate.h"

#include "drivers/platform/reader_procedures.h"

#include <fmt/format.h>

namespace rollover::platform {
namespace {

std::vector<step> read_part(const element& candidate, const char* name) {
    const auto e = only_child(candidate, name);
    if (!e) {
        return {};
    }
    e->allow({}, {"command"});
    return read_steps(*e);
}

void replace_all(std::string& text, std::string_view variable, std::int64_t value) {
    for (auto at = text.find(variable); at != std::string::npos; at = text.find(variable, at)) {
        text.replace(at, variable.size(), fmt::to_string(value));
    }
}

/// The time that the device is told stands once in the file.
void tell_time(const element& commit, candidate_steps& to) {
    constexpr std::string_view minutes = "${minutes}";
    constexpr std::string_view seconds = "${seconds}";
    for (auto& s : to.commit) {
        const bool in_minutes = s.command.find(minutes) != std::string::npos;
        if (in_minutes && to.confirm_within % std::chrono::minutes(1) != duration{}) {
            commit.complain_at("confirm-within", "the device is told whole minutes, and this is none",
                               "write it as 5min, or use ${seconds} in the command");
        }
        replace_all(s.command, minutes, std::chrono::floor<std::chrono::minutes>(to.confirm_within).count());
        replace_all(s.command, seconds, std::chrono::floor<std::chrono::seconds>(to.confirm_within).count());
    }
}

void read_commit(const element& e, candidate_steps& to) {
    e.allow({"confirm-within"}, {"command"});
    to.confirm_within = e.time("confirm-within", to.confirm_within);
    to.commit = read_steps(e, e.has("confirm-within") ? variables::confirm_time : variables::none);
    tell_time(e, to);
    if (to.commit.empty()) {
        e.complain("<commit> has no command", "say what commits the candidate");
    }
    if (e.has("confirm-within") && to.confirm_within <= duration{}) {
        e.complain_at("confirm-within", "no time is left to confirm in", "give it some minutes, or leave it out");
    }
}

}  // namespace

candidate_steps read_candidate(const element& e) {
    e.allow({}, {"check", "commit", "confirm", "discard", "rollback"});
    candidate_steps all;
    all.check = read_part(e, "check");
    if (const auto commit = only_child(e, "commit")) {
        read_commit(*commit, all);
    } else {
        e.complain("a <candidate> needs <commit>", "without it nothing that is typed would ever count");
    }
    all.confirm = read_part(e, "confirm");
    all.discard = read_part(e, "discard");
    all.rollback = read_part(e, "rollback");
    const bool is_taken_back = all.confirm_within > duration{};
    if (is_taken_back && all.confirm.empty()) {
        e.complain("the device takes the commit back by itself, and nothing confirms it",
                   "add <confirm>, or leave confirm-within out");
    }
    if (!is_taken_back && !all.confirm.empty()) {
        e.complain("there is nothing to <confirm>: the commit stays by itself",
                   "add confirm-within to <commit>, or leave <confirm> out");
    }
    return all;
}

}  // namespace rollover::platform
