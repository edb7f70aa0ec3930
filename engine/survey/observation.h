// What a survey has seen, as plain values: what devices say of their interfaces, what came from which attachment, what
// was counted where.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "drivers/platform/interfaces.h"
#include "engine/model/lab.h"

#include <vector>

namespace rollover::survey {

/// One VLAN on one trunk of a cross-connect, where the lab file has an interface.
struct spot {
    model::cross_connect_index cross_connect;
    crossconnect::attachment at;
    model::interface_reference whose;
    const model::trunk* over = nullptr;  ///< of the switch; lives as long as the lab
};

/// The spots of these devices' interfaces, in the order of the lab file: one for each trunk of their switches.
[[nodiscard]] std::vector<spot> spots_of(const model::lab& lab, const std::vector<model::device_index>& devices);

struct spot_seen {
    enum class kind {
        looked_at,
        in_a_join,  ///< left alone: `why` names the join
        no_port,    ///< the cross-connect has no such port: `why`
        unread,     ///< the cross-connect could not be asked
    };
    kind what = kind::unread;
    std::string why;
    std::vector<mac_address> sources;  ///< of what came from there
};

/// What an interface has counted of the frames that were sent.
struct hearing {
    bool asked = false;                ///< its counter could be read before and after
    bool heard = false;                ///< it has counted some of them
    std::optional<std::size_t> where;  ///< those towards this spot; nothing: it is not known which
};

struct interface_seen {
    model::interface_reference which;
    result<platform::interface_state> says;
    hearing hears;
};

/// `seen[i]` is of `spots[i]`; the interfaces are those of all devices that answered.
struct observation {
    std::vector<spot> spots;
    std::vector<spot_seen> seen;
    std::vector<interface_seen> interfaces;
};

}  // namespace rollover::survey
