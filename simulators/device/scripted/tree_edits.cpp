// The commands that change a tree ("set", "delete", "edit"), an environment, and RouterOS's paths.
#include "simulators/device/scripted/configuration.h"

#include <algorithm>
#include <sstream>

namespace rollover::sim::scripted {
namespace {

using ios::parse_status;

/// The words of a path, cut into the levels of a setting; the last takes what is left.
std::vector<std::string> levels_of(const std::string& text, const std::vector<std::uint8_t>& counts) {
    std::vector<std::string> out;
    std::string_view rest = text;
    for (std::size_t n = 0; n < counts.size() && !rest.empty(); ++n) {
        const std::string_view words = n + 1 == counts.size() ? rest : first_words(rest, counts[n]);
        out.emplace_back(words);
        rest.remove_prefix(std::min(rest.size(), words.size() + 1));
    }
    return out;
}

std::string without_quotes(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '\''; });
    return out;
}

}  // namespace

std::string configuration::expand_path(std::string_view typed) const {
    const std::string above = path();
    return above.empty() ? std::string(typed) : above + " " + std::string(typed);
}

edit configuration::set(std::string_view typed) {
    const mode_table& table = tables_->of(current());
    const std::string above = path();
    const std::string whole = expand_path(style().quote == "'" ? without_quotes(typed) : std::string(typed));
    const std::size_t own = above.empty() ? 0 : above.size() + 1;
    const ios::parsed words = table.setting_parser.parse(whole, 0, false, namer());
    if (words.status != parse_status::ok) {
        return {words.status, words.column - std::min(words.column, own), false};
    }
    const setting& s = *table.settings[static_cast<std::size_t>(words.command)];
    const auto levels = levels_of(words.canonical, s.levels);
    document* at = &editable();
    const std::vector<std::string> before = flatten(*at);
    for (std::size_t n = 0; n < levels.size(); ++n) {
        const bool last = n + 1 == levels.size();
        const std::string key(last && s.key != 0 ? first_words(levels[n], s.key) : std::string_view(levels[n]));
        entry& made = put(*at, {levels[n], {}, 0, !last}, key, {});
        at = &made.inner;
    }
    changed();
    return {parse_status::ok, 0, flatten(editable()) != before};
}

edit configuration::remove(std::string_view typed) {
    const mode_table& table = tables_->of(current());
    const std::string whole = expand_path(style().quote == "'" ? without_quotes(typed) : std::string(typed));
    const ios::parsed words = table.setting_parser.parse(whole, 0, true, namer());
    if (words.status == parse_status::invalid || words.status == parse_status::ambiguous) {
        const std::size_t own = whole.size() - typed.size();
        return {words.status, words.column - std::min(words.column, own), false};
    }
    const bool there = take_path(editable(), words.canonical);
    changed();
    return {parse_status::ok, 0, there};
}

edit configuration::enter(std::string_view typed) {
    const mode_table& table = tables_->of(current());
    const std::string whole = expand_path(typed);
    const ios::parsed words = table.setting_parser.parse(whole, 0, true, namer());
    if (words.status == parse_status::invalid || words.status == parse_status::ambiguous) {
        return {words.status, words.column, false};
    }
    const std::size_t above = path().size();
    const std::string fresh = words.canonical.substr(above == 0 ? 0 : std::min(above + 1, words.canonical.size()));
    if (!fresh.empty()) {
        where_.push_back({fresh, mode_});
    }
    return {};
}

std::string configuration::section_text(std::string_view wanted) const {
    const document* at = &editable();
    std::string_view rest = wanted;
    while (!rest.empty()) {
        const auto next = std::ranges::find_if(*at, [rest](const entry& e) { return begins(rest, e.text); });
        if (next == at->end()) {
            document leaves;  // a leaf, or words that only begin one
            std::ranges::copy_if(*at, std::back_inserter(leaves),
                                 [rest](const entry& e) { return begins(e.text, rest); });
            return render(leaves, style());
        }
        rest.remove_prefix(std::min(rest.size(), next->text.size() + 1));
        if (rest.empty() && style().family != family_kind::tree) {
            return render({*next}, style());
        }
        at = &next->inner;
    }
    return render(*at, style());
}

void configuration::set_variable(std::string_view name_and_value) {
    const std::size_t blank = std::min(name_and_value.find(' '), name_and_value.size());
    const std::string name(name_and_value.substr(0, blank));
    const std::string_view value = name_and_value.substr(std::min(blank + 1, name_and_value.size()));
    std::erase_if(running_, [&name](const entry& e) { return e.text.starts_with(name + "="); });
    if (!value.empty()) {
        running_.push_back({name + "=" + std::string(value), {}, 0, false});
        std::ranges::sort(running_, {}, &entry::text);
    }
    changed();
}

std::string configuration::variables(std::string_view only) const {
    std::string out;
    for (const entry& e : running_) {
        if (only.empty() || e.text.starts_with(std::string(only) + "=")) {
            out += e.text + "\n";
        }
    }
    return out;
}

}  // namespace rollover::sim::scripted
