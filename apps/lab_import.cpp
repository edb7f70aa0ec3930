// rollover lab import: a draft of a lab file from what a lab already has.
#include "apps/commands.h"
#include "engine/api/platform_folders.h"
#include "engine/import/import.h"
#include "engine/model/value_rules.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace rollover::apps {

namespace {

constexpr std::size_t largest_input = std::size_t{256}
                                      << 20U;  ///< bytes; an export of a thousand devices has fifty million

struct import_arguments {
    importing::source from = importing::source::csv;
    std::vector<std::string> files;
    std::string out;
    importing::import_options options;
};

std::optional<importing::input> contents_of(const std::string& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    importing::input file{path, {}};
    std::vector<char> piece(std::size_t{1} << 16U);
    while (in.is_open() && file.text.size() <= largest_input &&
           (in.read(piece.data(), std::ssize(piece)) || in.gcount() > 0)) {
        file.text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (!in.is_open() || in.bad() || std::filesystem::is_directory(path)) {
        std::cerr << to_string(diagnostic{
                         {path, 0, 0}, "it cannot be read", in.is_open() ? "give a file" : std::strerror(errno)})
                  << "\n";
        return std::nullopt;
    }
    if (file.text.size() > largest_input) {
        std::cerr << to_string(diagnostic{{path, 0, 0}, "it has more than 256 MiB", "is it the right file?"}) << "\n";
        return std::nullopt;
    }
    return file;
}

/// A new file: what a person may have completed already is never written over.
bool write_new(const std::string& path, const std::string& text) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    std::size_t done = 0;
    bool good = descriptor >= 0;
    while (good && done < text.size()) {
        const auto count = ::write(descriptor, text.data() + done, text.size() - done);
        good = count > 0 || (count < 0 && errno == EINTR);
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const int why = errno;
    if (descriptor >= 0 && ::close(descriptor) != 0) {
        good = false;
    }
    if (!good) {
        const char* const hint = why == EEXIST ? "choose another name, or remove it: a draft replaces no file"
                                               : "is there room, and may you write there?";
        std::cerr << to_string(
                         diagnostic{{path, 0, 0}, fmt::format("it cannot be written: {}", std::strerror(why)), hint})
                  << "\n";
    }
    return good;
}

nlohmann::ordered_json json_of(const diagnostics& all) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& one : all) {
        out.push_back({{"file", one.place.file}, {"line", one.place.line}, {"what", one.what}, {"hint", one.hint}});
    }
    return out;
}

void tell(const diagnostics& all, std::string_view kind) {
    for (const auto& one : all) {
        std::cerr << to_string(one, kind) << "\n";
    }
}

int run(const import_arguments& given, bool json) {
    auto options = given.options;
    if (!model::rules::name.fits(options.lab)) {
        std::cerr << to_string(diagnostic{
                         {"--name", 0, 0}, fmt::format("\"{}\"", options.lab), std::string(model::rules::name.words)})
                  << "\n";
        return 2;
    }
    std::vector<importing::input> files;
    for (const auto& path : given.files) {
        auto file = contents_of(path);
        if (!file) {
            return 2;
        }
        files.push_back(std::move(*file));
    }
    diagnostics unread;
    options.models = model::read_converter_models({api::shipped_converters()}, unread);
    tell(unread, "error");
    const auto report = importing::draft_lab(given.from, files, options);
    if (!report.errors.empty()) {
        tell(report.errors, "error");
        return 2;
    }
    if (!given.out.empty() && !write_new(given.out, report.xml)) {
        return 2;
    }
    if (json) {
        nlohmann::ordered_json all{{"incomplete", json_of(report.incomplete)}, {"left-out", json_of(report.left_out)}};
        if (given.out.empty()) {
            all["xml"] = report.xml;
        }
        std::cout << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        if (given.out.empty()) {
            std::cout << report.xml;
        }
        tell(report.left_out, "note");
        tell(report.incomplete, "to be completed");
    }
    return report.incomplete.empty() ? 0 : 1;
}

}  // namespace

void add_import_command(CLI::App& lab, common_options& common) {
    auto given = std::make_shared<import_arguments>();
    auto* command = lab.add_subcommand("import", "Drafts a lab file from what a lab already has");
    const std::map<std::string, importing::source> sources{{"virtlab", importing::source::virtlab},
                                                           {"csv", importing::source::csv},
                                                           {"netbox", importing::source::netbox}};
    command
        ->add_option("--from", given->from,
                     "virtlab: its .conf files; csv: tables of cables; netbox: answers of its REST API")
        ->required()
        ->transform(CLI::CheckedTransformer(sources));
    command->add_option("FILE", given->files, "The files")->required();
    command->add_option("--name", given->options.lab, "The name of the lab; imported, when it is not given");
    command->add_option("-o,--output", given->out, "A new file for the draft; else it is printed");
    command
        ->add_option("--protocol", given->options.protocol,
                     "That of all converters of which none is said: raw, telnet, rfc2217 or ssh")
        ->check(CLI::IsMember({"raw", "telnet", "rfc2217", "ssh"}));
    command->add_option("--switch-role", given->options.roles.switches,
                        "netbox: slug of the role of lab switches; lab-switch, when it is not given");
    command->add_option("--cross-connect-role", given->options.roles.cross_connects,
                        "netbox: slug of the role of cross-connects; cross-connect, when it is not given");
    add_json_option(*command, common);
    command->footer(
        "What is not known is a comment in the draft, and so is every guess.\n"
        "Exit codes: 0 the draft is a whole lab file, 1 it is to be completed as listed, 2 the input is wrong; then "
        "there is no draft.");
    command->callback([given, &common] { common.exit_code = run(*given, common.json); });
}

}  // namespace rollover::apps
