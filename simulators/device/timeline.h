// What a simulated device does later: any number of planned actions on one alarm of the runtime.
#pragma once

#include "engine/runtime/runtime.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace rollover::sim {

class timeline {
public:
    /// `rt` must outlive it.
    explicit timeline(runtime& rt);

    /// Plans `action`; those of the same time run in the order in which they were planned. Returns its number, never 0.
    std::uint64_t at(time_point when, std::function<void()> action);
    std::uint64_t after(duration wait, std::function<void()> action);
    /// Forgets a planned action; one that has run or is unknown is no error.
    void cancel(std::uint64_t number);
    /// Forgets everything, as a power cut does.
    void clear();

private:
    struct planned {
        time_point when;
        std::uint64_t number;
        std::function<void()> action;
    };
    void run_due();
    void arm();

    runtime& runtime_;
    std::vector<planned> planned_;  ///< latest first
    std::uint64_t last_number_ = 0;
    std::unique_ptr<alarm> alarm_;
};

}  // namespace rollover::sim
