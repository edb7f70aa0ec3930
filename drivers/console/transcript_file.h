// The files of one transcript: NAME.cast, and the older ones NAME.1.cast, NAME.2.cast, ... Everything here blocks as
// the disk does, so it runs in the background of the runtime.
#pragma once

#include "drivers/console/transcript_writer.h"
#include "engine/base/error.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

namespace rollover::console {

class transcript_file {
public:
    /// Where a cast that is there already ends.
    struct whole_cast {
        std::chrono::sys_seconds begun;  ///< the timestamp of its header
        duration last{};                 ///< the time of its last event
        std::uint64_t size = 0;
    };

    /// Opens `path`, or makes it, for its owner only; not through a link. `older`: how many older files are kept.
    /// Errors: io with the path.
    [[nodiscard]] static result<std::shared_ptr<transcript_file>> open(std::filesystem::path path, unsigned older);
    ~transcript_file();
    transcript_file(const transcript_file&) = delete;
    transcript_file& operator=(const transcript_file&) = delete;

    /// The cast that the next chunk may continue; nothing when the file is empty, is no cast of ours, or was cut in the
    /// middle of a line: then the next chunk must bring a header.
    [[nodiscard]] const std::optional<whole_cast>& found() const noexcept { return found_; }

    /// Appends. A header moves what is there to NAME.1.cast first, each older file one further. What cannot be written
    /// is lost as a whole, so that the file stays a cast, and a remark in its place says how much that was.
    void write(transcript_chunk chunk);

    /// The first thing that went wrong, if any did. Errors: io, the words name the file.
    [[nodiscard]] result<void> trouble() const;

private:
    transcript_file(std::filesystem::path path, unsigned older) : path_(std::move(path)), older_(older) {}

    [[nodiscard]] result<void> open_now(int more_flags);
    void close() noexcept;
    void look_at_end();
    [[nodiscard]] std::string read(std::uint64_t from, std::size_t count) const;
    [[nodiscard]] result<void> begin_new();
    [[nodiscard]] std::error_code move_to_older() const;
    [[nodiscard]] result<void> append(std::string_view text);
    [[nodiscard]] std::filesystem::path older_path(unsigned number) const;
    [[nodiscard]] failure io_failure(std::string_view what, int error) const;

    std::filesystem::path path_;
    unsigned older_;
    int descriptor_ = -1;
    bool regular_ = true;  // a device is never moved or cut
    std::uint64_t size_ = 0;
    std::optional<whole_cast> found_;
    std::string header_;  // of a file that could not be begun yet
    std::uint64_t lost_ = 0;
    std::optional<failure> trouble_;
};

}  // namespace rollover::console
