// Waits, after something was typed, until a device has come to rest, and says where: at a prompt, at a question, or
// lost. On the way it answers what the rules allow: pagers, known questions, and a prompt that a log line has
// overwritten.
#pragma once

#include "drivers/platform/dialogue.h"

namespace rollover::platform {

/// What is expected after the typing.
struct settle_rules {
    duration limit = std::chrono::seconds(10);  ///< of silence, then the device counts as stuck
    duration limit_once_heard{};                ///< instead of `limit` when something was heard; 0: the same
    std::vector<question> questions;            ///< answered by rule
    std::string pager_answer;                   ///< empty: the platform's key for the next page
    bool finishes_line = true;                  ///< a line was entered: a prompt counts only below it
    bool boots = false;                         ///< the device starts anew: only a known state, or the limit, ends it
    duration first_wake = std::chrono::seconds(90);     ///< of silence while it boots, then one CR
    duration most_chatter = std::chrono::minutes(30);   ///< without a pause, then it counts as flooded
    duration most_restless = std::chrono::minutes(60);  ///< with pauses that are too short for a prompt: as a flood
    std::optional<std::size_t> leaves;                  ///< a state that does not count: the one to be left
    bool believes_at_once = false;  ///< `dialogue_context::believed` needs no silence: where outputs are short
    std::string text_line;          ///< what was typed where text is taken without prompts
    std::string ahead;              ///< the beginning of the next line, typed behind Enter
    std::string entered;            ///< a line whose Enter may have been lost; empty: not looked for
};

class settle {
public:
    enum class outcome {
        known,        ///< `where` says
        silent,       ///< nothing at all was heard within the limit
        asked,        ///< a question that no rule answers
        stuck,        ///< something else stands on the open line, for the limit
        flooded,      ///< it never stops talking
        not_entered,  ///< the line of `rules.entered` is cleared again: its Enter never arrived
    };

    settle(dialogue_context& c, settle_rules rules);

    /// The next action, or nothing when it has come to rest.
    [[nodiscard]] std::optional<action> advance(const dialogue_event& e);

    [[nodiscard]] outcome result() const noexcept { return outcome_; }
    [[nodiscard]] std::size_t where() const noexcept { return where_.state; }
    [[nodiscard]] std::optional<int> status() const noexcept { return where_.status; }
    /// All lines that were finished since, log lines and all.
    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }
    [[nodiscard]] const std::string& open_line() const noexcept { return open_line_; }
    /// What was typed ahead stands behind the prompt that `open_line` is, whole and alone.
    [[nodiscard]] bool ahead_stands() const noexcept { return ahead_stands_; }
    /// It did not come as it was typed, and was cleared.
    [[nodiscard]] bool ahead_was_cleared() const noexcept { return ahead_was_cleared_; }
    /// The last of what was said, for a failure.
    [[nodiscard]] std::string last_words() const;

private:
    std::optional<action> hear(const dialogue_event& e);
    std::optional<action> look(duration silence);
    action listen(duration quiet, duration limit);
    [[nodiscard]] duration limit() const noexcept;
    void typed_ahead(std::size_t count);
    void take_off_ahead();
    std::optional<action> clear_ahead();
    void believe(const patterns::prompt& p);
    std::optional<action> see_prompt(const patterns::prompt& p, duration silence);
    std::optional<action> see_nothing_known(duration silence);
    [[nodiscard]] std::optional<patterns::prompt> sight() const;
    [[nodiscard]] std::optional<std::size_t> announced() const;
    [[nodiscard]] std::optional<std::size_t> goes_on_by_itself() const;
    [[nodiscard]] bool prompt_was_overwritten() const;
    /// Several times on one line: Enter was typed before the shell that has read it was there, and nothing echoed it.
    [[nodiscard]] bool prompt_stands_again() const;
    [[nodiscard]] bool was_prompt(std::string_view said) const;
    /// Text without a prompt of its own stands behind a prompt (a log message of several lines).
    [[nodiscard]] bool prompt_scrolled_away() const;
    /// The line that was typed still stands there as if Enter had not been pressed.
    [[nodiscard]] bool enter_may_be_lost() const;
    std::optional<action> press(std::string keys);
    /// The first line below the one that was typed on last.
    [[nodiscard]] std::ptrdiff_t first_new_line() const;
    [[nodiscard]] bool takes_next_text() const;
    [[nodiscard]] std::optional<std::size_t> question_by_rule() const;
    std::optional<action> answer(std::size_t rule);
    std::optional<action> press_enter();
    std::optional<action> end(outcome o);

    dialogue_context& context_;
    settle_rules rules_;
    outcome outcome_ = outcome::silent;
    patterns::prompt where_;
    std::vector<std::string> lines_;
    std::string open_line_;
    std::uint64_t bytes_ = 0;  // received
    pattern_set questions_;
    std::vector<unsigned> answers_;
    std::optional<std::size_t> last_rule_;
    std::size_t finished_before_answer_ = 0;
    time_point last_heard_{};
    duration last_quiet_{};
    std::optional<time_point> chatter_since_;
    time_point waiting_since_{};
    bool heard_anything_ = false;        ///< since the last typing
    std::string cleared_;                // of what was typed ahead
    std::string ahead_;                  // what is on its way, or stands behind the prompt
    std::vector<std::string> expected_;  // the prompts that are believed, with it
    bool ahead_stands_ = false;
    bool ahead_was_cleared_ = false;
    bool clearing_ahead_ = false;
    unsigned enters_ = 0;
    unsigned clearings_ = 0;     // of what may be a line without its Enter
    bool released_ = false;      // XON was sent
    bool heard_before_ = false;  // that
    unsigned pages_ = 0;
};

}  // namespace rollover::platform
