// Errors as values: one failure type for the whole engine, written for the person who has to act on it.
// Ground floor: everything may include this, it includes nothing of ours.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace rollover {

/// What kind of thing went wrong. Programs branch on this; people read `failure::reason`.
enum class errc {
    // 1xx: the input is wrong
    bad_input = 100,  ///< a file or an argument breaks its own rules
    not_found,        ///< something was named that does not exist
    duplicate,        ///< a name was given twice
    // 2xx: the peer broke its protocol
    protocol = 200,  ///< bytes that the protocol does not allow
    refused,         ///< the peer understood and said no (option, authentication, host key)
    // 3xx: input and output
    io = 300,     ///< the operating system said no
    unreachable,  ///< no connection could be made
    peer_closed,  ///< the other side ended the connection
    timed_out,    ///< a limit of ours passed
    cancelled,    ///< somebody asked us to stop
    busy,         ///< held by somebody else now; later it may work
    // 4xx: the device
    device_rejected = 400,  ///< the device answered a command with an error
    device_state,           ///< the device is in a state that we cannot leave or do not know
    device_differs,         ///< what is on the device is not what was meant
    // 5xx: planning
    impossible = 500,  ///< no placement exists
    undecided,         ///< the bound was reached before an answer
    // 6xx: the state folder
    store = 600,  ///< the journal could not be read or written
    // 9xx: ours
    unsupported = 900,  ///< not in this build, or not on this runtime
    internal,           ///< a broken promise of our own
};

/// The name of `code` as it stands in JSON and logs, for instance "timed_out".
[[nodiscard]] std::string_view name_of(errc code) noexcept;

/// One thing that went wrong. Copyable; a default-constructed one is an internal error without words.
struct failure {
    failure() = default;
    failure(errc what, std::string why) : code(what), reason(std::move(why)) {}

    errc code = errc::internal;
    std::string reason;       ///< ours: what is wrong, in one sentence, no full stop
    std::string where;        ///< ours: "file:line:column" or "device r1 (line cs1/1)"; may be empty
    std::string command;      ///< the command that was typed, when there was one; never a secret
    std::string device_text;  ///< the device's own words: untrusted bytes, escape them when printing
    std::string hint;         ///< ours: what to do about it; may be empty

    /// Chained setters, so that each floor adds what it knows: `return std::move(f).at("device r1");`
    [[nodiscard]] failure at(std::string place) &&;
    [[nodiscard]] failure advise(std::string what_to_do) &&;
    [[nodiscard]] failure said(std::string text) &&;
    [[nodiscard]] failure after_command(std::string typed) &&;
};

/// All that a failure knows, for a person: one line "where: reason", then the command, the device's answer
/// (control characters escaped) and the hint, each on an indented line of its own when present.
[[nodiscard]] std::string describe(const failure& f);

/// Either a value or a failure. `result<void>` for work without a value; success is `boost::system::in_place_value`
/// or simply `{}`.
template <class T>
using result = boost::system::result<T, failure>;

/// Called by `result::value()` on an error: a bug of ours, since callers test first.
[[noreturn]] void throw_exception_from_error(const failure& f, const boost::source_location& where);

}  // namespace rollover
