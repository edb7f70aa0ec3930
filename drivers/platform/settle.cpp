#include "drivers/platform/settle.h"

#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace rollover::platform {
namespace {

using namespace std::chrono_literals;

constexpr duration shortest_quiet = 30ms;
constexpr duration answer_quiet = 100ms;       // before a key: a pager may be wiping its prompt this very moment
constexpr duration doubtful_quiet = 300ms;     // a prompt with another host name: may be text of the output
constexpr duration overwritten_quiet = 500ms;  // a log line after the prompt: more of them may follow
constexpr duration question_quiet = 2s;        // an open line that reads like a question: it is one
constexpr duration ahead_limit = 1s;           // for what was typed ahead, as for any echo
constexpr duration lost_enter = 5s;            // a line editor shows an Enter at once
constexpr duration released_limit = 3s;        // after XON, for what was held back
constexpr std::string_view xon = "\x11";
constexpr std::size_t most_bytes = std::size_t{8} << 20U;
constexpr unsigned most_answers = 4;  // to one question
constexpr unsigned most_enters = 4;
constexpr std::ptrdiff_t most_boot_lines = 40;
constexpr unsigned most_pages = 20'000;
constexpr unsigned most_clearings = 2;
constexpr std::size_t most_prompts = 8;  // on one line: as many Enters are typed at a console that boots

/// A cut host name (IOS in configuration mode) or the same one leaves no doubt.
bool host_fits(const std::string& known, const std::optional<std::string>& seen) {
    return known.empty() || !seen || known.rfind(*seen, 0) == 0;
}

bool reads_like_a_question(std::string_view open_line) {
    const auto text = trim(open_line);
    return !text.empty() && (text.back() == '?' || text.back() == ':' || text.back() == ']');
}

std::vector<std::string> expressions_of(const std::vector<question>& questions) {
    std::vector<std::string> all;
    for (const auto& q : questions) {
        all.push_back(q.pattern);
    }
    return all;
}

}  // namespace

settle::settle(dialogue_context& c, settle_rules rules)
    : context_(c),
      rules_(std::move(rules)),
      questions_(expressions_of(rules_.questions), pattern_set::match::anywhere),
      answers_(rules_.questions.size(), 0) {
    if (rules_.pager_answer.empty()) {
        rules_.pager_answer = c.how->pager_key;
    }
}

action settle::listen(duration quiet, duration limit) {
    last_quiet_ = quiet;
    auto next = action::listen(quiet, limit);
    if (rules_.believes_at_once && rules_.finishes_line) {
        next.at_once = ahead_.empty() ? context_.believed : expected_;
    }
    return next;
}

void settle::typed_ahead(std::size_t count) {
    ahead_ = rules_.ahead.substr(0, count);
    rules_.ahead.clear();
    if (!ahead_.empty()) {
        expected_ = context_.believed;
        for (auto& prompt : expected_) {
            prompt += ahead_;
        }
    }
}

void settle::take_off_ahead() {
    if (ahead_.empty()) {
        return;
    }
    const auto in_front = std::string_view(open_line_).substr(0, open_line_.size() - ahead_.size());
    ahead_stands_ = open_line_.ends_with(ahead_) && context_.prompt_of(in_front).has_value();
    if (ahead_stands_) {
        open_line_.resize(in_front.size());
    }
}

/// Lost or mixed with something else, or the device is slow: the line is cleared, and what was said counts as ever.
std::optional<action> settle::clear_ahead() {
    context_.note(severity::debug, "what was typed ahead has not come as it was typed: it is cleared");
    cleared_ = std::exchange(ahead_, {});
    ahead_was_cleared_ = clearing_ahead_ = true;
    ++clearings_;
    return press(context_.how->kill_line);
}

duration settle::limit() const noexcept {
    return heard_anything_ && rules_.limit_once_heard > duration{} ? rules_.limit_once_heard : rules_.limit;
}

std::optional<action> settle::advance(const dialogue_event& e) {
    if (e.what == dialogue_event::kind::heard) {
        return hear(e);
    }
    last_heard_ = waiting_since_ = e.now;
    context_.booting = rules_.boots;
    if (std::exchange(clearing_ahead_, false)) {
        return listen(shortest_quiet,
                      doubtful_quiet + e.round_trip);  // an empty line may show nothing when it is cleared
    }
    typed_ahead(e.typed_ahead);
    heard_anything_ = false;
    return listen(shortest_quiet, rules_.limit);
}

std::optional<action> settle::hear(const dialogue_event& e) {
    bytes_ += e.received;
    for (const auto& line : e.lines) {
        lines_.push_back(line);
    }
    open_line_ = e.open_line;
    take_off_ahead();
    context_.open_line = open_line_;
    if (bytes_ > most_bytes || (heard_anything_ && e.now - waiting_since_ > rules_.most_restless + limit())) {
        return end(outcome::flooded);
    }
    if (e.heard == console::heard::nothing) {
        chatter_since_.reset();
        return look(e.now - last_heard_);
    }
    heard_anything_ = true;
    if (e.heard == console::heard::at_once) {
        chatter_since_.reset();
        last_heard_ = e.now;
        if (const auto prompt = sight()) {
            where_ = *prompt;
            return end(outcome::known);
        }
        return look(duration{});
    }
    if (e.heard == console::heard::chatter) {
        last_heard_ = e.now;
        chatter_since_ = chatter_since_.value_or(e.now);
        return e.now - *chatter_since_ > rules_.most_chatter ? end(outcome::flooded)
                                                             : std::optional(listen(shortest_quiet, limit()));
    }
    chatter_since_.reset();
    last_heard_ = e.now - last_quiet_;
    return look(last_quiet_);
}

std::optional<action> settle::look(duration silence) {
    if (!heard_anything_) {
        return see_nothing_known(silence);
    }
    if (!ahead_.empty() && !ahead_stands_) {
        return silence >= ahead_limit ? clear_ahead() : listen(ahead_limit, ahead_limit);
    }
    const bool in_pager = pages_ < most_pages && context_.match->pagers.any(open_line_);
    const auto rule = in_pager ? std::nullopt : question_by_rule();
    if ((in_pager || rule) && silence < answer_quiet) {
        return listen(answer_quiet, answer_quiet);
    }
    if (in_pager) {
        ++pages_;
        console::typing key;
        key.enter = false;
        key.echo_expected = false;
        return action::type(rules_.pager_answer, key);
    }
    if (rule) {
        return answer(*rule);
    }
    if (clearings_ > 0 && lines_.empty()) {
        const auto bare = context_.prompt_of(open_line_);
        if (bare && bare->state == context_.position) {
            return end(outcome::not_entered);
        }
    }
    const auto prompt = sight();
    return prompt ? see_prompt(*prompt, silence) : see_nothing_known(silence);
}

std::optional<patterns::prompt> settle::sight() const {
    if (rules_.finishes_line && lines_.size() <= finished_before_answer_) {
        return std::nullopt;
    }
    auto prompt = context_.prompt_of(open_line_);
    if (!prompt && takes_next_text()) {
        prompt = patterns::prompt{*context_.position, {}, {}};
    }
    if (!prompt) {
        const auto state = announced();
        if (const auto found = state ? state : goes_on_by_itself()) {
            prompt = patterns::prompt{*found, {}, {}};
        }
    }
    return prompt && prompt->state != rules_.leaves ? prompt : std::nullopt;
}

/// A state that the last finished line tells of; log lines behind it do not count.
std::optional<std::size_t> settle::announced() const {
    if (!trim(context_.match->without_log(open_line_)).empty()) {
        return std::nullopt;
    }
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
        const auto said = trim(context_.match->without_log(*line));
        if (!said.empty()) {
            return context_.match->banner_of(said);
        }
    }
    return std::nullopt;
}

/// A state that is only waited in (a boot), told by any of the last lines: its progress stands behind them.
std::optional<std::size_t> settle::goes_on_by_itself() const {
    if (rules_.boots) {
        return std::nullopt;  // it is being waited for already
    }
    const auto& ways = context_.how->transitions;
    // A kernel's messages tell of a boot only where nothing better is known: a shell that runs has them too.
    const auto told_by = [this](const std::string& said) {
        const auto state = context_.match->banner_of(said);
        const bool elsewhere = context_.position && context_.position != state;
        return elsewhere && context_.match->without_log(said).size() < said.size() ? std::nullopt : state;
    };
    auto line = std::ssize(lines_) > most_boot_lines ? lines_.end() - most_boot_lines : lines_.begin();
    std::optional<std::size_t> found = told_by(open_line_);
    for (; line != lines_.end(); ++line) {
        const auto state = told_by(*line);
        found = state ? state : found;
    }
    const bool waits = found && std::any_of(ways.begin(), ways.end(), [&](const transition& t) {
                           return t.type.empty() && t.from == context_.state_at(*found).name;
                       });
    return waits ? found : std::nullopt;
}

std::optional<action> settle::see_prompt(const patterns::prompt& p, duration silence) {
    duration needed = std::max(shortest_quiet, context_.state_at(p.state).quiet);
    const bool late_blank =
        !rules_.finishes_line && context_.position == p.state;  // of the prompt that a key was typed at
    if (late_blank || !host_fits(context_.host, p.host)) {
        needed = std::max(needed, doubtful_quiet);
    }
    if (silence < needed) {
        return listen(needed, needed);
    }
    where_ = p;
    believe(p);
    return end(outcome::known);
}

/// Learns the host's name, and the prompt to the letter: while the name stays, nothing else looks like it.
void settle::believe(const patterns::prompt& p) {
    constexpr std::size_t most_believed = 32;
    if (p.host && (!host_fits(context_.host, p.host) || context_.host.empty())) {
        context_.host = *p.host;
        context_.believed.clear();
    }
    auto& believed = context_.believed;
    const bool usual = p.host && context_.state_at(p.state).quiet <= shortest_quiet && !p.status;
    if (usual && believed.size() < most_believed &&
        std::find(believed.begin(), believed.end(), open_line_) == believed.end()) {
        believed.push_back(open_line_);
    }
}

std::optional<action> settle::see_nothing_known(duration silence) {
    const bool waits_for_question = heard_anything_ && !rules_.boots && reads_like_a_question(open_line_);
    const bool overwritten = heard_anything_ && enters_ < most_enters && prompt_was_overwritten();
    const duration wake = rules_.first_wake * (enters_ + 1);
    if (overwritten && silence >= overwritten_quiet) {
        context_.note(severity::debug,
                      "a log line, or the prompt itself again, stands behind the prompt: Enter brings a new one");
        return press_enter();
    }
    const bool scrolled = heard_anything_ && enters_ < most_enters && !rules_.boots && prompt_scrolled_away();
    if (scrolled && silence >= question_quiet) {
        context_.note(severity::debug, "text stands behind the prompt: Enter brings a new one");
        return press_enter();
    }
    if (waits_for_question && silence >= question_quiet) {
        return end(outcome::asked);
    }
    if (rules_.boots && silence >= wake && enters_ < most_enters) {
        return press_enter();
    }
    const bool lost = clearings_ < most_clearings && enter_may_be_lost();
    if (lost && silence >= lost_enter) {
        context_.note(severity::debug, "Enter has no effect: the line is cleared to see whether it was lost");
        const auto& kill = context_.how->kill_line;
        // A second time because nothing came of it: a stray XOFF, perhaps. An editor that does not know XON may quote
        // the key behind it: twice.
        return press(clearings_++ == 0 ? kill : std::string(xon) + kill + kill);
    }
    if (silence >= limit()) {
        if (!rules_.finishes_line || rules_.entered.empty() || rules_.boots || std::exchange(released_, true)) {
            return end(heard_anything_ || heard_before_ ? outcome::stuck : outcome::silent);
        }
        heard_before_ = heard_anything_;
        context_.note(severity::debug, "XON: a stray XOFF may hold back the answer");
        rules_.limit = rules_.limit_once_heard = released_limit;
        return press(std::string(xon));
    }
    duration until = limit();
    if (lost) {
        until = std::min(until, lost_enter);
    }
    if (overwritten) {
        until = std::min(until, overwritten_quiet);
    }
    if (waits_for_question || scrolled) {
        until = std::min(until, question_quiet);
    }
    if (rules_.boots && enters_ < most_enters) {
        until = std::min(until, wake);
    }
    return listen(shortest_quiet, until - silence);
}

bool settle::enter_may_be_lost() const {
    return !rules_.entered.empty() && rules_.finishes_line && !rules_.boots && !last_rule_ && lines_.empty() &&
           trim(open_line_).ends_with(trim(rules_.entered));
}

bool settle::prompt_was_overwritten() const {
    if (!trim(open_line_).empty()) {
        const auto before_log = context_.match->without_log(open_line_);
        return (before_log.size() < open_line_.size() && context_.prompt_of(before_log).has_value()) ||
               prompt_stands_again();
    }
    // The line that was typed on, or the question that was answered, is no prompt that waits.
    const auto first = lines_.begin() + first_new_line();
    for (auto line = lines_.end(); line != first;) {
        const auto said = context_.match->without_log(*--line);
        if (was_prompt(said)) {
            return true;
        }
        if (!trim(said).empty()) {
            return false;
        }
    }
    return false;
}

bool settle::prompt_stands_again() const {
    const auto line = std::string_view(open_line_);
    for (std::size_t times = 2; times <= most_prompts; ++times) {
        const auto size = line.size() / times;
        const bool again = line.size() % times == 0 && line.substr(size) == line.substr(0, line.size() - size);
        if (again && context_.prompt_of(line.substr(0, size))) {
            return true;
        }
    }
    return false;
}

/// Perhaps with some of what was typed ahead and is cleared by now: nothing shows it again.
bool settle::was_prompt(std::string_view said) const {
    for (std::size_t count = 0; count <= cleared_.size(); ++count) {
        if (said.ends_with(std::string_view(cleared_).substr(0, count)) &&
            context_.prompt_of(said.substr(0, said.size() - count))) {
            return true;
        }
    }
    return false;
}

std::ptrdiff_t settle::first_new_line() const {
    const auto typed_on = last_rule_ ? finished_before_answer_ + 1 : rules_.finishes_line ? 1U : 0U;
    return std::min(static_cast<std::ptrdiff_t>(typed_on), std::ssize(lines_));
}

bool settle::prompt_scrolled_away() const {
    return trim(open_line_).empty() &&
           std::any_of(lines_.begin() + first_new_line(), lines_.end(), [this](const std::string& line) {
               return context_.prompt_of(context_.match->without_log(line)).has_value();
           });
}

bool settle::takes_next_text() const {
    return !rules_.text_line.empty() && trim(open_line_).empty() && context_.position &&
           context_.state_at(*context_.position).takes_text && !lines_.empty() &&
           lines_.back().ends_with(rules_.text_line);
}

std::optional<std::size_t> settle::question_by_rule() const {
    const auto rule = questions_.first(open_line_);
    if (!rule) {
        return std::nullopt;
    }
    const bool login = rules_.questions[*rule].answer.kind != answer_kind::text;
    if (answers_[*rule] >= (login ? 1U : most_answers)) {
        return std::nullopt;
    }
    // The echo of an answer stands behind its question: that is not the question once more.
    const bool same_line = last_rule_ == rule && lines_.size() <= finished_before_answer_;
    return same_line ? std::nullopt : rule;
}

std::optional<action> settle::answer(std::size_t rule) {
    ++answers_[rule];
    last_rule_ = rule;
    auto typing = keystroke_action(context_, rules_.questions[rule].answer);
    if (!typing) {
        return action::fail(typing.error());
    }
    finished_before_answer_ = lines_.size();  // what counts from now on stands below the answer
    return std::move(*typing);
}

std::optional<action> settle::press(std::string keys) {
    console::typing key;
    key.enter = false;
    key.echo_expected = false;
    return action::type(std::move(keys), key);
}

std::optional<action> settle::press_enter() {
    ++enters_;
    console::typing enter;
    enter.echo_expected = false;
    enter.kill_line = context_.how->kill_line;
    return action::type("", enter);
}

std::optional<action> settle::end(outcome o) {
    outcome_ = o;
    context_.booting = false;
    return std::nullopt;
}

std::string settle::last_words() const {
    constexpr std::size_t most_lines = 8;
    constexpr std::size_t most_words = 1000;
    std::string words;
    for (auto i = lines_.size() > most_lines ? lines_.size() - most_lines : 0; i < lines_.size(); ++i) {
        words += lines_[i] + '\n';
    }
    words += open_line_;
    return words.size() > most_words ? "..." + words.substr(words.size() - most_words) : words;
}

}  // namespace rollover::platform
