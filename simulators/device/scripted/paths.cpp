// RouterOS: menus and their items, "/ip address add address=10.0.0.1/24 interface=ether1". Source: MikroTik
// documentation, "Command Line Interface": general commands, item numbers, "[find]", and what "export" prints.
#include "simulators/device/scripted/configuration.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace rollover::sim::scripted {
namespace {

using ios::parse_status;

struct menu_word {
    std::string text;
    std::size_t column = 0;
};

/// Words; a blank in quotes or brackets does not end one. "/ip/address" is "/" "ip" "address".
std::vector<menu_word> menu_words(std::string_view line) {
    std::vector<menu_word> out;
    for (std::size_t at = line.find_first_not_of(' '); at < line.size(); at = line.find_first_not_of(' ', at)) {
        const std::size_t begin = at;
        if (line[at] == '/' || line[at] == '=') {
            ++at;
        }
        bool quoted = false;
        int brackets = 0;
        for (; at < line.size() && (quoted || brackets > 0 || (line[at] != ' ' && line[at] != '/')); ++at) {
            if (!quoted && line[at] == '=') {  // what follows is a value
                quoted = line.substr(at + 1).starts_with('"');
                const std::size_t end =
                    quoted ? line.find('"', at + 2) : std::min(line.find_first_of(" ]", at), line.size());
                at = end == std::string_view::npos ? line.size() - 1 : quoted ? end : end - 1;
                quoted = false;
                continue;
            }
            quoted = quoted != (line[at] == '"');
            brackets += line[at] == '[' ? 1 : line[at] == ']' ? -1 : 0;
        }
        std::string text(line.substr(begin, at - begin));
        if (text.size() > 1 && text.front() == '/') {
            out.push_back({"/", begin});
            text.erase(0, 1);
        }
        if (!(text == "/" && !out.empty())) {
            out.push_back({std::move(text), begin});
        }
    }
    return out;
}

/// A setting of such a file: "ip address add address= interface=".
struct menu_form {
    std::string path;
    std::string verb;  ///< add: it has items; set: it has properties of its own; items: of what is built in
    std::vector<std::string> properties;
};

menu_form form_of(const setting& s) {
    menu_form out;
    for (const menu_word& word : menu_words(s.pattern)) {
        if (word.text.ends_with('=')) {
            out.properties.push_back(word.text.substr(0, word.text.size() - 1));
        } else if (word.text == "add" || word.text == "set" || word.text == "items") {
            out.verb = word.text;
        } else {
            out.path += (out.path.empty() ? "" : " ") + word.text;
        }
    }
    return out;
}

using properties = std::map<std::string, std::string>;

std::string text_of(std::string verb, const properties& all) {
    for (const auto& [name, value] : all) {
        verb.append(" ").append(name).append("=").append(value);
    }
    return verb;
}

properties properties_of(const entry& item) {
    properties out;
    for (const menu_word& word : menu_words(item.text)) {
        const std::size_t equals = word.text.find('=');
        if (equals != std::string::npos && word.text.front() != '[') {
            out[word.text.substr(0, equals)] = word.text.substr(equals + 1);
        }
    }
    return out;
}

edit refusal(std::string_view what, const menu_word& where) {
    edit out{parse_status::invalid, where.column, false};
    out.message = fmt::format("{} (line 1 column {})\n", what, where.column + 1);
    return out;
}

/// Whether an item is meant by "0", "[find interface=ether1]", "[find]" or its name.
bool is_meant(const entry& item, std::size_t number, const std::string& selector) {
    const properties have = properties_of(item);
    if (selector.starts_with('[')) {
        const auto wanted = menu_words(std::string_view(selector).substr(1, selector.size() - 2));
        return std::ranges::all_of(wanted, [&have](const menu_word& word) {
            const std::size_t equals = word.text.find('=');
            const auto found = have.find(word.text.substr(0, equals));
            return equals == std::string::npos ||
                   (found != have.end() && found->second == word.text.substr(equals + 1));
        });
    }
    const auto name = have.find("name");
    return selector == std::to_string(number) || (name != have.end() && name->second == selector);
}

/// What a line wants of its menu.
struct menu_change {
    std::string verb;
    std::string selector;  ///< of items
    properties given;

    [[nodiscard]] properties merged(properties all) const {
        for (const auto& [name, value] : given) {
            all[name] = value;
        }
        if (const auto off = all.find("disabled"); off != all.end() && off->second == "no") {
            all.erase(off);
        }
        return all;
    }
};

/// Reads the words behind the verb; what is wrong with them, or nothing.
std::optional<edit> read_change(const std::vector<menu_word>& words, const menu_form& form, menu_change& out) {
    for (const menu_word& word : words) {
        const std::size_t equals = word.text.front() == '[' ? std::string::npos : word.text.find('=');
        const std::string name = word.text.substr(0, equals);
        if (equals == std::string::npos && out.selector.empty() && out.verb != "add" && form.verb != "set") {
            out.selector = word.text;
        } else if (equals == std::string::npos || std::ranges::count(form.properties, name) == 0) {
            return refusal("expected end of command", word);
        } else {
            out.given[name] = word.text.substr(equals + 1);
        }
    }
    if (out.verb == "enable" || out.verb == "disable") {
        out.given["disabled"] = out.verb == "enable" ? "no" : "yes";
    }
    return std::nullopt;
}

/// Of what is built in only that is kept which was changed. Each returns how many items were meant.
std::size_t change_built_in(entry& section, const std::vector<std::string>& hardware, const menu_change& change) {
    std::size_t meant = 0;
    for (std::size_t n = 0; n < hardware.size(); ++n) {
        const std::string item = "set [ find default-name=" + hardware[n] + " ]";
        const bool is_it =
            change.selector == hardware[n] || change.selector == std::to_string(n) ||
            begins(change.selector.substr(0, change.selector.find(']')), "[find default-name=" + hardware[n]) ||
            begins(change.selector, "[ find default-name=" + hardware[n]);
        if (is_it) {
            ++meant;
            entry& one = put(section.inner, {item, {}, static_cast<int>(n), false}, item, {});
            one.text = text_of(item, change.merged(properties_of(one)));
            std::erase_if(section.inner, [&item](const entry& e) { return e.text == item; });
        }
    }
    return meant;
}

std::size_t change_items(entry& section, const menu_change& change) {
    std::vector<std::size_t> numbers;
    for (std::size_t n = 0; n < section.inner.size(); ++n) {
        if (is_meant(section.inner[n], n, change.selector)) {
            numbers.push_back(n);
        }
    }
    for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
        const auto one = section.inner.begin() + static_cast<std::ptrdiff_t>(*n);
        if (change.verb == "remove") {
            section.inner.erase(one);
        } else {
            one->text = text_of("add", change.merged(properties_of(*one)));
        }
    }
    return numbers.size() + (change.selector.starts_with('[') ? 1 : 0);  // finding nothing is no mistake
}

std::size_t change_menu(entry& section, const menu_form& form, const std::vector<std::string>& hardware,
                        const menu_change& change) {
    if (change.verb == "add") {
        section.inner.push_back({text_of("add", change.merged({})), {}, 0, false});
        return 1;
    }
    if (form.verb == "set") {
        const properties had = section.inner.empty() ? properties() : properties_of(section.inner.front());
        section.inner = {{text_of("set", change.merged(had)), {}, 0, false}};
        return 1;
    }
    return form.verb == "items" ? change_built_in(section, hardware, change) : change_items(section, change);
}

}  // namespace

std::string configuration::absolute(std::string_view typed) const {
    std::string out = "/";
    const auto words = menu_words(typed);
    if (words.empty() || words.front().text != "/") {
        out += path();
    }
    for (const menu_word& word : words) {
        if (word.text != "/") {
            out += (out.size() == 1 ? "" : " ") + word.text;
        }
    }
    return out;
}

edit configuration::path_line(std::string_view typed) {
    const std::vector<menu_word> words = menu_words(typed);
    std::vector<menu_form> forms;
    std::ranges::transform(tables_->all->settings, std::back_inserter(forms), form_of);
    const bool from_root = !words.empty() && words.front().text == "/";
    std::vector<std::string> at;
    for (std::size_t n = 0; n < where_.size() && !from_root; ++n) {
        at.push_back(where_[n].header);
    }
    std::size_t next = from_root ? 1 : 0;
    for (; next < words.size(); ++next) {
        if (words[next].text == "..") {
            at.resize(at.empty() ? 0 : at.size() - 1);
            continue;
        }
        at.push_back(words[next].text);
        const std::string path = fmt::format("{}", fmt::join(at, " "));
        if (std::ranges::none_of(forms, [&path](const menu_form& m) { return begins(m.path, path); })) {
            at.pop_back();
            break;
        }
    }
    if (next == words.size()) {
        where_.clear();
        for (std::string& word : at) {
            where_.push_back({std::move(word), mode_});
        }
        return {parse_status::ok, 0, false};
    }
    const std::string path = fmt::format("{}", fmt::join(at, " "));
    const auto form = std::ranges::find(forms, path, &menu_form::path);
    menu_change change{words[next].text, {}, {}};
    const bool alters = change.verb == "set" || change.verb == "enable" || change.verb == "disable";
    const bool itemizes = change.verb == "add" || change.verb == "remove";
    if (form == forms.end() || !(alters || (itemizes && form->verb == "add"))) {
        return refusal("bad command name " + change.verb, words[next]);
    }
    const std::vector<menu_word> behind(words.begin() + static_cast<std::ptrdiff_t>(next) + 1, words.end());
    if (const auto wrong = read_change(behind, *form, change)) {
        return *wrong;
    }
    const document before = editable();
    const std::string header = "/" + form->path;
    entry& section = put(editable(), {header, {}, static_cast<int>(form - forms.begin()), true}, header, {});
    const std::size_t meant = change_menu(section, *form, hardware_, change);
    std::erase_if(editable(), [](const entry& e) { return e.inner.empty(); });
    if (meant == 0) {
        edit out{parse_status::invalid, 0, false};
        out.message = "no such item\n";
        return out;
    }
    changed();
    return {parse_status::ok, 0, editable() != before};
}

}  // namespace rollover::sim::scripted
