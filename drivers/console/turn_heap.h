// The lines that wait for a turn, the next one in front. Each line knows its place, so that it can be moved.
#pragma once

#include "drivers/console/pacing_wheel.h"

#include <cstdint>
#include <vector>

namespace rollover::console {

class turn_heap {
public:
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    /// Of the line in front; `never` when empty.
    [[nodiscard]] time_point when() const { return empty() ? never : entries_.front().when; }
    [[nodiscard]] paced& front() const { return *entries_.front().who; }

    /// Puts `who` in, or moves it; among equal times in the order of the calls. It waits in no other heap.
    void insert(paced& who, time_point when);
    /// It waits in this heap.
    void remove(paced& who);

private:
    struct entry {
        time_point when;
        std::uint64_t order;
        paced* who;
        [[nodiscard]] bool before(const entry& other) const {
            return when != other.when ? when < other.when : order < other.order;
        }
    };

    void put(std::size_t place, const entry& e);
    void rise(std::size_t place, entry e);
    void sink(std::size_t place, entry e);
    void settle(std::size_t place, entry e);

    std::vector<entry> entries_;
    std::uint64_t next_order_ = 0;
};

}  // namespace rollover::console
