#include "engine/api/replace_file.h"

#include "engine/model/source_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rollover::api {
namespace {

failure cannot(const char* what, const std::filesystem::path& file, int error) {
    return failure(errc::io, std::string(what) + ": " + std::strerror(error)).at(file.string());
}

/// A new file in the folder of `target`; it is removed again unless it was moved away.
class fresh_file {
public:
    explicit fresh_file(const std::filesystem::path& target)
        : name_((target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string()),
          descriptor_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    ~fresh_file() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
            ::unlink(name_.c_str());
        }
    }
    fresh_file(const fresh_file&) = delete;
    fresh_file& operator=(const fresh_file&) = delete;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

    /// 0, or why not.
    [[nodiscard]] int fill(const std::string& text, const struct stat& like) const {
        for (std::size_t done = 0; done < text.size();) {
            const auto wrote = ::write(descriptor_, text.data() + done, text.size() - done);
            if (wrote < 0 && errno != EINTR) {
                return errno;
            }
            done += wrote < 0 ? 0 : static_cast<std::size_t>(wrote);
        }
        // Another owner than the old one's is worse than none of the two: whoever may not give it away keeps it.
        if (::fchown(descriptor_, like.st_uid, like.st_gid) != 0 && errno != EPERM) {
            return errno;
        }
        return ::fchmod(descriptor_, like.st_mode & 07777U) == 0 && ::fsync(descriptor_) == 0 ? 0 : errno;
    }

    [[nodiscard]] int move_to(const std::filesystem::path& target) {
        if (::rename(name_.c_str(), target.c_str()) != 0) {
            return errno;
        }
        ::close(descriptor_);
        descriptor_ = -1;
        return 0;
    }

private:
    std::string name_;
    int descriptor_;
};

}  // namespace

result<void> replace_file(const std::filesystem::path& file, const std::string& expected, const std::string& text) {
    std::error_code wrong;
    const auto target = std::filesystem::canonical(file, wrong);
    if (wrong) {
        return cannot("cannot be found", file, wrong.value());
    }
    struct stat like{};
    if (::stat(target.c_str(), &like) != 0) {
        return cannot("cannot be read", target, errno);
    }
    fresh_file fresh(target);
    if (!fresh.is_open()) {
        return cannot("no file can be made beside it", target, errno);
    }
    if (const int error = fresh.fill(text, like); error != 0) {
        return cannot("its new text cannot be written", target, error);
    }
    diagnostics unread;
    const auto now = model::load(target, unread);
    if (!now || *now != expected) {
        return failure(errc::busy, "somebody has changed the file meanwhile; it was left as it is")
            .at(file.string())
            .advise("save what you have, and do it again");
    }
    if (const int error = fresh.move_to(target); error != 0) {
        return cannot("cannot be replaced", target, error);
    }
    return {};
}

}  // namespace rollover::api
