// Two pseudo-terminals that socat joins: what is typed at one end comes out of the other, as through a null-modem
// cable.
#pragma once

#include "tests/real/transport/program.h"

#include <memory>

namespace rollover::transport::real {

struct serial_pair {
    explicit serial_pair(const scratch_folder& folder)
        : converter(folder.path("converter.tty")),
          device(folder.path("device.tty")),
          socat(std::make_unique<program>(
              std::vector<std::string>{find_program("socat"), "PTY,link=" + converter + ",rawer",
                                       "PTY,link=" + device + ",rawer"},
              folder.path("socat.log"))) {}
    std::string converter;  ///< the end that a converter opens
    std::string device;     ///< the end where a device sits
    std::unique_ptr<program> socat;
};

inline line_address tty_address(const std::string& path) {
    line_address address;
    address.protocol = protocol::tty;
    address.path = path;
    return address;
}

inline line_address tcp_address(protocol which, std::uint16_t port) {
    line_address address;
    address.protocol = which;
    address.to = {"127.0.0.1", port};
    return address;
}

/// Every byte once: what a transport must carry unchanged, both ways.
inline std::string every_byte() {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
    }
    return all + "\r\r\n\r" + '\0' + "end";
}

}  // namespace rollover::transport::real
