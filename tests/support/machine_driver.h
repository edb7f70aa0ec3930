// Holds a dialogue between a machine and a played device, without a console, a runtime or a clock.
#pragma once

#include "drivers/console/screen.h"
#include "drivers/platform/dialogue.h"
#include "tests/support/played_device.h"

#include <deque>
#include <random>

namespace rollover::test {

/// How an answer reaches the machine: in pieces with a pause after each that can look like silence.
struct cut {
    std::size_t piece = 0;          ///< bytes of each piece; 0: all at once
    std::uint64_t random_seed = 0;  ///< not 0: pieces of 1..piece bytes
    duration pause =
        std::chrono::milliseconds(40);   ///< after each piece: whoever listens for less takes it for silence
    std::optional<std::size_t> at = {};  ///< instead of `piece`: one cut, after so many bytes of all that is said
};

struct held_dialogue {
    bool done = false;
    failure why;       ///< when it failed
    duration taken{};  ///< on the dialogue's own clock
    std::size_t actions = 0;
};

class machine_driver {
public:
    explicit machine_driver(played_device& device, cut how = {})
        : device_(device), cut_(how), random_(how.random_seed) {
        say(device.greeting());
    }

    held_dialogue hold(platform::machine& m, std::size_t most_actions = 200'000) {
        held_dialogue held;
        const auto started = now_;
        platform::dialogue_event came;
        came.now = now_;
        while (held.actions++ < most_actions) {
            auto next = m.advance(came);
            if (next.ends()) {
                held.done = next.what == platform::action::kind::done;
                held.why = held.done ? failure() : std::move(*next.why);
                held.taken = now_ - started;
                return held;
            }
            came = next.what == platform::action::kind::type ? type(next) : listen(next);
        }
        held.why = failure(errc::internal, "the machine does not come to an end");
        return held;
    }

    /// The device says something by itself, at once.
    void say(std::string_view bytes) {
        if (cut_.at && *cut_.at > said_ && *cut_.at < said_ + bytes.size()) {
            coming_.emplace_back(bytes.substr(0, *cut_.at - said_));
            bytes.remove_prefix(*cut_.at - said_);
            said_ = *cut_.at;
        }
        said_ += bytes.size();
        while (!bytes.empty()) {
            auto size = cut_.piece == 0 ? bytes.size() : std::min(cut_.piece, bytes.size());
            if (cut_.random_seed != 0) {
                size = 1 + random_() % size;
            }
            coming_.emplace_back(bytes.substr(0, size));
            bytes.remove_prefix(size);
        }
    }

    /// Bytes that the device has said.
    [[nodiscard]] std::size_t said() const noexcept { return said_; }

    /// What was said so far was seen by somebody before.
    void absorb() {
        for (const auto& piece : coming_) {
            screen_.feed(piece);
        }
        coming_.clear();
        static_cast<void>(screen_.take(true));
    }

private:
    platform::dialogue_event type(const platform::action& a) {
        now_ += std::chrono::milliseconds(10) * static_cast<int>(a.text.size() + 1);
        const auto bytes = a.text + (a.how.enter ? "\r" : "");
        if (!bytes.empty()) {
            say(device_.typed(bytes));
        }
        platform::dialogue_event came;
        came.what = platform::dialogue_event::kind::typed;
        came.now = now_;
        return came;
    }

    platform::dialogue_event listen(const platform::action& a) {
        platform::dialogue_event came;
        came.what = platform::dialogue_event::kind::heard;
        if (coming_.empty()) {
            now_ += a.limit;
            came.heard = console::heard::nothing;
        } else {
            do {
                screen_.feed(coming_.front());
                coming_.pop_front();
                now_ += cut_.pause;
            } while (!coming_.empty() && a.quiet > cut_.pause);
            now_ += std::max(duration{}, a.quiet - cut_.pause);
            came.heard = console::heard::quiet;
        }
        auto screen = screen_.take(true);
        came.lines = std::move(screen.lines);
        came.open_line = std::move(screen.open_line);
        came.now = now_;
        return came;
    }

    played_device& device_;
    cut cut_;
    std::mt19937_64 random_;
    std::deque<std::string> coming_;
    console::screen screen_{20'000};
    time_point now_{};
    std::size_t said_ = 0;
};

}  // namespace rollover::test
