// Whatever a host answers to the questions for ports and qdiscs, and whatever stands behind the name in a note: no
// crash, and a port that is read as a tunnel's is one that can be made again.
#include "drivers/crossconnect/ways.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rollover::crossconnect;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto ports = parse_ports(text)) {
        for (const auto& port : *ports) {
            const auto to = tunnel_of(port);
            if (to && !is_ours(port)) {
                std::abort();
            }
            if (to && !same_settings(port_for("xc", *to), port_for("xc", *to))) {
                std::abort();
            }
        }
        if (!ports->empty() && make_ports_command("xc", *ports, 5).size() < 10) {
            std::abort();
        }
    }
    static_cast<void>(parse_qdiscs(text));
    if (const auto shaped = read_shape_note(text)) {
        if (read_shape_note(shape_note(*shaped)) != shaped || !check_shape(*shaped)) {
            std::abort();
        }
    }
    return 0;
}
