// Mistakes and failures in the words that the service needs: all of them in one, and on one line of a log.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/base/error.h"

#include <string>

namespace rollover::scheduler {

/// bad_input with every mistake, each on a line of its own.
[[nodiscard]] inline failure failure_of(const diagnostics& mistakes) {
    std::string all;
    for (const auto& one : mistakes) {
        all += (all.empty() ? "" : "\n") + to_string(one);
    }
    return {errc::bad_input, std::move(all)};
}

/// As `describe`, with "; " for line ends: a line of a log is one.
[[nodiscard]] inline std::string on_one_line(const failure& f) {
    std::string out;
    for (const char c : describe(f)) {
        if (c == '\n') {
            out += ';';
        } else if (c != ' ' || out.empty() || (out.back() != ' ')) {
            out += c;
        }
    }
    return out;
}

}  // namespace rollover::scheduler
