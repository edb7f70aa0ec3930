// The roster: which service works on which reservation, where several services share one database.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"
#include "engine/runtime/time.h"

#include <compare>
#include <functional>
#include <string>
#include <vector>

namespace rollover::scheduler {

/// What one service works on: a reservation, or the part of it that one site has.
struct work_part {
    work_part(std::string r, std::string s = {}) : reservation(std::move(r)), site(std::move(s)) {}
    std::string reservation;
    std::string site;  ///< empty: all of it
    auto operator<=>(const work_part&) const = default;
};

class roster {
public:
    virtual ~roster() = default;

    /// Says that this service lives, and will for a term; the first time it signs on. After a term without this it has
    /// nothing any more: others may have taken what it worked on, and it goes on as a new one.
    /// Result: whether it still has what it had. Errors: store.
    [[nodiscard]] virtual task<result<bool>> renew() = 0;
    /// Whether it may still act on what it has taken until now. To be asked before each character: a process that was
    /// stopped does not know how long. Valid as long as the roster.
    [[nodiscard]] virtual std::function<bool()> fence() const = 0;
    [[nodiscard]] virtual duration renew_every() const = 0;

    /// Of these those that it works on from now on; the others are worked on by services that live. A reservation is
    /// worked on as a whole or by sites, never both (`takeable`).
    [[nodiscard]] virtual task<result<std::vector<work_part>>> take(std::vector<work_part> wanted) = 0;
    /// What is over, for a device that it has left in quarantine: whether it is this service's to try it again.
    [[nodiscard]] virtual task<result<bool>> take_what_is_over(work_part what) = 0;
    /// It works on nothing any more, and others need not wait for the end of its term.
    [[nodiscard]] virtual task<result<void>> sign_off() = 0;

    /// Calls back, from the runtime's thread, when somebody has changed something in the calendar; until it is
    /// cancelled.
    [[nodiscard]] virtual task<void> watch(std::function<void()> changed) = 0;
};

}  // namespace rollover::scheduler
