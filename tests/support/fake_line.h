// A line in virtual time with a network and a device behind it that a test can command: latency, stalls, suspends,
// losses.
#pragma once

#include "drivers/transport/line.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rollover::transport {

class fake_line final : public line {
public:
    struct stamp {
        char character;
        time_point when;
    };

    explicit fake_line(runtime& rt)
        : runtime_(rt), arrived_event_(rt), free_event_(rt), alarm_(rt.make_alarm([this] { run_due(); })) {}

    // What a test sets.
    duration latency{};  ///< one way
    bool acks_known = true;
    std::function<void(char)> on_arrival;  ///< the device: called at the instant at which a character reaches it

    // What a test looks at.
    std::vector<stamp> sent;     ///< as handed over
    std::vector<stamp> arrived;  ///< as the device received them
    duration last_break{};
    bool closed = false;

    [[nodiscard]] std::string sent_text() const { return text_of(sent); }
    [[nodiscard]] std::string arrived_text() const { return text_of(arrived); }
    /// The shortest time between two characters at the device.
    [[nodiscard]] duration shortest_arrival_gap() const {
        duration least = duration::max();
        for (std::size_t i = 1; i < arrived.size(); ++i) {
            least = std::min(least, arrived[i].when - arrived[i - 1].when);
        }
        return least;
    }

    /// Nothing passes the network until `until`; then everything does at once.
    void stall(time_point until) { stalled_until_ = until; }
    /// The device says `text` after `delay`.
    void say(std::string text, duration delay = {}) {
        at(runtime_.now() + delay + latency, [this, text = std::move(text)] {
            incoming_ += text;
            arrived_event_.notify();
        });
    }
    void report(line_event event) {
        suspended_ =
            std::holds_alternative<suspended>(event) || (suspended_ && !std::holds_alternative<resumed>(event));
        events_.push_back(std::move(event));
        arrived_event_.notify();
    }
    /// The system takes nothing more until `unblock`.
    void block() { blocked_ = true; }
    void unblock() {
        blocked_ = false;
        free_event_.notify();
    }
    void hang_up() {
        hung_up_ = true;
        arrived_event_.notify();
    }
    /// Calls `what` at `when`.
    void at(time_point when, std::function<void()> what) {
        due_.emplace(when, std::move(what));
        alarm_->set(due_.begin()->first);
    }

    task<result<line_event>> receive(std::span<char> into, time_point deadline) override {
        for (;;) {
            if (!events_.empty()) {
                line_event event = std::move(events_.front());
                events_.pop_front();
                co_return std::move(event);
            }
            if (!incoming_.empty()) {
                const std::size_t count = std::min(into.size(), incoming_.size());
                std::copy_n(incoming_.begin(), count, into.begin());
                incoming_.erase(0, count);
                co_return line_event(data_received{count});
            }
            if (hung_up_) {
                co_return failure(errc::peer_closed, "the converter closed the connection");
            }
            const wake why = co_await arrived_event_.wait(deadline);
            if (why == wake::cancelled || closed) {
                co_return failure(errc::cancelled, "stopped");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "nothing came");
            }
        }
    }

    result<send_result> try_send(char character) override {
        if (hung_up_ || closed) {
            return failure(errc::peer_closed, "the converter closed the connection");
        }
        if (blocked_) {
            return send_result::would_block;
        }
        sent.push_back({character, runtime_.now()});
        ++in_flight_;
        const auto when = std::max(runtime_.now() + latency, stalled_until_);
        if (when == runtime_.now()) {
            arrive(character);
        } else {
            at(when, [this, character] { arrive(character); });
        }
        return send_result::sent;
    }

    task<result<void>> writable(time_point deadline) override {
        while (blocked_) {
            const wake why = co_await free_event_.wait(deadline);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "stopped");
            }
            if (why == wake::timed_out) {
                co_return failure(errc::timed_out, "not writable in time");
            }
        }
        co_return result<void>();
    }

    std::optional<std::size_t> unacknowledged() const override {
        return acks_known ? std::optional(in_flight_) : std::nullopt;
    }
    bool is_suspended() const noexcept override { return suspended_; }

    task<result<void>> send_break(duration how_long) override {
        last_break = how_long;
        co_return co_await sleep_for(runtime_, how_long);
    }
    task<result<void>> change(const serial_settings& /*wanted*/, time_point /*deadline*/) override {
        co_return failure(errc::unsupported, "a fake line has no settings");
    }
    void close() noexcept override {
        closed = true;
        arrived_event_.notify();
    }

private:
    static std::string text_of(const std::vector<stamp>& stamps) {
        std::string text;
        for (const auto& one : stamps) {
            text += one.character;
        }
        return text;
    }
    void arrive(char character) {
        --in_flight_;
        arrived.push_back({character, runtime_.now()});
        if (on_arrival) {
            on_arrival(character);
        }
    }
    void run_due() {
        while (!due_.empty() && due_.begin()->first <= runtime_.now()) {
            const auto what = std::move(due_.begin()->second);
            due_.erase(due_.begin());
            what();
        }
        if (!due_.empty()) {
            alarm_->set(due_.begin()->first);
        }
    }

    runtime& runtime_;
    event arrived_event_;
    event free_event_;
    std::unique_ptr<alarm> alarm_;
    std::multimap<time_point, std::function<void()>> due_;
    std::deque<line_event> events_;
    std::string incoming_;
    time_point stalled_until_{};
    std::size_t in_flight_ = 0;
    bool suspended_ = false;
    bool blocked_ = false;
    bool hung_up_ = false;
};

}  // namespace rollover::transport
