// How a text is typed. Part of the console's interface.
#pragma once

#include <string>

namespace rollover::console {

/// How `type` treats what it types.
struct typing {
    bool enter = true;               ///< a CR follows
    bool secret = false;             ///< nothing of it goes to a transcript, log or error; no echo is expected
    bool echo_expected = true;       ///< false at password prompts and for single keys that act at once
    std::string kill_line = "\x15";  ///< the key that clears a half-typed line on this platform, for repairs
    unsigned repairs = 5;            ///< how often a garbled line is cleared and typed again before giving up
};

}  // namespace rollover::console
