// Devices in quarantine are tried again, where the operator allows it: one that comes back clean is back in the lab.
#pragma once

#include "engine/activation/activation.h"
#include "engine/scheduler/surroundings.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rollover::scheduler {

/// When a device is tried the next time, by the records of the activation that has left it in quarantine: `first` after
/// it failed, then after twice as long each time, a day at most; and how often it was. Nothing when it is not that
/// activation's to try: it is not over. Pure.
struct recheck_due {
    wall_time when{};
    unsigned tries = 0;
};
[[nodiscard]] std::optional<recheck_due> next_recheck(const std::vector<activation::record>& records,
                                                      const std::string& device, duration first);

class rechecks {
public:
    /// `in` must outlive it. `first`: from the failure to the first try.
    rechecks(const surroundings& in, duration first);

    /// Until it is cancelled; what is being tried stays in quarantine then. What a person has put into quarantine is
    /// never touched.
    [[nodiscard]] task<void> run();

private:
    [[nodiscard]] task<void> look(task_group& trying);
    [[nodiscard]] task<void> look_at(std::string device, std::string activation, task_group& trying);
    [[nodiscard]] task<void> try_again(std::string device, std::string activation, unsigned tries);
    /// Whether it is this service's to do, of those that share the lab; what begins with it asks `fence` then.
    [[nodiscard]] task<bool> is_ours(std::string activation, std::function<bool()>& fence);
    [[nodiscard]] task<void> tell(std::string what, std::string device, std::string text);
    void log(const failure& why) const;

    const surroundings& in_;
    duration first_;
    std::set<std::string> at_work_;  ///< devices
    std::set<std::string> places_;   ///< activations: one of their devices at a time
};

}  // namespace rollover::scheduler
