// Brings a device from one state to another along the transitions of its platform, looking again after every step.
#pragma once

#include "drivers/platform/look.h"

namespace rollover::platform {

/// The first transition of a shortest way between two states, by index; nothing when there is no way or they are the
/// same. Transitions whose use has reached `most` are not taken. Pure.
[[nodiscard]] std::optional<std::size_t> next_transition(const description& d, std::size_t from, std::size_t to,
                                                         const std::vector<unsigned>& used, unsigned most);

/// Ends in the state, or fails: device_state (no way, a loop such as a login that is refused), not_found (a login that
/// the lab does not give), and those of `look_machine`.
class navigator final : public machine {
public:
    navigator(dialogue_context& c, std::size_t target);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override;

private:
    action begin();
    action look_again();
    action step();
    action type_next();
    action arrived();
    void remember_words();
    [[nodiscard]] bool is_locked() const;
    action wait_for_lock();
    void give_up_on_keys(settle::outcome came);
    [[nodiscard]] failure no_way() const;

    [[nodiscard]] dialogue_event beginning() const;

    dialogue_context& context_;
    time_point now_{};
    std::optional<std::uint32_t> speed_;
    std::uint64_t framing_errors_ = 0;
    std::size_t target_;
    std::vector<unsigned> used_;
    std::size_t edge_ = 0;
    std::size_t typed_ = 0;
    unsigned steps_ = 0;
    unsigned looks_ = 0;
    std::vector<std::string> secrets_;  ///< typed by us: never in a message, even when a device echoes them
    std::string words_;
    std::string hint_;  ///< of a state on the way that was not the expected one
    std::optional<look_machine> look_;
    std::optional<settle> settle_;
    std::optional<time_point> locked_since_;
    bool waiting_ = false;   ///< for somebody else to let go
    bool checking_ = false;  ///< the first, short listening: has anything changed since the last dialogue?
};

}  // namespace rollover::platform
