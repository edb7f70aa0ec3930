// rollover replay: plays a transcript, or any other asciinema v2 cast.
#include "drivers/console/replay.h"

#include "apps/commands.h"
#include "engine/runtime/real_runtime.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace rollover::apps {

namespace {

struct replay_arguments {
    std::string file;
    double speed = 1;
    double idle_limit = -1;  // seconds; negative: not given
    bool plain = false;
    bool remarks = false;
};

console::replay_options options_of(const replay_arguments& given) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    console::replay_options how;
    how.speed = given.speed;
    if (given.idle_limit >= 0) {
        how.idle_limit = std::chrono::round<duration>(std::chrono::duration<double>(given.idle_limit));
    }
    how.at_once = given.plain || !terminal;
    how.colours = terminal;
    how.remarks = given.remarks;
    return how;
}

task<void> play(real_runtime& rt, console::cast_reader& from, console::replay_options how, result<void>& out) {
    console::show_function show = [](std::string_view text) { return (std::cout << text << std::flush).good(); };
    out = co_await console::replay(rt, from, how, std::move(show));
}

answer run(const replay_arguments& given) {
    std::error_code ignored;
    std::ifstream file(given.file, std::ios::binary);
    if (!file || std::filesystem::is_directory(given.file, ignored)) {
        std::cerr << given.file << ": error: cannot be read; is it a file, and yours to read?\n";
        return answer::bad_input;
    }
    const auto how = options_of(given);
    console::cast_reader reader(file, given.file);
    real_runtime rt;
    result<void> out;
    rt.run(with_stop(rt, play(rt, reader, how, out)));
    // The device's colours end with the playing.
    std::cout << (how.colours ? "\x1b[0m\n" : "") << std::flush;
    if (out) {
        return answer::done;
    }
    std::cerr << describe(out.error()) << "\n";
    switch (out.error().code) {
        case errc::cancelled: return answer::stopped;
        case errc::bad_input: return answer::bad_input;
        default: return answer::failed;
    }
}

}  // namespace

void add_replay_command(CLI::App& app, common_options& common) {
    auto given = std::make_shared<replay_arguments>();
    auto* replay = app.add_subcommand("replay", "Plays a transcript as it was; nothing in it can act on your terminal");
    replay->add_option("FILE", given->file, "An asciinema v2 cast, as in STATE/activations/ID/transcripts/")
        ->required();
    replay->add_option("--speed", given->speed, "How many times as fast (1)")->check(CLI::Range(0.01, 10000.0));
    replay->add_option("--idle-limit", given->idle_limit, "Pauses are cut to so many seconds")
        ->check(CLI::Range(0.0, 1e9));
    replay->add_flag("--plain", given->plain,
                     "All at once, without pauses; the default when the output is no terminal");
    replay->add_flag("--remarks", given->remarks, "Show remarks too: what was opened, what was lost");
    replay->footer("Exit codes: 0 played, 1 the output failed, 2 the file is no cast, 3 interrupted.");
    replay->callback([given, &common] { common.exit_code = static_cast<int>(run(*given)); });
}

}  // namespace rollover::apps
