// In-memory streams: what is written at one end can be read at the other after the latency, in order.
#include "engine/runtime/virtual_runtime.h"

#include <algorithm>
#include <deque>

namespace rollover {

namespace {

/// One direction of a pipe. Bytes wait in `flight` until their time, then in `arrived` until they are read.
class channel {
public:
    channel(runtime& writer, runtime& reader, duration latency, std::size_t window)
        : runtime_(reader),
          latency_(latency),
          window_(window),
          readable_(reader),
          writable_(writer),
          arrival_(reader.make_alarm([this] { deliver(); })) {}

    std::size_t offer(std::string_view bytes) {
        const std::size_t taken = std::min(bytes.size(), window_ - std::min(window_, unread_));
        if (taken == 0) {
            return 0;
        }
        unread_ += taken;
        if (latency_ == duration::zero()) {
            arrived_.append(bytes.substr(0, taken));
            readable_.notify();
            return taken;
        }
        flight_.push_back({runtime_.now() + latency_, std::string(bytes.substr(0, taken))});
        if (flight_.size() == 1) {
            arrival_->set(flight_.front().when);
        }
        return taken;
    }

    std::size_t take(std::span<char> into) {
        const std::size_t count = std::min(into.size(), arrived_.size());
        std::copy_n(arrived_.begin(), count, into.begin());
        arrived_.erase(0, count);
        unread_ -= count;
        if (count > 0) {
            writable_.notify();
        }
        return count;
    }

    /// Bytes that have not reached the other end; TCP acknowledges on arrival, not on reading.
    [[nodiscard]] std::size_t in_flight() const { return unread_ - arrived_.size(); }

    [[nodiscard]] bool full() const { return unread_ >= window_; }

    void finish() {
        finished_ = true;
        if (flight_.empty()) {
            readable_.notify();
        }
    }
    void abandon() {
        abandoned_ = true;
        writable_.notify();
    }
    [[nodiscard]] bool at_end() const { return finished_ && flight_.empty() && arrived_.empty(); }
    [[nodiscard]] bool abandoned() const { return abandoned_; }

    event& readable() { return readable_; }
    event& writable() { return writable_; }

private:
    struct packet {
        time_point when;
        std::string bytes;
    };

    void deliver() {
        while (!flight_.empty() && flight_.front().when <= runtime_.now()) {
            arrived_ += flight_.front().bytes;
            flight_.pop_front();
        }
        if (!flight_.empty()) {
            arrival_->set(flight_.front().when);
        }
        readable_.notify();
    }

    runtime& runtime_;
    duration latency_;
    std::size_t window_;
    event readable_;
    event writable_;
    std::unique_ptr<alarm> arrival_;
    std::deque<packet> flight_;
    std::string arrived_;
    std::size_t unread_ = 0;
    bool finished_ = false;   // the writer closed
    bool abandoned_ = false;  // the reader closed
};

class memory_stream final : public byte_stream {
public:
    memory_stream(std::shared_ptr<channel> in, std::shared_ptr<channel> out)
        : in_(std::move(in)), out_(std::move(out)) {}
    ~memory_stream() override { close(); }
    memory_stream(const memory_stream&) = delete;
    memory_stream& operator=(const memory_stream&) = delete;

    task<result<std::size_t>> read_some(std::span<char> into, time_point deadline) override {
        const auto in = in_;  // stays alive when the stream is closed under us
        for (;;) {
            if (closed_) {
                co_return failure(errc::cancelled, "the connection was closed here");
            }
            const std::size_t count = in->take(into);
            if (count > 0) {
                co_return count;
            }
            if (in->at_end()) {
                co_return failure(errc::peer_closed, "the other side closed the connection");
            }
            const wake why = co_await in->readable().wait(deadline);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped while reading");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "nothing was received in time");
            }
        }
    }

    task<result<void>> write(std::string_view bytes, time_point deadline) override {
        const auto out = out_;
        while (!bytes.empty()) {
            const auto taken = try_write(bytes);
            if (!taken) {
                co_return taken.error();
            }
            bytes.remove_prefix(*taken);
            if (bytes.empty()) {
                break;
            }
            const wake why = co_await out->writable().wait(deadline);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped while writing");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "the other side took nothing in time");
            }
        }
        co_return result<void>();
    }

    result<std::size_t> try_write(std::string_view bytes) override {
        if (closed_) {
            return failure(errc::cancelled, "the connection was closed here");
        }
        if (out_->abandoned()) {
            return failure(errc::peer_closed, "the other side closed the connection");
        }
        return out_->offer(bytes);
    }

    task<result<void>> writable(time_point deadline) override {
        const auto out = out_;
        while (!closed_ && !out->abandoned() && out->full()) {
            const wake why = co_await out->writable().wait(deadline);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped while writing");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "the other side took nothing in time");
            }
        }
        co_return result<void>();
    }

    std::optional<std::size_t> unacknowledged() const override { return out_->in_flight(); }

    void close() noexcept override {
        if (!closed_) {
            closed_ = true;
            out_->finish();
            in_->abandon();
            in_->readable().notify();
            out_->writable().notify();
        }
    }

    int descriptor() const noexcept override { return -1; }

private:
    std::shared_ptr<channel> in_;
    std::shared_ptr<channel> out_;
    bool closed_ = false;
};

}  // namespace

std::pair<std::unique_ptr<byte_stream>, std::unique_ptr<byte_stream>> make_pipe(runtime& rt, duration latency,
                                                                                std::size_t window) {
    return make_pipe_between(rt, rt, latency, window);
}

std::pair<std::unique_ptr<byte_stream>, std::unique_ptr<byte_stream>> make_pipe_between(runtime& near, runtime& far,
                                                                                        duration latency,
                                                                                        std::size_t window) {
    auto there = std::make_shared<channel>(near, far, latency, window);
    auto back = std::make_shared<channel>(far, near, latency, window);
    return {std::make_unique<memory_stream>(back, there), std::make_unique<memory_stream>(there, back)};
}

}  // namespace rollover
