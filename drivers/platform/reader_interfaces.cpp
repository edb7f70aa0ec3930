#include "drivers/platform/reader_interfaces.h"

#include "drivers/platform/reader_identify.h"
#include "drivers/platform/reader_procedures.h"

#include <algorithm>
#include <array>

namespace rollover::platform {
namespace {

const std::array<std::string, 6> words_of_parts{"address", "received", "link", "no-link", "disabled", "neighbor"};
constexpr std::array<interface_part, 6> parts_by_word{interface_part::address,  interface_part::received,
                                                      interface_part::link,     interface_part::no_link,
                                                      interface_part::disabled, interface_part::neighbor};
constexpr const char* interface_variable = "${interface}";

interface_rule read_interface_rule(const element& e) {
    e.allow({"what", "match"}, {});
    interface_rule rule;
    rule.place = e.place();
    if (e.required("what").empty()) {
        return rule;
    }
    rule.what = parts_by_word.at(e.one_of("what", words_of_parts, 0));
    rule.pattern = with_value_group(e.pattern("match", true));
    const bool has_value = rule.what == interface_part::address || rule.what == interface_part::received ||
                           rule.what == interface_part::neighbor;
    if (has_value && !rule.pattern.empty() && rule.pattern.find("(?P<value>") == std::string::npos) {
        e.complain_at("match", "it does not say what of the line is read",
                      "write {value} where the word stands, or a group (?P&lt;value&gt;...)");
    }
    return rule;
}

interface_command read_interface_command(const element& e) {
    e.allow({"text", "may-fail"}, {"read"});
    interface_command one;
    one.command = e.required("text");
    one.may_fail = e.boolean("may-fail", false);
    if (!one.command.empty() && one.command.find(interface_variable) == std::string::npos) {
        e.complain_at("text", "the command does not say of which interface it tells",
                      "write ${interface} where its name stands");
    }
    for (const auto& r : e.children("read")) {
        one.reads.push_back(read_interface_rule(r));
    }
    if (one.reads.empty()) {
        e.complain("nothing is read from this command", "add a <read what=\"address\" match=\"...\"/>");
    }
    const bool differ = std::any_of(one.reads.begin(), one.reads.end(), [&](const interface_rule& rule) {
        return (rule.what == interface_part::neighbor) != one.tells_neighbors();
    });
    if (differ) {
        e.complain("a command that tells of neighbours is asked only after announcements",
                   "read the rest from a command of its own");
    }
    return one;
}

}  // namespace

interface_questions read_interfaces(const element& e) {
    e.allow({}, {"command", "bring-up"});
    interface_questions all;
    all.place = e.place();
    for (const auto& child : e.children("command")) {
        all.commands.push_back(read_interface_command(child));
    }
    if (all.commands.empty()) {
        e.complain("<interfaces> has no <command>", "leave it out where a device cannot tell of them");
    }
    if (const auto up = only_child(e, "bring-up")) {
        up->allow({"settle"}, {"line"});
        all.settle = up->time("settle", all.settle);
        for (const auto& line : up->children("line")) {
            line.allow({"text"}, {});
            all.bring_up.push_back(line.required("text"));
        }
        if (all.bring_up.empty()) {
            up->complain("<bring-up> has no <line>", "leave it out where interfaces cannot be shut down");
        }
    }
    return all;
}

}  // namespace rollover::platform
