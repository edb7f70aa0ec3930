// Any bytes in the place of a placement's file: refused with words, or a placement that comes back when it is written
// and read again.
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "tests/engine/placement/lab_builder.h"

#include <cstdlib>

namespace rollover::placement {

namespace {

lab_builder some_lab() {
    lab_builder l;
    l.cross_connect("xc");
    for (const char* name : {"r1", "r2", "r3"}) {
        l.device(name).interface(name, "e0", "xc").interface(name, "e1");
    }
    l.wire("r1 e1", "r2 e1");
    l.segment({"r1 e1", "r3 e1"});
    return l;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const lab_builder l = some_lab();
    static const topology_builder t = topology_builder().node("A").node("B").link("lan", {"A", "B"});
    const auto read = read_placement(l.lab, t.topology, {reinterpret_cast<const char*>(data), size});
    if (!read) {
        if (read.error().reason.empty() || read.error().hint.empty()) {
            std::abort();
        }
        return 0;
    }
    const auto again = read_placement(l.lab, t.topology, to_json(l.lab, t.topology, *read));
    if (!again || *again != *read) {
        std::abort();
    }
    const request r{l.lab, t.topology, {}, {}};
    (void)verify(r, *read);
    return 0;
}

}  // namespace rollover::placement
