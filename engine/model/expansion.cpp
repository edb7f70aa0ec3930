// ${...} in configurations and checks.
#include "engine/model/mistakes.h"
#include "engine/model/reader.h"
#include "engine/model/value_rules.h"

#include <algorithm>
#include <fmt/format.h>
#include <re2/re2.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rollover::model {

namespace {

/// The names of a topology by hash: for the many references of a whole file. A single line is searched without.
struct name_index {
    explicit name_index(const topology& t) {
        for (const auto& p : t.parameters) {
            parameters.emplace(p.name, &p);
        }
        for (const auto& n : t.nodes) {
            nodes.emplace(n.name);
        }
        for (const auto& l : t.links) {
            for (const auto& end : l.ends) {
                meetings.insert(fmt::format("{}.{}", t.at(end.node).name, l.name));
            }
        }
    }

    std::unordered_map<std::string_view, const parameter*> parameters;
    std::unordered_set<std::string_view> nodes;
    std::unordered_set<std::string> meetings;  ///< "NODE.link"
};

/// Replaces, and keeps going after a mistake: its ${...} then stays as it is.
class expander {
public:
    expander(const source_place& place, const topology& t, const arguments& given, const interface_lookup& interface_of,
             mistakes& out, const name_index* index = nullptr)
        : place_(place), topology_(t), given_(given), interface_of_(interface_of), out_(out), index_(index) {}

    std::string run(std::string_view text) {
        std::string result;
        for (std::size_t at = 0; at < text.size();) {
            if (text.substr(at, 3) == "$${") {
                result += "${";
                at += 3;
            } else if (text.substr(at, 2) == "${") {
                const std::size_t end = text.find('}', at);
                if (end == std::string_view::npos) {
                    out_.add(place_, fmt::format("{} is never closed", in_quotes(text.substr(at))),
                             "write ${name}, or $${ for the characters ${ themselves");
                    return result + std::string(text.substr(at));
                }
                result += value_of(text.substr(at + 2, end - at - 2));
                at = end + 1;
            } else {
                result += text[at++];
            }
        }
        return result;
    }

private:
    std::string value_of(std::string_view name) {
        const std::size_t dot = name.find('.');
        return dot == std::string_view::npos ? parameter_value(name)
                                             : interface_name(name.substr(0, dot), name.substr(dot + 1));
    }

    std::string wrong(std::string_view name, std::string what, std::string hint) {
        out_.add(place_, std::move(what), std::move(hint));
        return fmt::format("${{{}}}", name);
    }

    template <class T>
    static std::vector<std::string> names_of(const std::vector<T>& things) {
        std::vector<std::string> names;
        for (const auto& thing : things) {
            names.push_back(thing.name);
        }
        return names;
    }

    const parameter* find_parameter(std::string_view name) const {
        if (index_ != nullptr) {
            const auto found = index_->parameters.find(name);
            return found == index_->parameters.end() ? nullptr : found->second;
        }
        const auto found = std::ranges::find(topology_.parameters, name, &parameter::name);
        return found == topology_.parameters.end() ? nullptr : &*found;
    }

    bool has_node(std::string_view name) const {
        return index_ != nullptr ? index_->nodes.contains(name)
                                 : std::ranges::find(topology_.nodes, name, &node::name) != topology_.nodes.end();
    }

    bool meets(std::string_view node_name, const link& l) const {
        return std::ranges::any_of(l.ends, [&](const link_end& e) { return topology_.at(e.node).name == node_name; });
    }

    bool meet(std::string_view node_name, std::string_view link_name) const {
        if (index_ != nullptr) {
            return index_->meetings.contains(fmt::format("{}.{}", node_name, link_name));
        }
        const auto found = std::ranges::find(topology_.links, link_name, &link::name);
        return found != topology_.links.end() && meets(node_name, *found);
    }

    std::string parameter_value(std::string_view name) {
        const parameter* const found = find_parameter(name);
        if (found == nullptr) {
            return out_.full() ? std::string() : unknown_parameter(name);
        }
        if (const auto value = given_.find(found->name); value != given_.end()) {
            return value->second;
        }
        if (!found->default_value) {
            return wrong(name, fmt::format("parameter {} has no value", in_quotes(name)),
                         fmt::format("it has no default (line {}), so it must be given", found->place.line));
        }
        return *found->default_value;
    }

    std::string interface_name(std::string_view node_name, std::string_view link_name) {
        if (!has_node(node_name) || !meet(node_name, link_name)) {
            return out_.full() ? std::string() : unknown_interface(node_name, link_name);
        }
        auto found = interface_of_(node_name, link_name);
        if (!found) {
            const std::string name = fmt::format("{}.{}", node_name, link_name);
            return wrong(name, fmt::format("${{{}}} has no interface", name), "the placement gives it none");
        }
        return std::move(*found);
    }

    std::string unknown_parameter(std::string_view name) {
        const auto names = names_of(topology_.parameters);
        std::string words = names.empty() ? "the topology has no <parameter>; ${NODE.link} is the interface of a node"
                                          : fmt::format("parameters: {}", fmt::join(names, ", "));
        return wrong(name, fmt::format("there is no parameter {}", in_quotes(name)),
                     out_.nearest(name, names, std::move(words)));
    }

    std::string unknown_interface(std::string_view node_name, std::string_view link_name) {
        const std::string name = fmt::format("{}.{}", node_name, link_name);
        if (!has_node(node_name)) {
            const auto names = names_of(topology_.nodes);
            return wrong(
                name,
                fmt::format("there is no node {}, named by {}", in_quotes(node_name), in_quotes("${" + name + "}")),
                out_.nearest(node_name, names, fmt::format("nodes: {}", fmt::join(names, ", "))));
        }
        std::vector<std::string> links;  // of that node
        for (const auto& l : topology_.links) {
            if (meets(node_name, l)) {
                links.push_back(l.name);
            }
        }
        std::string words = links.empty() ? "it is on no link" : fmt::format("its links: {}", fmt::join(links, ", "));
        return wrong(name, fmt::format("node {} is not on a link {}", in_quotes(node_name), in_quotes(link_name)),
                     out_.nearest(link_name, links, std::move(words)));
    }

    const source_place& place_;
    const topology& topology_;
    const arguments& given_;
    const interface_lookup& interface_of_;
    mistakes& out_;
    const name_index* index_;
};

void check_expression(const std::string& expression, const source_place& place, mistakes& out) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(expression, options);
    if (!compiled.ok()) {
        out.add(place, fmt::format("{} is no regular expression: {}", in_quotes(expression), compiled.error()),
                "the syntax is that of RE2; put a \\ before a character that should stand for itself");
    }
}

}  // namespace

result<std::string> expand(std::string_view text, const source_place& place, const topology& t, const arguments& given,
                           const interface_lookup& interface_of) {
    mistakes out;
    std::string expanded = expander(place, t, given, interface_of, out).run(text);
    if (out.none()) {
        return expanded;
    }
    const diagnostic first = out.take().front();
    return failure(errc::bad_input, first.what).at(to_string(first.place)).advise(first.hint);
}

diagnostics check_arguments(const topology& t, const arguments& given) {
    mistakes out;
    std::vector<std::string> known;
    for (const auto& p : t.parameters) {
        known.push_back(p.name);
        if (!p.default_value && !given.contains(p.name)) {
            out.add(p.place, fmt::format("parameter {} has no value", in_quotes(p.name)),
                    fmt::format("give it: {}=VALUE", p.name));
        }
    }
    const source_place command_line{"command line", 0, 0};
    for (const auto& [name, value] : given) {
        if (std::ranges::find(known, name) == known.end()) {
            out.add(command_line, fmt::format("topology {} has no parameter {}", in_quotes(t.name), in_quotes(name)),
                    out.nearest(name, known,
                                known.empty() ? "it has none" : fmt::format("it has {}", fmt::join(known, ", "))));
        }
        if (!rules::any_line.fits(value)) {
            out.add(command_line, fmt::format("the value of parameter {} cannot be typed", in_quotes(name)),
                    std::string(rules::any_line.words));
        }
    }
    return out.take();
}

diagnostics check_expansions(const topology& t) {
    arguments stand_ins;
    for (const auto& p : t.parameters) {
        stand_ins[p.name] = p.default_value.value_or("1");
    }
    const interface_lookup any_interface = [](std::string_view, std::string_view) { return std::string("interface0"); };
    const name_index index(t);
    mistakes out;
    for (const auto& n : t.nodes) {
        for (const auto& line : n.config) {
            static_cast<void>(expander(line.place, t, stand_ins, any_interface, out, &index).run(line.text));
        }
        for (const auto& c : n.checks) {
            expander e(c.place, t, stand_ins, any_interface, out, &index);
            static_cast<void>(e.run(c.command));
            check_expression(e.run(c.expect), c.place, out);
        }
    }
    return out.take();
}

}  // namespace rollover::model
