// Finds out where a device is, whatever state it was left in: silent, booting, in a pager, behind a half-typed line,
// inside another program. Types nothing before it has listened, and ends within a fixed number of tries.
#pragma once

#include "drivers/platform/settle.h"

#include <deque>

namespace rollover::platform {

/// Ends with a known position, or fails: device_state with what was seen and what was tried.
class look_machine final : public machine {
public:
    /// What comes first: silence, because an Enter may be an answer; or Enter, where somebody has just been talking.
    enum class first { listen, press_enter };
    explicit look_machine(dialogue_context& c, first begins_with = first::listen);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override { return "looking where the device is"; }

private:
    /// One try: what is typed (nothing: only listen) and how long an answer may take.
    struct attempt {
        std::vector<keystrokes> type;
        duration limit{};
        [[nodiscard]] bool presses_enter() const;
    };

    action start_next();
    action type_next();
    action conclude();
    void plan_attempts();
    void plan_enter();
    void plan_speeds();
    void plan_silence();
    void note_result();
    [[nodiscard]] bool needs_proof(std::size_t seen) const;
    [[nodiscard]] failure lost() const;
    [[nodiscard]] bool is_loop() const;
    action end_of_tries();
    action try_next_speed();
    action at_new_speed();
    [[nodiscard]] bool is_noise() const;
    void say_speed() const;

    [[nodiscard]] dialogue_event beginning() const;

    dialogue_context& context_;
    time_point now_{};
    std::deque<attempt> attempts_;
    attempt current_;
    std::size_t typed_ = 0;
    std::optional<settle> settle_;
    bool proven_ = false;
    settle::outcome last_ = settle::outcome::silent;
    bool heard_ = false;
    bool silenced_ = false;  ///< what ends a flood was typed
    std::string words_;
    std::optional<std::uint32_t> speed_;        ///< of the line now
    std::uint32_t first_speed_ = 0;             ///< that the lab file gives; 0: no other was tried
    std::deque<std::uint32_t> speeds_;          ///< still to be tried
    std::optional<std::uint32_t> asked_speed_;  ///< while the converter changes it
    unsigned tried_speeds_ = 0;
    bool given_up_ = false;    ///< only the speed of the lab file is to be set again
    std::string noise_words_;  ///< heard at an earlier one
    std::uint64_t framing_errors_ = 0;
    std::uint64_t framing_errors_before_ = 0;
    std::string typed_text_;  ///< the keys that were pressed
    std::string question_;    ///< as last asked, while nobody has answered it
};

}  // namespace rollover::platform
