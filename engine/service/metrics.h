// What the service counts and measures, in the text that Prometheus reads (the library prometheus-cpp writes it).
// Used on the runtime's thread only.
#pragma once

#include "engine/activation/journal.h"
#include "engine/runtime/time.h"
#include "engine/scheduler/reservation.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::service {

class metrics {
public:
    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    /// `store`: "calendar" or "journal"; `took`: from the call until its result was there, waiting for others included.
    void database_call(std::string_view store, duration took, bool failed);
    /// Where an activation of this process stands; one that has ended is forgotten.
    void activation_stands(const std::string& id, activation::phase now);
    /// A reservation was begun, or was ready, so much after it should have been; earlier is in time.
    void begun(duration late);
    void ready(duration late);
    /// "device", "activation", "quarantine", "reservation".
    void failed(std::string_view kind);
    void over(scheduler::stage how);
    void answered(unsigned status);

    /// What stands at the moment at which somebody looks.
    struct standing {
        std::map<scheduler::stage, std::size_t> open;  ///< reservations that are not over
        std::size_t attended = 0;
        std::size_t free = 0;  ///< devices
        std::size_t busy = 0;
        std::size_t quarantined = 0;
        std::size_t connections = 0;         ///< of HTTP
        std::optional<wall_time> last_look;  ///< of the scheduler, into the calendar
    };
    /// Text exposition format 0.0.4.
    [[nodiscard]] std::string text(const standing& now);

private:
    struct implementation;
    std::unique_ptr<implementation> all_;
};

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace rollover::service
