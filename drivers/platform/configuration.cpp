#include "drivers/platform/configuration.h"

#include "drivers/platform/configuration_tree.h"
#include "drivers/platform/set_lines.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

std::shared_ptr<const patterns> compiled(const description& d) {
    return d.compiled ? d.compiled : std::make_shared<const patterns>(d);
}

const configuration_node* find(const std::vector<configuration_node>& nodes, std::string_view text) {
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&](const configuration_node& n) { return n.text == text; });
    return found == nodes.end() ? nullptr : &*found;
}

void print(const std::vector<configuration_node>& nodes, std::size_t depth, configuration& to) {
    for (const auto& n : nodes) {
        to.push_back(std::string(depth, ' ') + n.text);
        print(n.below, depth + 1, to);
        if (!n.end.empty()) {
            to.push_back(std::string(depth, ' ') + n.end);
        }
    }
}

/// Collects the commands; a block's header and end are typed only around something.
class restorer {
public:
    restorer(const description& d, const patterns& match) : description_(d), match_(match) {}

    std::vector<std::string> restore(const std::vector<configuration_node>& now,
                                     const std::vector<configuration_node>& wanted) const {
        std::vector<std::string> commands;
        for (auto n = now.rbegin(); n != now.rend(); ++n) {  // what comes later may use what comes before
            const auto* keep = find(wanted, n->text);
            if (keep == nullptr && !match_.permanent.any(n->text)) {
                take_back(n->text, wanted, commands);
            } else if (keep == nullptr) {
                inside(*n, restore(n->below, {}), commands);
            }
        }
        for (const auto& w : wanted) {
            const auto* is = find(now, w.text);
            if (is == nullptr) {
                type_whole(w, commands);
            } else {
                inside(w.end.empty() ? *is : w, restore(is->below, w.below), commands);
            }
        }
        return commands;
    }

private:
    void take_back(const std::string& line, const std::vector<configuration_node>& wanted,
                   std::vector<std::string>& to) const {
        const auto kind = match_.replaced.first(line);
        const auto other = std::find_if(wanted.begin(), wanted.end(), [&](const configuration_node& w) {
            return kind && match_.replaced.first(w.text) == kind;
        });
        to.push_back(other == wanted.end() ? negated(line) : other->text);
    }

    std::string negated(const std::string& line) const {
        const auto& no = description_.readback.negation;
        return line.starts_with(no) ? line.substr(no.size()) : no + line;
    }

    static void inside(const configuration_node& block, const std::vector<std::string>& commands,
                       std::vector<std::string>& to) {
        if (commands.empty()) {
            return;
        }
        to.push_back(block.text);
        to.insert(to.end(), commands.begin(), commands.end());
        if (!block.end.empty()) {
            to.push_back(block.end);
        }
    }

    static void type_whole(const configuration_node& n, std::vector<std::string>& to) {
        to.push_back(n.text);
        for (const auto& b : n.below) {
            type_whole(b, to);
        }
        if (!n.end.empty()) {
            to.push_back(n.end);
        }
    }

    const description& description_;
    const patterns& match_;
};

}  // namespace

configuration normalized(const description& d, std::string_view reading) {
    const auto match = compiled(d);
    configuration lines;
    for (const auto line : split_lines(reading)) {
        const auto text = line.substr(0, line.find_last_not_of(" \t") + 1);
        if (!text.empty() && !match->ignored.any(text)) {
            lines.emplace_back(text);
        }
    }
    auto nodes = read_tree(*match, lines);
    std::erase_if(nodes, [&](const configuration_node& n) { return n.below.empty() && match->permanent.any(n.text); });
    configuration counted;
    print(nodes, 0, counted);
    return counted;
}

std::vector<std::string> lines_to_restore(const description& d, const configuration& now, const configuration& wanted) {
    if (d.readback.style == line_style::set) {
        return set_lines_to_restore(d, now, wanted);
    }
    const auto match = compiled(d);
    return restorer(d, *match).restore(read_tree(*match, now), read_tree(*match, wanted));
}

std::string difference(const configuration& is, const configuration& wanted, std::size_t most) {
    std::vector<std::string> lines;
    for (const auto& w : wanted) {
        if (std::find(is.begin(), is.end(), w) == is.end()) {
            lines.push_back("- " + w);
        }
    }
    for (const auto& i : is) {
        if (std::find(wanted.begin(), wanted.end(), i) == wanted.end()) {
            lines.push_back("+ " + i);
        }
    }
    if (lines.empty() && is != wanted) {
        lines.emplace_back("the same lines in another order");
    }
    if (lines.size() > most) {
        const auto left_out = lines.size() - most;
        lines.resize(most);
        lines.push_back(fmt::format("... and {} more", left_out));
    }
    return join(lines, "\n");
}

}  // namespace rollover::platform
