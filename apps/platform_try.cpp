#include "apps/platform_try.h"

#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/platform/round_trips.h"
#include "drivers/platform/safe_walk.h"
#include "drivers/platform/session.h"
#include "drivers/transport/line.h"
#include "engine/activation/addresses.h"
#include "engine/api/platform_folders.h"
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/runtime/real_runtime.h"

#include <fmt/format.h>
#include <iostream>

namespace rollover::apps {

namespace {

struct try_arguments {
    std::string file;
    std::string line;
    std::string device;
    std::string user;
    std::string password;
    std::string enable;
    std::string known_hosts;
    std::string key;
    double minutes = 10;
    bool boot = false;
};

/// How the device is reached and typed at.
struct way_there {
    transport::line_address to;
    console::console_options options;
    platform::logins who;
    std::vector<std::string> interfaces;
};

result<platform::logins> logins_of(const try_arguments& given) {
    platform::logins who;
    who.user = given.user;
    for (const auto& [from, to] :
         {std::pair(&given.password, &who.password), std::pair(&given.enable, &who.enable_password)}) {
        if (from->empty()) {
            continue;
        }
        auto value = fetch(*from);
        if (!value) {
            return value.error();
        }
        *to = std::move(*value);
    }
    return who;
}

result<way_there> way_by_line(const try_arguments& given) {
    auto to = transport::parse_line_address(given.line);
    if (!to) {
        return to.error();
    }
    auto who = logins_of(given);
    if (!who) {
        return who.error();
    }
    to->known_hosts = given.known_hosts;
    to->key = given.key;
    console::console_options options;
    options.name = "line " + given.line;
    return way_there{std::move(*to), std::move(options), std::move(*who), {}};
}

/// Everything as the lab file has it: line settings, pacing, credentials.
result<way_there> way_by_lab(const model::lab& lab, const model::device& device) {
    auto to = activation::line_address_of(lab, device);
    if (!to) {
        return to.error();
    }
    auto who = activation::logins_of(lab, device);
    if (!who) {
        return who.error();
    }
    way_there way{std::move(*to), activation::console_options_of(lab, device), std::move(*who), {}};
    for (const auto& one : device.interfaces) {
        if (!one.line) {
            way.interfaces.push_back(one.name);
        }
    }
    return way;
}

std::optional<model::lab> read_lab(const common_options& common) {
    diagnostics mistakes;
    std::vector<std::filesystem::path> folders{api::shipped_converters()};
    folders.insert(folders.end(), common.converters.begin(), common.converters.end());
    const auto models = model::read_converter_models(folders, mistakes);
    auto read = model::read_lab(std::filesystem::path(common.lab), models);
    mistakes.insert(mistakes.end(), read.mistakes.begin(), read.mistakes.end());
    for (const auto& one : mistakes) {
        std::cerr << to_string(one) << "\n";
    }
    return mistakes.empty() ? std::move(read.value) : std::nullopt;
}

/// Nobody else may be at work on it: a line has one writer.
std::optional<std::string> in_use(const common_options& common, const std::string& lab, const std::string& device) {
    const auto now = common.make_engine().status();
    const auto of_lab = now.unavailable.find(lab);
    if (of_lab == now.unavailable.end() || !of_lab->second.contains(device)) {
        return std::nullopt;
    }
    return of_lab->second.at(device);
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

void tell_what_was_not_walked(const platform::safe_walk& safe) {
    for (const auto& name : platform::met_by_chance(*safe.how)) {
        std::cout << fmt::format("{:<28} {:>10}  not on a way from home and back: seen when a device is found there\n",
                                 name, "");
    }
    for (const auto& one : safe.left) {
        std::cout << fmt::format("not done: {}, line {}: {}{}\n", printable(one.what), one.place.line,
                                 printable(one.why), one.boots ? "; it is done with --boot" : "");
    }
}

task<void> try_device(real_runtime& rt, const platform::safe_walk& safe, way_there way, double minutes, answer& out) {
    const auto deadline = rt.now() + std::chrono::round<duration>(std::chrono::duration<double>(minutes * 60));
    console::pacing_wheel wheel(rt);
    auto opened = co_await transport::open_line(rt, std::move(way.to), rt.now() + std::chrono::seconds(20));
    if (!opened) {
        std::cerr << describe(opened.error()) << "\n";
        co_return;
    }
    auto line = std::move(*opened);
    auto options = std::move(way.options);
    const auto on = console::make_console(rt, wheel, std::move(line), std::move(options), nullptr, {});
    platform::session talk(rt, *on, safe.how, std::move(way.who), std::move(way.interfaces), log_sink());
    walk states(rt, talk, *safe.how, deadline);
    const int wrong = co_await states.run();
    tell_what_was_not_walked(safe);
    out = wrong == 0 ? answer::done : answer::failed;
    co_await on->close();
}

/// `given.device` of the lab; nothing when it may not be tried, which was said.
std::optional<way_there> way_to_device(const try_arguments& given, const common_options& common,
                                       const std::string& platform_name, answer& out) {
    const auto lab = read_lab(common);
    if (!lab) {
        return std::nullopt;
    }
    if (const auto unknown = model::unknown_device(*lab, given.device)) {
        std::cerr << describe(*unknown) << "\n";
        return std::nullopt;
    }
    const auto& device = lab->at(*model::find_device(*lab, given.device));
    if (device.platform != platform_name) {
        std::cerr << fmt::format(
            "{}: error: device {} is of platform {} in the lab file, and {} describes platform {}\n",
            to_string(device.place), device.name, device.platform, given.file, platform_name);
        return std::nullopt;
    }
    if (const auto why = in_use(common, lab->name, device.name)) {
        std::cerr << fmt::format("device {} is left alone: {}\n", device.name, printable(*why));
        out = answer::failed;
        return std::nullopt;
    }
    auto way = way_by_lab(*lab, device);
    if (!way) {
        std::cerr << describe(way.error()) << "\n";
        return std::nullopt;
    }
    return std::move(*way);
}

answer try_platform(const try_arguments& given, const common_options& common, const platform_file_reader& read) {
    if (given.line.empty() == given.device.empty()) {
        std::cerr << "say where the device is: either --line LINE, or --lab LAB --device DEVICE\n";
        return answer::bad_input;
    }
    if (!given.device.empty() && common.lab.empty()) {
        std::cerr << "--device names a device of a lab file: give --lab LAB, or set ROLLOVER_LAB\n";
        return answer::bad_input;
    }
    const auto how = read(given.file);
    if (!how) {
        return answer::bad_input;
    }
    auto out = answer::bad_input;
    std::optional<way_there> way;
    if (given.line.empty()) {
        way = way_to_device(given, common, how->name, out);
    } else if (auto by_line = way_by_line(given)) {
        way = std::move(*by_line);
    } else {
        std::cerr << describe(by_line.error()) << "\n";
    }
    if (!way) {
        return out;
    }
    const auto safe = platform::without_consequences(*how, given.boot);
    real_runtime rt;
    out = answer::failed;
    rt.run(with_stop(rt, try_device(rt, safe, std::move(*way), given.minutes, out)));
    return out;
}

}  // namespace

void add_platform_try_command(CLI::App& platform, common_options& common, platform_file_reader read) {
    auto given = std::make_shared<try_arguments>();
    auto* attempt = platform.add_subcommand(
        "try", "Walks a device through the states of a platform file; never restarts it, never configures it");
    attempt->add_option("FILE", given->file, "The platform file")->required();
    auto* line = attempt->add_option(
        "--line", given->line,
        "HOST:PORT (raw TCP), telnet://HOST:PORT, rfc2217://HOST:PORT, ssh://USER@HOST:PORT, or a tty");
    add_lab_option(*attempt, common, false);
    add_state_option(*attempt, common);
    attempt
        ->add_option("--device", given->device, "A device of the lab file, which says its line, pacing and credentials")
        ->excludes(line);
    const auto of_line = [&](const char* name, std::string& into, const char* help) {
        attempt->add_option(name, into, help)->needs(line);
    };
    of_line("--user", given->user, "The user name that the device asks for");
    of_line("--password", given->password, "Its password: env:NAME or file:PATH");
    of_line("--enable", given->enable, "The second password of platforms that have one: env:NAME or file:PATH");
    of_line("--known-hosts", given->known_hosts, "ssh: the file that holds the host's key");
    of_line("--key", given->key, "ssh: a private key file");
    attempt->add_option("--minutes", given->minutes, "Give up after so long (10)")->check(CLI::Range(0.1, 600.0));
    attempt->add_flag("--boot", given->boot,
                      "Ways that start the device may be walked: out of a boot loader, a reset, a reload");
    attempt->footer(
        "Only ways between states, <prepare>, <identify>, the reading back and <hand-over> are tried: nothing is "
        "configured, saved or erased.\n"
        "Ways that start the device, or set what outlives the session, are listed and not walked.\n"
        "Exit codes: 0 all was as the file says, 1 something was not, 2 the input is wrong.");
    attempt->callback([given, &common, read = std::move(read)] {
        common.exit_code = static_cast<int>(try_platform(*given, common, read));
    });
}

}  // namespace rollover::apps
