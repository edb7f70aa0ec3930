// Where the activations of a service work: each with its lock, its folder, its transcripts, and its patches.
#pragma once

#include "drivers/console/pacing_wheel.h"
#include "engine/activation/line_book.h"
#include "engine/activation/opening_gates.h"
#include "engine/api/engine.h"
#include "engine/scheduler/surroundings.h"
#include "engine/store/state_folder.h"

#include <mutex>
#include <vector>

namespace rollover::service {

/// Shared by all activations of the process. References must outlive it.
class workshop {
public:
    workshop(runtime& rt, const engine_options& options, const store::state_folder& folder,
             activation::journal& journal, activation::line_book& lines, log_sink log);
    ~workshop();
    workshop(const workshop&) = delete;
    workshop& operator=(const workshop&) = delete;

    /// As scheduler::surroundings::expect_work: the disk's part of one more place is done ahead. Any thread.
    void expect_work();
    /// As scheduler::surroundings::workplace. Errors: busy, store.
    [[nodiscard]] result<std::unique_ptr<scheduler::workplace>> place_for(scheduler::shared_files files,
                                                                          const std::string& activation);

private:
    class place;
    runtime& rt_;
    const engine_options& options_;
    const store::state_folder& folder_;
    activation::journal& journal_;
    activation::line_book& lines_;
    log_sink log_;
    console::pacing_wheel wheel_;
    activation::opening_gates gates_;
    std::mutex guards_spares_;
    std::vector<store::spare_folder> spares_;
    std::uint64_t spares_made_ = 0;
};

}  // namespace rollover::service
