// A serial port of this host: termios(3) in raw mode, one user at a time. Real runtime only.
#pragma once

#include "drivers/transport/line.h"

namespace rollover::transport {

/// Opens the device file, takes it for us alone (TIOCEXCL and flock), sets raw mode and the settings and reads them
/// back. Errors: unreachable (no such file, no permission, no terminal), busy, refused (settings, with what was asked
/// and what the driver made of it), unsupported (virtual time; a baud rate that termios has no name for).
[[nodiscard]] result<std::unique_ptr<line>> open_tty(runtime& rt, const line_address& address);

}  // namespace rollover::transport
