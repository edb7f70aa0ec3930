// Where a lab switch differs from the lab file, fact by fact. No I/O.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/model/lab.h"
#include "engine/switches/dialect.h"

namespace rollover::switches {

/// One fact of the lab file that a switch or a cross-connect does not hold to; or something that is worth knowing.
struct difference {
    source_place place;             ///< in the lab file
    std::string target;             ///< "switch sw1", "cross-connect xc1"
    std::string port;               ///< empty: the whole of it
    std::string expected;           ///< "access VLAN 101"
    std::string found;              ///< untrusted bytes of the switch may be in it
    std::vector<std::string> mend;  ///< commands, in the switch's configuration mode or in a shell; may be empty
    bool information = false;       ///< no difference; `expected` is empty
};

/// "lab.xml:7:5: switch sw1, port Gi0/1: expected VLAN 101, found VLAN 102; mend: interface Gi0/1; ...", one line.
[[nodiscard]] std::string to_string(const difference& d);

/// In the order of the lab file: the switch itself, its ports that are cabled to devices, its trunks, other ports.
[[nodiscard]] std::vector<difference> differences(const model::lab& lab, model::switch_index which, const dialect& how,
                                                  const switch_state& found);

}  // namespace rollover::switches
