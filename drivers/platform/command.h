// One command, or one line of a configuration: typed, answered, judged.
#pragma once

#include "drivers/platform/echo.h"
#include "drivers/platform/settle.h"

namespace rollover::platform {

/// What is typed and what is allowed to come of it.
struct command_rules {
    std::string text;
    settle_rules settle;
    std::string ahead;                 ///< the beginning of the line that comes next, typed behind Enter
    std::size_t there = 0;             ///< characters of the text that were typed ahead, and stand on the line
    std::vector<std::size_t> ends_in;  ///< states; empty: the one that it was typed in
    bool boots = false;                ///< any state but an incomplete one is a good end
    std::string expect;                ///< RE2 that the output must match; empty: anything
    std::string refuse;                ///< RE2 that the output must not match
    bool may_fail = false;             ///< an error that the device reports is none of ours
    std::string leaving;               ///< the words of a failure when it ends elsewhere
};

/// Needs a known position. With `ahead`: the context says at the end how much of it stands behind the prompt, nothing
/// after a failure or an answer. Ends with the output in the context and the position known, or fails: device_rejected
/// (with command and answer), device_differs (the device has received something else), device_state (another state, a
/// question without a rule, an answer that is not the expected one), timed_out.
class command_machine final : public machine {
public:
    command_machine(dialogue_context& c, command_rules rules);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override;
    /// What was typed ahead did not stand behind the prompt as it was typed.
    [[nodiscard]] bool ahead_was_lost() const { return settle_->ahead_was_cleared(); }

private:
    action begin();
    action judge();
    action end(action verdict);
    action judge_known();
    [[nodiscard]] bool rejected(std::string_view output) const;
    [[nodiscard]] std::optional<failure> judge_output(const echo_found& echo) const;
    [[nodiscard]] std::optional<failure> question_in_between() const;
    [[nodiscard]] std::optional<failure> judge_state(std::size_t came_from) const;
    [[nodiscard]] failure failed(errc code, std::string why) const;

    dialogue_context& context_;
    command_rules rules_;
    std::optional<settle> settle_;
    std::string prompt_;
    unsigned entered_ = 0;
    std::optional<action> verdict_;  // kept while what was typed ahead is cleared
};

}  // namespace rollover::platform
