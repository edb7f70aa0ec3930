// What runs inside of a call: each takes its report by reference, which outlives it, and leaves the answer there.
#pragma once

#include "engine/activation/journal.h"
#include "engine/api/booking.h"
#include "engine/api/call.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollover::api {

[[nodiscard]] task<void> activate_root(call& c, const input& in, const parameters& given, std::string owner,
                                       activation_report& report);
/// `known` stays empty, with a problem, where there is no such activation.
[[nodiscard]] task<void> find_root(call& c, std::string id, std::optional<activation::summary>& known,
                                   std::vector<problem>& problems);
[[nodiscard]] task<void> deactivate_root(call& c, const input& in, std::string id, activation_report& report);
[[nodiscard]] task<void> recover_root(call& c, const input& in, std::string device, std::string owner,
                                      activation_report& report);
/// `id`: only this one; empty: all that have not ended.
[[nodiscard]] task<void> status_root(call& c, std::string id, status_report& report);
[[nodiscard]] task<void> holds_root(call& c, std::string lab, result<activation::holds>& held);
[[nodiscard]] task<void> uses_root(call& c, std::string lab, result<activation::use_counts>& uses);
[[nodiscard]] task<void> lines_root(call& c, lines_report& report);
[[nodiscard]] task<void> release_root(call& c, std::string lab, std::string device, text_report& report);

}  // namespace rollover::api
