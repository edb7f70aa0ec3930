// Configurations that count only when they are committed: what is done with the candidate around the author's lines.
#pragma once

#include "drivers/platform/steps.h"

namespace rollover::platform {

/// Does `attempt`. When it fails, amends are made, and then it fails with what the device has said meanwhile too.
class amended final : public machine {
public:
    /// Makes the machine of the amends; what is worth telling is put into `words`.
    using amends = std::function<machine_ptr(std::string& words)>;
    amended(machine_ptr attempt, amends how);
    [[nodiscard]] action advance(const dialogue_event& e) override;
    [[nodiscard]] std::string doing() const override { return current_->doing(); }
    [[nodiscard]] std::string place() const override { return current_->place(); }

private:
    [[nodiscard]] action tell(const action& amends_ended);

    machine_ptr current_;
    amends make_amends_;
    std::string words_;
    std::optional<failure> why_;  // the attempt has failed, while amends are made
};

/// In configuration mode: what `typing` types, the check, the commit. When any of it fails the candidate is discarded,
/// so that the device is as it was, and the failure holds the device's words. What a dialogue that was broken off, or
/// somebody else, has left in the candidate is discarded first: it would be committed with these lines.
void add_typing_and_committing(dialogue_context& c, const sequence::part& typing, parts& to);

/// In configuration mode: the check, the commit and its confirmation at once; nothing on a platform without a
/// candidate.
void add_committing_for_good(dialogue_context& c, parts& to);

/// Discards what a dialogue that was broken off has left in the candidate; nothing when it has left none.
void add_discarding_if_open(dialogue_context& c, parts& to);

}  // namespace rollover::platform
