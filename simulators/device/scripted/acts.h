// What a simulated device can do beside printing and asking: the values of <act do="...">.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollover::sim::scripted {

enum class act : std::uint8_t {
    again,             ///< asks the question of this answer once more
    configure,         ///< lines of configuration, in `with`, with "; " between them
    stop,              ///< ends the command
    run,               ///< carries out the command in `with` as in the first mode
    hash,              ///< the value with the name in `with` becomes what is kept of a password
    up,                ///< leaves a section, or the configuration
    top,               ///< leaves all sections
    leave,             ///< leaves the configuration
    login,             ///< begins again with <login>
    check_login,       ///< the value "accepted" is there when user and password are those of an account
    save,              ///< running becomes startup configuration
    erase,             ///< no startup configuration any more
    load_startup,      ///< startup becomes running (or candidate) configuration
    factory,           ///< running (or candidate) configuration becomes that of the factory
    reload,            ///< boots
    commit,            ///< the candidate takes effect
    commit_confirmed,  ///< the same, and is taken back after as many minutes as `with` says
    confirm,           ///< it is not taken back
    discard,           ///< the candidate is what runs
    rollback,          ///< the candidate is what ran `with` commits ago
    show_running,      ///< each prints page by page
    show_startup,
    show_candidate,
    show_changes,  ///< lines that the candidate adds and removes
    show_section,  ///< of the candidate, where one is, or the path in `with`
    show_as_set,   ///< a tree as commands
    edit_set,      ///< a tree's "set" with the words in `with`; the value "rejected" says what is wrong with them
    edit_delete,
    edit_enter,      ///< a tree's "edit"
    set_variable,    ///< environment: "NAME VALUE" in `with`
    print_variable,  ///< environment: the one in `with`, or all
};

[[nodiscard]] std::optional<act> find_act(std::string_view name);
/// All of them, for messages.
[[nodiscard]] std::string names_of_acts();

}  // namespace rollover::sim::scripted
