// rollover platform check, try: for those who write platform files.
#include "apps/commands.h"
#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/platform/doubts.h"
#include "drivers/platform/round_trips.h"
#include "drivers/platform/session.h"
#include "drivers/transport/line.h"
#include "engine/activation/addresses.h"
#include "engine/api/platform_folders.h"
#include "engine/base/excerpt.h"
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/model/source_file.h"
#include "engine/runtime/real_runtime.h"

#include <fmt/format.h>
#include <iostream>

namespace rollover::apps {

namespace {

/// The file, with every mistake printed; nothing when there are some.
std::shared_ptr<platform::description> read_platform(const std::string& file) {
    diagnostics mistakes;
    const auto text = model::load(file, mistakes);
    auto read = text ? platform::read_description(*text, file, mistakes) : std::nullopt;
    for (const auto& one : mistakes) {
        std::cerr << to_string(one) << "\n";
        const auto quoted = text ? excerpt(*text, one.place) : std::string();
        std::cerr << quoted << (quoted.empty() ? "" : "\n");
    }
    return read && mistakes.empty() ? std::make_shared<platform::description>(std::move(*read)) : nullptr;
}

answer check_files(const std::vector<std::string>& files) {
    auto how = answer::done;
    for (const auto& file : files) {
        const auto read = read_platform(file);
        if (!read) {
            how = answer::bad_input;
            continue;
        }
        for (const auto& doubt : platform::doubts_about(*read)) {
            std::cout << fmt::format("{}: doubt: {}\n  hint: {}\n", to_string(doubt.place), doubt.what, doubt.hint);
        }
        std::cout << fmt::format("{}: no mistakes; platform {}, {} states, {} ways between them\n", file, read->name,
                                 read->states.size(), read->transitions.size());
    }
    return how;
}

struct try_arguments {
    std::string file;
    std::string line;
    std::string device;
    bool boot = false;
    std::string user;
    std::string password;
    std::string enable;
    std::string known_hosts;
    std::string key;
    double minutes = 10;
};

/// Where the device is, and how it is typed at.
struct target {
    transport::line_address to;
    platform::logins who;
    console::console_options options;
    std::vector<std::string> interfaces;
};

result<target> target_by_line(const try_arguments& given) {
    target t;
    auto to = transport::parse_line_address(given.line);
    if (!to) {
        return to.error();
    }
    t.to = std::move(*to);
    t.to.known_hosts = given.known_hosts;
    t.to.key = given.key;
    t.options.name = "line " + given.line;
    t.who.user = given.user;
    for (const auto& [from, into] :
         {std::pair(&given.password, &t.who.password), std::pair(&given.enable, &t.who.enable_password)}) {
        if (from->empty()) {
            continue;
        }
        auto value = fetch(*from);
        if (!value) {
            return value.error();
        }
        *into = std::move(*value);
    }
    return t;
}

/// As the lab file has it.
result<target> target_by_device(const try_arguments& given, const common_options& common) {
    diagnostics mistakes;
    std::vector<std::filesystem::path> folders{api::shipped_converters()};
    folders.insert(folders.end(), common.converters.begin(), common.converters.end());
    const auto models = model::read_converter_models(folders, mistakes);
    const auto lab = model::read_lab(std::filesystem::path(common.lab), models);
    if (!lab.value) {
        return failure(errc::bad_input, lab.mistakes.empty() ? "it cannot be read" : to_string(lab.mistakes.front()))
            .at(common.lab)
            .advise("rollover check " + common.lab + " shows every mistake");
    }
    if (auto unknown = model::unknown_device(*lab.value, given.device)) {
        return *unknown;
    }
    const auto& device = lab.value->at(*model::find_device(*lab.value, given.device));
    auto to = activation::line_address_of(*lab.value, device);
    auto who = activation::logins_of(*lab.value, device);
    if (!to || !who) {
        return to ? who.error() : to.error();
    }
    target t{std::move(*to), std::move(*who), activation::console_options_of(*lab.value, device), {}};
    for (const auto& one : device.interfaces) {
        t.interfaces.push_back(one.name);
    }
    return t;
}

/// One line of the report: what was done, how it went, how long it took.
void tell(real_runtime& rt, time_point began, const std::string& what, const std::string& how) {
    const auto ms = std::chrono::round<std::chrono::milliseconds>(rt.now() - began);
    std::cout << fmt::format("{:<28} {:>7} ms  {}\n", what, ms.count(), how) << std::flush;
}

std::string quoted_prompt(const std::string& open_line) {
    return "prompt \"" + printable(open_line) + "\"";
}

class walk {
public:
    walk(real_runtime& rt, platform::session& talk, const platform::description& how, time_point deadline)
        : rt_(rt), talk_(talk), how_(how), deadline_(deadline) {}

    /// Every state and procedure that changes nothing; how many went wrong.
    task<int> run() {
        co_await come_home();
        if (wrong_ > 0) {
            co_return wrong_;
        }
        co_await identify();
        for (const auto& name : platform::round_trips(how_)) {
            co_await see(name);
        }
        co_await read_back();
        const auto began = rt_.now();
        const auto left = co_await talk_.hand_over(deadline_);
        report(began, "hand-over", left, "as a user should find it");
        co_return wrong_;
    }

private:
    template <class Result>
    void report(time_point began, const std::string& what, const Result& came, const std::string& good) {
        if (!came) {
            ++wrong_;
        }
        tell(rt_, began, what, came ? good : "FAILED: " + describe(came.error()));
    }

    task<void> come_home() {
        const auto began = rt_.now();
        const auto home = co_await talk_.bring_home(deadline_);
        report(began, "home (" + how_.home + ")", home, "came home, and was prepared");
    }

    task<void> identify() {
        if (how_.identify.empty()) {
            tell(rt_, rt_.now(), "identify", "the platform file does not say how");
            co_return;
        }
        const auto began = rt_.now();
        std::vector<platform::identity_part> all{platform::identity_part::serial_number, platform::identity_part::model,
                                                 platform::identity_part::software};
        const auto found = co_await talk_.identify(std::move(all), deadline_);
        report(began, "identify", found,
               found ? fmt::format("serial number \"{}\", model \"{}\", software \"{}\"",
                                   printable(found->serial_number), printable(found->model), printable(found->software))
                     : "");
    }

    task<void> see(std::string name) {
        auto began = rt_.now();
        const auto there = co_await talk_.go_to(name, deadline_);
        report(began, "to " + name, there, there ? quoted_prompt(*there) : "");
        began = rt_.now();
        const auto back = co_await talk_.go_to(how_.home, deadline_);
        report(began, "back to " + how_.home, back, back ? quoted_prompt(*back) : "");
    }

    task<void> read_back() {
        const auto began = rt_.now();
        const auto read = co_await talk_.read_configuration(deadline_);
        report(began, "read back", read, read ? fmt::format("{} lines that count", read->size()) : "");
    }

    real_runtime& rt_;
    platform::session& talk_;
    const platform::description& how_;
    time_point deadline_;
    int wrong_ = 0;
};

task<void> try_device(real_runtime& rt, std::shared_ptr<const platform::description> how, target at,
                      const try_arguments& given, answer& out) {
    const auto deadline = rt.now() + std::chrono::round<duration>(std::chrono::duration<double>(given.minutes * 60));
    console::pacing_wheel wheel(rt);
    auto opened = co_await transport::open_line(rt, std::move(at.to), rt.now() + std::chrono::seconds(20));
    if (!opened) {
        std::cerr << describe(opened.error()) << "\n";
        co_return;
    }
    auto line = std::move(*opened);
    const auto on = console::make_console(rt, wheel, std::move(line), std::move(at.options), nullptr, {});
    platform::session talk(rt, *on, how, std::move(at.who), std::move(at.interfaces), log_sink());
    walk way(rt, talk, *how, deadline);
    const int wrong = co_await way.run();
    for (const auto& name : platform::met_by_chance(*how)) {
        std::cout << fmt::format("{:<28} {:>10}  not on a way from home and back: seen when a device is found there\n",
                                 name, "");
    }
    out = wrong == 0 ? answer::done : answer::failed;
    co_await on->close();
}

answer try_line(const try_arguments& given, const common_options& common) {
    const auto read = read_platform(given.file);
    if (!read) {
        return answer::bad_input;
    }
    auto at = given.device.empty() ? target_by_line(given) : target_by_device(given, common);
    if (!at) {
        std::cerr << describe(at.error()) << "\n";
        return answer::bad_input;
    }
    const auto how = given.boot ? read : std::make_shared<platform::description>(platform::without_starting(*read));
    for (const auto way : given.boot ? std::vector<std::size_t>() : platform::starting_ways(*read)) {
        std::cout << fmt::format("{:<28} {:>10}  not gone without --boot: it would start the device\n",
                                 read->transitions[way].from + " to " + read->transitions[way].to, "");
    }
    real_runtime rt;
    auto out = answer::failed;
    rt.run(with_stop(rt, try_device(rt, how, std::move(*at), given, out)));
    return out;
}

}  // namespace

void add_platform_commands(CLI::App& app, common_options& common) {
    auto* platform = app.add_subcommand("platform", "For those who write platform files: docs/platforms.md");
    platform->require_subcommand(1);
    auto files = std::make_shared<std::vector<std::string>>();
    auto* check =
        platform->add_subcommand("check", "Validates platform files: every mistake at once, and what is doubtful");
    check->add_option("FILE", *files, "Platform files")->required();
    check->footer("Exit codes: 0 no mistakes, 2 mistakes.");
    check->callback([files, &common] { common.exit_code = static_cast<int>(check_files(*files)); });

    auto given = std::make_shared<try_arguments>();
    auto* attempt =
        platform->add_subcommand("try", "Walks a device through the states of a platform file; changes nothing on it");
    attempt->add_option("FILE", given->file, "The platform file")->required();
    auto* line = attempt->add_option(
        "--line", given->line,
        "HOST:PORT (raw TCP), telnet://HOST:PORT, rfc2217://HOST:PORT, ssh://USER@HOST:PORT, or a tty");
    auto* device = attempt->add_option(
        "--device", given->device, "Instead of --line: a device of the lab file, with its line, pace and credentials");
    add_lab_option(*attempt, common, false);
    device->excludes(line);
    attempt->add_flag("--boot", given->boot, "Also leave a boot loader, which starts the device");
    attempt->add_option("--user", given->user, "The user name that the device asks for");
    attempt->add_option("--password", given->password, "Its password: env:NAME or file:PATH");
    attempt->add_option("--enable", given->enable,
                        "The second password of platforms that have one: env:NAME or file:PATH");
    attempt->add_option("--known-hosts", given->known_hosts, "ssh: the file that holds the host's key");
    attempt->add_option("--key", given->key, "ssh: a private key file");
    attempt->add_option("--minutes", given->minutes, "Give up after so long (10)")->check(CLI::Range(0.1, 600.0));
    attempt->footer(
        "Only ways between states, <prepare>, <identify>, the reading back and <hand-over> are tried: nothing is "
        "configured, saved, erased or\n"
        "restarted. Exit codes: 0 all was as the file says, 1 something was not, 2 the input is wrong.");
    attempt->callback([given, &common] {
        if (given->line.empty() == given->device.empty()) {
            throw CLI::RequiredError("one of --line and --device");
        }
        if (!given->device.empty() && common.lab.empty()) {
            throw CLI::RequiredError("--lab, the file that has the device,");
        }
        common.exit_code = static_cast<int>(try_line(*given, common));
    });
}

}  // namespace rollover::apps
