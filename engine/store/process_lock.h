// A file that one process holds for as long as it lives; the kernel knows which, and lets go of it when that process
// ends, however it ends.
#pragma once

#include "engine/base/error.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <sys/types.h>

namespace rollover::store {

class process_lock {
public:
    explicit process_lock(int descriptor) : descriptor_(descriptor) {}
    ~process_lock();
    process_lock(const process_lock&) = delete;
    process_lock& operator=(const process_lock&) = delete;

    /// Takes the lock; the file is made when it is missing. Errors: busy, store.
    [[nodiscard]] static result<std::unique_ptr<process_lock>> take(const std::filesystem::path& file);

    /// Who holds it; nobody: nothing. Not to be asked by the process that holds it: closing the file lets go of it
    /// (fcntl(2), F_SETLK).
    [[nodiscard]] static std::optional<pid_t> holder(const std::filesystem::path& file);

private:
    int descriptor_;
};

}  // namespace rollover::store
