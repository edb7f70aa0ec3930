// Changes the speed of a console: the device by its own command, and then the line.
#pragma once

#include "drivers/platform/look.h"

namespace rollover::platform {

/// Changes nothing before the converter has shown that it can run at the speed. Then the device is told, and only when
/// it has taken the command the line follows; a prompt at the new speed is the proof. A device that does not show one
/// is looked for at the other speeds.
///
/// Ends with the device and the line at one speed, and its position known: the one that was asked for, or another with
/// a warning, where the converter or the device refuses. Fails when the device cannot be found any more (look_machine),
/// or cannot be brought to where the command is typed. Nothing to do on a line that runs at the speed, or at an unknown
/// one.
class speed_machine final : public machine {
public:
    /// `before` brings the device to where `command` is typed, which sets its speed.
    speed_machine(dialogue_context& c, std::uint32_t baud, std::unique_ptr<machine> before, std::string command);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override;

private:
    enum class phase {
        start,
        trying,     ///< the line runs at the speed, to see whether it can
        returning,  ///< the line goes back to where the device is
        preparing,  ///< the device is brought to where the command is typed
        telling,    ///< the command is typed
        hearing,    ///< its Enter is echoed, or it is rejected
        following,  ///< the line changes
        looking,    ///< the device is met at the new speed
    };

    action begin(const dialogue_event& e);
    action prepare(const dialogue_event& e);
    action prepared(action next);
    action tell_device();
    action judge(const dialogue_event& e);
    action look(const dialogue_event& e);
    action found(const dialogue_event& e);
    action stay(const std::string& because);

    dialogue_context& context_;
    std::uint32_t wanted_;
    std::uint32_t former_ = 0;
    std::unique_ptr<machine> before_;
    std::string command_;
    phase phase_ = phase::start;
    bool converter_can_ = false;
    std::optional<look_machine> look_;
};

}  // namespace rollover::platform
