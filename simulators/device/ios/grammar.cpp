#include "simulators/device/ios/grammar.h"

#include "simulators/device/ipv4.h"

#include <algorithm>
#include <charconv>

namespace rollover::sim::ios {
namespace {

enum class kind { keyword, word, address, prefix, number, interface, rest };

struct number_range {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

kind kind_of(std::string_view pattern) {
    if (pattern == "WORD") {
        return kind::word;
    }
    if (pattern == "A.B.C.D") {
        return kind::address;
    }
    if (pattern == "A.B.C.D/M") {
        return kind::prefix;
    }
    if (pattern == "IF") {
        return kind::interface;
    }
    if (pattern == "LINE") {
        return kind::rest;
    }
    return pattern.front() == '<' ? kind::number : kind::keyword;
}

number_range range_of(std::string_view pattern) {
    const std::size_t dash = pattern.find('-');
    return {number_of(pattern.substr(1, dash - 1)).value_or(0),
            number_of(pattern.substr(dash + 1, pattern.size() - dash - 2)).value_or(0)};
}

bool is_prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto length = slash == std::string_view::npos ? std::nullopt : number_of(text.substr(slash + 1));
    return length && *length <= 32 && parse_ipv4(text.substr(0, slash));
}

/// How many characters `typed` has in common with the start of `keyword`; IOS ignores the case of keywords.
std::size_t common(std::string_view typed, std::string_view keyword) {
    std::size_t n = 0;
    while (n < typed.size() && n < keyword.size() && lower(typed[n]) == lower(keyword[n])) {
        ++n;
    }
    return n;
}

std::string_view next_word(std::string_view line, std::size_t& offset) {
    offset = std::min(line.find_first_not_of(' ', offset), line.size());
    const std::size_t end = std::min(line.find(' ', offset), line.size());
    return line.substr(offset, end - offset);
}

}  // namespace

struct grammar::node {
    std::string pattern;
    kind what = kind::keyword;
    number_range range;
    int command = -1;  ///< when a line may end here
    std::vector<std::unique_ptr<node>> next;

    node& child(std::string_view name) {
        for (const auto& n : next) {
            if (n->pattern == name) {
                return *n;
            }
        }
        next.push_back(std::make_unique<node>());
        node& fresh = *next.back();
        fresh.pattern = name;
        fresh.what = kind_of(name);
        if (fresh.what == kind::number) {
            fresh.range = range_of(name);
        }
        return fresh;
    }

    [[nodiscard]] bool takes_argument() const {
        return std::any_of(next.begin(), next.end(), [](const auto& n) { return n->what != kind::keyword; });
    }
};

// One way through the tree.
struct grammar::walk {
    std::string_view line;
    const interface_namer& names;
    const node* at;
    std::size_t offset;
    parsed result;

    /// Takes the next word. False at the end of the line or at an error, which is then in `result`.
    bool step();
    [[nodiscard]] const node* keyword(std::string_view word, bool& ambiguous) const;
    const node* argument(std::string_view word);
    void append(std::string_view word);
    void wrong(std::string_view word);
};

void grammar::walk::append(std::string_view word) {
    if (!result.canonical.empty()) {
        result.canonical.push_back(' ');
    }
    result.canonical += word;
}

const grammar::node* grammar::walk::keyword(std::string_view word, bool& ambiguous) const {
    const node* found = nullptr;
    for (const auto& n : at->next) {
        if (n->what != kind::keyword || common(word, n->pattern) != word.size()) {
            continue;
        }
        if (n->pattern.size() == word.size()) {
            ambiguous = false;
            return n.get();
        }
        ambiguous = found != nullptr;
        found = n.get();
    }
    return found;
}

const grammar::node* grammar::walk::argument(std::string_view word) {
    for (const auto& n : at->next) {
        std::string taken(word);
        std::size_t end = offset + word.size();
        switch (n->what) {
            case kind::keyword: continue;
            case kind::word: break;
            case kind::address:
                if (!parse_ipv4(word)) {
                    continue;
                }
                break;
            case kind::prefix:
                if (!is_prefix(word)) {
                    continue;
                }
                break;
            case kind::number: {
                const auto value = number_of(word);
                if (!value || *value < n->range.low || *value > n->range.high) {
                    continue;
                }
                break;
            }
            case kind::interface: {
                auto name = names ? names(word) : std::nullopt;
                if (!name) {
                    std::size_t second = end;
                    const std::string_view number = next_word(line, second);
                    const bool split = !number.empty() && number.front() >= '0' && number.front() <= '9';
                    name = names && split ? names(taken + std::string(number)) : std::nullopt;
                    end = second + number.size();
                }
                if (!name) {
                    continue;
                }
                taken = *name;
                break;
            }
            case kind::rest: {
                end = line.find_last_not_of(' ') + 1;
                taken = line.substr(offset, end - offset);
                break;
            }
        }
        append(taken);
        result.arguments.push_back(std::move(taken));
        offset = end;
        return n.get();
    }
    return nullptr;
}

void grammar::walk::wrong(std::string_view word) {
    std::size_t longest = 0;
    for (const auto& n : at->next) {
        if (n->what == kind::keyword) {
            longest = std::max(longest, common(word, n->pattern));
        }
    }
    result.status = parse_status::invalid;
    result.column = offset + std::min(longest, word.size() - 1);
}

bool grammar::walk::step() {
    const std::string_view word = next_word(line, offset);
    if (word.empty()) {
        result.status = at->command >= 0 ? parse_status::ok : parse_status::incomplete;
        result.command = at->command;
        return false;
    }
    bool ambiguous = false;
    const node* found = keyword(word, ambiguous);
    if (ambiguous) {
        result.status = parse_status::ambiguous;
        return false;
    }
    if (found != nullptr) {
        append(found->pattern);
        offset += word.size();
    } else {
        found = argument(word);
    }
    if (found == nullptr) {
        wrong(word);
        return false;
    }
    at = found;
    return true;
}

grammar::grammar(std::span<const std::string_view> patterns) : root_(std::make_unique<node>()) {
    int command = 0;
    for (const std::string_view pattern : patterns) {
        node* at = root_.get();
        std::size_t offset = 0;
        for (;;) {
            const std::string_view word = next_word(pattern, offset);
            if (word.empty()) {
                break;
            }
            at = &at->child(word);
            offset += word.size();
        }
        at->command = command++;
    }
}

grammar::~grammar() = default;
grammar::grammar(grammar&&) noexcept = default;
grammar& grammar::operator=(grammar&&) noexcept = default;

parsed grammar::parse(std::string_view line, std::size_t offset, bool partial, const interface_namer& names) const {
    walk w{line, names, root_.get(), offset, {}};
    while (w.step()) {
    }
    const bool stops_early = w.result.status == parse_status::incomplete && w.at != root_.get();
    if (partial && stops_early && w.at->takes_argument()) {
        w.result.status = parse_status::ok;
    }
    return std::move(w.result);
}

std::optional<std::vector<std::string>> grammar::help(std::string_view line, const interface_namer& names) const {
    const std::size_t last = line.find_last_of(' ');
    const std::string_view before = last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
    const std::string_view begun = line.substr(before.size());
    walk w{before, names, root_.get(), 0, {}};
    while (w.step()) {
    }
    if (w.result.status == parse_status::invalid || w.result.status == parse_status::ambiguous) {
        return std::nullopt;
    }
    std::vector<std::string> words;
    for (const auto& n : w.at->next) {
        if (n->what != kind::keyword ? begun.empty() : common(begun, n->pattern) == begun.size()) {
            words.push_back(n->what == kind::interface ? "WORD" : n->pattern);
        }
    }
    std::sort(words.begin(), words.end());
    if (begun.empty() && w.at->command >= 0) {
        words.emplace_back("<cr>");
    }
    return words;
}

}  // namespace rollover::sim::ios
