// The state folder: the journal's database, and one folder for each activation with its configurations and transcripts.
//   STATE/journal.sqlite   STATE/lines.sqlite   STATE/activations/a17/{lock,configurations/,transcripts/}
#pragma once

#include "engine/base/error.h"
#include "engine/store/tables_place.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace rollover::store {

/// Held by the process that works on an activation; the kernel lets go of it when the process ends, however it ends.
class activation_lock {
public:
    explicit activation_lock(int descriptor) : descriptor_(descriptor) {}
    ~activation_lock();
    activation_lock(const activation_lock&) = delete;
    activation_lock& operator=(const activation_lock&) = delete;

private:
    int descriptor_;
};

/// A folder for an activation that is to come, locked by this process: to make one takes a disk's time, to give it a
/// name does not.
struct spare_folder {
    std::filesystem::path path;
    std::unique_ptr<activation_lock> lock;
};

class state_folder {
public:
    /// `$XDG_STATE_HOME/rollover`, else `~/.local/state/rollover`, else `/var/lib/rollover` (XDG Base Directory 0.8).
    [[nodiscard]] static std::filesystem::path usual_place();

    /// Makes what is missing, readable by its owner only; empty: the usual place. `store`: the URL of a PostgreSQL that
    /// has the tables; empty: a file in the folder has them. Errors: store with the path; bad_input for another URL.
    [[nodiscard]] static result<state_folder> open(std::filesystem::path folder, const std::string& store = {});

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }  ///< absolute
    /// Of the calendar and the journal.
    [[nodiscard]] const tables_place& tables() const { return tables_; }
    [[nodiscard]] std::filesystem::path line_book_file() const { return folder_ / "lines.sqlite"; }
    /// Made when it is not there yet. Errors: store.
    [[nodiscard]] result<std::filesystem::path> folder_of(const std::string& activation) const;

    /// Errors: busy when another process works on this activation now.
    [[nodiscard]] result<std::unique_ptr<activation_lock>> lock(const std::string& activation) const;
    /// STATE/activations/spare-PROCESS-NUMBER; any thread. Errors: store.
    [[nodiscard]] result<spare_folder> make_spare(std::uint64_t number) const;
    /// From now on it is the folder of this activation, which has none yet, and its lock that of `lock`. False: it has
    /// one, and the spare one stays as it is.
    [[nodiscard]] bool use_spare(const spare_folder& spare, const std::string& activation) const;
    /// Removes those that a process has left which is gone.
    void remove_left_spares() const;
    /// Whether a process works on it now.
    [[nodiscard]] bool is_locked(const std::string& activation) const;

private:
    state_folder(std::filesystem::path folder, const std::string& store)
        : folder_(std::move(folder)), tables_(folder_ / "journal.sqlite", store) {}
    std::filesystem::path folder_;
    tables_place tables_;
};

}  // namespace rollover::store
