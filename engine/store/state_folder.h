// The state folder: the journal's database, and one folder for each activation with its configurations and transcripts.
//   STATE/journal.sqlite   STATE/lines.sqlite   STATE/activations/a17/{lock,configurations/,transcripts/}
#pragma once

#include "engine/base/error.h"
#include "engine/store/tables_place.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace rollover::store {

/// Held by the process that works on an activation; the kernel lets go of it when the process ends, however it ends.
class activation_lock {
public:
    activation_lock(int descriptor, std::filesystem::path folder)
        : descriptor_(descriptor), folder_(std::move(folder)) {}
    ~activation_lock();
    activation_lock(const activation_lock&) = delete;
    activation_lock& operator=(const activation_lock&) = delete;

    /// Of the activation; it is there.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

private:
    int descriptor_;
    std::filesystem::path folder_;
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
    /// Whether a process works on it now.
    [[nodiscard]] bool is_locked(const std::string& activation) const;

private:
    state_folder(std::filesystem::path folder, const std::string& store)
        : folder_(std::move(folder)), tables_(folder_ / "journal.sqlite", store) {}
    std::filesystem::path folder_;
    tables_place tables_;
};

}  // namespace rollover::store
