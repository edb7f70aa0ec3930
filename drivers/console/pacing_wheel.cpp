#include "drivers/console/pacing_wheel.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rollover::console {

namespace {

// After so many turns other work of the runtime gets its chance: what was received has to be read.
constexpr unsigned most_turns = 256;

}  // namespace

struct pacing_wheel::state {
    struct entry {
        time_point when;
        std::uint64_t order;
        paced* who;
        [[nodiscard]] bool before(const entry& other) const {
            return when != other.when ? when < other.when : order < other.order;
        }
    };

    state(runtime& r, duration s) : rt(r), slack(s), timer(r.make_alarm([this] { wake_up(); })) {}

    void put(std::size_t place, const entry& e) {
        heap[place] = e;
        e.who->place_ = place;
    }

    // The two classic movements of a binary heap; each line knows its place, so that it can be found again.
    void rise(std::size_t place, entry e) {
        while (place > 0) {
            const std::size_t above = (place - 1) / 2;
            if (!e.before(heap[above])) {
                break;
            }
            put(place, heap[above]);
            place = above;
        }
        put(place, e);
    }

    void sink(std::size_t place, entry e) {
        for (;;) {
            std::size_t below = 2 * place + 1;
            if (below >= heap.size()) {
                break;
            }
            if (below + 1 < heap.size() && heap[below + 1].before(heap[below])) {
                ++below;
            }
            if (!heap[below].before(e)) {
                break;
            }
            put(place, heap[below]);
            place = below;
        }
        put(place, e);
    }

    void settle(std::size_t place, entry e) {
        if (place > 0 && e.before(heap[(place - 1) / 2])) {
            rise(place, e);
        } else {
            sink(place, e);
        }
    }

    void insert(paced& who, time_point when) {
        const entry e{when, next_order++, &who};
        if (who.place_ == paced::nowhere) {
            heap.push_back(e);
            rise(heap.size() - 1, e);
        } else {
            settle(who.place_, e);
        }
    }

    void remove(paced& who) {
        if (who.place_ == paced::nowhere) {
            return;
        }
        const std::size_t place = who.place_;
        who.place_ = paced::nowhere;
        const entry last = heap.back();
        heap.pop_back();
        if (place < heap.size()) {
            settle(place, last);
        }
    }

    void arm() {
        if (awake || heap.empty()) {
            return;
        }
        const time_point wanted = std::max(heap.front().when, last_wake + slack);
        if (wanted != armed_for) {
            armed_for = wanted;
            timer->set(wanted);
        }
    }

    void wake_up() {
        armed_for = never;
        awake = true;
        time_point now = rt.now();
        last_wake = now;
        unsigned turns = 0;
        while (!heap.empty() && turns < most_turns) {
            if (heap.front().when > now) {
                // The turns took time: some more may be due by now.
                now = rt.now();
                if (heap.front().when > now) {
                    break;
                }
            }
            turn(*heap.front().who, now);
            ++turns;
        }
        if (turns == most_turns) {
            last_wake = now - slack;  // behind: no pause, only a breath for others
        }
        awake = false;
        arm();
    }

    void turn(paced& who, time_point now) {
        turning = &who;
        const time_point next = who.turn(now);
        if (turning == nullptr) {
            return;  // it was forgotten meanwhile, and may be gone
        }
        turning = nullptr;
        if (next == never) {
            remove(who);
        } else {
            insert(who, std::max(next, now + duration(1)));
        }
    }

    runtime& rt;
    duration slack;
    std::unique_ptr<alarm> timer;
    std::vector<entry> heap;
    std::uint64_t next_order = 0;
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

void pacing_wheel::forget(paced& who) {
    if (state_->turning == &who) {
        state_->turning = nullptr;
    }
    state_->remove(who);
}

}  // namespace rollover::console
