// A console without a line, for tests of sessions: what is typed goes to a function, character by character at a pace,
// and what the device says is handed in. Runs on any runtime; pacing is simple and not the engine's.
#pragma once

#include "drivers/console/console.h"
#include "drivers/console/screen.h"
#include "engine/runtime/runtime.h"

#include <functional>
#include <string>
#include <string_view>

namespace rollover::test {

class scripted_console final : public console::console {
public:
    scripted_console(runtime& rt, std::function<void(std::string_view)> to_device,
                     duration gap = std::chrono::milliseconds(2))
        : runtime_(rt), to_device_(std::move(to_device)), gap_(gap), said_(rt) {}

    /// The device says something.
    void receive(std::string_view bytes) {
        screen_.feed(bytes);
        received_ += bytes.size();
        last_heard_ = runtime_.now();
        unheard_ = true;
        said_.notify();
    }
    /// The line is lost: every wait ends with peer_closed.
    void lose() {
        lost_ = true;
        said_.notify();
    }
    [[nodiscard]] std::optional<std::uint32_t> speed() const override { return std::nullopt; }
    [[nodiscard]] task<result<void>> change_speed(std::uint32_t /*baud*/, time_point /*deadline*/) override {
        result<void> no = failure(errc::unsupported, "no speed");
        co_return no;
    }
    [[nodiscard]] std::uint64_t framing_errors() const override { return 0; }
    [[nodiscard]] std::size_t typed_ahead() const override { return 0; }
    [[nodiscard]] std::uint64_t received() const override { return received_; }
    [[nodiscard]] duration round_trip() const override { return {}; }
    [[nodiscard]] std::size_t fifo() const override { return 0; }
    std::vector<std::string> remarks;
    void remark(severity /*level*/, std::string text) override { remarks.push_back(std::move(text)); }
    std::string typed;  ///< all that was typed, secrets as asterisks

    [[nodiscard]] task<result<void>> type(std::string text, rollover::console::typing how,
                                          time_point deadline) override {
        const std::string keys = how.enter ? text + '\r' : text;
        typed += how.secret ? std::string(text.size(), '*') + "\r" : keys;
        for (const char c : keys) {
            if (lost_) {
                co_return failure(errc::peer_closed, "the line was lost");
            }
            if (runtime_.now() >= deadline) {
                co_return failure(errc::timed_out, "the deadline passed while typing");
            }
            to_device_({&c, 1});
            const result<void> slept = co_await sleep_for(runtime_, gap_);
            if (!slept) {
                co_return slept;
            }
        }
        co_return result<void>{};
    }

    [[nodiscard]] task<result<rollover::console::heard>> listen(duration quiet, time_point limit,
                                                                std::span<const std::string> /*at_once*/) override {
        using rollover::console::heard;
        const auto start = runtime_.now();
        for (;;) {
            if (lost_) {
                co_return failure(errc::peer_closed, "the line was lost");
            }
            const auto now = runtime_.now();
            const auto silent_at = std::max(last_heard_, start) + quiet;
            if (unheard_ && now >= silent_at) {
                unheard_ = false;
                co_return heard::quiet;
            }
            if (now >= limit) {
                co_return std::exchange(unheard_, false) ? heard::chatter : heard::nothing;
            }
            const wake why = co_await said_.wait(unheard_ ? std::min(limit, silent_at) : limit);
            if (why == wake::cancelled) {
                co_return failure(errc::cancelled, "cancelled");
            }
        }
    }

    [[nodiscard]] const rollover::console::screen_text& peek() const override { return screen_.text(); }
    [[nodiscard]] rollover::console::screen_text take(bool keep_open_line) override {
        return screen_.take(keep_open_line);
    }
    [[nodiscard]] task<result<void>> send_break(duration) override { co_return result<void>{}; }
    [[nodiscard]] rollover::console::gap_statistics gaps() const override { return {}; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] task<void> close() override { co_return; }

private:
    runtime& runtime_;
    std::function<void(std::string_view)> to_device_;
    duration gap_;
    event said_;
    rollover::console::screen screen_{20'000};
    time_point last_heard_{};
    std::uint64_t received_ = 0;
    bool unheard_ = false;
    bool lost_ = false;
    std::string name_ = "device under test";
};

}  // namespace rollover::test
