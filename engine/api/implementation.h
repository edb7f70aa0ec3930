// What the calls of the public header share.
#pragma once

#include "engine/api/booking.h"
#include "engine/api/engine.h"

#include <optional>

namespace rollover {

namespace api {
class call;
}

struct engine::implementation {
    engine_options options;

    [[nodiscard]] platform::library platforms(diagnostics& mistakes) const;
    [[nodiscard]] model::converter_models converter_models(diagnostics& mistakes) const;

    /// Reads what is asked for; every mistake of every file is in `problems`. `topology` and `given` may be null.
    [[nodiscard]] api::input read(const std::filesystem::path& lab_file, const std::filesystem::path* topology,
                                  const parameters* given) const;

    /// Opens the state of `c` and reads the lab of activation `id`: the file in the options, or where they name none
    /// the one that it was made with. An empty `id` needs one in the options. Nothing, with problems, where any of that
    /// failed.
    [[nodiscard]] std::optional<api::input> read_lab_of(api::call& c, const std::string& id,
                                                        std::vector<problem>& problems) const;

    /// Those that only read make no state folder: a mistyped one should be seen.
    [[nodiscard]] std::optional<problem> missing_state() const;

    /// The devices of a lab that cannot be had now.
    [[nodiscard]] result<activation::holds> held_now(const std::string& lab) const;

    /// What was read and what is held now; nothing, and the report has the problems, when either failed.
    [[nodiscard]] std::optional<activation::holds> held_for(const api::input& in, text_report& report) const;

    /// How often each device of a lab was taken so far.
    [[nodiscard]] result<activation::use_counts> uses_now(const std::string& lab) const;

    /// What `place` and `plan` share: a placement on what is free now; else the report has the problems. `then.uses` is
    /// read here.
    [[nodiscard]] std::optional<placement::placement> place(const api::input& in, text_report& report,
                                                            api::second_phase then = {}) const;
};

namespace api {

/// Errors: not_found, with the switches that there are.
[[nodiscard]] result<model::switch_index> switch_named(const model::lab& lab, const std::string& name);

}  // namespace api

}  // namespace rollover
