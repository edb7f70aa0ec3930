#include "drivers/platform/set_lines.h"

#include "drivers/platform/written_words.h"
#include "engine/base/text.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace rollover::platform {
namespace {

using path = std::vector<std::string>;

constexpr std::string_view set_verb = "set";
constexpr std::string_view comment = "##";

/// One statement that a typed line comes to: a verb and the whole path.
struct statement {
    std::string verb;  ///< "set", "delete", or another one as it was typed
    path words;
    const typed_line* line = nullptr;
};

/// "del" is "delete"; shorter ones are ambiguous.
bool is_verb(std::string_view typed, std::string_view verb) {
    constexpr std::size_t shortest = 2;
    return typed == verb || (typed.size() > shortest && verb.starts_with(typed)) || (verb == "edit" && typed == "ed");
}

bool same(std::string_view typed, std::string_view shown) {
    return same_word(typed, shown) || same_address(typed, shown);
}

bool starts(const path& typed, const path& shown) {
    return typed.size() <= shown.size() &&
           std::equal(typed.begin(), typed.end(), shown.begin(),
                      [](const std::string& t, const std::string& s) { return same(t, s); });
}

path first(const path& words, std::size_t count) {
    return {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)};
}

path joined(path front, const path& back) {
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

/// Follows an author through the levels of a configuration.
class typist {
public:
    /// The statements that a line comes to; none for one that only moves.
    std::vector<statement> type(const typed_line& line) {
        auto words = set_words(line.text);
        auto from = level_;
        if (words.size() > 1 && is_verb(words[0], "top")) {
            from.clear();
            words.erase(words.begin());
        }
        if (words.empty() || moves(words, from)) {
            return {};
        }
        const auto verb = words[0];
        words.erase(words.begin());
        std::vector<statement> all;
        for (auto& one : one_by_one(joined(std::move(from), words))) {
            all.push_back({is_verb(verb, "delete") ? "delete" : verb, std::move(one), &line});
        }
        return all;
    }

private:
    bool moves(const path& words, const path& from) {
        if (is_verb(words[0], "edit")) {
            before_.push_back(level_);
            level_ = joined(from, {words.begin() + 1, words.end()});
        } else if (words[0] == "up") {
            std::size_t count = 1;
            if (words.size() > 1) {
                std::from_chars(words[1].data(), words[1].data() + words[1].size(), count);
            }
            level_.resize(level_.size() - std::min(count, level_.size()));
        } else if (is_verb(words[0], "top")) {
            level_.clear();
            before_.clear();
        } else if (words[0] == "exit" || words[0] == "quit") {
            level_ = before_.empty() ? path() : before_.back();
            before_.resize(before_.empty() ? 0 : before_.size() - 1);
        } else {
            return false;
        }
        return true;
    }

    /// [ a b ] is two statements.
    static std::vector<path> one_by_one(const path& words) {
        const auto open = std::find(words.begin(), words.end(), "[");
        const auto close = std::find(open, words.end(), "]");
        if (open == words.end() || close == words.end()) {
            return {words};
        }
        std::vector<path> all;
        for (auto value = open + 1; value != close; ++value) {
            all.push_back(joined({words.begin(), open}, {*value}));
        }
        return all;
    }

    path level_;
    std::vector<path> before_;  // where each "edit" was typed
};

class set_comparison {
public:
    set_comparison(const patterns& match, std::span<const typed_line> meant, const configuration& running)
        : match_(match) {
        for (const auto& line : running) {
            shown_.push_back(set_words(line));
            whole_.insert(join(shown_.back(), " "));
        }
        typist author;
        for (const auto& line : meant) {
            auto comes_to = author.type(line);
            std::move(comes_to.begin(), comes_to.end(), std::back_inserter(meant_));
        }
    }

    std::vector<deviation> run() {
        for (at_ = 0; at_ < meant_.size(); ++at_) {
            const auto& one = meant_[at_];
            const auto text = one.verb + " " + join(one.words, " ");
            if (match_.ignored.any(text) || match_.unshown.any(text)) {
                continue;
            }
            if (one.verb == "delete") {
                look_for_deleted(one);
            } else if (!is_shown(joined({shown_verb(one)}, one.words)) && !is_masked(text) && !is_replaced(one)) {
                found_.push_back({*one.line, shown_instead(joined({shown_verb(one)}, one.words))});
            }
        }
        return std::move(found_);
    }

private:
    static std::string shown_verb(const statement& one) {
        return is_verb(one.verb, set_verb) ? std::string(set_verb) : one.verb;
    }

    bool is_shown(const path& words) const {
        return whole_.count(join(words, " ")) != 0 || begins_a_shown_one(words) || is_shown_in_parts(words);
    }

    bool begins_a_shown_one(const path& words) const {
        return std::any_of(shown_.begin(), shown_.end(), [&](const path& s) { return starts(words, s); });
    }

    /// "set bgp group x type external peer-as 1" is shown as two lines: a whole one ends within it, and the rest stands
    /// in one of the containers around that.
    bool is_shown_in_parts(const path& words) const {
        for (const auto& s : shown_) {
            if (s.size() >= words.size() || !starts(s, words)) {
                continue;
            }
            const path rest(words.begin() + static_cast<std::ptrdiff_t>(s.size()), words.end());
            for (auto container = s.size() - 1; container > 1; --container) {
                if (is_shown(joined(first(words, container), rest))) {
                    return true;
                }
            }
        }
        return false;
    }

    bool is_masked(const std::string& text) const {
        const auto mask = match_.masked.first(text);
        const auto clear = mask ? match_.masked.group(*mask, text, "shown") : std::nullopt;
        return clear && begins_a_shown_one(set_words(*clear));
    }

    void look_for_deleted(const statement& one) {
        const auto target = joined({std::string(set_verb)}, one.words);
        const auto left = std::find_if(shown_.begin(), shown_.end(), [&](const path& s) { return starts(target, s); });
        const bool set_again = std::any_of(later(), meant_.cend(), [&](const statement& l) {
            return is_verb(l.verb, set_verb) && starts(one.words, l.words);
        });
        if (left != shown_.end() && !set_again) {
            found_.push_back({*one.line, join(*left, " ")});
        }
    }

    /// A later line gives another value, or takes this one away.
    bool is_replaced(const statement& one) const {
        const auto text = one.verb + " " + join(one.words, " ");
        const auto kind = match_.replaced.first(text);
        return std::any_of(later(), meant_.cend(), [&](const statement& l) {
            if (is_verb(l.verb, set_verb)) {
                return (kind && match_.replaced.first(l.verb + " " + join(l.words, " ")) == kind) ||
                       (one.words.size() > 1 && l.words.size() == one.words.size() &&
                        starts(first(one.words, one.words.size() - 1), l.words));
            }
            const auto moved = std::find(l.words.begin(), l.words.end(), "to");
            return l.verb == "delete" ? starts(l.words, one.words)
                                      : moved != l.words.end() && starts({l.words.begin(), moved}, one.words);
        });
    }

    std::string shown_instead(const path& words) const {
        for (auto count = words.size() - 1; count > 1; --count) {
            const auto in_front = first(words, count);
            const auto near =
                std::find_if(shown_.begin(), shown_.end(), [&](const path& s) { return starts(in_front, s); });
            if (near != shown_.end()) {
                return join(*near, " ");
            }
        }
        return {};
    }

    std::vector<statement>::const_iterator later() const {
        return meant_.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
    }

    const patterns& match_;
    std::vector<path> shown_;
    std::set<std::string, std::less<>> whole_;  // the same, as text
    std::vector<statement> meant_;
    std::size_t at_ = 0;
    std::vector<deviation> found_;
};

/// The word that begins at `at`, which is moved behind it.
std::string next_word(std::string_view line, std::size_t& at) {
    std::string word;
    char quote = 0;
    for (; at < line.size(); ++at) {
        const char c = line[at];
        if (quote == 0 && (c == ' ' || c == '\t')) {
            break;
        }
        if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else {
            const bool escapes = c == '\\' && quote == '"' && at + 1 < line.size();
            word.push_back(escapes ? line[++at] : c);
        }
    }
    return word;
}

}  // namespace

std::vector<std::string> set_words(std::string_view line) {
    std::vector<std::string> all;
    for (auto at = line.find_first_not_of(" \t"); at < line.size(); at = line.find_first_not_of(" \t", at)) {
        if (line.substr(at).starts_with(comment)) {
            break;
        }
        all.push_back(next_word(line, at));
    }
    return all;
}

std::vector<deviation> set_deviations(const patterns& match, std::span<const typed_line> meant,
                                      const configuration& running) {
    return set_comparison(match, meant, running).run();
}

std::vector<std::string> set_lines_to_restore(const description& d, const configuration& now,
                                              const configuration& wanted) {
    const std::string set_start = std::string(set_verb) + " ";
    const std::set<std::string_view> is(now.begin(), now.end());
    const std::set<std::string_view> should(wanted.begin(), wanted.end());
    std::vector<std::string> commands;
    for (auto line = now.rbegin(); line != now.rend(); ++line) {  // what comes later may use what comes before
        if (should.count(*line) == 0 && line->starts_with(set_start)) {
            commands.push_back(d.readback.negation + line->substr(set_start.size()));
        }
    }
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(commands),
                 [&](const std::string& line) { return is.count(line) == 0; });
    return commands;
}

}  // namespace rollover::platform
