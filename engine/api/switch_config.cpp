// engine::switch_config: what a lab switch must be configured as.
#include "engine/switches/switch_config.h"

#include "engine/api/implementation.h"
#include "engine/api/platform_folders.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace rollover {

namespace api {

result<model::switch_index> switch_named(const model::lab& lab, const std::string& name) {
    const auto found = std::ranges::find(lab.switches, name, &model::lab_switch::name);
    if (found != lab.switches.end()) {
        return model::switch_index{static_cast<std::uint32_t>(found - lab.switches.begin())};
    }
    std::vector<std::string> known;
    for (const auto& s : lab.switches) {
        known.push_back(s.name);
    }
    return failure(errc::not_found, fmt::format("lab {} has no switch {}", lab.name, printable(name)))
        .advise(known.empty() ? "it has none" : "its switches are " + join(known, ", "));
}

}  // namespace api

using namespace api;

namespace {

/// The template of the switch's platform among those that ship.
result<std::filesystem::path> template_of(const model::lab_switch& s) {
    std::vector<std::string> known;
    std::error_code wrong;
    for (const auto& one : std::filesystem::directory_iterator(shipped_switches(), wrong)) {
        known.push_back(one.path().stem().string());
    }
    std::sort(known.begin(), known.end());
    if (std::find(known.begin(), known.end(), s.platform) != known.end()) {
        return shipped_switches() / (s.platform + ".mustache");
    }
    return failure(errc::not_found, s.platform.empty()
                                        ? fmt::format("switch {} has no platform", s.name)
                                        : fmt::format("there is no template for switches of platform {}", s.platform))
        .at(to_string(s.place))
        .advise("templates there are for " + join(known, ", ") + "; give one of your own with --template");
}

result<std::string> contents_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.is_open() || in.bad()) {
        return failure(errc::bad_input, "it cannot be read").at(file.string()).advise("is the path right?");
    }
    return text;
}

result<std::string> rendered(const model::lab& lab, const std::string& name, const std::filesystem::path& given) {
    const auto which = switch_named(lab, name);
    if (!which) {
        return which.error();
    }
    const auto file = given.empty() ? template_of(lab.at(*which)) : result<std::filesystem::path>(given);
    if (!file) {
        return file.error();
    }
    const auto text = contents_of(*file);
    if (!text) {
        return text.error();
    }
    auto made = switches::switch_config(lab, *which, *text);
    if (!made) {
        return std::move(made).error().at(file->string());
    }
    return made;
}

}  // namespace

text_report engine::switch_config(const std::string& name, const std::filesystem::path& template_file) {
    text_report report;
    report.how = answer::bad_input;
    const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    auto made = rendered(*in.lab, name, template_file);
    if (!made) {
        report.problems.push_back(problem_of(made.error()));
        return report;
    }
    report.how = answer::done;
    report.text = std::move(*made);
    return report;
}

}  // namespace rollover
