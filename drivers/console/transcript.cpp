#include "drivers/console/transcript.h"

#include "drivers/console/transcript_writer.h"

#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollover::console {

namespace {

constexpr duration longest_hold = std::chrono::seconds(1);
constexpr std::size_t most_held = std::size_t{64} << 10U;

/// Both forms: collects lines, and hands them over from time to time. No timer runs while nothing is held.
class buffered_transcript : public transcript {
public:
    explicit buffered_transcript(runtime& rt)
        : runtime_(rt), writer_(rt.now()), timer_(rt.make_alarm([this] {
              armed_ = false;
              (void)flush();  // kept by the file for the next flush
          })) {}

    void received(std::string_view bytes) override {
        writer_.bytes(transcript_writer::kind::received, bytes, now());
        hold();
    }
    void sent(std::string_view bytes) override {
        writer_.bytes(transcript_writer::kind::sent, bytes, now());
        hold();
    }
    void sent_secret(std::size_t length) override {
        writer_.secret(length, now());
        hold();
    }
    void remark(std::string_view text) override {
        writer_.remark(text, now());
        hold();
    }
    result<void> flush() override {
        writer_.end_pieces();
        return keep(writer_.take_lines());
    }

protected:
    virtual result<void> keep(std::string lines) = 0;

private:
    [[nodiscard]] instant now() const { return {runtime_.now(), runtime_.wall_now()}; }

    void hold() {
        if (!armed_ && !writer_.is_empty()) {
            armed_ = true;
            timer_->set(runtime_.now() + longest_hold);
        }
        if (writer_.held() > most_held) {
            (void)keep(writer_.take_lines());
        }
    }

    runtime& runtime_;
    transcript_writer writer_;
    std::unique_ptr<alarm> timer_;
    bool armed_ = false;
};

class file_transcript final : public buffered_transcript {
public:
    file_transcript(runtime& rt, int descriptor, std::string path)
        : buffered_transcript(rt), descriptor_(descriptor), path_(std::move(path)) {}
    ~file_transcript() override {
        (void)flush();
        ::close(descriptor_);
    }
    file_transcript(const file_transcript&) = delete;
    file_transcript& operator=(const file_transcript&) = delete;

private:
    result<void> keep(std::string lines) override {
        std::string_view rest = lines;
        while (!rest.empty()) {
            const auto written = ::write(descriptor_, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) {
                continue;
            }
            if (written <= 0) {
                trouble_ = failure(errc::io, "the transcript " + path_ +
                                                 " cannot be written: " + std::generic_category().message(errno));
                break;
            }
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (trouble_) {
            return *trouble_;
        }
        return {};
    }

    int descriptor_;
    std::string path_;
    std::optional<failure> trouble_;
};

class memory_transcript final : public buffered_transcript {
public:
    memory_transcript(runtime& rt, std::shared_ptr<std::string> text)
        : buffered_transcript(rt), text_(std::move(text)) {}
    ~memory_transcript() override { (void)flush(); }
    memory_transcript(const memory_transcript&) = delete;
    memory_transcript& operator=(const memory_transcript&) = delete;

private:
    result<void> keep(std::string lines) override {
        *text_ += lines;
        return {};
    }

    std::shared_ptr<std::string> text_;
};

}  // namespace

result<std::shared_ptr<transcript>> open_transcript(runtime& rt, const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat about{};
    bool usable = descriptor >= 0 && ::fstat(descriptor, &about) == 0;
    // An older file may have other rights; those of a device are not ours to change.
    if (usable && S_ISREG(about.st_mode)) {
        usable = ::fchmod(descriptor, 0600) == 0;
    }
    if (!usable) {
        const int error = errno;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        return failure(errc::io, "the transcript " + file.string() +
                                     " cannot be opened: " + std::generic_category().message(error));
    }
    return std::shared_ptr<transcript>(std::make_shared<file_transcript>(rt, descriptor, file.string()));
}

std::shared_ptr<transcript> make_memory_transcript(runtime& rt, std::shared_ptr<std::string> text) {
    return std::make_shared<memory_transcript>(rt, std::move(text));
}

}  // namespace rollover::console
