#include "drivers/platform/candidate.h"

#include "drivers/platform/navigator.h"
#include "drivers/platform/procedure.h"

#include <fmt/format.h>

namespace rollover::platform {
namespace {

/// Where configuration lines are typed, in whatever block: leaving that could end the candidate.
machine_ptr make_go_configuring(dialogue_context& c) {
    const bool is_there = c.position && c.how->is_configuring(*c.position);
    return std::make_unique<navigator>(c, is_there ? *c.position : state_named(c, c.how->config_state));
}

/// Does something without a word to the device.
void add_note(std::function<void()> what, parts& to) {
    to.push_back([what = std::move(what)]() -> machine_ptr {
        what();
        return nullptr;
    });
}

/// What each command prints may be the device's reasons ("show configuration failed").
machine_ptr make_discard(dialogue_context& c, std::string* words) {
    parts p;
    if (!c.how->candidate.discard.empty()) {
        p.push_back([&c] { return make_go_configuring(c); });
    }
    for (const auto& s : c.how->candidate.discard) {
        add_step(c, s, {}, p);
        if (words != nullptr) {
            add_note([&c, words] { *words += c.output.empty() ? std::string() : "\n" + c.output; }, p);
        }
    }
    add_note([&c] { c.candidate_open = false; }, p);
    return in_order(std::move(p));
}

machine_ptr make_commit(dialogue_context& c) {
    parts p;
    add_steps(c, c.how->candidate.check, p);
    add_steps(c, c.how->candidate.commit, p);
    return in_order(std::move(p));
}

/// Remembers when: a commit that has to be confirmed is taken back after a while.
class committed_now final : public machine {
public:
    explicit committed_now(dialogue_context& c) : context_(c) {}
    [[nodiscard]] action advance(const dialogue_event& e) override {
        context_.candidate_open = false;
        if (context_.how->candidate.confirm_within > duration{}) {
            context_.committed = e.now;
        }
        return action::done();
    }
    [[nodiscard]] std::string doing() const override { return "committing"; }

private:
    dialogue_context& context_;
};

/// Fails when the device has taken the commit back by itself: a confirmation would confirm something else.
class still_committed final : public machine {
public:
    explicit still_committed(dialogue_context& c) : context_(c) {}
    [[nodiscard]] action advance(const dialogue_event& e) override {
        const auto within = context_.how->candidate.confirm_within;
        const auto passed = e.now - *context_.committed;
        if (passed < within) {
            return action::done();
        }
        const auto seconds = [](duration d) { return std::chrono::floor<std::chrono::seconds>(d).count(); };
        return action::fail(
            failure(
                errc::device_state,
                fmt::format("the device has taken the configuration back: it was to be confirmed within {}s, and it "
                            "took {}s to read it back",
                            seconds(within), seconds(passed)))
                .advise("raise confirm-within in the platform file, or the speed of the console"));
    }
    [[nodiscard]] std::string doing() const override { return "confirming"; }

private:
    dialogue_context& context_;
};

}  // namespace

amended::amended(machine_ptr attempt, amends how) : current_(std::move(attempt)), make_amends_(std::move(how)) {}

action amended::advance(const dialogue_event& e) {
    auto next = current_->advance(e);
    if (!next.ends()) {
        return next;
    }
    if (why_) {
        return tell(next);
    }
    if (next.what == action::kind::done) {
        return next;
    }
    why_ = std::move(next.why);
    current_ = make_amends_(words_);
    dialogue_event first;
    first.now = e.now;
    first.speed = e.speed;
    first.framing_errors = e.framing_errors;
    return advance(first);
}

action amended::tell(const action& amends_ended) {
    auto why = std::move(*why_);
    why.device_text += words_;
    if (amends_ended.what == action::kind::failed) {
        why.reason += fmt::format("; nor could it be taken back: {}", amends_ended.why->reason);
        why.device_text += "\n" + amends_ended.why->device_text;
    }
    return action::fail(std::move(why));
}

void add_typing_and_committing(dialogue_context& c, const sequence::part& typing, parts& to) {
    to.push_back([&c] { return make_discard(c, nullptr); });
    to.push_back([&c] { return make_go_configuring(c); });  // a step of the discarding may have led elsewhere
    add_note([&c] { c.candidate_open = true; }, to);
    parts attempt;
    attempt.push_back(typing);
    attempt.push_back([&c] { return make_commit(c); });
    attempt.push_back([&c] { return std::make_unique<committed_now>(c); });
    to.push_back([&c, attempt = std::move(attempt)] {
        return std::make_unique<amended>(in_order(attempt),
                                         [&c](std::string& words) { return make_discard(c, &words); });
    });
}

void add_committing_for_good(dialogue_context& c, parts& to) {
    for (const auto* steps : {&c.how->candidate.check, &c.how->candidate.commit, &c.how->candidate.confirm}) {
        add_steps(c, *steps, to);
    }
}

void add_discarding_if_open(dialogue_context& c, parts& to) {
    to.push_back([&c] { return c.candidate_open ? make_discard(c, nullptr) : nullptr; });
}

machine_ptr make_confirm(dialogue_context& c) {
    if (!c.committed) {
        return nullptr;
    }
    parts p;
    p.push_back([&c] { return std::make_unique<still_committed>(c); });
    p.push_back([&c] { return make_go_configuring(c); });
    add_steps(c, c.how->candidate.confirm, p);
    add_note([&c] { c.committed.reset(); }, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

machine_ptr make_roll_back(dialogue_context& c) {
    if (c.how->candidate.rollback.empty()) {
        return nullptr;
    }
    parts p;
    p.push_back([&c] { return make_go_configuring(c); });
    add_steps(c, c.how->candidate.rollback, p);
    add_note([&c] { c.committed.reset(); }, p);
    go_to(c, c.how->home, p);
    return in_order(std::move(p));
}

}  // namespace rollover::platform
