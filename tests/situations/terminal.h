// A device as a script: a line editor that takes characters one by one, questions, and things said later. What a device
// does beyond that stands in the test that needs it, so that a test reads like the situation.
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "simulators/device/device.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::situations {

class terminal : public sim::device {
public:
    explicit terminal(virtual_runtime& rt) : runtime_(rt) {}

    // --- what a script sets ---

    /// Sees every character first; true: it has dealt with it.
    std::function<bool(char)> on_key;
    /// A BREAK arrived.
    std::function<void()> on_break;
    /// How an accepted character is echoed; empty: as itself.
    std::function<std::string(char)> echo;
    /// After a character was echoed; `line` is what stands in the editor then.
    std::function<void(const std::string& line)> after_echo;
    /// Characters that the editor takes; for those beyond it rings the bell.
    std::size_t longest_line = 4095;

    // --- what a script does ---

    void say(std::string_view text) { print_(text); }
    /// Calls `what` after `delay`.
    void after(duration delay, std::function<void()> what);
    void say_after(duration delay, std::string text) {
        after(delay, [this, text = std::move(text)] { say(text); });
    }
    /// Prints `question`; the next line goes to `answered` instead of `command`.
    void ask(std::string_view question, std::function<void(const std::string&)> answered, bool echoed = true);
    /// Prints `question`; the next character, whatever it is, goes to `answered`.
    void ask_key(std::string_view question, std::function<void(char)> answered);
    /// Takes nothing from its receive FIFO until then.
    void work_for(duration how_long) { busy_until_ = runtime_.now() + how_long; }
    /// Forgets the half-typed line.
    void forget_line() { line_.clear(); }

    // --- what a test looks at ---

    std::string keys;                ///< every character received
    std::vector<std::string> taken;  ///< every line received, answers included
    [[nodiscard]] const std::string& half_typed() const { return line_; }
    [[nodiscard]] time_point now() const { return runtime_.now(); }

    /// Where it prints to.
    void wire(sim::output print) { print_ = std::move(print); }

    // sim::device
    void power_on() override {}
    void input(char character) override;
    void input_break() override {
        if (on_break) {
            on_break();
        }
    }
    [[nodiscard]] time_point busy_until() const override { return busy_until_; }

protected:
    /// A line was entered; nothing was printed for the Enter yet.
    virtual void command(const std::string& line) = 0;
    /// A control character that is no editing key.
    virtual void control(char character) { static_cast<void>(character); }

private:
    void edit(char character);

    virtual_runtime& runtime_;
    sim::output print_ = [](std::string_view) {};  // until it is wired, nobody sees it
    std::string line_;
    std::function<void(const std::string&)> answered_;
    std::function<void(char)> key_answered_;
    bool echoed_ = true;
    time_point busy_until_{};
    std::vector<std::unique_ptr<alarm>> alarms_;
};

}  // namespace rollover::situations
