// RouterOS: menus and their items, "/ip address add address=10.0.0.1/24 interface=ether1".
#include "simulators/device/scripted/configuration.h"

namespace rollover::sim::scripted {

edit configuration::path_line(std::string_view /*typed*/) {
    return {ios::parse_status::invalid, 0, false};
}

}  // namespace rollover::sim::scripted
