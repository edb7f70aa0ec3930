// How a text is typed. Part of the console's interface.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace rollover::console {

/// The part of a finished line that stands in front of a log text, a view into it; the whole line when there is none.
using log_cutter = std::function<std::string_view(std::string_view)>;

/// Whether the device is still where a line was begun, by what was received since: the finished lines, and what stands
/// in front of the typed text now. Says what has changed; empty: nothing. `strict`: text came in between that is no log
/// line, so what stands in front has to be known.
using place_guard =
    std::function<std::string(std::span<const std::string> lines, std::string_view in_front, bool strict)>;

/// How `type` treats what it types.
struct typing {
    bool enter = true;          ///< a CR follows
    bool secret = false;        ///< nothing of it goes to a transcript, log or error; no echo is expected
    bool echo_expected = true;  ///< false at password prompts and for single keys that act at once
    /// Enter is pressed only when the whole line has been echoed, in every mode. Needs `echo_expected`; a secret is not
    /// compared.
    bool verified = false;
    log_cutter without_log;  ///< the platform's log lines, which may stand in an echo; empty: none may
    /// Asked before Enter and before a line is typed again; a change stops at once. Needs `verified`; empty: not asked.
    place_guard guard;
    /// The beginning of the line that comes next: it leaves right behind Enter, and is not compared here. A text that
    /// is repaired is entered without it (`console::typed_ahead`). Needs `enter`.
    std::string ahead;
    /// So many characters of the text stand on the line already: typed ahead by the call before, and compared since.
    std::size_t there = 0;
    std::string kill_line = "\x15";  ///< the key that clears a half-typed line on this platform, for repairs
    unsigned repairs = 5;            ///< how often a garbled line is cleared and typed again before giving up
};

}  // namespace rollover::console
