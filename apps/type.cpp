// rollover type: the smallest use, with no lab file. Types one file onto one line, at an enforced pace.
#include "apps/commands.h"
#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/console/type_script.h"
#include "engine/model/value_rules.h"
#include "engine/runtime/real_runtime.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

namespace rollover::apps {

namespace {

struct type_arguments {
    std::string file;
    std::string line;
    std::string mode = "timed";
    duration char_delay = std::chrono::milliseconds(10);
    duration line_delay = std::chrono::milliseconds(50);
    std::uint32_t baud = 0;
    double settle = 0.5;
    std::string known_hosts;
    std::string password;
    std::string key;
    bool quiet = false;
};

/// A time as lab files have it: "10ms", "500us", "2s".
void add_time_option(CLI::App& command, const std::string& name, duration& into, const std::string& help) {
    auto read = [name, &into](const std::string& text) {
        const auto time = model::parse_duration(text);
        if (!time) {
            throw CLI::ValidationError(name,
                                       "'" + text + "' is not a time; whole numbers with a unit are: 10ms, 500us, 2s");
        }
        into = *time;
    };
    command.add_option_function<std::string>(name, read, help)->type_name("TIME");
}

result<transport::line_address> address_of(const type_arguments& given) {
    auto address = transport::parse_line_address(given.line);
    if (!address) {
        return address;
    }
    address->settings_given = given.baud != 0;
    if (given.baud != 0) {
        address->settings.baud = given.baud;
    }
    address->known_hosts = given.known_hosts;
    address->key = given.key;
    if (!given.password.empty()) {
        auto password = fetch(given.password);
        if (!password) {
            return password.error();
        }
        address->password = std::move(*password);
    }
    return address;
}

console::pacing_mode mode_of(const std::string& name) {
    return name == "acked" ? console::pacing_mode::acked
                           : (name == "echoed" ? console::pacing_mode::echoed : console::pacing_mode::timed);
}

void show_progress(std::size_t typed, std::size_t total) {
    if (::isatty(STDERR_FILENO) == 1) {
        std::cerr << fmt::format("\r{}/{} characters", typed, total) << std::flush;
    }
}

/// What the device said, made safe for the operator's terminal.
void show_answers(const console::screen_text& said) {
    for (const auto& line : said.lines) {
        std::cout << line << "\n";
    }
    std::cout << std::flush;
}

task<result<void>> type_steps(real_runtime& rt, console::console& on, const std::vector<console::type_step>& steps,
                              bool quiet) {
    const std::size_t total = console::characters_in(steps);
    for (const auto& step : steps) {
        result<void> done;
        if (const auto* text = std::get_if<console::type_text>(&step)) {
            console::typing how;
            how.enter = text->enter;
            done = co_await on.type(text->text, how, never);
        } else if (const auto* key = std::get_if<console::type_key>(&step)) {
            console::typing how;
            how.enter = false;
            how.echo_expected = false;
            done = co_await on.type(std::string(1, key->key), how, never);
        } else {
            done = co_await sleep_for(rt, std::get<console::wait_for>(step).time);
        }
        if (!done) {
            co_return done;
        }
        if (!quiet) {
            show_answers(on.take(true));
        }
        show_progress(on.gaps().characters, total);
    }
    co_return result<void>();
}

void report(const console::gap_statistics& g, const type_arguments& given) {
    const auto ms = [](duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
    std::cerr << fmt::format(
        "\n{} characters in {:.3f} s; gaps really achieved (asked: {:.3f} ms): shortest {:.3f} ms, p50 {:.3f} ms, "
        "p99 {:.3f} ms, longest {:.3f} ms; too short: {}; lines typed again: {}\n",
        g.characters, std::chrono::duration<double>(g.total).count(), ms(given.char_delay), ms(g.shortest), ms(g.p50),
        ms(g.p99), ms(g.longest), g.too_short, g.repairs);
}

task<void> type_file(real_runtime& rt, const type_arguments& given, transport::line_address to,
                     const std::vector<console::type_step>& steps, result<void>& out) {
    console::pacing_wheel wheel(rt);
    auto opened = co_await transport::open_line(rt, std::move(to), rt.now() + std::chrono::seconds(20));
    if (!opened) {
        out = opened.error();
        co_return;
    }
    console::console_options options;
    options.pacing = {mode_of(given.mode), given.char_delay, std::max(given.line_delay, given.char_delay)};
    options.name = "line " + given.line;
    auto line = std::move(*opened);
    const auto on = console::make_console(rt, wheel, std::move(line), options, nullptr, {});
    out = co_await type_steps(rt, *on, steps, given.quiet);
    if (out) {
        const auto quiet = std::chrono::duration_cast<duration>(std::chrono::duration<double>(given.settle));
        const auto heard = co_await on->listen(quiet, rt.now() + quiet + std::chrono::seconds(5));
        if (!heard && heard.error().code == errc::cancelled) {
            out = heard.error();
        } else if (!heard) {
            // No failure: what was typed may have been "exit". But what was typed last may be lost.
            std::cerr << "\nafter the last character: " << describe(heard.error()) << "\n";
        }
    }
    const auto last = on->take(false);
    if (!given.quiet) {
        show_answers(last);
        std::cout << last.open_line << (last.open_line.empty() ? "" : "\n");
    }
    report(on->gaps(), given);
    co_await on->close();
}

answer run(const type_arguments& given) {
    std::ifstream file(given.file, std::ios::binary);
    std::error_code ignored;
    if (!file || std::filesystem::is_directory(given.file, ignored)) {
        std::cerr << given.file << ": error: cannot be read; does it exist, and is it a file?\n";
        return answer::bad_input;
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto steps = console::read_type_script(text, given.file);
    auto to = address_of(given);
    if (!steps || !to) {
        std::cerr << describe(steps ? to.error() : steps.error()) << "\n";
        return answer::bad_input;
    }
    real_runtime rt;
    result<void> out;
    rt.run(with_stop(rt, type_file(rt, given, std::move(*to), *steps, out)));
    if (out) {
        return answer::done;
    }
    std::cerr << describe(out.error()) << "\n";
    return out.error().code == errc::cancelled ? answer::stopped : answer::failed;
}

}  // namespace

void add_type_command(CLI::App& app, common_options& common) {
    auto given = std::make_shared<type_arguments>();
    auto* type = app.add_subcommand("type", "Types a file onto one line, with pacing; needs no lab file");
    type->add_option("FILE", given->file, "What to type; {WAIT 2}, {ENTER} and {^Z} in it are directives")->required();
    type->add_option("--line", given->line,
                     "HOST:PORT (raw TCP), telnet://HOST:PORT, rfc2217://HOST:PORT, ssh://USER@HOST:PORT, or a tty")
        ->required();
    add_time_option(*type, "--char-delay", given->char_delay, "Least time after every character (10ms)");
    add_time_option(*type, "--line-delay", given->line_delay, "Least time after a line end (50ms)");
    type->add_option("--pacing", given->mode, "timed, acked or echoed")
        ->check(CLI::IsMember({"timed", "acked", "echoed"}));
    type->add_option("--baud", given->baud, "Set the line's speed (rfc2217 and tty); default: leave it");
    type->add_option("--settle", given->settle, "Seconds of silence that end the listening afterwards (0.5)")
        ->check(CLI::Range(0.0, 3600.0));
    type->add_option("--known-hosts", given->known_hosts, "ssh: the file that holds the host's key");
    type->add_option("--password", given->password, "ssh: env:NAME or file:PATH");
    type->add_option("--key", given->key, "ssh: a private key file");
    type->add_flag("-q,--quiet", given->quiet, "Do not show what the device says");
    type->footer("Exit codes: 0 typed, 1 the line failed, 2 the input is wrong, 3 interrupted.");
    type->callback([given, &common] { common.exit_code = static_cast<int>(run(*given)); });
}

}  // namespace rollover::apps
