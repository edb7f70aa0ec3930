// RouterOS: menus and their items, "/ip address add address=10.0.0.1/24 interface=ether1". Source: MikroTik
// documentation, "Command Line Interface": general commands, item numbers, "[find]", and what "export" prints.
#include "simulators/device/scripted/configuration.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace rollover::sim::scripted {
namespace {

using ios::parse_status;

struct token {
    std::string text;
    std::size_t column = 0;
};

/// Words; a blank in quotes or brackets does not end one. "/ip/address" is "/" "ip" "address".
std::vector<token> tokens_of(std::string_view line) {
    std::vector<token> out;
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
struct menu {
    std::string path;
    std::string verb;  ///< add: it has items; set: it has properties of its own; items: of what is built in
    std::vector<std::string> properties;
};

menu menu_of(const setting& s) {
    menu out;
    for (const token& word : tokens_of(s.pattern)) {
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
        verb += " " + name + "=" + value;
    }
    return verb;
}

properties properties_of(const entry& item) {
    properties out;
    for (const token& word : tokens_of(item.text)) {
        const std::size_t equals = word.text.find('=');
        if (equals != std::string::npos && word.text.front() != '[') {
            out[word.text.substr(0, equals)] = word.text.substr(equals + 1);
        }
    }
    return out;
}

edit mistake(std::string_view what, const token& where) {
    edit out{parse_status::invalid, where.column, false};
    out.message = fmt::format("{} (line 1 column {})\n", what, where.column + 1);
    return out;
}

/// Whether an item is meant by "0", "[find interface=ether1]", "[find]" or its name.
bool is_meant(const entry& item, std::size_t number, const std::string& selector) {
    const properties have = properties_of(item);
    if (selector.starts_with('[')) {
        const auto wanted = tokens_of(std::string_view(selector).substr(1, selector.size() - 2));
        return std::ranges::all_of(wanted, [&have](const token& word) {
            const std::size_t equals = word.text.find('=');
            const auto found = have.find(word.text.substr(0, equals));
            return equals == std::string::npos ||
                   (found != have.end() && found->second == word.text.substr(equals + 1));
        });
    }
    const auto name = have.find("name");
    return selector == std::to_string(number) || (name != have.end() && name->second == selector);
}

}  // namespace

std::string configuration::absolute(std::string_view typed) const {
    std::string out = "/";
    const auto words = tokens_of(typed);
    if (words.empty() || words.front().text != "/") {
        out += path();
    }
    for (const token& word : words) {
        if (word.text != "/") {
            out += (out.size() == 1 ? "" : " ") + word.text;
        }
    }
    return out;
}

edit configuration::path_line(std::string_view typed) {
    std::vector<token> words = tokens_of(typed);
    std::vector<std::string> at;
    for (const level& one : where_) {
        at.push_back(one.header);
    }
    if (words.empty()) {
        return {};
    }
    if (words.front().text == "/") {
        at.clear();
        words.erase(words.begin());
    }
    std::vector<menu> menus;
    for (const setting& s : tables_->all->settings) {
        menus.push_back(menu_of(s));
    }
    const auto joined = [&at] { return fmt::format("{}", fmt::join(at, " ")); };
    std::size_t next = 0;
    for (; next < words.size(); ++next) {
        if (words[next].text == "..") {
            at.resize(at.empty() ? 0 : at.size() - 1);
            continue;
        }
        at.push_back(words[next].text);
        if (std::ranges::none_of(menus, [&](const menu& m) { return begins(m.path, joined()); })) {
            at.pop_back();
            break;
        }
    }
    if (next == words.size()) {
        where_.clear();
        for (std::string& word : at) {
            where_.push_back({std::move(word), mode_});
        }
        return {};
    }
    const auto found = std::ranges::find(menus, joined(), &menu::path);
    if (found == menus.end()) {
        return mistake("bad command name " + words[next].text, words[next]);
    }
    const token verb = words[next];
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(next) + 1);
    const int order = static_cast<int>(found - menus.begin());
    properties given;
    std::string selector;
    for (const token& word : words) {
        const std::size_t equals = word.text.front() == '[' ? std::string::npos : word.text.find('=');
        if (equals == std::string::npos && selector.empty() && verb.text != "add" && found->verb != "set") {
            selector = word.text;
        } else if (equals == std::string::npos ||
                   std::ranges::count(found->properties, word.text.substr(0, equals)) == 0) {
            return mistake("expected end of command", word);
        } else {
            given[word.text.substr(0, equals)] = word.text.substr(equals + 1);
        }
    }
    if (verb.text == "enable" || verb.text == "disable") {
        given["disabled"] = verb.text == "enable" ? "no" : "yes";
    }
    const bool changes = verb.text == "set" || verb.text == "enable" || verb.text == "disable";
    const bool known = changes ? true : found->verb == "add" && (verb.text == "add" || verb.text == "remove");
    if (!known) {
        return mistake("bad command name " + verb.text, verb);
    }
    const document before = editable();
    const std::string header = "/" + found->path;
    entry& section = put(editable(), {header, {}, order, true}, header, {});
    const auto merged = [&given](properties all) {
        for (const auto& [name, value] : given) {
            all[name] = value;
        }
        if (const auto off = all.find("disabled"); off != all.end() && off->second == "no") {
            all.erase(off);
        }
        return all;
    };
    std::size_t meant = 0;
    if (verb.text == "add") {
        section.inner.push_back({text_of("add", merged({})), {}, 0, false});
        ++meant;
    } else if (found->verb == "set") {
        const properties had = section.inner.empty() ? properties() : properties_of(section.inner.front());
        section.inner = {{text_of("set", merged(had)), {}, 0, false}};
        ++meant;
    } else if (found->verb == "items") {
        for (std::size_t n = 0; n < hardware_.size(); ++n) {
            const std::string item = "set [ find default-name=" + hardware_[n] + " ]";
            const bool is_it = selector == hardware_[n] || selector == std::to_string(n) ||
                               selector.find("default-name=" + hardware_[n]) != std::string::npos;
            if (!is_it) {
                continue;
            }
            ++meant;
            entry& one = put(section.inner, {item, {}, static_cast<int>(n), false}, first_words(item, 5), {});
            one.text = text_of(item, merged(properties_of(one)));
            std::erase_if(section.inner, [&item](const entry& e) { return e.text == item; });
        }
    } else {
        std::vector<std::size_t> numbers;
        for (std::size_t n = 0; n < section.inner.size(); ++n) {
            if (is_meant(section.inner[n], n, selector)) {
                numbers.push_back(n);
            }
        }
        meant = numbers.size() + (selector.starts_with('[') ? 1 : 0);  // finding nothing is no mistake
        for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
            const auto one = section.inner.begin() + static_cast<std::ptrdiff_t>(*n);
            if (verb.text == "remove") {
                section.inner.erase(one);
            } else {
                one->text = text_of("add", merged(properties_of(*one)));
            }
        }
    }
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
