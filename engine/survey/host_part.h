// The part of a survey that concerns one cross-connect: its attachments are looked at, and frames sent towards them.
#pragma once

#include "drivers/crossconnect/prober.h"
#include "engine/activation/environment.h"
#include "engine/survey/observation.h"

#include <functional>
#include <map>

namespace rollover::survey {

using prober_factory = std::function<std::unique_ptr<crossconnect::prober>(runtime&, crossconnect::address)>;

/// How what a survey makes on a cross-connect is called there, and in the journal.
[[nodiscard]] std::string join_name(const std::string& id);

/// Lives for one survey, as `o`, of which it fills in the spots of its cross-connect.
class host_part {
public:
    host_part(activation::environment& env, const model::lab& lab, model::cross_connect_index where, observation& o,
              std::string id, const prober_factory& make);

    /// Begins to look. The journal has the intent first.
    [[nodiscard]] task<result<void>> begin(time_point deadline);
    /// Sends a frame of each kind that is answered towards each spot, waits a moment, and takes what has come.
    [[nodiscard]] task<result<void>> call(time_point deadline);
    /// Takes what has come.
    [[nodiscard]] task<result<void>> look(time_point deadline);
    /// Sends frames towards those spots that `gets` says, by their numbers: as many as are counted, else one.
    [[nodiscard]] task<result<void>> send(crossconnect::call_kind what, std::function<bool(std::size_t)> gets,
                                          time_point deadline);

    /// Whether it is looked at, and has a way to send announcements.
    [[nodiscard]] bool can_announce() const;

    /// Why it could not be asked; nothing: it could.
    [[nodiscard]] const result<void>& worked() const noexcept { return worked_; }
    [[nodiscard]] const std::string& name() const { return lab_.at(where_).name; }

private:
    [[nodiscard]] task<result<void>> try_to_begin(time_point deadline);

    activation::environment& env_;
    const model::lab& lab_;
    model::cross_connect_index where_;
    observation& o_;
    std::string id_;
    const prober_factory& make_;
    std::unique_ptr<crossconnect::prober> prober_;
    std::vector<std::size_t> spots_;
    std::multimap<crossconnect::attachment, std::size_t> by_place_;
    result<void> worked_;
};

}  // namespace rollover::survey
