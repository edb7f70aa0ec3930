// What the process that carries the patches of an activation keeps in the activation's folder.
#pragma once

#include <filesystem>

namespace rollover::store {

class patch_files {
public:
    explicit patch_files(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Held by that process, see process_lock.h.
    [[nodiscard]] std::filesystem::path lock() const { return folder_ / "patches.lock"; }
    /// Its counters (`activation::to_json`), at most a second old, and the last ones after its end.
    [[nodiscard]] std::filesystem::path counters() const { return folder_ / "patches.json"; }
    /// Connections lost and made again; what it said at its end.
    [[nodiscard]] std::filesystem::path log() const { return folder_ / "patches.log"; }

private:
    std::filesystem::path folder_;
};

}  // namespace rollover::store
