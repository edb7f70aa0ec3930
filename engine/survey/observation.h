// What a survey has seen, as plain values: what devices say of their interfaces, what came from which attachment, what
// was counted where.
#pragma once

#include "drivers/crossconnect/crossconnect.h"
#include "drivers/platform/interfaces.h"
#include "engine/model/lab.h"

#include <span>
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

/// What an interface has counted of the frames that were sent, or its device has seen of those by LLDP or CDP.
struct hearing {
    bool asked = false;                ///< its counter could be read before and after, or it names somebody
    bool heard = false;                ///< it has counted some of them, or names what was announced
    std::optional<std::size_t> where;  ///< those towards this spot; nothing: it is not known which
    bool named = false;                ///< by LLDP or CDP; else counted
};

struct interface_seen {
    model::interface_reference which;
    result<platform::interface_state> says;
    hearing hears;
};

/// `seen[i]` is of `spots[i]`; the interfaces are those of all devices that answered.
struct observation {
    unsigned first_mark = 0;  ///< the mark of `spots[i]` is `first_mark + i`
    std::vector<spot> spots;
    std::vector<spot_seen> seen;
    std::vector<interface_seen> interfaces;
};

/// The first mark of a survey, for up to 1,048,576 spots: what devices still remember of the one before is none of
/// its marks.
[[nodiscard]] unsigned first_mark_of(std::string_view id) noexcept;
/// The spot with this mark; nothing when it is one of another survey.
[[nodiscard]] std::optional<std::size_t> spot_with_mark(const observation& o, unsigned mark) noexcept;
/// What the numbers that a device has read of an interface's neighbours mean.
[[nodiscard]] hearing heard_of(const observation& o, std::span<const std::uint32_t> neighbors);

}  // namespace rollover::survey
