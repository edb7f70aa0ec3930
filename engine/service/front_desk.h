// What users ask of the service, whatever they ask it by: the operations behind the HTTP routes and the line protocol.
#pragma once

#include "engine/scheduler/local_time.h"
#include "engine/scheduler/scheduler.h"
#include "engine/service/caller.h"
#include "engine/service/metrics.h"
#include "engine/service/offer.h"
#include "engine/service/refusal_trail.h"

#include <functional>
#include <string>

namespace rollover::service {

/// A reservation as it is asked for; times as people write them (scheduler::local_time).
struct booking_request {
    std::string source;  ///< XML of the topology
    std::string name;    ///< or one that the lab offers; one of the two
    std::string file;    ///< what it is called in messages
    model::arguments arguments;
    std::string owner;   ///< empty: the caller
    std::string from;    ///< empty: as early as possible
    std::string length;  ///< "2h"
    unsigned pods = 1;
    std::string policy = {};  ///< "strict", "best-effort"; empty: strict
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
        metrics* measured = nullptr;               ///< what /metrics shows; null: nothing
        const std::size_t* connections = nullptr;  ///< of HTTP, that are open
        offer offered = {};
        /// Certificates are read anew before the lab is. Blocks. Errors: bad_input; then nothing is reloaded.
        std::function<result<void>()> read_certificates = {};
    };
    explicit front_desk(parts all);
    static constexpr std::size_t most_entries = 1000;

    /// Errors of all: bad_input, not_found, busy, impossible, undecided, refused (his role does not include it, or over
    /// a limit), store. What is others' is not there for whoever may only touch his own: not_found, in the same words.
    [[nodiscard]] task<result<scheduler::reservation>> reserve(caller who, booking_request what);
    /// What the lab offers, by name.
    [[nodiscard]] task<result<std::vector<std::string>>> offered(caller who);
    [[nodiscard]] task<result<scheduler::reservation>> find(caller who, std::string id);
    /// `owner` empty: all that he may see.
    [[nodiscard]] task<result<std::vector<scheduler::reservation>>> list(caller who, std::string owner, bool open_only);
    /// `by`: "30m" longer; or `until`: a time. One of the two.
    [[nodiscard]] task<result<scheduler::reservation>> extend(caller who, std::string id, std::string by,
                                                              std::string until);
    /// A booked reservation begins at once, if its devices are free until its own time; its end stays.
    [[nodiscard]] task<result<scheduler::reservation>> begin_now(caller who, std::string id);
    [[nodiscard]] task<result<scheduler::reservation>> cancel(caller who, std::string id);
    /// `from` and `until` may be empty: from now on, and for ever. `device` too: all. Of others' bookings only device
    /// and time, for who may see his own.
    [[nodiscard]] task<result<std::vector<scheduler::booked_device>>> calendar(caller who, std::string device,
                                                                               std::string from, std::string until);
    /// Devices that are in use or out of the lab; by whom and why, for who may know.
    [[nodiscard]] task<result<activation::holds>> holds(caller who);
    [[nodiscard]] task<result<void>> quarantine(caller who, std::string device, std::string why);
    [[nodiscard]] task<result<void>> release(caller who, std::string device);
    /// A changed lab or platform file takes effect for what begins from now on. Errors: bad_input; refused, with the
    /// reservations that could not be played any more.
    [[nodiscard]] task<result<void>> reload(caller who);
    /// Of the reservations that he may see; of devices and users too, for who may see all.
    [[nodiscard]] task<result<std::vector<scheduler::entry>>> entries(caller who, std::int64_t after, std::string id);
    /// `since`, `until`: as times are written, or empty.
    [[nodiscard]] task<result<std::vector<scheduler::entry>>> audit(caller who, std::string name, std::string since,
                                                                    std::string until, bool refused_only);
    /// Writes down that he was refused `what` ("POST /v1/lab/reload").
    [[nodiscard]] task<void> refused(caller who, std::string what, std::string why);
    /// Why his role does not include it; nothing, when it does, be it for his own only.
    [[nodiscard]] static std::optional<failure> beyond(const caller& who, access::action what);
    [[nodiscard]] refusal_trail& refusals() noexcept { return refusals_; }

    /// What the service counts and measures, as Prometheus reads it.
    [[nodiscard]] task<result<std::string>> metrics_text();

    [[nodiscard]] scheduler::local_time zone() const;
    [[nodiscard]] const parts& all() const noexcept { return all_; }

private:
    [[nodiscard]] result<scheduler::instant> time_of(const std::string& text) const;
    [[nodiscard]] task<result<scheduler::reservation>> his(caller who, std::string id, access::action what);
    [[nodiscard]] task<result<std::string>> offered_source(std::string name);
    [[nodiscard]] task<void> told(caller who, std::string what, std::string device, std::string text);
    /// What was changed here is attended to here from now on; jobs of at(1) find nothing to do then.
    [[nodiscard]] task<void> take_back(scheduler::reservation changed, caller who);

    parts all_;
    refusal_trail refusals_;
};

}  // namespace rollover::service
