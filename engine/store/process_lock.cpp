#include "engine/store/process_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace rollover::store {

namespace {

// Not flock(2): only this kind tells who holds it.
struct flock whole_file() {
    struct flock all{};
    all.l_type = F_WRLCK;
    all.l_whence = SEEK_SET;
    return all;
}

}  // namespace

process_lock::~process_lock() {
    ::close(descriptor_);
}

result<std::unique_ptr<process_lock>> process_lock::take(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const auto why = std::error_code(errno, std::generic_category()).message();
        return failure(errc::store, fmt::format("cannot open {}: {}", file.string(), why));
    }
    auto taken = std::make_unique<process_lock>(descriptor);
    auto wanted = whole_file();
    if (::fcntl(descriptor, F_SETLK, &wanted) != 0) {
        return failure(errc::busy, fmt::format("another process holds {}", file.string()));
    }
    return taken;
}

std::optional<pid_t> process_lock::holder(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return std::nullopt;
    }
    const process_lock closed_at_the_end(descriptor);
    auto asked = whole_file();
    if (::fcntl(descriptor, F_GETLK, &asked) != 0 || asked.l_type == F_UNLCK) {
        return std::nullopt;
    }
    return asked.l_pid;
}

}  // namespace rollover::store
