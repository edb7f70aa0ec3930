#include "drivers/platform/navigator.h"

#include "engine/base/text.h"

#include <deque>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

using namespace std::chrono_literals;

constexpr unsigned most_steps = 40;
constexpr unsigned most_uses = 4;    // of one transition; a first Enter can be swallowed while log lines print
constexpr unsigned most_logins = 2;  // a third wrong password locks accounts
constexpr unsigned most_looks = 4;
constexpr duration check_limit = 30ms;
constexpr duration changed_limit = 2s;

void cover(std::string& text, const std::string& hidden) {
    for (auto at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
        text.replace(at, hidden.size(), "****");
        at += 4;
    }
}

}  // namespace

std::optional<std::size_t> next_transition(const description& d, std::size_t from, std::size_t to,
                                           const std::vector<unsigned>& used, unsigned most) {
    constexpr auto none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> first_edge(d.states.size(), none);
    std::vector<bool> seen(d.states.size(), false);
    std::deque<std::size_t> open{from};
    seen[from] = true;
    while (!open.empty()) {
        const auto here = open.front();
        open.pop_front();
        for (std::size_t i = 0; i < d.transitions.size(); ++i) {
            const auto& edge = d.transitions[i];
            const auto allowed = types_login(edge) ? std::min(most, most_logins) : most;
            const auto next = d.find_state(edge.to);
            if (edge.from != d.states[here].name || used[i] >= allowed || !next || seen[*next]) {
                continue;
            }
            seen[*next] = true;
            first_edge[*next] = here == from ? i : first_edge[here];
            open.push_back(*next);
        }
    }
    return from == to || !seen[to] ? std::nullopt : std::optional(first_edge[to]);
}

navigator::navigator(dialogue_context& c, std::size_t target)
    : context_(c), target_(target), used_(c.how->transitions.size(), 0) {
    for (const auto* hidden : {&c.who.password, &c.who.enable_password}) {
        if (hidden->has_value() && !(*hidden)->empty()) {
            secrets_.push_back((*hidden)->reveal());
        }
    }
}

std::string navigator::doing() const {
    return fmt::format("on the way from {} to state {}", context_.position_name(), context_.state_at(target_).name);
}

action navigator::advance(const dialogue_event& e) {
    now_ = e.now;
    speed_ = e.speed;
    framing_errors_ = e.framing_errors;
    if (e.what == dialogue_event::kind::begin) {
        return begin();
    }
    if (look_) {
        auto next = look_->advance(e);
        if (next.what == action::kind::failed) {
            for (const auto& hidden : secrets_) {
                cover(next.why->device_text, hidden);
            }
            if (next.why->device_text.empty()) {
                next.why->device_text = words_;
            }
            return next;
        }
        if (next.what != action::kind::done) {
            return next;
        }
        look_.reset();
        return step();
    }
    if (std::exchange(waiting_, false)) {
        used_[edge_] = 0;
        settle_.reset();
        return begin();
    }
    if (!settle_) {
        return type_next();
    }
    if (auto next = settle_->advance(e)) {
        return std::move(*next);
    }
    return arrived();
}

action navigator::begin() {
    if (!context_.position) {
        return look_again();
    }
    checking_ = true;
    settle_rules rules;
    rules.limit = check_limit;
    rules.limit_once_heard = changed_limit;
    rules.finishes_line = false;
    settle_.emplace(context_, std::move(rules));
    return *settle_->advance(beginning());
}

action navigator::look_again() {
    settle_.reset();
    if (++looks_ > most_looks) {
        return action::fail(no_way());
    }
    look_.emplace(context_);
    return look_->advance(beginning());
}

action navigator::step() {
    settle_.reset();
    const auto here = *context_.position;
    if (here == target_) {
        return action::done();
    }
    const auto edge = next_transition(*context_.how, here, target_, used_, most_uses);
    if (!edge || ++steps_ > most_steps) {
        return action::fail(no_way());
    }
    edge_ = *edge;
    ++used_[edge_];
    typed_ = 0;
    return type_next();
}

dialogue_event navigator::beginning() const {
    dialogue_event first;
    first.now = now_;
    first.speed = speed_;
    first.framing_errors = framing_errors_;
    return first;
}

action navigator::type_next() {
    const auto& edge = context_.how->transitions[edge_];
    if (typed_ < edge.type.size()) {
        const bool first = typed_ == 0;
        auto typing = keystroke_action(context_, edge.type[typed_++]);
        if (!typing) {
            return action::fail(typing.error());
        }
        if (first) {
            typing->how.guard = guard_of(context_);
        }
        return std::move(*typing);
    }
    settle_rules rules;
    rules.limit = edge.limit;
    rules.questions = edge.questions;
    rules.boots = edge.type.empty();
    rules.finishes_line = !edge.type.empty() && edge.type.back().enter;
    if (edge.type.empty()) {
        rules.leaves = context_.position;
    }
    settle_.emplace(context_, std::move(rules));
    return *settle_->advance(beginning());
}

void navigator::remember_words() {
    words_ = settle_->last_words();
    for (const auto& hidden : secrets_) {
        cover(words_, hidden);
    }
}

action navigator::arrived() {
    const auto outcome = settle_->result();
    const bool checked = std::exchange(checking_, false);
    if (checked && outcome == settle::outcome::silent) {
        return step();  // nothing has happened since the last dialogue
    }
    remember_words();
    if (outcome == settle::outcome::asked) {
        // Whoever looks on would press Enter, and the question is not ours to answer.
        context_.position.reset();
        return action::fail(unanswered(context_, settle_->open_line()).said(words_));
    }
    if (outcome != settle::outcome::known) {
        give_up_on_keys(outcome);
        context_.position.reset();
        return look_again();
    }
    context_.position = settle_->where();
    if (!checked && is_locked()) {
        return wait_for_lock();
    }
    const auto& reached = context_.state_at(settle_->where());
    if (reached.name != context_.how->transitions[edge_].to && !reached.hint.empty()) {
        hint_ = reached.hint;
    }
    return step();
}

bool navigator::is_locked() const {
    const auto& edge = context_.how->transitions[edge_];
    if (edge.lock.pattern.empty() || context_.state_at(*context_.position).name != edge.from) {
        return false;
    }
    const pattern_set words({edge.lock.pattern}, pattern_set::match::anywhere);
    const auto& lines = settle_->lines();
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return words.any(line); });
}

action navigator::wait_for_lock() {
    const auto& edge = context_.how->transitions[edge_];
    locked_since_ = locked_since_.value_or(now_);
    if (now_ - *locked_since_ >= edge.lock.limit) {
        const auto seconds = std::chrono::round<std::chrono::seconds>(now_ - *locked_since_);
        return action::fail(
            failure(errc::busy,
                    fmt::format("somebody else holds state {} of the device; waited for {}s", edge.to, seconds.count()))
                .said(words_)
                .advise("end the other session, or wait until it ends"));
    }
    context_.note(severity::info, fmt::format("state {} is held by somebody else: waiting", edge.to));
    waiting_ = true;
    return action::listen(edge.lock.wait, edge.lock.wait);
}

/// A key that changes nothing is not pressed again; an Enter may have been swallowed.
void navigator::give_up_on_keys(settle::outcome came) {
    const auto& typed = context_.how->transitions[edge_].type;
    const bool only_keys =
        !typed.empty() && std::none_of(typed.begin(), typed.end(), [](const keystrokes& k) { return k.enter; });
    if (only_keys && came == settle::outcome::silent) {
        used_[edge_] = most_uses;
    }
}

failure navigator::no_way() const {
    const auto& wanted = context_.state_at(target_).name;
    if (!context_.position) {
        return failure(errc::device_state, fmt::format("the device does not get to state {}", wanted)).said(words_);
    }
    const auto& here = context_.state_at(*context_.position);
    const bool login = std::any_of(used_.begin(), used_.end(), [&](const unsigned& n) {
        return n > 0 && types_login(context_.how->transitions[static_cast<std::size_t>(&n - used_.data())]);
    });
    if (login) {
        return failure(errc::refused, fmt::format("the device does not take the login; it is in state {}", here.name))
            .said(words_)
            .advise("check the credentials of this device in the lab file");
    }
    return failure(errc::device_state,
                   fmt::format("the device is in state {} and does not get from there to state {}", here.name, wanted))
        .said(words_)
        .advise(here.hint.empty() ? hint_ : here.hint);
}

}  // namespace rollover::platform
