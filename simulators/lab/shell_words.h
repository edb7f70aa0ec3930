// Just enough of a POSIX shell for the command lines that arrive over SSH: words, quotes, NAME=value before a command,
// and commands joined by ';', '&&' and '||'.
#pragma once

#include "engine/base/error.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::sim {

/// One command of a line. `env NAME=value command`, `exec command` and `command command` are resolved.
struct shell_command {
    enum class condition { always, if_ok, if_failed };
    condition when = condition::always;  ///< about the command before it
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::string> argv;  ///< not empty
};

/// Cuts a line into commands. An empty line has none.
/// Errors: bad_input for an open quote or a missing command; unsupported for pipes, redirections, substitutions and
/// globs. Source: POSIX.1-2017 Shell Command Language, sections 2.2 (quoting) and 2.9 (commands).
[[nodiscard]] result<std::vector<shell_command>> parse_shell(std::string_view line);

/// Takes NAME=value words and `env` from the front of `command.argv` into `command.environment`.
void resolve_environment(shell_command& command);

}  // namespace rollover::sim
