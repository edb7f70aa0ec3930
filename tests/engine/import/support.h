// What the tests of the import share.
#pragma once

#include "engine/import/import.h"

#include <string>
#include <vector>

namespace rollover::importing::test {

inline draft_report import_text(source from, const std::string& text, const std::string& name = "in") {
    return draft_lab(from, {{name, text}}, {});
}

/// "FILE:LINE: what; hint", one line each.
inline std::string text_of(const diagnostics& all) {
    std::string text;
    for (const auto& one : all) {
        text += to_string(one.place) + ": " + one.what + (one.hint.empty() ? "" : "; " + one.hint) + "\n";
    }
    return text;
}

/// Without the hints.
inline std::string short_of(const diagnostics& all) {
    std::string text;
    for (const auto& one : all) {
        text += to_string(one.place) + ": " + one.what + "\n";
    }
    return text;
}

}  // namespace rollover::importing::test
