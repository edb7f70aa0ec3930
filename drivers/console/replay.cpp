#include "drivers/console/replay.h"

#include "drivers/console/terminal_text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::console {

namespace {

/// Turns events into what is printed.
class presenter {
public:
    explicit presenter(const replay_options& how) : text_(how.colours), remarks_(how.remarks) {}

    [[nodiscard]] bool shows(const cast_event& event) const {
        return event.code == 'o' || (event.code == 'm' && remarks_);
    }

    [[nodiscard]] std::string text_of(const cast_event& event) {
        std::string out;
        if (event.code == 'o') {
            out = text_.feed(event.text);
        } else {
            terminal_text alone(false);
            out = text_.end() + (in_line_ ? "\r\n" : "") +
                  fmt::format("-- {:.3f} s: {}\n", std::chrono::duration<double>(event.at).count(),
                              alone.feed(event.text));
        }
        in_line_ = out.empty() ? in_line_ : out.back() != '\n';
        return out;
    }

    [[nodiscard]] std::string end() { return text_.end(); }

private:
    terminal_text text_;
    bool remarks_;
    bool in_line_ = false;
};

// Events that are due at once are followed by a turn of the runtime all the same, so that Ctrl-C is seen.
constexpr duration a_turn = std::chrono::microseconds(100);
constexpr std::size_t most_without_turn = 256;

result<void> cannot_show() {
    return failure(errc::io, "the output cannot be written");
}

}  // namespace

duration replay_clock::plays_at(duration at) {
    duration pause = std::max(at - recorded_, duration{});
    recorded_ = std::max(recorded_, at);
    pause = std::min(pause, idle_limit_.value_or(pause));
    const double scaled = static_cast<double>(pause.count()) / speed_;
    // More than three centuries is not a time any more.
    constexpr double longest = 1e18;
    played_ += std::min(duration(static_cast<duration::rep>(std::min(scaled, longest))), duration::max() / 2 - played_);
    return played_;
}

task<result<void>> replay(runtime& rt, cast_reader& from, replay_options how, show_function show) {
    const auto header = from.header();
    if (!header) {
        co_return header.error();
    }
    replay_clock clock(how.speed, how.idle_limit ? how.idle_limit : header->idle_time_limit);
    presenter present(how);
    const time_point start = rt.now();
    for (std::size_t number = 1;; ++number) {
        const auto event = from.next();
        if (!event || !*event) {
            const bool whole = show(present.end());
            if (!event) {
                co_return event.error();
            }
            co_return whole ? result<void>() : cannot_show();
        }
        if (!present.shows(**event)) {
            continue;
        }
        if (!how.at_once || number % most_without_turn == 0) {
            const time_point due = how.at_once ? start : start + clock.plays_at((*event)->at);
            const auto slept = co_await sleep_until(rt, std::max(due, rt.now() + a_turn));
            if (!slept) {
                co_return slept.error();
            }
        }
        if (!show(present.text_of(**event))) {
            co_return cannot_show();
        }
    }
}

}  // namespace rollover::console
