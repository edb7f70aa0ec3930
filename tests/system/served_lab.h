// A lab in virtual time that is served: the scheduler that ships, the calendar and the journal in SQLite, simulated
// devices and cross-connect. The service can be stopped and started again while the lab and its clock go on.
#pragma once

#include "drivers/console/pacing_wheel.h"
#include "engine/activation/opening_gates.h"
#include "engine/runtime/virtual_runtime.h"
#include "engine/scheduler/reserve.h"
#include "engine/scheduler/scheduler.h"
#include "engine/store/shared_tables.h"
#include "simulators/lab/lab_simulator.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace rollover::tests {

class served_lab {
public:
    /// `devices`: of virtual_lab.h's lab_xml. The store is in a folder of its own, removed at the end.
    served_lab(const platform::library& platforms, std::size_t devices, sim::fault_plan faults = {},
               std::uint64_t seed = 1);
    /// A lab of its own, with one cross-connect, xc1.
    served_lab(const platform::library& platforms, const std::string& lab, sim::fault_plan faults = {},
               std::uint64_t seed = 1);
    ~served_lab();
    served_lab(const served_lab&) = delete;
    served_lab& operator=(const served_lab&) = delete;

    /// Runs the story with the service up from its start. What is broken is in the report; the service is stopped and
    /// the lab at rest when this returns.
    void run(std::function<task<void>(served_lab&)> story);

    [[nodiscard]] task<result<scheduler::reservation>> reserve(std::string topology_xml, std::optional<duration> in,
                                                               std::chrono::seconds length, unsigned pods = 1,
                                                               scheduler::owner_limits limits = {},
                                                               scheduler::policy policy = scheduler::policy::strict);
    [[nodiscard]] task<scheduler::reservation> find(std::string id);
    /// Until the reservation has this stage.
    [[nodiscard]] task<void> until(std::string id, scheduler::stage s);
    [[nodiscard]] task<void> until(scheduler::instant when);
    [[nodiscard]] task<void> cancel(std::string id);
    /// Changes that come from outside the process.
    [[nodiscard]] task<void> stop_service();
    void start_service();

    /// "NODE": the running configuration of the device that plays a node of a pod has it.
    [[nodiscard]] bool is_configured(const std::string& device) const;
    [[nodiscard]] scheduler::instant now();
    [[nodiscard]] std::size_t joins() const { return simulator_.joins(); }
    /// The cross-connect loses all that it was told, as when its host starts anew.
    void forget_joins();
    /// Another lab file takes effect for what begins from now on; devices and cables as they were.
    void reload(const std::string& lab);
    /// The host of the cross-connect is out of reach.
    void cut_off(bool is_cut_off) { cut_off_ = is_cut_off; }
    /// The device neither hears nor says anything after so many more typed characters; nothing: it does again.
    void silence(const std::string& device, std::optional<std::uint64_t> after);
    void refuse(const std::string& device, unsigned connections);
    /// Activations whose serial links somebody carries; it stands for the processes that do.
    [[nodiscard]] std::set<std::string>& carried() { return carried_; }
    /// Of activations that begin from now on.
    void limit_activations(duration whole) { whole_ = whole; }
    [[nodiscard]] std::size_t connected(std::uint32_t converter) const { return simulator_.connected({converter}); }
    /// Of the service that is started next: quarantined devices are tried again after so long.
    void recheck_after(duration first) { recheck_ = first; }
    [[nodiscard]] scheduler::calendar& book() { return *calendar_; }
    [[nodiscard]] activation::journal& journal() { return *journal_; }
    [[nodiscard]] scheduler::scheduler& service() { return *scheduler_; }
    [[nodiscard]] const model::lab& lab() const { return files_->lab; }
    [[nodiscard]] virtual_runtime& rt() { return rt_; }
    /// What the audit trail has of a reservation: "booked begun ready ended".
    [[nodiscard]] task<std::string> trail(std::string id);

private:
    [[nodiscard]] task<void> root(std::function<task<void>(served_lab&)> story);
    [[nodiscard]] scheduler::surroundings surroundings();
    class place;
    class carriers;

    scheduler::shared_files files_;
    scheduler::shared_files first_;  ///< of the simulators
    std::filesystem::path folder_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::opening_gates gates_;
    std::shared_ptr<store::shared_tables> tables_;
    std::unique_ptr<scheduler::calendar> calendar_;
    std::unique_ptr<activation::journal> journal_;
    sim::lab_simulator simulator_;
    std::unique_ptr<scheduler::scheduler> scheduler_;
    std::unique_ptr<task_group> service_;
    std::set<std::string> worked_on_;  ///< activations, by this service
    std::set<std::string> carried_;
    bool cut_off_ = false;
    duration whole_ = activation::limits().whole;
    duration recheck_{};
};

}  // namespace rollover::tests
