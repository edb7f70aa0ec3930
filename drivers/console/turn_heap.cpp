#include "drivers/console/turn_heap.h"

namespace rollover::console {

void turn_heap::insert(paced& who, time_point when) {
    const entry e{when, next_order_++, &who};
    if (who.heap_ == nullptr) {
        who.heap_ = this;
        entries_.push_back(e);
        rise(entries_.size() - 1, e);
    } else {
        settle(who.place_, e);
    }
}

void turn_heap::remove(paced& who) {
    const std::size_t place = who.place_;
    who.heap_ = nullptr;
    const entry last = entries_.back();
    entries_.pop_back();
    if (place < entries_.size()) {
        settle(place, last);
    }
}

void turn_heap::put(std::size_t place, const entry& e) {
    entries_[place] = e;
    e.who->place_ = place;
}

void turn_heap::rise(std::size_t place, entry e) {
    while (place > 0) {
        const std::size_t above = (place - 1) / 2;
        if (!e.before(entries_[above])) {
            break;
        }
        put(place, entries_[above]);
        place = above;
    }
    put(place, e);
}

void turn_heap::sink(std::size_t place, entry e) {
    for (;;) {
        std::size_t below = 2 * place + 1;
        if (below >= entries_.size()) {
            break;
        }
        if (below + 1 < entries_.size() && entries_[below + 1].before(entries_[below])) {
            ++below;
        }
        if (!entries_[below].before(e)) {
            break;
        }
        put(place, entries_[below]);
        place = below;
    }
    put(place, e);
}

void turn_heap::settle(std::size_t place, entry e) {
    if (place > 0 && e.before(entries_[(place - 1) / 2])) {
        rise(place, e);
    } else {
        sink(place, e);
    }
}

}  // namespace rollover::console
