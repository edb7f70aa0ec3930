// The scheduler of a lab in a program of your own: what `rollover serve` does, without HTTP. Needs nothing but the
// public header of the engine to include.
//
//     rollover::lab_scheduler lab({.engine = {.lab = "lab.xml"}});
//     if (lab.start().how != rollover::answer::done) ...
//     const auto made = lab.reserve({.topology = xml, .length = std::chrono::hours(2)});
//
// The calendar and the journal are in the state folder, so what was booked is begun and ended also after the program
// was started anew. One scheduler for one state folder, in one process. Calls may come from any thread, several at a
// time; each blocks until its answer is there. No function throws for bad input or an unwilling lab: all of that is in
// the reports.
#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollover {

/// UTC, whole seconds.
using lab_time = std::chrono::sys_seconds;

struct reservation_wish {
    std::string topology;  ///< its XML
    std::string file;      ///< what that is called in messages; empty: topology.xml
    parameters given;
    std::string owner;             ///< empty: the owner in the engine's options, else $USER
    std::optional<lab_time> from;  ///< when it is to be ready; nothing: as early as the lab can play it
    std::chrono::seconds length{};
    unsigned pods = 1;  ///< copies, all or none
};

struct reserved_pod {
    unsigned number = 1;
    std::vector<std::string> devices;
    std::string activation;  ///< the last one that was begun for it; empty: none. `engine::status` knows it
};

struct reservation_view {
    std::string id;  ///< "r17"
    std::string topology;
    std::string owner;
    std::string stage;  ///< "booked", "running", "ending", "ended", "failed", "cancelled"
    std::string why;    ///< it failed, was cancelled or ended early
    lab_time from;      ///< what the owner has, half-open
    lab_time until;
    lab_time typing_from;  ///< what the devices are held for, half-open: with the typing before and the cleaning after
    lab_time clean_by;
    lab_time expected_ready;
    std::optional<lab_time> ready;  ///< when all pods had been handed over
    std::vector<reserved_pod> pods;
};

struct reservation_report {
    answer how = answer::failed;
    reservation_view reservation;
    std::vector<problem> problems;
};

struct reservations_report {
    answer how = answer::failed;
    std::vector<reservation_view> reservations;
    std::vector<problem> problems;
};

/// A device in a reservation.
struct calendar_row {
    std::string device;
    lab_time from;
    lab_time until;
    std::string reservation;
    std::string owner;
};

struct calendar_report {
    answer how = answer::failed;
    std::vector<calendar_row> rows;  ///< by devices and times
    std::vector<problem> problems;
};

struct scheduler_options {
    engine_options engine;                        ///< lab, state, platforms, converters, owner
    unsigned most_open = 0;                       ///< reservations of one owner that are not over; 0: any number
    std::chrono::seconds longest{};               ///< of one reservation; 0: no limit
    std::chrono::seconds ahead{};                 ///< how far from now one may end; 0: no limit
    std::function<void(const std::string&)> log;  ///< a line; from the scheduler's thread, must not block for long
    std::function<void(const progress&)> tell;    ///< steps of devices; likewise
};

class lab_scheduler {
public:
    explicit lab_scheduler(scheduler_options options);
    /// As `stop`.
    ~lab_scheduler();
    lab_scheduler(const lab_scheduler&) = delete;
    lab_scheduler& operator=(const lab_scheduler&) = delete;

    /// Begins to look after the lab, on a thread of its own, and goes on with what an earlier process has left.
    /// Errors in the report: bad_input (the lab file), busy (another process has the state folder), store.
    [[nodiscard]] text_report start();
    /// What is handed over to users stays as it is; what is under way is left to the journal, and the next start.
    void stop();

    /// Errors of all: bad_input, not_found, busy, impossible, undecided, refused (over a limit), store; cancelled when
    /// it was not started, or is stopped meanwhile.
    [[nodiscard]] reservation_report reserve(const reservation_wish& what);
    [[nodiscard]] reservation_report find(const std::string& id);
    /// Another end, when nobody has the devices then.
    [[nodiscard]] reservation_report extend(const std::string& id, lab_time until);
    /// What runs is taken down.
    [[nodiscard]] reservation_report cancel(const std::string& id);
    /// `owner`: only his; empty: of all. By the start of their windows.
    [[nodiscard]] reservations_report reservations(const std::string& owner = {}, bool also_over = false);
    [[nodiscard]] calendar_report calendar(lab_time from, lab_time until);
    /// Out of the lab until it is released.
    [[nodiscard]] text_report quarantine(const std::string& device, const std::string& why);
    [[nodiscard]] text_report release(const std::string& device);
    /// Reads the lab and platform files anew; refused, with the list, when a reservation could not be played any more.
    [[nodiscard]] text_report reload();

private:
    class implementation;
    std::unique_ptr<implementation> all_;
};

}  // namespace rollover
