// The disk under SQLite, with faults: full, gone for a while, and one on which the power fails in the middle of a
// write. A shim of SQLite's operating system layer (sqlite3_vfs), in front of the usual one; for all databases that are
// opened by its default afterwards. Whoever wants to look past the faults opens with the layer "unix".
#pragma once

#include <cstdint>
#include <functional>

namespace rollover::tests {

class faulty_disk {
public:
    /// Once in a process.
    static faulty_disk& install();

    bool full = false;  ///< nothing more can be written
    bool gone = false;  ///< nothing can be opened, locked, read or written
    /// After so many more writes one is torn: half of it is on the disk, and `on_torn` is called. Negative: never.
    std::int64_t tear_after = -1;
    std::function<void()> on_torn;

    std::uint64_t writes = 0;
    std::uint64_t syncs = 0;
};

}  // namespace rollover::tests
