// The console on a line: a thin shell around typing_machine and screen. One reader coroutine; characters are sent by
// turns of the pacing wheel, so that typing costs no coroutine step per character.
#pragma once

#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/console/transcript.h"
#include "drivers/console/typing_machine.h"

#include <array>
#include <optional>

namespace rollover::console {

class line_console final : public console, private paced {
public:
    line_console(runtime& rt, pacing_wheel& wheel, std::unique_ptr<transport::line> line, console_options options,
                 std::shared_ptr<transcript> record, log_sink log);
    ~line_console() override;
    line_console(const line_console&) = delete;
    line_console& operator=(const line_console&) = delete;

    [[nodiscard]] task<result<void>> type(std::string text, typing how, time_point deadline) override;
    [[nodiscard]] std::size_t typed_ahead() const override { return typed_ahead_; }
    [[nodiscard]] std::uint64_t received() const override { return received_; }
    [[nodiscard]] duration round_trip() const override { return typist_.round_trip(); }
    [[nodiscard]] std::size_t fifo() const override { return options_.pacing.fifo; }
    [[nodiscard]] task<result<heard>> listen(duration quiet, time_point limit,
                                             std::span<const std::string> at_once) override;
    [[nodiscard]] const screen_text& peek() const override { return screen_.text(); }
    [[nodiscard]] screen_text take(bool keep_open_line) override;
    [[nodiscard]] task<result<void>> send_break(duration how_long) override;
    [[nodiscard]] std::optional<std::uint32_t> speed() const override;
    [[nodiscard]] task<result<void>> change_speed(std::uint32_t baud, time_point deadline) override;
    [[nodiscard]] std::uint64_t framing_errors() const override { return framing_errors_; }
    void remark(severity level, std::string text) override { note(level, std::move(text)); }
    [[nodiscard]] gap_statistics gaps() const override { return typist_.pace().statistics(); }
    [[nodiscard]] const std::string& name() const override { return options_.name; }
    [[nodiscard]] task<void> close() override;

private:
    // Typing (line_console_typing.cpp)
    [[nodiscard]] next_turn turn(time_point now) override;
    [[nodiscard]] time_point send(std::string_view characters);
    [[nodiscard]] time_point look_at_acknowledgement();
    void stop_typing();
    [[nodiscard]] task<result<void>> until_typed(time_point deadline);
    [[nodiscard]] failure late() const;
    void report_repair();

    // Receiving (line_console.cpp)
    [[nodiscard]] task<void> read();
    [[nodiscard]] std::size_t characters_to_come() const;
    void on_event(const transport::line_event& event);
    void on_data(std::string_view bytes);
    void on_byte(char byte, time_point when);
    void on_line_state(std::uint8_t bits);
    void mask(std::span<char> bytes);
    [[nodiscard]] bool stands_at_once() const;
    void end(failure why);
    [[nodiscard]] task<result<heard>> listen_on(duration quiet, time_point limit);
    void note(severity level, std::string text);

    runtime& runtime_;
    pacing_wheel& wheel_;
    std::unique_ptr<transport::line> line_;
    console_options options_;
    std::shared_ptr<transcript> record_;
    log_sink log_;
    screen screen_;
    typing_machine typist_;
    event progress_;                 // typing: finished, failed or blocked
    event heard_;                    // the first byte after a take, or the end
    task_group group_;               // the reader
    std::optional<failure> ended_;   // why nothing is received any more
    std::optional<failure> unsent_;  // why a character could not be sent
    std::optional<typing_step::action> outcome_;
    std::span<const std::string> at_once_;  // of the listen that is going on
    std::uint64_t entered_mark_ = 0;        // lines ended before Enter was typed last
    std::uint64_t received_ = 0;
    std::uint64_t flood_mark_ = 0;  // of `received_`: beyond it the listen that is going on ends
    std::uint64_t suspensions_ = 0;
    std::uint64_t framing_errors_ = 0;
    std::uint64_t debris_mark_ = 0;  // lines ended before the text was typed
    time_point heard_at_{};
    std::size_t typed_ahead_ = 0;  // by the last `type`
    bool busy_ = false;            // in type()
    bool blocked_ = false;         // the system takes no more characters
    bool untaken_ = false;         // something was received since the last take
    bool masking_ = false;         // a secret is typed: what comes back may be its echo
    bool closed_ = false;
    std::array<char, 1024> buffer_{};
};

}  // namespace rollover::console
