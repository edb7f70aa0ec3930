#include "engine/service/metrics.h"

#include <algorithm>
#include <array>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace rollover::service {

namespace {

using buckets = prometheus::Histogram::BucketBoundaries;

double seconds_of(duration d) {
    return std::chrono::duration<double>(d).count();
}

buckets database_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}
buckets start_buckets() {
    return {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}
buckets ready_buckets() {
    return {0, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800};
}

constexpr std::array phases{activation::phase::activating, activation::phase::ready, activation::phase::rolling_back,
                            activation::phase::deactivating};
constexpr std::array open_stages{scheduler::stage::booked, scheduler::stage::running, scheduler::stage::ending};
constexpr std::array over_stages{scheduler::stage::ended, scheduler::stage::failed, scheduler::stage::cancelled};

using counters = prometheus::Family<prometheus::Counter>;
using gauges = prometheus::Family<prometheus::Gauge>;
using histograms = prometheus::Family<prometheus::Histogram>;

}  // namespace

struct metrics::implementation {
    prometheus::Registry registry;

    counters& counting(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
    gauges& standing_at(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }
    histograms& spread(const char* name, const char* help) {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }

    gauges& build = standing_at("rollover_build_info", "Which rollover this is; always 1.");
    gauges& activations = standing_at("rollover_activations", "Activations that this service works on, by phase.");
    gauges& reservations = standing_at("rollover_reservations", "Reservations that are not over, by stage.");
    gauges& devices = standing_at("rollover_devices", "Devices of the lab, by condition.");
    prometheus::Gauge& attended =
        standing_at("rollover_scheduler_attended", "Reservations that the scheduler attends to now.").Add({});
    prometheus::Gauge& last_look =
        standing_at("rollover_scheduler_last_look_timestamp_seconds", "When the scheduler read the calendar last.")
            .Add({});
    prometheus::Gauge& connections =
        standing_at("rollover_http_connections", "Connections of HTTP that are open.").Add({});
    counters& requests = counting("rollover_http_requests_total", "Requests that were answered, by status.");
    counters& failures = counting("rollover_failures_total", "What has failed, by kind.");
    counters& reservations_over =
        counting("rollover_reservations_over_total", "Reservations that this service has seen come to their end.");
    counters& database_errors =
        counting("rollover_database_errors_total", "Calls of the database that have failed, by store.");
    histograms& database =
        spread("rollover_database_call_seconds", "From a call of the database until its result was there, by store.");
    prometheus::Histogram& start_late =
        spread("rollover_start_lateness_seconds", "How long after its time a reservation was begun.")
            .Add({}, start_buckets());
    prometheus::Histogram& ready_late =
        spread("rollover_ready_lateness_seconds", "How long after its time a reservation was ready; early counts as 0.")
            .Add({}, ready_buckets());

    std::map<std::string, activation::phase> stands;
};

metrics::metrics() : all_(std::make_unique<implementation>()) {
    all_->build.Add({{"version", ROLLOVER_VERSION}}).Set(1);
    // A series that is not there before the first failure makes no rate of it.
    for (const auto* kind : {"device", "activation", "quarantine", "reservation"}) {
        all_->failures.Add({{"kind", kind}});
    }
    for (const auto* store : {"calendar", "journal"}) {
        all_->database_errors.Add({{"store", store}});
    }
    for (const auto how : over_stages) {
        all_->reservations_over.Add({{"stage", std::string(name_of(how))}});
    }
}

metrics::~metrics() = default;

void metrics::database_call(std::string_view store, duration took, bool failed) {
    const prometheus::Labels which{{"store", std::string(store)}};
    all_->database.Add(which, database_buckets()).Observe(seconds_of(took));
    if (failed) {
        all_->database_errors.Add(which).Increment();
    }
}

void metrics::activation_stands(const std::string& id, activation::phase now) {
    if (now == activation::phase::ended) {
        all_->stands.erase(id);
    } else {
        all_->stands[id] = now;
    }
}

void metrics::begun(duration late) {
    all_->start_late.Observe(std::max(0.0, seconds_of(late)));
}

void metrics::ready(duration late) {
    all_->ready_late.Observe(std::max(0.0, seconds_of(late)));
}

void metrics::failed(std::string_view kind) {
    all_->failures.Add({{"kind", std::string(kind)}}).Increment();
}

void metrics::over(scheduler::stage how) {
    all_->reservations_over.Add({{"stage", std::string(name_of(how))}}).Increment();
}

void metrics::answered(unsigned status) {
    all_->requests.Add({{"status", std::to_string(status)}}).Increment();
}

std::string metrics::text(const standing& now) {
    for (const auto phase : phases) {
        const auto count =
            std::ranges::count_if(all_->stands, [phase](const auto& one) { return one.second == phase; });
        all_->activations.Add({{"phase", std::string(name_of(phase))}}).Set(static_cast<double>(count));
    }
    for (const auto stage : open_stages) {
        const auto found = now.open.find(stage);
        const auto count = found == now.open.end() ? 0 : found->second;
        all_->reservations.Add({{"stage", std::string(name_of(stage))}}).Set(static_cast<double>(count));
    }
    for (const auto& [condition, count] :
         {std::pair("free", now.free), {"in use", now.busy}, {"quarantined", now.quarantined}}) {
        all_->devices.Add({{"condition", condition}}).Set(static_cast<double>(count));
    }
    all_->attended.Set(static_cast<double>(now.attended));
    all_->connections.Set(static_cast<double>(now.connections));
    all_->last_look.Set(now.last_look ? seconds_of(now.last_look->time_since_epoch()) : 0);
    return prometheus::TextSerializer().Serialize(all_->registry.Collect());
}

}  // namespace rollover::service
