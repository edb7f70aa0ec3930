#include "drivers/platform/meant.h"

#include "drivers/platform/configuration_tree.h"
#include "drivers/platform/set_lines.h"
#include "drivers/platform/written_words.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::platform {
namespace {

using words = std::vector<std::string_view>;

/// `typed` names the first words of `shown`.
bool starts(const words& typed, const words& shown) {
    return typed.size() <= shown.size() && std::equal(typed.begin(), typed.end(), shown.begin(), same_word);
}

class comparison {
public:
    comparison(const description& d, const patterns& match, std::span<const typed_line> meant,
               const configuration& running)
        : negation_(d.readback.negation), match_(match), meant_(meant), root_{"", read_tree(match, running), ""} {
        path_.push_back(&root_);
    }

    std::vector<deviation> run() {
        for (at_ = 0; at_ < meant_.size(); ++at_) {
            look(trim(meant_[at_].text));
        }
        return std::move(found_);
    }

private:
    void look(std::string_view line) {
        if (line.empty() || match_.ignored.any(line) || match_.block_ends.any(line) || match_.unshown.any(line)) {
            return;
        }
        if (line.starts_with(negation_)) {
            look_for_negated(line.substr(negation_.size()));
        } else if (!enter(line)) {
            missing(line);
        }
    }

    /// Searches the block where the line was typed, then those around it: a line of an outer block leaves the inner
    /// one.
    bool enter(std::string_view line) {
        for (std::size_t depth = path_.size(); depth > 0; --depth) {
            const auto& here = path_[depth - 1]->below;
            const auto shown = std::find_if(here.begin(), here.end(),
                                            [&](const configuration_node& n) { return is_shown_as(line, n.text); });
            if (shown != here.end()) {
                path_.resize(depth);
                if (!shown->below.empty()) {
                    path_.push_back(&*shown);
                }
                return true;
            }
        }
        return false;
    }

    bool is_shown_as(std::string_view line, std::string_view shown) const {
        const auto typed_words = words_of(line);
        const auto shown_words = words_of(shown);
        if (typed_words.size() == shown_words.size() && starts(typed_words, shown_words)) {
            return true;
        }
        const auto mask = match_.masked.first(line);
        const auto clear = mask ? match_.masked.group(*mask, line, "shown") : std::nullopt;
        return clear && starts(words_of(*clear), shown_words);
    }

    void look_for_negated(std::string_view rest) {
        const auto target = words_of(rest);
        for (const auto& n : path_.back()->below) {
            if (starts(target, words_of(n.text)) && !is_set_again(target)) {
                found_.push_back({meant_[at_], n.text});
                return;
            }
        }
    }

    /// A later line types what this one takes back.
    bool is_set_again(const words& target) const {
        return std::any_of(meant_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, meant_.end(),
                           [&](const typed_line& later) { return starts(target, words_of(later.text)); });
    }

    void missing(std::string_view line) {
        if (match_.permanent.any(line)) {
            // A block that nobody has configured is not shown.
            path_.resize(1);
            path_.push_back(&unshown_block_);
        } else if (!is_replaced(line)) {
            found_.push_back({meant_[at_], shown_instead(line)});
        }
    }

    /// A later line gives another value, or takes this one back.
    bool is_replaced(std::string_view line) const {
        const auto mine = words_of(line);
        const words but_last(mine.begin(), mine.end() - 1);
        const auto kind = match_.replaced.first(line);
        return std::any_of(meant_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, meant_.end(),
                           [&](const typed_line& one) {
                               const auto later = trim(one.text);
                               if (later.starts_with(negation_)) {
                                   return starts(words_of(later.substr(negation_.size())), mine);
                               }
                               const auto theirs = words_of(later);
                               return (kind && match_.replaced.first(later) == kind) ||
                                      (mine.size() > 1 && theirs.size() == mine.size() && starts(but_last, theirs));
                           });
    }

    /// What has the same first words.
    std::string shown_instead(std::string_view line) const {
        const auto typed = words_of(line);
        for (std::size_t count = typed.size() - 1; count > 0; --count) {
            const words first(typed.begin(), typed.begin() + static_cast<std::ptrdiff_t>(count));
            for (const auto& n : path_.back()->below) {
                if (starts(first, words_of(n.text))) {
                    return n.text;
                }
            }
        }
        return {};
    }

    const std::string& negation_;
    const patterns& match_;
    std::span<const typed_line> meant_;
    configuration_node root_;
    configuration_node unshown_block_;
    std::vector<const configuration_node*> path_;  // where the next line is typed, outermost first
    std::size_t at_ = 0;
    std::vector<deviation> found_;
};

}  // namespace

std::vector<deviation> deviations(const description& d, std::span<const typed_line> meant,
                                  const configuration& running) {
    const auto match = d.compiled ? d.compiled : std::make_shared<const patterns>(d);
    return d.readback.style == line_style::set ? set_deviations(*match, meant, running)
                                               : comparison(d, *match, meant, running).run();
}

std::string describe(const std::vector<deviation>& all, std::size_t most) {
    std::vector<std::string> lines;
    for (const auto& one : all) {
        if (lines.size() >= most) {
            lines.push_back(fmt::format("... and {} more", all.size() - most));
            break;
        }
        lines.push_back(fmt::format("- {}  ({})", trim(one.line.text), to_string(one.line.place)));
        if (!one.shown.empty()) {
            lines.back() += "\n+ " + one.shown;
        }
    }
    return join(lines, "\n");
}

}  // namespace rollover::platform
