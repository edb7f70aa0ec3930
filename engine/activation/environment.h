// What an activation is handed: the world, the drivers' shared parts, the journal, and where to tell what happens.
#pragma once

#include "drivers/console/pacing_wheel.h"
#include "drivers/platform/description.h"
#include "engine/activation/companions.h"
#include "engine/activation/journal.h"
#include "engine/activation/line_book.h"
#include "engine/activation/observer.h"
#include "engine/activation/opening_gates.h"
#include "engine/activation/patch_keeper.h"
#include "engine/activation/spares.h"
#include "engine/base/log.h"
#include "engine/runtime/runtime.h"

#include <filesystem>
#include <functional>

namespace rollover::activation {

/// All limits are measured on the runtime's clock, from the start of what they bound.
struct limits {
    duration whole = std::chrono::hours(2);        ///< from the first hook to ready
    duration device = std::chrono::minutes(60);    ///< one device, from opening its line to its last check
    duration patience = std::chrono::seconds(20);  ///< a line that cannot be reached is tried again for so long
    unsigned reconnects = 3;                       ///< connections of one device that may be lost before it fails
    duration hosts = duration::zero();          ///< a cross-connect that cannot be reached is tried again for so long
    duration joins = std::chrono::seconds(60);  ///< one operation on a cross-connect
    duration between_looks = std::chrono::minutes(1);  ///< at the joins and patches of what is handed over
    duration patches = std::chrono::seconds(60);       ///< all patches of an activation, until they carry or are gone
    duration clean_up = std::chrono::minutes(60);      ///< making one device clean, all attempts together
    unsigned clean_attempts = 2;                       ///< then it is quarantined; 1 or more
};

/// References must outlive every activation that they are handed to.
struct environment {
    environment(runtime& r, console::pacing_wheel& w, const platform::library& p, activation::journal& j)
        : rt(r), wheel(w), platforms(p), journal(j) {}

    runtime& rt;
    console::pacing_wheel& wheel;
    const platform::library& platforms;
    activation::journal& journal;
    activation::limits limits;
    line_book* lines = nullptr;       ///< null: nothing is learned
    patch_keeper* patches = nullptr;  ///< null: topologies with patches fail
    opening_gates* gates = nullptr;   ///< null: all lines are opened at once
    /// Whether this process may still act for the activation; asked before each character and each change of joins.
    /// Empty: always.
    std::function<bool()> may_act;
    activation::spares* spares = nullptr;          ///< null: what fails once has failed
    bool best_effort = false;                      ///< what works is handed over; needs `spares`
    activation::companions* companions = nullptr;  ///< null: it is a whole topology
    observer tell;
    log_sink log;
    /// The activation's own folder, for configurations and transcripts; empty: nothing is written.
    std::filesystem::path folder;
};

/// Asks one activation to stop and roll back; asked again, to leave the way back too. Safe to use before, during and
/// after.
class stop_switch {
public:
    void request() {
        ++requests_;
        if (listener_ != nullptr) {
            listener_->notify();
        }
    }
    [[nodiscard]] unsigned requests() const noexcept { return requests_; }
    /// Who is woken by a request; null: nobody.
    void wake(event* listener) { listener_ = listener; }

private:
    unsigned requests_ = 0;
    event* listener_ = nullptr;
};

}  // namespace rollover::activation
