#include "drivers/console/pacing_machine.h"

#include <algorithm>

namespace rollover::console {

namespace {

// On a LAN an acknowledgement takes tens of microseconds; behind a WAN or a converter that delays it, up to 200 ms. The
// first look is taken a little before the usual time, the following ones at an eighth of it: few looks, little delay.
// When the first look finds it, it may have come long before: the usual time is halved.
constexpr duration shortest_ask = std::chrono::microseconds(50);
constexpr duration longest_ask = std::chrono::milliseconds(10);

// A line that loses characters: from its first step to the largest gap in about eight losses.
constexpr duration first_step = std::chrono::milliseconds(1);
constexpr duration most_learned = std::chrono::milliseconds(200);
constexpr duration least_learned = std::chrono::microseconds(100);
constexpr unsigned all_is_well = 400;  // characters

duration at_least(duration value, duration least) {
    return std::max(value, least);
}

}  // namespace

pacer::pacer(const pacing& how) : how_(how), usual_ack_(shortest_ask) {
    how_.char_delay = at_least(how_.char_delay, duration::zero());
    how_.line_delay = at_least(how_.line_delay, how_.char_delay);
    how_.learned = std::clamp(how_.learned, duration::zero(), most_learned);
}

pacing_step pacer::next(time_point now) const {
    using enum pacing_step::action;
    if (suspended_) {
        return {hold, never};
    }
    if (characters_ == 0 && base_ == time_point{}) {
        return {send, now};
    }
    if (arrival_pending_) {
        return {ask_ack, ask_at_};
    }
    if (echo_pending_) {
        return {await_echo, base_ + echo_limit()};
    }
    return now >= due() ? pacing_step{send, now} : pacing_step{wait, due()};
}

void pacer::wanted(time_point now) {
    pause_ = characters_ == 0 || (!arrival_pending_ && now > due());
    free_since_ = now;
}

void pacer::sent(char character, time_point after, bool echo_expected) {
    if (characters_ == 0) {
        first_sent_ = after;
    } else {
        const duration gap = after - last_sent_;
        too_short_ += gap < gap_ ? 1 : 0;
        if (!pause_) {
            gaps_.add(gap);
        }
    }
    late_.add(after - std::max(due(), free_since_));
    pause_ = false;
    ++characters_;
    if (++well_ >= all_is_well && how_.learned > duration::zero()) {
        well_ = 0;
        how_.learned = how_.learned * 3 / 4 < least_learned ? duration::zero() : how_.learned * 3 / 4;
    }
    gap_ = how_.learned + (character == '\r' ? how_.line_delay : how_.char_delay);
    last_sent_ = base_ = free_since_ = after;
    arrival_pending_ = how_.mode != pacing_mode::timed;
    echo_pending_ = how_.mode == pacing_mode::echoed && echo_expected;
    looks_ = 0;
    ask_every_ = std::clamp(usual_ack_ / 8, shortest_ask, longest_ask);
    ask_at_ = after + at_least(usual_ack_ - ask_every_, shortest_ask);
}

void pacer::unacknowledged(std::optional<std::size_t> count, time_point seen) {
    if (!arrival_pending_) {
        return;
    }
    if (!count) {
        arrival_pending_ = false;  // cannot be known: as timed
    } else if (*count == 0) {
        // At most doubled at a time: one stall must not make the next look come seconds late.
        usual_ack_ = looks_ == 0 ? at_least(usual_ack_ / 2, shortest_ask)
                                 : std::min(seen - last_sent_, 2 * usual_ack_ + std::chrono::milliseconds(1));
        arrived(seen);
    } else if (seen >= ask_at_) {
        ++looks_;
        ask_at_ = seen + ask_every_;
        ask_every_ = std::min(ask_every_ * 3 / 2, longest_ask);
    }
}

void pacer::slow_down() {
    well_ = 0;
    how_.learned = std::min(std::max({2 * how_.learned, how_.char_delay / 2, first_step}), most_learned);
}

void pacer::arrived(time_point when) {
    arrival_pending_ = false;
    base_ = when;
}

void pacer::echoed(time_point when) {
    if (arrival_pending_) {
        arrived(when);  // what was echoed has arrived
    }
    echo_pending_ = false;
    free_since_ = std::max(free_since_, when);
}

void pacer::disturbed(time_point when) {
    base_ = std::max(base_, when);
    gap_ = at_least(gap_, how_.char_delay);
}

void pacer::resume(time_point when) {
    suspended_ = false;
    free_since_ = std::max(free_since_, when);
}

duration pacer::echo_limit() const {
    return at_least(20 * how_.char_delay, std::chrono::seconds(1));
}

gap_statistics pacer::statistics() const {
    gap_statistics s;
    s.characters = characters_;
    s.gaps = gaps_.count();
    s.too_short = too_short_;
    s.shortest = gaps_.least();
    s.longest = gaps_.most();
    s.p50 = gaps_.percentile(0.5);
    s.p99 = gaps_.percentile(0.99);
    s.total = characters_ == 0 ? duration{} : last_sent_ - first_sent_;
    s.repairs = repairs_;
    s.learned = how_.learned;
    s.late_p50 = late_.percentile(0.5);
    s.late_p99 = late_.percentile(0.99);
    s.late_most = late_.most();
    return s;
}

}  // namespace rollover::console
