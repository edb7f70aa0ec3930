// A plain-text protocol for programs that speak no HTTP, in the manner of the older system's activation server:
// a line with the command, lines "name:value", an empty line executes; the answer is a line with a code and a text. LF
// ends lines, CR is ignored, command and names are case-insensitive, one command a connection. A header "TransactionID"
// is written to the log, and comes back as a line "TransactionID:..." behind the answer.
//
//     reload                             the lab is read anew
//     activate      resid:r17            its devices are typed at now, if it was booked; the reservation begins early
//     deactivate    resid:r17            ends it
//     kill          resid:r17            the same
//     status        [resid:r17]          "200 r17 running", or how many there are of each stage
//
// As soon as there are users, a header "Token" is needed with each; it is neither logged nor echoed.
//
// Codes: 200, 400 (not understood), 401 (no token that is one), 403 (refused), 404 (no such reservation), 409 (busy),
// 429 (too often), 500, 503.
#pragma once

#include "engine/base/log.h"
#include "engine/service/front_desk.h"
#include "engine/service/gate.h"

#include <optional>

namespace rollover::service {

struct line_command {
    std::string name;                           ///< in small letters
    std::map<std::string, std::string> values;  ///< names in small letters
};

/// A command out of bytes that come piece by piece; a plain state machine.
class line_command_reader {
public:
    /// Takes bytes. Result: the command when it is whole; nothing: more is needed. Errors: bad_input for what is too
    /// long, holds control characters, or has a line without a colon.
    [[nodiscard]] result<std::optional<line_command>> feed(std::string_view bytes);

private:
    [[nodiscard]] result<void> end_line();
    std::string line_;
    std::size_t taken_ = 0;
    bool begun_ = false;
    bool whole_ = false;
    line_command command_;
};

/// Serves until its tree is cancelled: 32 connections at once, of one address that is not this machine's 8, each for
/// half a minute at most.
[[nodiscard]] task<void> serve_lines(runtime& rt, std::unique_ptr<acceptor> at, front_desk& desk, gate& entry,
                                     log_sink log);

}  // namespace rollover::service
