#include "drivers/platform/reader_procedures.h"

#include "engine/base/text.h"

#include <array>

namespace rollover::platform {
namespace {

const std::array<std::string, 3> answers{"user", "password", "enable-password"};
constexpr std::array<answer_kind, 3> answer_kinds{answer_kind::user, answer_kind::password,
                                                  answer_kind::enable_password};

question read_question(const element& e) {
    e.allow({"match"}, {"type", "key"});
    question q;
    q.pattern = e.pattern("match", true);
    q.place = e.place();
    const auto typed = read_all_keystrokes(e);
    if (typed.size() != 1) {
        e.complain("a <question> has exactly one answer", "one <type> or <key>");
    } else {
        q.answer = typed.front();
    }
    return q;
}

/// `${interface}` only where there is an interface, `${baud}` only where a speed is set.
void check_variables(const element& e, const step& s, bool sets_speed) {
    for (auto at = s.command.find("${"); at != std::string::npos; at = s.command.find("${", at + 2)) {
        if (sets_speed && s.command.compare(at, 7, "${baud}") == 0) {
            continue;
        }
        if (s.command.compare(at, 12, "${interface}") != 0) {
            e.complain_at("text", "the command holds an unknown variable",
                          sets_speed ? "the only one is ${baud}" : "the only one is ${interface}");
        } else if (!s.for_each_interface) {
            e.complain_at("text", "${interface} stands in a command that is not for each interface",
                          "add for-each-interface=\"true\"");
        }
    }
}

step read_step(const element& e, bool sets_speed) {
    e.allow({"text", "in", "ends-in", "expect", "refuse", "for-each-interface", "may-fail", "boots", "limit"},
            {"question"});
    step s;
    s.place = e.place();
    s.command = e.has("text") ? e.text("text") : e.required("text");
    s.in_state = e.text("in");
    s.ends_in = e.text("ends-in");
    s.expect = e.pattern("expect", false);
    s.refuse = e.pattern("refuse", false);
    s.for_each_interface = e.boolean("for-each-interface", s.for_each_interface);
    s.may_fail = e.boolean("may-fail", s.may_fail);
    s.boots = e.boolean("boots", s.boots);
    s.limit = e.time("limit", s.limit);
    s.questions = read_questions(e);
    check_variables(e, s, sets_speed);
    return s;
}

}  // namespace

keystrokes read_keystrokes(const element& e) {
    keystrokes k;
    if (e.name() == "key") {
        e.allow({"text"}, {});
        static_cast<void>(e.required("text"));
        k.text = e.keys("text");
        k.enter = false;
        k.acts_at_once = true;
        return k;
    }
    e.allow({"text", "answer"}, {});
    if (e.has("text") == e.has("answer")) {
        e.complain("<type> needs either 'text' or 'answer'", "text=\"\" is Enter alone");
    }
    k.text = e.keys("text");
    if (e.has("answer")) {
        k.kind = answer_kinds.at(e.one_of("answer", answers, 0));
    }
    return k;
}

std::vector<keystrokes> read_all_keystrokes(const element& parent) {
    std::vector<keystrokes> all;
    for (const auto& e : parent.children()) {
        if (e.name() == "type" || e.name() == "key") {
            all.push_back(read_keystrokes(e));
        }
    }
    return all;
}

std::vector<question> read_questions(const element& parent) {
    std::vector<question> all;
    for (const auto& e : parent.children("question")) {
        all.push_back(read_question(e));
    }
    return all;
}

step read_identify_step(const element& e) {
    e.allow({"text", "in", "ends-in", "may-fail", "limit"}, {"question", "read"});
    step s;
    s.place = e.place();
    s.command = e.required("text");
    s.in_state = e.text("in");
    s.ends_in = e.text("ends-in");
    s.may_fail = e.boolean("may-fail", s.may_fail);
    s.limit = e.time("limit", s.limit);
    s.questions = read_questions(e);
    return s;
}

std::vector<step> read_steps(const element& parent, bool sets_speed) {
    std::vector<step> all;
    for (const auto& e : parent.children("command")) {
        all.push_back(read_step(e, sets_speed));
    }
    return all;
}

}  // namespace rollover::platform
