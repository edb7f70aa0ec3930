#include "drivers/console/transcript.h"

#include "drivers/console/transcript_file.h"
#include "drivers/console/transcript_writer.h"
#include "engine/runtime/background.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>

namespace rollover::console {

namespace {

constexpr duration longest_hold = std::chrono::seconds(1);
constexpr std::size_t most_held = std::size_t{32} << 10U;

/// Both forms: collects events, and hands them over from time to time. No timer runs while nothing is held.
class buffered_transcript : public transcript {
public:
    buffered_transcript(runtime& rt, std::string title)
        : runtime_(rt), writer_(std::move(title)), timer_(rt.make_alarm([this] {
              armed_ = false;
              hand_over();
              hold();
          })) {}

    void received(std::string_view bytes) override {
        writer_.bytes(transcript_writer::kind::received, bytes, runtime_.now());
        hold();
    }
    void sent(std::string_view bytes) override {
        writer_.bytes(transcript_writer::kind::sent, bytes, runtime_.now());
        hold();
    }
    void sent_secret(std::size_t length) override {
        writer_.secret(length, runtime_.now());
        hold();
    }
    void remark(std::string_view text) override {
        writer_.remark(text, runtime_.now());
        hold();
    }

protected:
    /// Hands over what the writer has gathered, or has it dropped.
    virtual void hand_over() = 0;

    [[nodiscard]] runtime& rt() const noexcept { return runtime_; }
    [[nodiscard]] transcript_writer& writer() noexcept { return writer_; }

private:
    void hold() {
        if (writer_.held() > most_held) {
            hand_over();
        }
        if (!armed_ && !writer_.is_empty()) {
            armed_ = true;
            timer_->set(runtime_.now() + longest_hold);
        }
    }

    runtime& runtime_;
    transcript_writer writer_;
    std::unique_ptr<alarm> timer_;
    bool armed_ = false;
};

/// A file, and how much is on the way to it: the part that the background uses too.
struct shared_file {
    std::shared_ptr<transcript_file> file;  // used in the background only
    std::atomic<std::size_t> waiting = 0;
};

class file_transcript final : public buffered_transcript {
public:
    file_transcript(runtime& rt, transcript_options options, std::shared_ptr<shared_file> file,
                    const std::optional<transcript_file::whole_cast>& found)
        : buffered_transcript(rt, options.title), options_(std::move(options)), file_(std::move(file)) {
        const wall_time wall = rt.wall_now();
        if (found && found->size < options_.file_size) {
            // Also when the wall clock was set back, times in a file only grow.
            writer().continue_file(std::max<duration>(wall - found->begun, found->last), rt.now());
            size_ = found->size;
        } else {
            writer().begin_file(wall, rt.now());
        }
    }
    ~file_transcript() override {
        keep(writer().take_all(rt().now()));
        // Closing may block as well.
        rt().background([file = std::move(file_)]() mutable { file.reset(); });
    }
    file_transcript(const file_transcript&) = delete;
    file_transcript& operator=(const file_transcript&) = delete;

    task<result<void>> flush(time_point deadline) override {
        keep(writer().take_all(rt().now()));
        // What the background leaves behind; also its own when the deadline has passed.
        auto said = std::make_shared<result<void>>();
        std::function<void()> look = [said, file = file_] { *said = file->file->trouble(); };
        const bool done = co_await done_in_background(rt(), std::move(look), deadline);
        if (!done) {
            co_return failure(errc::timed_out, "the transcript " + options_.file.string() +
                                                   " is not written yet: its disk is slow or hangs");
        }
        co_return *said;
    }

private:
    void hand_over() override {
        if (sizeof(transcript_chunk) + writer().held() > room()) {
            writer().drop(rt().now());
        } else {
            keep(writer().take(rt().now()));
        }
    }

    [[nodiscard]] std::size_t room() const {
        const std::size_t waiting = file_->waiting.load();
        return options_.waiting - std::min(waiting, options_.waiting);
    }

    void keep(transcript_chunk chunk) {
        if (chunk.is_empty()) {
            return;
        }
        size_ = (chunk.header.empty() ? size_ : chunk.header.size()) + chunk.events.size();
        const std::size_t cost = chunk.cost();
        file_->waiting += cost;
        auto job = [file = file_, cost, chunk = std::move(chunk)]() mutable {
            file->file->write(std::move(chunk));
            file->waiting -= cost;
        };
        rt().background(std::move(job));
        if (size_ >= options_.file_size) {
            writer().begin_file(rt().wall_now(), rt().now());
        }
    }

    transcript_options options_;
    std::shared_ptr<shared_file> file_;
    std::uint64_t size_ = 0;
};

class memory_transcript final : public buffered_transcript {
public:
    memory_transcript(runtime& rt, std::shared_ptr<std::string> text)
        : buffered_transcript(rt, {}), text_(std::move(text)) {
        writer().begin_file(rt.wall_now(), rt.now());
    }
    ~memory_transcript() override { keep(writer().take_all(rt().now())); }
    memory_transcript(const memory_transcript&) = delete;
    memory_transcript& operator=(const memory_transcript&) = delete;

    task<result<void>> flush(time_point /*deadline*/) override {
        keep(writer().take_all(rt().now()));
        co_return result<void>();
    }

private:
    void hand_over() override { keep(writer().take(rt().now())); }
    void keep(const transcript_chunk& chunk) {
        *text_ += chunk.header;
        *text_ += chunk.events;
    }

    std::shared_ptr<std::string> text_;
};

}  // namespace

task<result<std::shared_ptr<transcript>>> open_transcript(runtime& rt, transcript_options options,
                                                          time_point deadline) {
    struct opening {
        std::shared_ptr<shared_file> file = std::make_shared<shared_file>();
        std::optional<failure> trouble;
        std::optional<transcript_file::whole_cast> found;
    };
    // In the background, so that it comes after what an earlier transcript of this file still has to write.
    const auto shared = std::make_shared<opening>();
    std::function<void()> open = [shared, path = options.file, older = options.older] {
        auto opened = transcript_file::open(path, older);
        if (!opened) {
            shared->trouble = opened.error();
            return;
        }
        shared->file->file = *opened;
        shared->found = (*opened)->found();
    };
    const bool done = co_await done_in_background(rt, std::move(open), deadline);
    if (!done) {
        co_return failure(errc::timed_out,
                          "the transcript " + options.file.string() + " is not open yet: its disk is slow or hangs");
    }
    if (shared->trouble) {
        co_return *shared->trouble;
    }
    std::shared_ptr<transcript> made =
        std::make_shared<file_transcript>(rt, std::move(options), shared->file, shared->found);
    co_return made;
}

std::shared_ptr<transcript> make_memory_transcript(runtime& rt, std::shared_ptr<std::string> text) {
    return std::make_shared<memory_transcript>(rt, std::move(text));
}

}  // namespace rollover::console
