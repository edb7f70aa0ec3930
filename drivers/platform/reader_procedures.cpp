#include "drivers/platform/reader_procedures.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rollover::platform {
namespace {

const std::array<std::string, 3> answers{"user", "password", "enable-password"};
constexpr std::array<answer_kind, 3> answer_kinds{answer_kind::user, answer_kind::password,
                                                  answer_kind::enable_password};

question read_question(const element& e) {
    e.allow({"match", "lasting"}, {"type", "key"});
    question q;
    q.lasting = e.boolean("lasting", q.lasting);
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

std::vector<std::string_view> names_of(variables allowed) {
    switch (allowed) {
        case variables::speed: return {"${baud}"};
        case variables::confirm_time: return {"${minutes}", "${seconds}"};
        case variables::none: break;
    }
    return {"${interface}"};
}

/// `${interface}` only where there is an interface, `${baud}` only where a speed is set, times only where one is told.
void check_variables(const element& e, const step& s, variables allowed) {
    const auto names = names_of(allowed);
    for (auto at = s.command.find("${"); at != std::string::npos; at = s.command.find("${", at + 2)) {
        const auto is_here = [&](std::string_view name) { return s.command.compare(at, name.size(), name) == 0; };
        if (allowed != variables::none && std::any_of(names.begin(), names.end(), is_here)) {
            continue;
        }
        if (!is_here("${interface}")) {
            e.complain_at(
                "text", "the command holds an unknown variable",
                fmt::format("the only {} {}", names.size() == 1 ? "one is" : "ones are", fmt::join(names, " and ")));
        } else if (!s.for_each_interface && !s.for_each_serial_port) {
            e.complain_at("text", "${interface} stands in a command that is not for each interface",
                          "add for-each-interface=\"true\"");
        }
    }
}

step read_step(const element& e, variables allowed) {
    e.allow({"text", "in", "ends-in", "expect", "refuse", "after-output", "for-each-interface", "may-fail", "boots",
             "limit"},
            {"question"});
    step s;
    s.place = e.place();
    s.command = e.has("text") ? e.text("text") : e.required("text");
    s.in_state = e.text("in");
    s.ends_in = e.text("ends-in");
    s.expect = e.pattern("expect", false);
    s.refuse = e.pattern("refuse", false);
    s.after = e.pattern("after-output", false);
    s.for_each_serial_port = e.text("for-each-interface") == "serial";
    s.for_each_interface = !s.for_each_serial_port && e.boolean("for-each-interface", s.for_each_interface);
    s.may_fail = e.boolean("may-fail", s.may_fail);
    s.boots = e.boolean("boots", s.boots);
    s.limit = e.time("limit", s.limit);
    s.questions = read_questions(e);
    check_variables(e, s, allowed);
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

std::optional<element> only_child(const element& parent, const char* name) {
    const auto all = parent.children(name);
    for (std::size_t i = 1; i < all.size(); ++i) {
        all[i].complain(fmt::format("<{}> is there twice", name), "put the contents into one");
    }
    return all.empty() ? std::nullopt : std::optional(all.front());
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

std::vector<step> read_steps(const element& parent, variables allowed) {
    std::vector<step> all;
    for (const auto& e : parent.children("command")) {
        all.push_back(read_step(e, allowed));
    }
    return all;
}

}  // namespace rollover::platform
