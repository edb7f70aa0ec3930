// The files of a lab as the service reads them: the lab file, the platforms, the converter models.
#pragma once

#include "engine/api/engine.h"
#include "engine/scheduler/reserve.h"

namespace rollover::service {

/// Blocks. Errors: bad_input, with every mistake.
[[nodiscard]] result<scheduler::shared_files> read_files(const engine_options& options);

}  // namespace rollover::service
