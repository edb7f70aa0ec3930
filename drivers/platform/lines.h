// Types the lines of a configuration one by one and stops at the first that is not taken.
#pragma once

#include "drivers/platform/command.h"

#include <set>
#include <span>

namespace rollover::platform {

/// What happens to a line that the device rejects.
enum class on_rejection {
    stop,   ///< the machine fails with the author's place
    go_on,  ///< a note in the log; whoever restores a configuration compares afterwards
};

/// The lines that go on after `taken`, as indices: first those that lead into the block where it was, then the rest. An
/// author who indents shows his blocks; of one who does not, all lines since the outermost state are typed again. Pure.
[[nodiscard]] std::vector<std::size_t> lines_to_go_on_with(std::span<const typed_line> lines, const taken_lines& taken);

/// Types all of `lines`, or with `on_rejection::stop` what `lines_to_go_on_with` the context's `taken` says.
/// Needs a position in configuration mode. Every line must end in a configuration state; the last may also lead home.
/// Fails like `command_machine`, with the line's place in `where`.
class lines_machine final : public machine {
public:
    lines_machine(dialogue_context& c, std::span<const typed_line> lines, on_rejection what,
                  std::function<void(const progress&)> tell);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override;
    [[nodiscard]] std::string place() const override;

private:
    action start_line(const dialogue_event& e);
    action finish_line(action ended, const dialogue_event& e);
    action finish();
    [[nodiscard]] std::string ahead() const;
    void learn(const action& ended);
    void remember();
    [[nodiscard]] std::size_t index() const { return order_[next_]; }
    [[nodiscard]] bool of_the_author() const { return on_rejection_ == on_rejection::stop; }

    dialogue_context& context_;
    std::span<const typed_line> lines_;
    on_rejection on_rejection_;
    std::function<void(const progress&)> tell_;
    std::vector<std::size_t> between_;  // the states that all lines but the last may end in
    std::vector<std::size_t> order_;    // indices of the lines to type
    std::size_t next_ = 0;
    progress progress_;
    std::optional<command_machine> current_;
    bool is_text_ = false;                            // the line is typed where text is taken
    std::set<std::string, std::less<>> quiet_kinds_;  // that the device has taken without a word
    std::size_t ahead_from_ = 0;                      // of `order_`: not before it, for what was typed ahead was lost
    std::size_t pause_ = 8;                           // lines without any, the next time
    bool outermost_ = false;                          // the line is typed in the state where configuring begins
};

}  // namespace rollover::platform
