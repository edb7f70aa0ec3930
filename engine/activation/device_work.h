// The parts of an activation that concern one device: type its configuration, run its checks, make it clean.
#pragma once

#include "engine/activation/environment.h"
#include "engine/activation/visit.h"
#include "engine/plan/plan.h"

namespace rollover::activation {

/// A device on its way from free to handed over. Lives for one activation.
class device_work {
public:
    device_work(environment& env, const model::lab& lab, const plan::device_plan& plan, std::string activation);

    /// Opens the line, brings the device home, records it as it was found, types its configuration. The journal has the
    /// intent before the first character (rule 5).
    [[nodiscard]] task<result<void>> configure();
    /// Repeats each check until it holds or its time is over.
    [[nodiscard]] task<result<void>> check();
    /// Leaves the console as a user should find it.
    [[nodiscard]] task<result<void>> hand_over();
    [[nodiscard]] task<void> close();
    /// So long others were waited for; it is not the device's time.
    void excuse(duration waited) { deadline_ += waited; }

    [[nodiscard]] const model::device& device() const { return device_; }
    /// After a failure of `configure` or `check`: what the device refuses, or shows otherwise than its author expects;
    /// no other device would do otherwise.
    [[nodiscard]] bool is_the_authors(const failure& why) const {
        return why.code == errc::device_rejected || (why.code == errc::device_differs && differs_from_what_was_meant_);
    }
    /// Another device is on its console than the lab file says.
    [[nodiscard]] bool met_another() const { return visit_.met_another(); }
    [[nodiscard]] console::gap_statistics gaps() const { return gaps_; }

private:
    /// Home on an open line, after an earlier phase was ended in the middle.
    [[nodiscard]] task<result<void>> be_there();
    [[nodiscard]] task<result<void>> write_down_as_found();
    [[nodiscard]] task<result<void>> type_configuration();
    [[nodiscard]] task<result<void>> type_and_compare();
    [[nodiscard]] task<result<void>> raise_speed();
    /// After `why`: nothing when the connection was not lost, or too often; else it is made again and the device is
    /// home.
    [[nodiscard]] task<result<void>> come_back(failure why);
    using session_step = task<result<void>> (platform::session::*)(time_point);
    /// One step of the session, again after each lost connection that could be made anew.
    [[nodiscard]] task<result<void>> keep_at(session_step step);
    [[nodiscard]] task<result<void>> hold(const plan::planned_check& one);
    void tell(stage s, std::string text = {});
    [[nodiscard]] time_point deadline() const { return deadline_ + visit_.waited(); }

    environment& env_;
    const model::lab& lab_;
    const plan::device_plan& plan_;
    const model::device& device_;
    std::string activation_;
    time_point deadline_;
    visit visit_;
    console::gap_statistics gaps_;
    unsigned reconnects_ = 0;
    bool differs_from_what_was_meant_ = false;  ///< and not: from what was typed, which is the line's fault
};

/// For the reason of a quarantine: where all that its line said stands. Empty when nothing is written down.
[[nodiscard]] std::string transcript_line(const environment& env, const std::string& device);

/// What may be done to a device that lets nobody in.
enum class recovery {
    as_the_lab_says,  ///< switched off and on where the lab file allows it
    asked_for,        ///< by the lab's hook, or by a person who is asked to
};

/// Makes one touched device clean, or puts it into quarantine: the journal has one or the other when this returns with
/// success. `found`: its configuration before it was touched, where the journal has it.
/// Errors: only those of the journal; a device that stays dirty is no error here, it is quarantined.
[[nodiscard]] task<result<void>> make_clean(environment& env, const model::lab& lab, std::string device,
                                            std::optional<std::string> found, std::string activation,
                                            recovery how = recovery::as_the_lab_says);

}  // namespace rollover::activation
