#include "drivers/platform/lines.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr std::size_t shortest_row = 80;                   // of a terminal whose width could not be set
constexpr std::size_t longer_prompt = 12;                  // "(config)#" becomes "(config-router-af)#"
constexpr duration line_limit = std::chrono::seconds(60);  // crypto keys and name look-ups take that long

/// Where a configuration line may end; the last one may also lead home, but not out of a candidate that is still to be
/// committed.
std::vector<std::size_t> places_to_end(const description& how, bool last) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < how.states.size(); ++i) {
        if (how.is_configuring(i) || (last && !how.candidate.is_used() && how.states[i].name == how.home)) {
            places.push_back(i);
        }
    }
    return places;
}

command_rules rules_of(const dialogue_context& c, const std::string& text) {
    command_rules rules;
    rules.text = text;
    rules.settle.limit = line_limit;
    rules.settle.believes_at_once = true;
    rules.settle.text_line = text;
    if (const auto known = c.match->config_lines.first(trim(text))) {
        const auto& rule = c.how->config_lines[*known];
        rules.settle.questions = rule.questions;
        rules.settle.limit = std::max(rule.limit, line_limit);
    }
    rules.leaving = "the line leaves the configuration mode, the lines after it would go astray";
    return rules;
}

/// What a line is about: its first word, also behind a "no". Lines of a kind are taken alike.
std::string_view kind_of(std::string_view line, std::string_view negation) {
    line = trim(line);
    const auto from = line.starts_with(negation) ? negation.size() : 0;
    return line.substr(0, line.find(' ', from));
}

bool is_typed_as_it_is(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != '\x7f'; });
}

}  // namespace

std::vector<std::size_t> lines_to_go_on_with(std::span<const typed_line> lines, const taken_lines& taken) {
    const auto first = taken.text ? *taken.text : taken.count;
    const auto depth = [&lines](std::size_t i) { return lines[i].text.find_first_not_of(" \t"); };
    const bool indented =
        std::any_of(lines.begin(), lines.end(), [](const auto& l) { return l.text.starts_with(' '); });
    std::vector<std::size_t> order;
    if (indented && first < lines.size()) {
        auto deepest = depth(first);
        for (std::size_t i = first; i-- > 0 && deepest > 0;) {
            if (depth(i) < deepest) {
                deepest = depth(i);
                order.insert(order.begin(), i);
            }
        }
    } else {
        for (std::size_t i = std::min(taken.block, first); i < first; ++i) {
            order.push_back(i);
        }
    }
    for (std::size_t i = first; i < lines.size(); ++i) {
        order.push_back(i);
    }
    return order;
}

lines_machine::lines_machine(dialogue_context& c, std::span<const typed_line> lines, on_rejection what,
                             std::function<void(const progress&)> tell)
    : context_(c), lines_(lines), on_rejection_(what), tell_(std::move(tell)), between_(places_to_end(*c.how, false)) {
    order_ = lines_to_go_on_with(lines, of_the_author() ? c.taken : taken_lines{});
    progress_.total = lines.size();
    progress_.typed = of_the_author() ? c.taken.count : 0;
    for (std::size_t i = 0; i < progress_.typed; ++i) {
        progress_.characters += lines[i].text.size() + 1;
    }
}

std::string lines_machine::doing() const {
    return current_ ? fmt::format("line {} of {}, {}", index() + 1, progress_.total, current_->doing())
                    : std::string("configuring");
}

std::string lines_machine::place() const {
    return current_ ? to_string(lines_[index()].place) : std::string();
}

action lines_machine::advance(const dialogue_event& e) {
    if (!current_) {
        return start_line(e);
    }
    auto next = current_->advance(e);
    return next.ends() ? finish_line(std::move(next), e) : next;
}

action lines_machine::start_line(const dialogue_event& e) {
    if (next_ == order_.size()) {
        return finish();
    }
    is_text_ = context_.position && context_.state_at(*context_.position).takes_text;
    outermost_ = context_.position && context_.state_at(*context_.position).name == context_.how->config_state;
    auto rules = rules_of(context_, lines_[index()].text);
    rules.ends_in = index() + 1 == lines_.size() ? places_to_end(*context_.how, true) : between_;
    rules.there = context_.there;
    rules.ahead = ahead();
    current_.emplace(context_, std::move(rules));
    dialogue_event first;
    first.now = e.now;
    return current_->advance(first);
}

/// How the next line begins, as far as it may be typed before this one has been answered: where the device keeps it, in
/// a receiver whose size is known, and behind a kind of line that this device has taken before without a word. So it
/// answers no question; and should one come all the same, no "y" is its first character.
std::string lines_machine::ahead() const {
    const auto& line = lines_[index()].text;
    if (!context_.how->type_ahead || context_.fifo < 2 || is_text_ || next_ + 1 >= order_.size() ||
        next_ < ahead_from_ || !quiet_kinds_.contains(kind_of(line, context_.how->readback.negation)) ||
        context_.match->config_lines.any(trim(line))) {
        return {};
    }
    const std::string_view next = lines_[order_[next_ + 1]].text;
    const auto prompt = context_.open_line.size() + longer_prompt;
    if (prompt >= shortest_row || !is_typed_as_it_is(next) || trim(next).starts_with('y') ||
        trim(next).starts_with('Y')) {
        return {};
    }
    return std::string(next.substr(0, std::min(context_.fifo - 1, shortest_row - prompt)));
}

void lines_machine::learn(const action& ended) {
    const auto kind = kind_of(lines_[index()].text, context_.how->readback.negation);
    const bool quiet = ended.what == action::kind::done && context_.output.empty() && context_.position &&
                       !context_.state_at(*context_.position).takes_text;
    if (current_->ahead_was_lost()) {
        ahead_from_ = next_ + pause_;
        pause_ *= 2;
    } else if (quiet) {
        quiet_kinds_.emplace(kind);
    }
    if (!quiet) {
        quiet_kinds_.erase(std::string(kind));
    }
}

action lines_machine::finish_line(action ended, const dialogue_event& e) {
    const auto& line = lines_[index()];
    learn(ended);
    current_.reset();
    if (ended.what == action::kind::failed) {
        const bool tolerated = on_rejection_ == on_rejection::go_on && ended.why->code == errc::device_rejected &&
                               context_.position && context_.how->is_configuring(*context_.position);
        if (!tolerated) {
            return action::fail(std::move(*ended.why).at(to_string(line.place)));
        }
        context_.note(severity::debug, fmt::format("'{}' was rejected: {}", line.text, printable(context_.output)));
    } else if (!context_.output.empty()) {
        context_.note(severity::info, fmt::format("'{}' was answered: {}", line.text, printable(context_.output)));
    }
    if (of_the_author()) {
        remember();
    }
    if (index() >= progress_.typed) {  // those that only lead back into a block were counted before
        progress_.typed = index() + 1;
        progress_.characters += line.text.size() + 1;
        if (tell_) {
            tell_(progress_);
        }
    }
    ++next_;
    return start_line(e);
}

/// What the author's line that was just taken means for reading back, and for going on after a lost connection.
void lines_machine::remember() {
    const bool opens_text = context_.position && context_.state_at(*context_.position).takes_text;
    if (!is_text_ && !opens_text) {
        context_.meant.push_back(lines_[index()]);
    }
    auto& taken = context_.taken;
    if (!opens_text) {
        taken.text.reset();
    } else if (!is_text_) {
        taken.text = index();
    }
    taken.count = std::max(taken.count, index() + 1);
    if (outermost_) {
        taken.block = index();
    }
    if (context_.position && context_.state_at(*context_.position).name == context_.how->config_state) {
        taken.block = index() + 1;
    }
}

action lines_machine::finish() {
    const auto& here = context_.state_at(*context_.position);
    if (!here.takes_text && !here.incomplete) {
        return action::done();
    }
    auto why = failure(errc::device_state, fmt::format("the configuration ends in the middle of state {}", here.name))
                   .advise(here.hint);
    return action::fail(lines_.empty() ? std::move(why) : std::move(why).at(to_string(lines_.back().place)));
}

}  // namespace rollover::platform
