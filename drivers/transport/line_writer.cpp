#include "drivers/transport/line_writer.h"

#include <algorithm>

namespace rollover::transport {

namespace {

using namespace std::chrono_literals;

// Nobody waits for the rest of a pair, so it is tried again on a clock: 1 ms, 2 ms, ... 64 ms.
constexpr duration first_retry = 1ms;
constexpr duration last_retry = 64ms;
constexpr std::size_t queue_limit = std::size_t{64} << 10U;

}  // namespace

line_writer::line_writer(runtime& rt, byte_stream& stream) : runtime_(rt), stream_(stream), released_(rt) {}

result<send_result> line_writer::send(std::string_view unit) {
    flush();
    if (broken_) {
        return *broken_;
    }
    if (on_hold_ || !rest_.empty()) {
        return send_result::would_block;
    }
    const auto taken = stream_.try_write(unit);
    if (!taken) {
        broken_ = taken.error();
        return *broken_;
    }
    blocked_ = *taken == 0;
    if (blocked_) {
        return send_result::would_block;
    }
    rest_ = unit.substr(*taken);
    retry();
    return send_result::sent;
}

void line_writer::queue(std::string_view bytes) {
    if (broken_) {
        return;
    }
    if (on_hold_) {
        if (held_.size() < queue_limit) {
            held_ += bytes;
        }
        return;
    }
    rest_ += bytes;
    flush();
    if (rest_.size() > queue_limit && !broken_) {
        broken_ = failure(errc::protocol, "the converter asks and asks, but takes no answers");
    }
    retry();
}

void line_writer::hold() {
    on_hold_ = true;
}

void line_writer::release(std::string_view first) {
    on_hold_ = false;
    const std::string waiting = std::string(first) + held_;
    held_.clear();
    queue(waiting);
    released_.notify();
}

void line_writer::flush() {
    if (rest_.empty() || broken_) {
        return;
    }
    const auto taken = stream_.try_write(rest_);
    if (!taken) {
        broken_ = taken.error();
        return;
    }
    rest_.erase(0, *taken);
}

void line_writer::retry() {
    if (rest_.empty() || broken_) {
        retry_after_ = {};
        return;
    }
    if (!alarm_) {
        alarm_ = runtime_.make_alarm([this] {
            flush();
            retry();
        });
    }
    retry_after_ = std::clamp(2 * retry_after_, first_retry, last_retry);
    alarm_->set(runtime_.now() + retry_after_);
}

task<result<void>> line_writer::writable(time_point deadline) {
    for (;;) {
        if (broken_) {
            co_return *broken_;
        }
        if (on_hold_) {
            const wake why = co_await released_.wait(deadline);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped while waiting to type");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "a BREAK on the line did not end in time");
            }
            continue;
        }
        if (rest_.empty() && !blocked_) {
            co_return result<void>();
        }
        auto waited = co_await stream_.writable(deadline);
        if (!waited) {
            co_return waited;
        }
        blocked_ = false;
        flush();
    }
}

task<result<void>> line_writer::drained(time_point deadline) {
    for (;;) {
        flush();
        if (broken_) {
            co_return *broken_;
        }
        if (rest_.empty()) {
            co_return result<void>();
        }
        auto waited = co_await stream_.writable(deadline);
        if (!waited) {
            co_return waited;
        }
    }
}

}  // namespace rollover::transport
