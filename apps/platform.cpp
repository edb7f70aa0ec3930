// rollover platform check: for those who write platform files. `platform try` is in platform_try.cpp.
#include "apps/platform_try.h"
#include "drivers/platform/examine.h"
#include "drivers/platform/reachability.h"
#include "engine/base/excerpt.h"
#include "engine/base/text.h"
#include "engine/model/source_file.h"

#include <fmt/format.h>
#include <iostream>

namespace rollover::apps {

namespace {

struct read_file {
    std::shared_ptr<const platform::description> how;  ///< null when there are errors
    std::size_t warnings = 0;
};

void print_findings(const diagnostics& all, const char* kind, const std::optional<std::string>& text) {
    for (const auto& one : all) {
        std::cerr << to_string(one, kind) << "\n";
        const auto quoted = text ? excerpt(*text, one.place) : std::string();
        std::cerr << quoted << (quoted.empty() ? "" : "\n");
    }
}

read_file read_with_findings(const std::string& file, bool with_warnings) {
    diagnostics mistakes;
    const auto text = model::load(file, mistakes);
    auto read = text ? platform::read_description(*text, file, mistakes) : std::nullopt;
    if (!read || !mistakes.empty()) {
        print_findings(mistakes, "error", text);
        return {};
    }
    const auto found = platform::examine(*read);
    print_findings(found.errors, "error", text);
    if (with_warnings) {
        print_findings(found.warnings, "warning", text);
    }
    return {found.errors.empty() ? std::make_shared<const platform::description>(std::move(*read)) : nullptr,
            found.warnings.size()};
}

std::string counted(std::size_t n, const char* what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

void summarize(const std::string& file, const read_file& read) {
    const auto& d = *read.how;
    std::cout << fmt::format("{}: no mistakes{}; platform {}, {}, {} between them\n", file,
                             read.warnings == 0 ? "" : ", " + counted(read.warnings, "warning"), d.name,
                             counted(d.states.size(), "state"), counted(d.transitions.size(), "way"));
    for (const auto& name : platform::dead_ends(d)) {
        std::cout << fmt::format("  from state '{}' only a person gets home: {}\n", name,
                                 printable(d.states[*d.find_state(name)].hint));
    }
}

answer check_files(const std::vector<std::string>& files) {
    auto how = answer::done;
    for (const auto& file : files) {
        const auto read = read_with_findings(file, true);
        if (read.how) {
            summarize(file, read);
        } else {
            how = answer::bad_input;
        }
    }
    return how;
}

}  // namespace

void add_platform_commands(CLI::App& app, common_options& common) {
    auto* platform = app.add_subcommand("platform", "For those who write platform files: docs/platforms.md");
    platform->require_subcommand(1);
    auto files = std::make_shared<std::vector<std::string>>();
    auto* check = platform->add_subcommand("check", "Validates platform files: every mistake at once");
    check->add_option("FILE", *files, "Platform files")->required();
    check->footer(
        "Finds mistakes of form, ways that lead nowhere, states that cannot be told from others by their prompts, and\n"
        "what has no use. Exit codes: 0 no mistakes (there may be warnings), 2 mistakes.");
    check->callback([files, &common] { common.exit_code = static_cast<int>(check_files(*files)); });
    add_platform_try_command(*platform, common,
                             [](const std::string& file) { return read_with_findings(file, false).how; });
}

}  // namespace rollover::apps
