#include "engine/store/state_folder.h"

#include "engine/store/postgres.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollover::store {

namespace fs = std::filesystem;

namespace {

failure cannot(const std::string& what, const fs::path& where, const std::error_code& error) {
    return failure(errc::store, what + " " + where.string() + ": " + error.message())
        .advise("may this user write there? another place is given with --state");
}

result<void> make_private(const fs::path& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) == 0) {  // one call where 500 activations begin at once
        return {};
    }
    std::error_code error;
    const bool fresh = fs::create_directories(folder, error);
    if (error) {
        return cannot("cannot make the folder", folder, error);
    }
    if (fresh) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    return {};
}

}  // namespace

activation_lock::~activation_lock() {
    ::close(descriptor_);
}

fs::path state_folder::usual_place() {
    const char* xdg = std::getenv("XDG_STATE_HOME");
    if (xdg != nullptr && *xdg == '/') {
        return fs::path(xdg) / "rollover";
    }
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') {
        return fs::path(home) / ".local/state/rollover";
    }
    return "/var/lib/rollover";
}

result<state_folder> state_folder::open(fs::path folder, const std::string& store) {
    if (!store.empty() && !is_postgres_url(store)) {
        return failure(errc::bad_input, "the store is no URL of a PostgreSQL")
            .advise("postgresql://USER@HOST/DATABASE; without one the state folder holds all");
    }
    if (folder.empty()) {
        folder = usual_place();
    }
    const auto made = make_private(folder);
    if (!made) {
        return made.error();
    }
    std::error_code unknown;
    auto absolute = fs::absolute(folder, unknown);
    return state_folder(unknown ? std::move(folder) : std::move(absolute), store);
}

result<fs::path> state_folder::folder_of(const std::string& activation) const {
    auto folder = folder_ / "activations" / activation;
    auto made = make_private(folder);
    if (made) {
        made = make_private(folder / "transcripts");  // what another service has begun may be gone on with here
    }
    if (!made) {
        return made.error();
    }
    return folder;
}

result<std::unique_ptr<activation_lock>> state_folder::lock(const std::string& activation) const {
    const auto folder = folder_of(activation);
    if (!folder) {
        return folder.error();
    }
    const auto file = *folder / "lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return cannot("cannot open", file, std::error_code(errno, std::generic_category()));
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return failure(errc::busy, "another process works on activation " + activation + " now");
    }
    return std::make_unique<activation_lock>(descriptor, *folder);
}

bool state_folder::is_locked(const std::string& activation) const {
    const auto file = folder_ / "activations" / activation / "lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    const bool taken = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
    ::close(descriptor);
    return taken;
}

}  // namespace rollover::store
