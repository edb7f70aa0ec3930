#include "drivers/console/pacing_wheel.h"

#include "drivers/console/turn_heap.h"

#include <algorithm>

namespace rollover::console {

namespace {

// After so many turns other work of the runtime gets its chance: what was received has to be read.
constexpr unsigned most_turns = 256;

}  // namespace

struct pacing_wheel::state {
    state(runtime& r, duration s) : rt(r), slack(s), timer(r.make_alarm([this] { wake_up(); })) {}

    void remove(paced& who) {
        if (who.heap_ != nullptr) {
            who.heap_->remove(who);
        }
    }

    void insert(paced& who, const next_turn& next) {
        turn_heap& into = next.urgent ? urgent : usual;
        if (who.heap_ != &into) {
            remove(who);
        }
        into.insert(who, next.when);
    }

    void arm() {
        const time_point first = std::min(urgent.when(), usual.when());
        if (awake || first == never) {
            return;
        }
        const time_point wanted = std::max(first, last_wake + slack);
        if (wanted != armed_for) {
            armed_for = wanted;
            timer->set(wanted);
        }
    }

    void wake_up() {
        armed_for = never;
        awake = true;
        time_point now = last_wake = rt.now();
        unsigned turns = 0;
        // Turns take time, so the clock is read for each: what is urgent is due by now.
        for (; turns < most_turns; ++turns, now = rt.now()) {
            if (urgent.when() <= now) {
                turn(urgent.front(), now);
            } else if (usual.when() <= now) {
                turn(usual.front(), now);
            } else {
                break;
            }
        }
        if (turns == most_turns) {
            last_wake = now - slack;  // behind: no pause, only a breath for others
        }
        awake = false;
        arm();
    }

    void turn(paced& who, time_point now) {
        turning = &who;
        next_turn next = who.turn(now);
        if (turning == nullptr) {
            return;  // it was forgotten meanwhile, and may be gone
        }
        turning = nullptr;
        if (next.when == never) {
            remove(who);
        } else {
            next.when = std::max(next.when, now + duration(1));
            insert(who, next);
        }
    }

    runtime& rt;
    duration slack;
    std::unique_ptr<alarm> timer;
    turn_heap urgent;
    turn_heap usual;
    time_point last_wake = time_point(-std::chrono::hours(1));
    time_point armed_for = never;
    paced* turning = nullptr;
    bool awake = false;
};

pacing_wheel::pacing_wheel(runtime& rt, duration slack) : state_(std::make_unique<state>(rt, slack)) {}

pacing_wheel::~pacing_wheel() = default;

void pacing_wheel::schedule(paced& who, time_point when) {
    if (when == never) {
        state_->remove(who);
    } else {
        state_->insert(who, when);
    }
    state_->arm();
}

void pacing_wheel::turn_now(paced& who) {
    if (state_->turning != nullptr) {
        schedule(who, state_->rt.now());
        return;
    }
    state_->turn(who, state_->rt.now());
    state_->arm();
}

void pacing_wheel::forget(paced& who) {
    if (state_->turning == &who) {
        state_->turning = nullptr;
    }
    state_->remove(who);
}

}  // namespace rollover::console
