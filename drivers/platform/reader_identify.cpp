#include "drivers/platform/reader_identify.h"

#include "drivers/platform/reader_procedures.h"

#include <array>

namespace rollover::platform {
namespace {

const std::array<std::string, 3> part_names{"serial-number", "model", "software"};
constexpr std::array<identity_part, 3> part_of{identity_part::serial_number, identity_part::model,
                                               identity_part::software};

identity_rule read_rule(const element& e) {
    e.allow({"what", "match", "unless"}, {});
    identity_rule rule;
    rule.place = e.place();
    if (e.required("what").empty()) {
        return rule;
    }
    rule.what = part_of.at(e.one_of("what", part_names, 0));
    rule.pattern = with_value_group(e.pattern("match", true));
    rule.unless = e.pattern("unless", false);
    if (!rule.pattern.empty() && rule.pattern.find("(?P<value>") == std::string::npos) {
        e.complain_at("match", "it does not say what of the line is read",
                      "write {value} where the word stands, or a group (?P&lt;value&gt;...)");
    }
    return rule;
}

}  // namespace

std::string with_value_group(std::string expression) {
    constexpr std::string_view written = "{value}";
    constexpr std::string_view meant = R"((?P<value>\S+))";
    if (const auto at = expression.find(written); at != std::string::npos) {
        expression.replace(at, written.size(), meant);
    }
    return expression;
}

std::vector<identify_command> read_identify(const element& e) {
    e.allow({}, {"command"});
    std::vector<identify_command> all;
    for (const auto& child : e.children("command")) {
        identify_command one;
        one.run = read_identify_step(child);
        for (const auto& r : child.children("read")) {
            one.reads.push_back(read_rule(r));
        }
        if (one.reads.empty()) {
            child.complain("nothing is read from this command", "add a <read what=\"serial-number\" match=\"...\"/>");
        }
        all.push_back(std::move(one));
    }
    if (all.empty()) {
        e.complain("<identify> has no <command>", "leave it out where a device cannot say who it is");
    }
    return all;
}

}  // namespace rollover::platform
