// The part of a survey that concerns one device: its interfaces are asked for, brought up where they are shut down, and
// their counters read.
#pragma once

#include "engine/activation/environment.h"
#include "engine/activation/visit.h"
#include "engine/survey/observation.h"

#include <set>

namespace rollover::survey {

/// Lives for one survey.
class device_part {
public:
    device_part(activation::environment& env, const model::lab& lab, model::device_index device, std::string id);

    /// Opens the line, brings the device home, makes sure that it is the one that the lab file means, and asks for each
    /// Ethernet interface. Those that are shut down are brought up where the platform says how: the journal has the
    /// intent before the first character of that.
    [[nodiscard]] task<result<void>> ask(time_point deadline);
    /// Reads the counters anew.
    [[nodiscard]] task<result<void>> count(time_point deadline);
    /// Asks, once, which neighbours those of `which` hear by LLDP and CDP; nothing is typed when the platform does not
    /// say how. What the device rejects says nothing.
    [[nodiscard]] task<result<void>> ask_neighbors(std::set<model::interface_reference> which, time_point deadline);
    /// Leaves the console as a user should find it, and closes the line; not an error when it was never opened.
    [[nodiscard]] task<void> leave(time_point deadline);

    [[nodiscard]] model::device_index device() const noexcept { return device_; }
    [[nodiscard]] const std::vector<interface_seen>& interfaces() const noexcept { return interfaces_; }
    /// Nothing after a success; else why it says nothing.
    [[nodiscard]] const result<void>& answered() const noexcept { return answered_; }
    /// Whether its platform says how neighbours are asked for; false before the device has answered.
    [[nodiscard]] bool tells_neighbors() const;
    /// How long its interfaces may still not pass frames, because they were brought up; 0: they were not.
    [[nodiscard]] duration settle() const noexcept { return settle_; }

private:
    [[nodiscard]] task<result<void>> ask_at_home(time_point deadline);
    [[nodiscard]] task<result<void>> read_neighbors(interface_seen& into, time_point deadline);
    [[nodiscard]] task<result<void>> read_interface(interface_seen& into, time_point deadline);
    [[nodiscard]] task<result<void>> read_all(time_point deadline);
    [[nodiscard]] task<result<void>> bring_up(time_point deadline);
    [[nodiscard]] task<result<void>> write_intent(time_point deadline);

    activation::environment& env_;
    const model::lab& lab_;
    model::device_index device_;
    std::string id_;
    activation::visit visit_;
    std::vector<interface_seen> interfaces_;
    result<void> answered_;
    duration settle_{};
};

}  // namespace rollover::survey
