#include "engine/model/converter_model.h"

#include "engine/model/source_file.h"
#include "engine/model/xml_document.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::model {

namespace {

constexpr std::uint32_t largest_base = 65534;
constexpr std::uint32_t most_openings = 1000;

constexpr std::array<word<line_protocol>, 4> ported{{{"raw", line_protocol::raw},
                                                     {"telnet", line_protocol::telnet},
                                                     {"rfc2217", line_protocol::rfc2217},
                                                     {"ssh", line_protocol::ssh}}};
constexpr std::array<word<after_cr>, 3> after_cr_words{
    {{"nul", after_cr::nul}, {"lf", after_cr::lf}, {"nothing", after_cr::nothing}}};
constexpr std::array<word<break_by>, 3> break_words{
    {{"protocol", break_by::protocol}, {"telnet", break_by::telnet}, {"nothing", break_by::nothing}}};
constexpr std::array<word<menu_question::answer>, 3> answer_words{{{"line", menu_question::answer::line},
                                                                   {"user", menu_question::answer::user},
                                                                   {"password", menu_question::answer::password}}};
constexpr std::array<word<bool>, 2> places{{{"line-start", true}, {"anywhere", false}}};

void read_children(reading& from, element& root, converter_model& m) {
    for (const pugi::xml_node child : root.children("ports")) {
        element e(from, child);
        const auto protocol = e.choice<line_protocol>("protocol", ported);
        const auto base = e.required_number("base", 1, largest_base);
        if (!m.port_bases.emplace(protocol, base).second) {
            e.wrong("protocol", "the ports of this protocol are given twice", "remove one");
        }
        e.finish();
    }
    for (const pugi::xml_node child : root.children("busy")) {
        element e(from, child);
        m.busy_texts.emplace_back(e.required("says", rules::text_line));
        e.finish();
    }
    for (const pugi::xml_node child : root.children("escape")) {
        element e(from, child);
        escape_sequence one;
        one.text = e.required("text", rules::text_line);
        one.at_line_start = e.choice<bool>("at", places, false);
        one.because = e.required("because", rules::text_line);
        e.finish();
        m.escapes.push_back(std::move(one));
    }
    for (const pugi::xml_node child : root.children("menu")) {
        element e(from, child);
        menu_question one;
        one.says = e.required("says", rules::text_line);
        one.with = e.choice<menu_question::answer>("answer", answer_words);
        e.finish();
        m.menu.push_back(std::move(one));
    }
    for (const pugi::xml_node child : root.children("source")) {
        element(from, child).finish_text();
    }
}

converter_model read_model(xml_document& document) {
    element root(document.shared(), document.root());
    converter_model m;
    m.name = root.required("name", rules::name);
    m.openings = root.number("openings", 1, most_openings, 0);
    m.after_cr = root.choice<after_cr>("after-cr", after_cr_words, after_cr::nul);
    m.break_by = root.choice<break_by>("break-by", break_words, break_by::protocol);
    m.answers_settings = root.flag("answers-settings", true);
    m.when_busy = root.optional("when-busy", rules::text_line);
    read_children(document.shared(), root, m);
    root.finish({"source", "ports", "busy", "escape", "menu"});
    return m;
}

std::vector<std::filesystem::path> xml_files(const std::filesystem::path& folder, diagnostics& out) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".xml") {
            files.push_back(at->path());
        }
    }
    if (error) {
        out.push_back({{folder.string(), 0, 0}, "the folder of converter models cannot be read", error.message()});
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

void read_converter_model(std::string_view xml, const std::string& file, converter_models& into, diagnostics& out) {
    mistakes wrong;
    const source_text source(xml, file);
    converter_model m;
    if (const auto tree = xml_document::parse(source, wrong)) {
        if (std::string_view(tree->root().name()) == "converter-model") {
            m = read_model(*tree);
        } else {
            element(tree->shared(), tree->root()).wrong("this is no converter model", "its root is <converter-model>");
        }
    }
    if (!wrong.none()) {
        const auto all = wrong.take();
        out.insert(out.end(), all.begin(), all.end());
        return;
    }
    auto name = m.name;
    into[std::move(name)] = std::move(m);
}

converter_models read_converter_models(const std::vector<std::filesystem::path>& folders, diagnostics& mistakes) {
    converter_models all;
    for (const auto& folder : folders) {
        for (const auto& file : xml_files(folder, mistakes)) {
            if (const auto bytes = load(file, mistakes)) {
                read_converter_model(*bytes, file.string(), all, mistakes);
            }
        }
    }
    return all;
}

}  // namespace rollover::model
