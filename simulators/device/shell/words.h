// The part of the shell language that the simulated Linux host understands: words, quotes, $?, variables, lists of
// commands, redirections and pipes. Source: POSIX.1-2017, Shell Command Language, sections 2.2, 2.3, 2.9.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::shell {

/// When a command of a list runs.
enum class condition { always, after_success, after_failure };

struct simple_command {
    condition when = condition::always;
    std::string raw;                ///< as typed; expanded only when it runs, for `$?` is that of the command before
    std::vector<std::string> pipe;  ///< raw texts of the commands that its output goes through
};

enum class split_status { ok, unfinished, wrong };

struct command_list {
    split_status status = split_status::ok;
    std::string wrong_token;  ///< for "syntax error near unexpected token"
    std::vector<simple_command> commands;
};

/// Cuts a line at ; && || | outside of quotes. `unfinished` when a quote is open or the last character is a backslash:
/// the shell then asks for more with its second prompt.
[[nodiscard]] command_list split_list(std::string_view line);

/// The words of one command after quote removal and expansion. `lookup` gives the value of a variable ("?" for the
/// status).
[[nodiscard]] std::vector<std::string> expand_words(std::string_view raw,
                                                    const std::function<std::string(std::string_view)>& lookup);

/// Takes redirections out of `words`. What was asked to go to a file is simply not printed.
struct redirections {
    bool no_output = false;
    bool no_errors = false;
};
[[nodiscard]] redirections take_redirections(std::vector<std::string>& words);

}  // namespace rollover::sim::shell
