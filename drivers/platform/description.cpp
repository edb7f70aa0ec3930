#include "drivers/platform/description.h"

#include "drivers/platform/keys.h"
#include "drivers/platform/patterns.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace rollover::platform {
namespace {

std::vector<std::filesystem::path> xml_files(const std::filesystem::path& folder, diagnostics& mistakes) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".xml") {
            files.push_back(at->path());
        }
    }
    if (error) {
        mistakes.push_back({{folder.string(), 0, 0}, "the folder of platform files cannot be read", error.message()});
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::optional<std::string> contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(largest_platform_file + 1, '\0');  // one more than allowed, so that the reader can tell
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.fail() && in.gcount() == 0)) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

library library::read(const std::vector<std::filesystem::path>& folders, diagnostics& mistakes) {
    library all;
    for (const auto& folder : folders) {
        for (const auto& file : xml_files(folder, mistakes)) {
            const auto text = contents(file);
            if (!text) {
                mistakes.push_back({{file.string(), 0, 0}, "the file cannot be read or is empty", ""});
                continue;
            }
            if (auto d = read_description(*text, file.string(), mistakes)) {
                all.add(std::move(*d));
            }
        }
    }
    return all;
}

void library::add(description d) {
    if (!d.compiled) {
        d.compiled = std::make_shared<const patterns>(d);
    }
    auto name = d.name;
    by_name_[std::move(name)] = std::make_shared<const description>(std::move(d));
}

std::shared_ptr<const description> library::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<std::string> library::names() const {
    std::vector<std::string> all;
    for (const auto& [name, unused] : by_name_) {
        all.push_back(name);
    }
    return all;
}

bool types_login(const transition& t) {
    const auto is_login = [](const keystrokes& k) { return k.kind != answer_kind::text; };
    return std::any_of(t.type.begin(), t.type.end(), is_login) ||
           std::any_of(t.questions.begin(), t.questions.end(), [&](const question& q) { return is_login(q.answer); });
}

std::optional<std::size_t> description::find_state(std::string_view state_name) const {
    const auto found = std::find_if(states.begin(), states.end(), [&](const state& s) { return s.name == state_name; });
    return found == states.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - states.begin()));
}

bool description::is_configuring(std::size_t state_index) const {
    const auto& called = states[state_index].name;
    return called == config_state ||
           std::find(config_substates.begin(), config_substates.end(), called) != config_substates.end();
}

namespace {

std::size_t blanks_before(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// Whether line `index` stands in a block whose header matches.
bool stands_within(std::size_t rule, const patterns& match, const std::vector<std::string>& lines, std::size_t index) {
    const auto own = blanks_before(lines[index]);
    for (auto i = index; i-- > 0;) {
        const auto text = trim(lines[i]);
        if (text.empty()) {
            continue;
        }
        if (match.config_blocks.matches(rule, text)) {
            return true;
        }
        // Where the author does not indent, the header of another block ends this one, and so do its usual last words.
        if (blanks_before(lines[i]) < own || match.permanent.any(text) || text == "exit" || text == "end") {
            return false;
        }
    }
    return false;
}

}  // namespace

std::vector<refused_line> refused_lines(const description& d, const std::vector<std::string>& lines) {
    std::vector<refused_line> found;
    const auto match = d.compiled ? d.compiled : std::make_shared<const patterns>(d);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto text = trim(lines[i]);
        if (!match->config_lines.any(text)) {
            continue;
        }
        for (std::size_t k = 0; k < d.config_lines.size(); ++k) {
            const auto& rule = d.config_lines[k];
            if (rule.refused.empty() || !match->config_lines.matches(k, text)) {
                continue;
            }
            if (rule.within.empty() || stands_within(k, *match, lines, i)) {
                found.push_back({i, rule.refused, rule.hint});
                break;
            }
        }
    }
    return found;
}

bool may_raise_speed(const description& d, const std::vector<std::string>& lines) {
    const pattern_set storing({d.console_speed.stored_by}, pattern_set::match::whole);
    return !d.console_speed.steps.empty() && std::none_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return !trim(line).empty() && storing.any(trim(line));
    });
}

std::optional<std::string> check_line(const description& d, std::string_view line) {
    if (line.size() > d.longest_line) {
        return fmt::format("the line has {} characters, {} takes {}", line.size(), d.name, d.longest_line);
    }
    for (const char c : line) {
        const auto listed = std::find_if(d.forbidden_characters.begin(), d.forbidden_characters.end(),
                                         [&](const forbidden_character& f) { return f.character == c; });
        if (listed != d.forbidden_characters.end()) {
            return fmt::format("a '{}' {} on {}", encode_keys({&c, 1}), listed->because, d.name);
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
            return fmt::format("the control character {} would act on the console", encode_keys({&c, 1}));
        }
    }
    return std::nullopt;
}

}  // namespace rollover::platform
