// What whoever carries patches tells others about them: one JSON text, rewritten whole.
#pragma once

#include "drivers/patch/patch.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::activation {

struct patch_report {
    std::string link;
    std::array<std::string, 2> ends;  ///< "r1 Serial0/0 (line cs1/9)"
    patch::counts counts;
};

[[nodiscard]] patch_report report_of(const patch::patch& one);

[[nodiscard]] std::string to_json(const std::vector<patch_report>& all);

/// Reads what `to_json` has written; errors: bad_input.
[[nodiscard]] result<std::vector<patch_report>> read_patch_reports(std::string_view json);

}  // namespace rollover::activation
