// The state folder: the journal's database, and one folder for each activation with its configurations and transcripts.
//   STATE/journal.sqlite   STATE/lines.sqlite   STATE/activations/a17/{lock,configurations/,transcripts/}
#pragma once

#include "engine/base/error.h"

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

class state_folder {
public:
    /// `$XDG_STATE_HOME/rollover`, else `~/.local/state/rollover`, else `/var/lib/rollover` (XDG Base Directory 0.8).
    [[nodiscard]] static std::filesystem::path usual_place();

    /// Makes what is missing, readable by its owner only. Errors: store with the path.
    [[nodiscard]] static result<state_folder> open(std::filesystem::path folder);

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }  ///< absolute
    [[nodiscard]] std::filesystem::path journal_file() const { return folder_ / "journal.sqlite"; }
    [[nodiscard]] std::filesystem::path line_book_file() const { return folder_ / "lines.sqlite"; }
    /// Made when it is not there yet. Errors: store.
    [[nodiscard]] result<std::filesystem::path> folder_of(const std::string& activation) const;

    /// Errors: busy when another process works on this activation now.
    [[nodiscard]] result<std::unique_ptr<activation_lock>> lock(const std::string& activation) const;
    /// Whether a process works on it now.
    [[nodiscard]] bool is_locked(const std::string& activation) const;

private:
    explicit state_folder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path folder_;
};

}  // namespace rollover::store
