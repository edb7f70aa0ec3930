// One visit to a device: its line opened, a console on it, a session of its platform; closed again in any case.
#pragma once

#include "drivers/console/console.h"
#include "drivers/platform/session.h"
#include "engine/activation/environment.h"
#include "engine/model/lab.h"

#include <memory>
#include <string>

namespace rollover::activation {

class visit {
public:
    /// `device` must be of `lab`; both outlive the visit. `activation` is for the log.
    visit(environment& env, const model::lab& lab, const model::device& device, std::string activation);
    ~visit();
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

    /// Opens the line; one that refuses or is busy is tried again while `limits::patience` lasts. Types nothing.
    /// Errors: those of open_line and fetch, with the device's full name; not_found for a platform without description.
    [[nodiscard]] task<result<void>> open(time_point deadline);

    /// Opens the line again after its connection was lost; the session goes on over it
    /// (platform::session::continue_on). Errors: as `open`; then the visit is over.
    [[nodiscard]] task<result<void>> reopen(time_point deadline);

    /// Brings the device home and makes sure that it is the one that the lab file means: what is pinned (serial-number,
    /// model) and its platform can read is compared, see identity_check.h. Until it has come back with success nothing
    /// may be configured or erased. Errors: those of platform::session; device_differs for another device.
    [[nodiscard]] task<result<void>> come_home(time_point deadline);
    /// The last `come_home` has met another device, and has done nothing but ask who it is.
    [[nodiscard]] bool met_another() const noexcept { return met_another_; }

    /// How long it has waited for others to leave the line or its converter (model::converter::connections): nothing of
    /// it is in the deadlines.
    [[nodiscard]] duration waited() const noexcept { return waited_; }

    /// Only after `open` has succeeded.
    [[nodiscard]] platform::session& session() { return *session_; }
    /// False before `open`, and when `reopen` has failed: there is no session then.
    [[nodiscard]] bool is_open() const noexcept { return session_ != nullptr; }
    [[nodiscard]] const platform::description& description() const { return *description_; }
    [[nodiscard]] console::gap_statistics gaps() const;

    /// Closes what is open; not cancellable, short.
    [[nodiscard]] task<void> close();

private:
    [[nodiscard]] task<result<std::unique_ptr<transport::line>>> open_patiently(time_point deadline);
    [[nodiscard]] task<result<std::unique_ptr<transport::line>>> open_once(transport::line_address to,
                                                                           time_point deadline);
    /// Holds the line, and a connection of its converter, until `go_out`.
    [[nodiscard]] task<result<void>> come_in();
    void go_out();
    [[nodiscard]] task<void> ask_to_clear(failure busy);
    [[nodiscard]] task<result<void>> connect(time_point deadline);
    [[nodiscard]] log_sink own_log() const;
    [[nodiscard]] task<console::console_options> recalled_options();
    [[nodiscard]] task<void> remember();
    [[nodiscard]] task<void> leave_console();
    void warn(const failure& why) const;

    environment& env_;
    const model::lab& lab_;
    const model::device& device_;
    std::string activation_;
    std::uint64_t retries_ = 0;
    std::uint64_t reconnects_ = 0;
    bool met_another_ = false;
    bool is_in_ = false;
    duration waited_{};
    console::gap_statistics earlier_;  // of the connections before this one
    std::shared_ptr<const platform::description> description_;
    std::unique_ptr<console::console> console_;
    std::unique_ptr<platform::session> session_;
};

}  // namespace rollover::activation
