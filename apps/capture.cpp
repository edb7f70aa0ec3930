// rollover capture.
#include "apps/commands.h"
#include "engine/model/value_rules.h"

#include <fmt/format.h>
#include <fstream>
#include <iostream>

namespace rollover::apps {

namespace {

struct wishes {
    std::string link;
    std::string file = "-";
    std::string time;
    std::uint64_t frames = 0;
};

/// What was captured; on standard error, because the frames may go to standard output.
void print_counts(const capture_report& report) {
    for (const auto& end : report.ends) {
        std::cerr << fmt::format("{:<32} {} frames sent\n", end.end, end.frames);
    }
}

int capture(const common_options& common, const wishes& wanted) {
    capture_limits limits;
    limits.frames = wanted.frames;
    if (!wanted.time.empty()) {
        const auto read = model::parse_duration(wanted.time);
        if (!read || *read <= duration::zero()) {
            throw CLI::ValidationError("--for", "'" + wanted.time + "' is no time; write 30s, 15m or 2h");
        }
        limits.time = *read;
    }
    std::ofstream file;
    if (wanted.file != "-") {
        file.open(wanted.file, std::ios::binary | std::ios::trunc);
        if (!file) {
            std::cerr << "cannot write " << wanted.file << "\n";
            return static_cast<int>(answer::bad_input);
        }
    }
    call_options how;
    how.stop_on_signals = true;
    const auto report = common.make_engine().capture(wanted.link, wanted.file == "-" ? std::cout : file, limits, how);
    print_counts(report);
    print(report.problems);
    return static_cast<int>(report.how);
}

}  // namespace

void add_capture_command(CLI::App& app, common_options& common) {
    auto wanted = std::make_shared<wishes>();
    auto* command = app.add_subcommand(
        "capture", "Writes what passes on a link of an activation, for Wireshark (pcapng), until Ctrl-C");
    command->add_option("LINK", wanted->link, "The link; ACTIVATION/LINK where several activations are ready")
        ->required();
    command->add_option("-w,--write", wanted->file, "The file; - for standard output: | wireshark -k -i -");
    command->add_option("--for", wanted->time, "How long: 30s, 15m");
    command->add_option("--frames", wanted->frames, "How many frames");
    add_lab_option(*command, common, false);
    add_state_option(*command, common);
    command->footer("Exit codes: 0 done (also by Ctrl-C), 1 it failed, 2 the input is wrong.");
    command->callback([wanted, &common] {
        if (wanted->link.find('/') == std::string::npos && common.lab.empty()) {
            throw CLI::ValidationError("capture", "write ACTIVATION/LINK, or name the lab with --lab");
        }
        common.exit_code = capture(common, *wanted);
    });
}

}  // namespace rollover::apps
