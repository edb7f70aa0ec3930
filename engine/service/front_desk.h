// What users ask of the service, whatever they ask it by: the operations behind the HTTP routes and the line protocol.
#pragma once

#include "engine/scheduler/local_time.h"
#include "engine/scheduler/scheduler.h"

#include <functional>
#include <string>

namespace rollover::service {

/// Who asks.
struct caller {
    std::string name;
    bool operates = true;  ///< may touch what is others', and the lab
};

/// A reservation as it is asked for; times as people write them (scheduler::local_time).
struct booking_request {
    std::string source;  ///< XML of the topology
    std::string file;    ///< what it is called in messages
    model::arguments arguments;
    std::string owner;   ///< empty: the caller
    std::string from;    ///< empty: as early as possible
    std::string length;  ///< "2h"
    unsigned pods = 1;
};

class front_desk {
public:
    struct parts {
        runtime& rt;
        scheduler::calendar& book;
        activation::journal& journal;
        scheduler::scheduler& scheduler;
        std::function<scheduler::shared_files()> files;
        /// Reads the lab and the platforms anew; the files of `files` are others then. Blocks; on the pool.
        /// Errors: bad_input, with every mistake.
        std::function<result<scheduler::shared_files>()> read_files;
        std::function<void(scheduler::shared_files)> use_files;
        scheduler::owner_limits limits;
    };
    explicit front_desk(parts all);

    /// Errors of all: bad_input, not_found, busy, impossible, undecided, refused (not his, or over a limit), store.
    [[nodiscard]] task<result<scheduler::reservation>> reserve(caller who, booking_request what);
    [[nodiscard]] task<result<scheduler::reservation>> find(std::string id);
    [[nodiscard]] task<result<std::vector<scheduler::reservation>>> list(std::string owner, bool open_only);
    /// `by`: "30m" longer; or `until`: a time. One of the two.
    [[nodiscard]] task<result<scheduler::reservation>> extend(caller who, std::string id, std::string by,
                                                              std::string until);
    /// A booked reservation begins at once, if its devices are free until its own time; its end stays.
    [[nodiscard]] task<result<scheduler::reservation>> begin_now(caller who, std::string id);
    [[nodiscard]] task<result<scheduler::reservation>> cancel(caller who, std::string id);
    /// `from` and `until` may be empty: from now on, and for ever. `device` too: all.
    [[nodiscard]] task<result<std::vector<scheduler::booked_device>>> calendar(std::string device, std::string from,
                                                                               std::string until);
    /// Devices that are out of the lab, and why.
    [[nodiscard]] task<result<activation::holds>> holds();
    [[nodiscard]] task<result<void>> quarantine(caller who, std::string device, std::string why);
    [[nodiscard]] task<result<void>> release(caller who, std::string device);
    /// A changed lab or platform file takes effect for what begins from now on. Errors: bad_input; refused, with the
    /// reservations that could not be played any more.
    [[nodiscard]] task<result<void>> reload(caller who);
    [[nodiscard]] task<result<std::vector<scheduler::entry>>> entries(std::int64_t after, std::string id);

    [[nodiscard]] scheduler::local_time zone() const;
    [[nodiscard]] const parts& all() const noexcept { return all_; }

private:
    [[nodiscard]] result<scheduler::instant> time_of(const std::string& text) const;
    [[nodiscard]] task<result<scheduler::reservation>> his(caller who, std::string id);
    [[nodiscard]] task<void> told(scheduler::entry what);

    parts all_;
};

}  // namespace rollover::service
