// Serial settings as termios(3) has them.
#pragma once

#include "drivers/transport/line.h"

#include <termios.h>

namespace rollover::transport {

/// "9600 8n1", for messages.
[[nodiscard]] std::string to_string(const serial_settings& s);

/// Writes `wanted` into `into` (also raw mode, no modem control, receiver on).
/// Errors: unsupported for a rate without a name in termios(3), one and a half stop bits; bad_input for sizes and
/// parities that do not exist.
[[nodiscard]] result<void> apply(const serial_settings& wanted, termios& into);

/// What `from` says. A rate without a name is 0.
[[nodiscard]] serial_settings settings_of(const termios& from);

}  // namespace rollover::transport
