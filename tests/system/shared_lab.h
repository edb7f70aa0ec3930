// A lab of two sites in virtual time that several services share: each with its own scheduler, one calendar, one
// journal, one roster. A service can be ended at any time, and others started.
#pragma once

#include "drivers/console/pacing_wheel.h"
#include "engine/activation/opening_gates.h"
#include "engine/runtime/virtual_runtime.h"
#include "engine/scheduler/reserve.h"
#include "engine/scheduler/scheduler.h"
#include "simulators/lab/lab_simulator.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rollover::tests {

/// Sites north and south, `devices` routers at each (n0.., s0..) on one switch, a cross-connect at each (xn, xs), an
/// interlink between them.
[[nodiscard]] std::string two_sites_xml(std::size_t devices);
/// Node N at north and S at south with a link between them, and a second pair of nodes, A and B, both at north.
[[nodiscard]] std::string across_xml();

class shared_lab {
public:
    shared_lab(const platform::library& platforms, std::size_t devices, sim::fault_plan faults = {},
               std::uint64_t seed = 1);
    ~shared_lab();
    shared_lab(const shared_lab&) = delete;
    shared_lab& operator=(const shared_lab&) = delete;

    /// The story starts services; those that it leaves running are ended after it.
    void run(std::function<task<void>(shared_lab&)> story);
    /// A service of these sites (empty: all) under a name of its own.
    void start(const std::string& name, std::set<std::string> sites);
    /// Of services that are started from now on.
    void recheck_after(duration first) { recheck_ = first; }
    /// As when it is killed: what it did stays as it was, and its term ends.
    [[nodiscard]] task<void> end(const std::string& name);

    [[nodiscard]] task<scheduler::reservation> reserve(std::string topology_xml, duration in,
                                                       std::chrono::seconds length,
                                                       scheduler::policy policy = scheduler::policy::strict,
                                                       unsigned pods = 1);
    [[nodiscard]] task<scheduler::reservation> find(std::string id);
    [[nodiscard]] task<void> until(std::string id, scheduler::stage s);
    [[nodiscard]] task<void> until_ready(std::string id);
    [[nodiscard]] task<void> until(scheduler::instant when);
    [[nodiscard]] scheduler::instant now() { return scheduler::rounded_up(rt_.wall_now()); }

    [[nodiscard]] bool is_configured(const std::string& device) const;
    [[nodiscard]] std::size_t all_configured() const;
    [[nodiscard]] std::size_t joins() const { return simulator_.joins(); }
    /// The device that plays a node of the first pod.
    [[nodiscard]] std::string player(const scheduler::reservation& r, std::size_t node) const;
    /// Whether a frame from one node's first interface arrives at the other's.
    [[nodiscard]] bool reaches(const std::string& from, const std::string& to) const;
    void silence(const std::string& device, std::optional<std::uint64_t> after);
    /// Devices that a service has typed at, by its name.
    [[nodiscard]] const std::set<std::string>& touched(const std::string& service) { return touched_[service]; }
    /// Activations that a service has worked on, by its name.
    [[nodiscard]] const std::set<std::string>& worked_on(const std::string& service) { return opened_[service]; }
    [[nodiscard]] scheduler::calendar& book() { return *calendar_; }
    [[nodiscard]] activation::journal& journal() { return *journal_; }
    [[nodiscard]] const model::lab& lab() const { return files_->lab; }
    [[nodiscard]] virtual_runtime& rt() { return rt_; }

private:
    class place;
    class memory_roster;
    struct service;
    [[nodiscard]] bool lives(const service* one) const;
    [[nodiscard]] task<void> root(std::function<task<void>(shared_lab&)> story);

    scheduler::shared_files files_;
    std::filesystem::path folder_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    std::unique_ptr<scheduler::calendar> calendar_;
    std::unique_ptr<activation::journal> journal_;
    sim::lab_simulator simulator_;
    std::map<std::string, std::unique_ptr<service>> services_;
    std::map<scheduler::work_part, const service*> work_;  ///< who is not in services_ any more is gone
    duration recheck_{};
    std::set<std::string> worked_on_;
    std::map<std::string, std::set<std::string>> touched_;
    std::map<std::string, std::set<std::string>> opened_;
};

}  // namespace rollover::tests
