// The exec commands of the simulated router and who may give them.
#pragma once

#include "simulators/device/ios/grammar.h"
#include "simulators/device/ios/router.h"

namespace rollover::sim::ios {

/// A table of exec commands with its parser, for user or for privileged exec.
struct exec_commands {
    using handler = void (router::*)(const router::arguments&);
    struct entry {
        std::string_view pattern;
        handler run;
        bool privileged;
    };
    std::vector<entry> entries;
    grammar parser;

    /// Made once for each of the two levels.
    static const exec_commands& of(bool privileged);
};

}  // namespace rollover::sim::ios
