// A lab in virtual time with the service that ships: front desk, scheduler, activations, calendar and journal in
// SQLite, on a disk, a clock and a power supply with faults; and the checker that looks at all of it.
#pragma once

#include "drivers/console/pacing_wheel.h"
#include "engine/activation/opening_gates.h"
#include "engine/service/front_desk.h"
#include "simulators/lab/lab_simulator.h"
#include "tests/year/checker/inspector.h"
#include "tests/year/faulty_disk.h"
#include "tests/year/powered_runtime.h"

#include <filesystem>
#include <set>
#include <string>

namespace rollover::tests {

/// What the whole process shares: read once.
struct year_files {
    platform::library platforms;
    std::vector<sim::device_file> devices;
    static year_files read();
};

/// `toys` devices of platform toy, and `routers` of cisco-ios; two interfaces each, on one switch; converters of eight
/// lines.
[[nodiscard]] std::string year_lab_xml(std::size_t toys, std::size_t routers);

class year_lab {
public:
    year_lab(const year_files& files, std::size_t toys, std::size_t routers, std::uint64_t seed, bool tells,
             std::chrono::days begins = {});
    ~year_lab();
    year_lab(const year_lab&) = delete;
    year_lab& operator=(const year_lab&) = delete;

    /// Runs the story with the service up; at its end all is judged. Throws what the checker throws.
    void run(std::function<task<void>(year_lab&)> story, duration limit);

    /// Something that a user asks of the service; nothing: there is no service, or it went away before it answered.
    template <class Value>
    [[nodiscard]] task<std::optional<result<Value>>> ask(
        std::function<task<result<Value>>(service::front_desk&)> what) {
        auto waiting = std::make_shared<question<Value>>(world_);
        auto* const desk = begin_question(waiting->done);
        if (desk != nullptr) {
            spawn_in_service(answer<Value>(what(*desk), waiting));
            const wake why = co_await waiting->done.wait();
            static_cast<void>(why);
        }
        end_question(waiting->done);
        co_return std::move(waiting->value);
    }

    /// The process is killed, or loses its power, in the middle of what it does: after so many more of its steps, or of
    /// its writes, of which the last one is torn. It starts again `down` later.
    void kill_after(std::uint64_t steps, duration down);
    void tear_after(std::int64_t writes, duration down);
    [[nodiscard]] bool is_up() const;
    /// Set on the service's machine, so much wrong.
    void set_clock(duration ahead);
    /// Nothing of the cross-connect's tools works.
    void cut_cross_connect(bool is_cut) { cross_connect_is_cut_ = is_cut; }
    void forget_joins();

    [[nodiscard]] virtual_runtime& world() { return world_; }
    [[nodiscard]] checker::inspector& inspector() { return *inspector_; }
    [[nodiscard]] sim::lab_simulator& simulator() { return simulator_; }
    [[nodiscard]] faulty_disk& disk() { return disk_; }
    [[nodiscard]] const model::lab& lab() const { return files_->lab; }
    [[nodiscard]] checker::seconds now() const;
    /// By the true clock.
    [[nodiscard]] wall_time wall_now() const { return world_.wall_now() + begins_; }
    [[nodiscard]] std::filesystem::path journal_file() const { return folder_ / "journal.sqlite"; }
    [[nodiscard]] duration ahead() const { return ahead_; }
    void log(const std::string& text) const;
    [[nodiscard]] std::size_t starts() const { return starts_; }
    [[nodiscard]] std::uint64_t steps() const;

private:
    template <class Value>
    struct question {
        explicit question(runtime& rt) : done(rt) {}
        std::optional<result<Value>> value;
        event done;
    };
    template <class Value>
    static task<void> answer(task<result<Value>> what, std::shared_ptr<question<Value>> into) {
        co_await boost::asio::this_coro::throw_if_cancelled(false);
        auto value = co_await std::move(what);
        into->value = std::move(value);
        into->done.notify();
    }
    [[nodiscard]] service::front_desk* begin_question(event& done);
    void end_question(event& done) { asked_.erase(&done); }
    void spawn_in_service(task<void> work);

    /// One life of the service's process. What of it was switched off is never destroyed, but for its files.
    struct life;
    class place;

    [[nodiscard]] task<void> root(std::function<task<void>(year_lab&)> story);
    [[nodiscard]] task<void> keep_up();
    [[nodiscard]] bool start();
    void went_off(duration down);
    [[nodiscard]] checker::world truth();
    [[nodiscard]] result<process_result> run_program(const process_request& program);

    scheduler::shared_files files_;
    std::filesystem::path folder_;
    faulty_disk& disk_;
    virtual_runtime world_;
    sim::lab_simulator simulator_;
    bool tells_;
    bool ends_ = false;
    bool cross_connect_is_cut_ = false;
    duration begins_;  ///< so long after the beginning of 2000
    duration ahead_{};
    duration down_{};
    std::uint64_t writes_seen_ = 0;
    std::size_t starts_ = 0;
    std::uint64_t steps_ = 0;
    std::optional<std::size_t> outage_;  ///< the fault that is the service's absence now
    life* life_ = nullptr;
    event is_off_;
    std::set<event*> asked_;  ///< by users who wait for an answer
    std::unique_ptr<checker::inspector> inspector_;
};

}  // namespace rollover::tests
