// Types one text on one line: what is sent next, when, and what happens when the echo is wrong. Sans-I/O.
// Data path: console::type -> typing_machine -> pacer; bytes received are told to it while `watches_echo()`.
#pragma once

#include "drivers/console/echo_machine.h"
#include "drivers/console/pacing_machine.h"
#include "drivers/console/typing.h"
#include "engine/base/error.h"

namespace rollover::console {

struct typing_step {
    enum class action {
        send,         ///< `characters`, now; then tell `sent`
        ask_ack,      ///< at `when`: tell the pacer what is unacknowledged
        wait,         ///< until `when`, or until something is received
        hold,         ///< until the converter resumes
        drop_debris,  ///< a line is typed again: what was received since `begin` is the debris of the one before
        finished,
        failed,  ///< see `why`
    };
    action what = action::finished;
    time_point when{};
    std::string_view characters;  ///< one, or more where no gap is asked for; valid until something is told
};

class typing_machine {
public:
    explicit typing_machine(const pacing& how) : pace_(how) {}

    /// Begins to type `text` (and CR with `how.enter`) behind what `shown` shows. The machine is idle.
    void begin(std::string text, typing how, const screen& shown, time_point now);
    /// Stops; the rest of the text is forgotten. Nothing when idle.
    void abandon();

    [[nodiscard]] typing_step next(const screen& shown, time_point now);
    /// The first `count` of the characters have left.
    void sent(std::size_t count, time_point after);
    /// A byte was received. `did`, `shown`: see echo_machine.
    void received(char byte, screen::effect did, const screen& shown, time_point when);

    /// The next step depends on what is received: bytes have to be told one by one, and `next` asked again.
    [[nodiscard]] bool watches_echo() const noexcept { return phase_ != phase::idle && compares_ && !has_entered(); }
    [[nodiscard]] bool is_idle() const noexcept { return phase_ == phase::idle; }
    /// Echoes that have to come before Enter can be pressed; 0 where each character waits for its own.
    [[nodiscard]] std::size_t echoes_to_come() const noexcept {
        return phase_ == phase::typing && !lock_step_ && !has_entered() ? end_ - line_start_ - echo_.echoed() : 0;
    }
    /// Characters of `typing::ahead` that have left.
    [[nodiscard]] std::size_t typed_ahead() const noexcept { return has_entered() ? position_ - end_ - 1 : 0; }
    /// How long echoes have taken at most; forgets slowly.
    [[nodiscard]] duration round_trip() const noexcept { return round_trip_; }
    [[nodiscard]] bool is_secret() const noexcept { return how_.secret; }
    /// Characters of the text that have left, and all of them.
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    [[nodiscard]] const failure& why() const noexcept { return why_; }
    /// Why the line was cleared last, and what was received instead of the echo; never a secret.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    [[nodiscard]] const std::string& seen() const noexcept { return seen_; }

    [[nodiscard]] pacer& pace() noexcept { return pace_; }
    [[nodiscard]] const pacer& pace() const noexcept { return pace_; }

private:
    enum class phase { idle, typing, doubting, clearing, settling };

    [[nodiscard]] std::optional<typing_step> in_typing(const screen& shown, time_point now);
    [[nodiscard]] std::optional<typing_step> before_next(time_point now);
    [[nodiscard]] std::optional<typing_step> in_doubt(const screen& shown, time_point now);
    [[nodiscard]] std::optional<typing_step> in_clearing(time_point now);
    [[nodiscard]] std::optional<typing_step> in_settling(const screen& shown, time_point now);
    /// Enter has left; what follows is ahead of its prompt.
    [[nodiscard]] bool has_entered() const noexcept { return how_.enter && position_ > end_; }
    [[nodiscard]] typing_step in_pause(time_point now) const;
    [[nodiscard]] typing_step paced(time_point now, std::string_view characters) const;
    [[nodiscard]] std::string_view next_run() const;
    [[nodiscard]] std::size_t unechoed() const noexcept { return echo_.line().size() - echo_.echoed(); }
    void sent_one(time_point after);
    void measure(time_point when);
    [[nodiscard]] time_point missing_at() const;
    [[nodiscard]] bool waits_for_echo() const noexcept;
    [[nodiscard]] std::optional<time_point> not_silent_until(time_point now) const;
    [[nodiscard]] bool has_moved(const screen& shown);
    [[nodiscard]] bool was_entered(const screen& shown);
    void stop(std::string reason, const screen& shown);
    [[nodiscard]] bool is_at_enter() const noexcept;
    void repair(std::string trouble, bool characters_lost, time_point now);
    void clear();
    void give_up();
    [[nodiscard]] bool echo_of(char character) const;
    void settle(bool retype, time_point now);

    pacer pace_;
    echo_machine echo_;
    phase phase_ = phase::idle;
    std::string text_;     // with Enter, and what is typed ahead behind it
    std::size_t end_ = 0;  // of the text itself: where Enter stands
    typing how_;
    bool compares_ = false;   // echoes are compared
    bool lock_step_ = false;  // each character waits for the echo of the one before
    bool retype_ = false;     // after settling, the line is typed again
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    std::string clearing_keys_;
    std::size_t cleared_ = 0;         // how many of them have left
    std::string prompt_;              // what stood in front of the text when it was begun
    std::uint64_t ended_before_ = 0;  // lines, when it was begun
    bool strange_ = false;            // text came in between that is no log line
    bool stopped_ = false;            // the device has moved: nothing more is typed
    bool deaf_ = false;               // no echo at all the last time either
    unsigned repairs_ = 0;
    duration round_trip_{};
    std::size_t probe_ = 0;  // echoes that complete a measurement of it; 0: none is made
    time_point probe_sent_at_{};
    time_point heard_at_{};     // last byte received, or last character sent
    time_point progress_at_{};  // last echo, or last character sent
    time_point settling_since_{};
    std::string trouble_;
    std::string seen_;
    failure why_;
    bool why_given_ = false;  // the line is cleared for the last time
};

}  // namespace rollover::console
