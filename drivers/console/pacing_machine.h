// Decides when the next character of one line may leave. Sans-I/O: told what happened and when, asked what to do.
// Data path: typing_machine -> pacer -> transport::line; driven by the pacing wheel.
#pragma once

#include "drivers/console/duration_histogram.h"
#include "drivers/console/pacing.h"

#include <optional>

namespace rollover::console {

/// What keeps the next character, or that nothing does.
struct pacing_step {
    enum class action {
        send,        ///< now
        wait,        ///< until `when`
        ask_ack,     ///< at `when`, look at what is unacknowledged, and tell `unacknowledged`
        await_echo,  ///< until the echo comes; `when`: the time at which it is missing
        hold,        ///< until the converter resumes
    };
    action what = action::send;
    time_point when{};
};

/// The promise: between the instants just after two writes at least the gap passes, in every mode. In acked and echoed
/// mode it counts from the instant at which the last character was known to have arrived (its acknowledgement or its
/// echo was seen), so that no stall of the network can bring two characters closer together than that at the receiver.
class pacer {
public:
    explicit pacer(const pacing& how);

    /// What to do at `now`.
    [[nodiscard]] pacing_step next(time_point now) const;

    /// No gap is asked for between characters, nor is anything else waited for: they may leave together.
    [[nodiscard]] bool is_unpaced() const noexcept {
        return how_.mode == pacing_mode::timed && how_.char_delay + how_.learned <= duration::zero() && !suspended_;
    }
    /// There is something to be sent from `now` on: what comes later than allowed counts as late from here.
    void wanted(time_point now);
    /// `character` was handed over; `after`: the instant just after the write. `echo_expected`: in echoed mode its echo
    /// is waited for.
    void sent(char character, time_point after, bool echo_expected);
    /// Acknowledged is what `transport::line::unacknowledged` said, looked at just before `seen`.
    void unacknowledged(std::optional<std::size_t> count, time_point seen);
    /// The echo of the last character was received.
    void echoed(time_point when);
    /// The echo of the last character is not waited for any more.
    void forget_echo() noexcept { echo_pending_ = false; }
    /// The line was used otherwise (BREAK): the gap counts from `when`.
    void disturbed(time_point when);
    /// Between the two nothing may be sent.
    void suspend() noexcept { suspended_ = true; }
    void resume(time_point when);

    void count_repair() noexcept { ++repairs_; }
    /// Characters were lost: the line gets slower by itself. Every 400 characters without a loss it gets faster again,
    /// down to what the lab file says.
    void slow_down();
    [[nodiscard]] bool is_suspended() const noexcept { return suspended_; }
    [[nodiscard]] bool arrival_pending() const noexcept { return arrival_pending_; }
    [[nodiscard]] bool echo_pending() const noexcept { return echo_pending_; }
    [[nodiscard]] const pacing& how() const noexcept { return how_; }
    /// How long an echo may take, from the arrival of the character: 20 characters' time, at least 1 s.
    [[nodiscard]] duration echo_limit() const;
    [[nodiscard]] gap_statistics statistics() const;

private:
    void arrived(time_point when);
    [[nodiscard]] time_point due() const { return base_ + gap_; }

    pacing how_;
    duration gap_{};  // after the last character
    time_point last_sent_{};
    time_point base_{};        // the gap counts from here
    time_point free_since_{};  // nothing but the gap keeps the next character since then
    time_point first_sent_{};
    time_point ask_at_{};
    duration ask_every_{};
    duration usual_ack_{};  // how long acknowledgements take on this line
    unsigned looks_ = 0;    // for the acknowledgement of the last character, in vain
    bool arrival_pending_ = false;
    bool echo_pending_ = false;
    bool suspended_ = false;
    bool pause_ = true;  // nothing was to be sent when the gap ended
    std::uint64_t characters_ = 0;
    std::uint64_t too_short_ = 0;
    std::uint64_t repairs_ = 0;
    unsigned well_ = 0;                   // characters since the last loss, or since the line got faster
    duration_histogram<16, 21, 5> gaps_;  // 65 us to 137 s
    duration_histogram<12, 23, 3> late_;  // 4 us to 34 s
};

}  // namespace rollover::console
