// What is known of each console line from its use, kept between activations: a line that loses characters starts at the
// pace that it needs, and an operator sees which cable is bad (`rollover status --lines`).
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/runtime.h"

#include <optional>
#include <string>
#include <vector>

namespace rollover::activation {

/// One visit of a line, from opening to closing.
struct line_visit {
    std::string lab;
    std::string line;  ///< "cs1/1"
    std::string device;
    duration learned{};   ///< added to the lab file's delays at the end, see console::pacing
    duration shortest{};  ///< gaps really achieved
    duration p50{};
    duration p99{};
    std::uint64_t characters = 0;
    std::uint64_t repairs = 0;     ///< lines cleared and typed again
    std::uint64_t retries = 0;     ///< openings in vain before the line opened
    std::uint64_t reconnects = 0;  ///< connections that were lost, and made again
};

/// All visits of a line together; `last` has the gaps of the last one, and the sums of all.
struct line_entry {
    line_visit last;
    std::uint64_t visits = 0;
    wall_time when;  ///< of the last one
};

class line_book {
public:
    virtual ~line_book() = default;
    /// Adds a visit. Errors: store.
    [[nodiscard]] virtual task<result<void>> add(line_visit what) = 0;
    /// Nothing for a line that was never visited. Errors: store.
    [[nodiscard]] virtual task<result<std::optional<line_entry>>> find(std::string lab, std::string line) = 0;
    /// By lab and line. Errors: store.
    [[nodiscard]] virtual task<result<std::vector<line_entry>>> list() = 0;
};

}  // namespace rollover::activation
