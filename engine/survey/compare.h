// What a survey has seen against the lab file, interface by interface. No I/O.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/survey/observation.h"

namespace rollover::survey {

enum class verdict {
    swapped,       ///< it is where another one should be, and that one is where it should be
    moved,         ///< it is somewhere else
    dead,          ///< there is a link, and nothing comes from it
    one_way,       ///< what it sends arrives, and what is sent to it does not
    no_link,       ///< no cable, or nothing at its other end
    shut_down,     ///< by the device's configuration
    no_interface,  ///< the device has none of this name
    dead_trunk,    ///< nothing comes from any interface of a trunk
    no_trunk,      ///< the cross-connect has no such port
    leak,          ///< a frame is where it should never be: VLANs are not kept apart
    unexpected,    ///< somebody else is there
    not_proved,    ///< neither right nor wrong; no difference
    note,          ///< worth knowing; no difference
};
[[nodiscard]] std::string_view name_of(verdict v) noexcept;

struct finding {
    verdict what = verdict::note;
    source_place place;    ///< in the lab file
    std::string target;    ///< "r1 eth1", "trunk t0 of switch sw1"
    std::string expected;  ///< empty when it is no difference
    std::string found;     ///< untrusted bytes of a device may be in it
    std::string mend;      ///< what to do; may be empty

    [[nodiscard]] bool is_difference() const noexcept { return what != verdict::not_proved && what != verdict::note; }
};

/// "lab.xml:7:5: r1 eth1: expected ..., found ...; mend: ...", one line.
[[nodiscard]] std::string to_string(const finding& f);

struct comparison {
    std::vector<finding> findings;                   ///< interfaces in the order of the lab file, then trunks, wires
    std::vector<model::interface_reference> proved;  ///< seen where the lab file has them
};

[[nodiscard]] comparison compare(const model::lab& lab, const observation& seen);

}  // namespace rollover::survey
