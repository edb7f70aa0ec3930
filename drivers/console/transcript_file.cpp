#include "drivers/console/transcript_file.h"

#include "drivers/console/cast_events.h"
#include "drivers/console/cast_reader.h"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollover::console {

namespace {

// More than the longest line that we write: a piece of 4096 bytes, six characters each.
constexpr std::size_t most_looked_at = std::size_t{64} << 10U;
constexpr std::int64_t latest_begin = std::int64_t{1} << 33U;  // the year 2242; wall_time ends soon after

}  // namespace

result<std::shared_ptr<transcript_file>> transcript_file::open(std::filesystem::path path, unsigned older) {
    std::shared_ptr<transcript_file> file(new transcript_file(std::move(path), older));
    if (auto opened = file->open_now(0); !opened) {
        return opened.error();
    }
    file->look_at_end();
    return file;
}

transcript_file::~transcript_file() {
    close();
}

void transcript_file::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

result<void> transcript_file::open_now(int more_flags) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | more_flags, 0600);
    struct stat about{};
    bool usable = descriptor_ >= 0 && ::fstat(descriptor_, &about) == 0;
    // An older file may have other rights; those of a device are not ours to change.
    regular_ = usable && S_ISREG(about.st_mode);
    if (regular_) {
        usable = ::fchmod(descriptor_, 0600) == 0;
    }
    if (!usable) {
        auto error = io_failure("opened", errno);
        close();
        return error;
    }
    size_ = regular_ ? static_cast<std::uint64_t>(about.st_size) : 0;
    return {};
}

std::string transcript_file::read(std::uint64_t from, std::size_t count) const {
    std::string text(count, '\0');
    std::size_t have = 0;
    while (have < count) {
        const auto got = ::pread(descriptor_, text.data() + have, count - have, static_cast<off_t>(from + have));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        have += static_cast<std::size_t>(got);
    }
    text.resize(have);
    return text;
}

void transcript_file::look_at_end() {
    if (size_ == 0) {
        return;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size_, most_looked_at));
    const std::string head = read(0, count);
    const std::string tail = read(size_ - count, count);
    const auto first_end = head.find('\n');
    if (first_end == std::string::npos || !tail.ends_with('\n')) {
        return;
    }
    const auto header = read_cast_header(std::string_view(head).substr(0, first_end));
    if (!header || !header->timestamp || *header->timestamp < 0 || *header->timestamp > latest_begin) {
        return;
    }
    whole_cast found{std::chrono::sys_seconds(std::chrono::seconds(*header->timestamp)), {}, size_};
    if (size_ > first_end + 1) {
        const auto begin = tail.find_last_of('\n', tail.size() - 2);
        const auto event = read_cast_event(std::string_view(tail).substr(begin + 1, tail.size() - begin - 2));
        if (begin == std::string::npos || !event) {
            return;
        }
        found.last = event->at;
    }
    found_ = found;
}

std::filesystem::path transcript_file::older_path(unsigned number) const {
    auto path = path_;
    path.replace_extension(fmt::format(".{}{}", number, path_.extension().string()));
    return path;
}

result<void> transcript_file::begin_new() {
    if (descriptor_ >= 0 && size_ == 0) {
        return {};
    }
    close();
    // It is not there when an earlier try came only half the way.
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path_, error))) {
        error = move_to_older();
        if (error) {
            return io_failure("moved aside", error.value());
        }
    }
    return open_now(O_EXCL);
}

std::error_code transcript_file::move_to_older() const {
    std::error_code error;
    if (older_ == 0) {
        std::filesystem::remove(path_, error);
        return error;
    }
    for (unsigned number = older_; number > 1; --number) {
        std::filesystem::rename(older_path(number - 1), older_path(number), error);
        if (error && error != std::errc::no_such_file_or_directory) {
            return error;
        }
    }
    std::filesystem::rename(path_, older_path(1), error);
    return error;
}

result<void> transcript_file::append(std::string_view text) {
    for (std::string_view rest = text; !rest.empty();) {
        const auto written = ::write(descriptor_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            auto error = io_failure("written", errno);
            // Half a line would make all that follows unreadable.
            if (regular_ && rest.size() < text.size() && ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
                error.hint = "the file may end in half a line";
            }
            return error;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    size_ += regular_ ? text.size() : 0;
    return {};
}

void transcript_file::write(transcript_chunk chunk) {
    if (!chunk.header.empty()) {
        header_ = std::move(chunk.header);
    }
    lost_ += chunk.dropped;
    if (chunk.dropped > 0 && !trouble_) {
        trouble_ = failure(
            errc::io, fmt::format("bytes of the transcript {} were lost: its disk could not follow", path_.string()));
    }
    result<void> done;
    if (!header_.empty()) {
        done = begin_new();
    }
    if (done) {
        std::string text = header_;
        if (lost_ > 0) {
            text += cast_event_line(chunk.from, 'm', fmt::format("{} bytes of the transcript were lost", lost_));
        }
        done = append(text + chunk.events);
    }
    if (done) {
        header_.clear();
        lost_ = 0;
        return;
    }
    lost_ += chunk.bytes;
    if (!trouble_) {
        trouble_ = done.error();
    }
}

result<void> transcript_file::trouble() const {
    if (trouble_) {
        return *trouble_;
    }
    return {};
}

failure transcript_file::io_failure(std::string_view what, int error) const {
    return failure(errc::io, fmt::format("the transcript {} cannot be {}: {}", path_.string(), what,
                                         std::generic_category().message(error)));
}

}  // namespace rollover::console
