#include "drivers/platform/patterns.h"

#include <charconv>
#include <limits>
#include <re2/re2.h>
#include <re2/set.h>

namespace rollover::platform {
namespace {

constexpr std::int64_t most_memory =
    std::int64_t{64} << 20U;  // of one automaton, as far as it is needed; RE2 falls back, it never fails us

RE2::Options options() {
    RE2::Options o;
    o.set_encoding(RE2::Options::EncodingLatin1);
    o.set_log_errors(false);
    o.set_max_mem(most_memory);
    return o;
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

std::vector<std::string> up_to_line_end(const std::vector<std::string>& expressions) {
    std::vector<std::string> anchored;
    anchored.reserve(expressions.size());
    for (const auto& e : expressions) {
        anchored.push_back("(?:" + e + ")$");
    }
    return anchored;
}

template <class Member>
std::vector<std::string> gather(const description& d, Member which, std::vector<std::size_t>& state_of) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < d.states.size(); ++i) {
        for (const auto& e : d.states[i].*which) {
            all.push_back(e);
            state_of.push_back(i);
        }
    }
    return all;
}

std::vector<std::string> gather(const std::vector<config_line_rule>& rules, std::string config_line_rule::* which) {
    std::vector<std::string> all;
    all.reserve(rules.size());
    for (const auto& rule : rules) {
        all.push_back(rule.*which);
    }
    return all;
}

std::vector<std::string> one_or_none(const std::string& expression) {
    return expression.empty() ? std::vector<std::string>{} : std::vector<std::string>{expression};
}

}  // namespace

std::optional<std::string> check_pattern(std::string_view pattern) {
    const RE2 compiled(piece(pattern), options());
    return compiled.ok() ? std::nullopt : std::optional(compiled.error());
}

struct pattern_set::automaton {
    explicit automaton(match how)
        : set(options(), how == match::whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED), anchor(how) {}

    bool matches_alone(std::size_t index, std::string_view text) const {
        return anchor == match::whole ? RE2::FullMatch(piece(text), *single[index])
                                      : RE2::PartialMatch(piece(text), *single[index]);
    }

    /// Most lines of a device match nothing: one expression of all says so without the memory that a set takes.
    bool may_match(std::string_view text) const {
        return !any->ok() ||
               (anchor == match::whole ? RE2::FullMatch(piece(text), *any) : RE2::PartialMatch(piece(text), *any));
    }

    RE2::Set set;
    match anchor;
    std::unique_ptr<RE2> any;
    std::unique_ptr<RE2>
        in_lines;  ///< the same with ^ and $ at every line; nothing where that would be another question
    std::vector<std::unique_ptr<RE2>> single;
    bool compiled = false;
};

pattern_set::pattern_set(const std::vector<std::string>& expressions, match how) {
    if (expressions.empty()) {
        return;
    }
    automaton_ = std::make_unique<automaton>(how);
    bool all_added = true;
    std::string any;
    for (const auto& e : expressions) {
        any += (any.empty() ? "(?:" : "|(?:") + e + ")";
        automaton_->single.push_back(std::make_unique<RE2>(e, options()));
        all_added = automaton_->set.Add(e, nullptr) >= 0 && all_added;
    }
    automaton_->any = std::make_unique<RE2>(any, options());
    const bool knows_lines = any.find("\\A") == std::string::npos && any.find("\\z") == std::string::npos;
    if (knows_lines && how == match::anywhere) {
        automaton_->in_lines = std::make_unique<RE2>("(?m:" + any + ")", options());
    }
    automaton_->compiled = all_added && automaton_->set.Compile();
}

pattern_set::~pattern_set() = default;
pattern_set::pattern_set(pattern_set&&) noexcept = default;
pattern_set& pattern_set::operator=(pattern_set&&) noexcept = default;

std::optional<std::size_t> pattern_set::first(std::string_view text) const {
    if (!automaton_ || !automaton_->may_match(text)) {
        return std::nullopt;
    }
    if (automaton_->single.size() == 1) {
        return 0;
    }
    if (automaton_->compiled) {
        std::vector<int> found;
        RE2::Set::ErrorInfo error{RE2::Set::kNoError};
        const bool any_found = automaton_->set.Match(piece(text), &found, &error);
        if (any_found) {
            return static_cast<std::size_t>(*std::min_element(found.begin(), found.end()));
        }
        if (error.kind == RE2::Set::kNoError) {
            return std::nullopt;
        }
    }
    for (std::size_t i = 0; i < automaton_->single.size(); ++i) {  // out of memory for the automaton: one by one
        if (automaton_->matches_alone(i, text)) {
            return i;
        }
    }
    return std::nullopt;
}

bool pattern_set::in_some_line(std::string_view text) const {
    if (!automaton_) {
        return false;
    }
    const auto& all = automaton_->in_lines;
    // What matches within a line matches here too; across two lines something may that does not count.
    if (all && all->ok() && !RE2::PartialMatch(piece(text), *all)) {
        return false;
    }
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (any(line)) {
            return true;
        }
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return false;
}

bool pattern_set::matches(std::size_t index, std::string_view text) const {
    return automaton_->matches_alone(index, text);
}

std::optional<std::size_t> pattern_set::find(std::string_view text) const {
    if (!any(text)) {
        return std::nullopt;
    }
    std::optional<std::size_t> leftmost;
    for (const auto& expression : automaton_->single) {
        re2::StringPiece found;
        if (expression->Match(piece(text), 0, text.size(), RE2::UNANCHORED, &found, 1)) {
            const auto at = static_cast<std::size_t>(found.data() - text.data());
            leftmost = std::min(leftmost.value_or(at), at);
        }
    }
    return leftmost;
}

std::optional<std::string> pattern_set::group(std::size_t index, std::string_view text, const std::string& name) const {
    const auto& expression = *automaton_->single[index];
    const auto& names = expression.NamedCapturingGroups();
    const auto known = names.find(name);
    if (known == names.end()) {
        return std::nullopt;
    }
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(known->second) + 1);
    const auto anchor = automaton_->anchor == match::whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
    if (!expression.Match(piece(text), 0, text.size(), anchor, groups.data(), static_cast<int>(groups.size()))) {
        return std::nullopt;
    }
    const auto& found = groups.back();
    return found.data() == nullptr ? std::nullopt : std::optional(std::string(found.data(), found.size()));
}

patterns::patterns(const description& d)
    : pagers(d.pagers, pattern_set::match::whole),
      errors(d.errors, pattern_set::match::anywhere),
      above_prompt(d.above_prompt, pattern_set::match::whole),
      ignored(d.readback.ignore, pattern_set::match::whole),
      permanent(d.readback.permanent, pattern_set::match::whole),
      replaced(d.readback.replaced, pattern_set::match::whole),
      block_ends(one_or_none(d.readback.block_end), pattern_set::match::whole),
      unshown(d.readback.unshown, pattern_set::match::whole),
      masked(d.readback.masked, pattern_set::match::whole),
      config_lines(gather(d.config_lines, &config_line_rule::pattern), pattern_set::match::whole),
      config_blocks(gather(d.config_lines, &config_line_rule::within), pattern_set::match::whole),
      prompts_(gather(d, &state::prompts, state_of_prompt_), pattern_set::match::whole),
      banners_(gather(d, &state::banners, state_of_banner_), pattern_set::match::anywhere),
      log_lines_(up_to_line_end(d.log_lines), pattern_set::match::anywhere) {}

std::optional<patterns::prompt> patterns::prompt_of(std::string_view open_line) const {
    const auto found = prompts_.first(open_line);
    if (!found) {
        return std::nullopt;
    }
    prompt p;
    p.state = state_of_prompt_[*found];
    p.host = prompts_.group(*found, open_line, "host");
    if (const auto written = prompts_.group(*found, open_line, "status")) {
        int value = 0;
        const auto parsed = std::from_chars(written->data(), written->data() + written->size(), value);
        p.status = parsed.ec == std::errc{} ? value : std::numeric_limits<int>::max();
    }
    return p;
}

std::optional<patterns::prompt> prompt_memory::of(const patterns& match, std::string_view open_line) {
    for (const auto& known : known_) {
        if (known.open_line == open_line) {
            return known.prompt;
        }
    }
    auto prompt = match.prompt_of(open_line);
    known_[oldest_] = {std::string(open_line), prompt};
    oldest_ = (oldest_ + 1) % known_.size();
    return prompt;
}

std::optional<std::size_t> patterns::banner_of(std::string_view line) const {
    const auto found = banners_.first(line);
    return found ? std::optional(state_of_banner_[*found]) : std::nullopt;
}

std::string_view patterns::without_log(std::string_view line) const {
    return line.substr(0, log_lines_.find(line).value_or(line.size()));
}

}  // namespace rollover::platform
