#include "drivers/console/line_console.h"

#include "drivers/transport/com_port_codec.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::console {

namespace {

constexpr std::uint64_t flood = std::uint64_t{4} << 20U;           // six minutes of a line of 115,200 baud
constexpr std::uint64_t most_suspensions = 20;                     // that are noted
constexpr duration longest_sleep = std::chrono::milliseconds(20);  // of the reader, while characters come
constexpr duration transcript_patience = std::chrono::seconds(5);  // a disk that hangs must not keep the console

}  // namespace

std::unique_ptr<console> make_console(runtime& rt, pacing_wheel& wheel, std::unique_ptr<transport::line> line,
                                      console_options options, std::shared_ptr<transcript> record, log_sink log) {
    return std::make_unique<line_console>(rt, wheel, std::move(line), std::move(options), std::move(record),
                                          std::move(log));
}

line_console::line_console(runtime& rt, pacing_wheel& wheel, std::unique_ptr<transport::line> line,
                           console_options options, std::shared_ptr<transcript> record, log_sink log)
    : runtime_(rt),
      wheel_(wheel),
      line_(std::move(line)),
      options_(std::move(options)),
      record_(std::move(record)),
      log_(std::move(log)),
      screen_(options_.most_lines),
      typist_(options_.pacing),
      progress_(rt),
      heard_(rt),
      group_(rt) {
    group_.spawn(read());
}

line_console::~line_console() {
    wheel_.forget(*this);
}

task<void> line_console::read() {
    for (;;) {
        const auto got = co_await line_->receive(buffer_, never);
        if (!got) {
            end(got.error());
            co_return;
        }
        on_event(*got);
        if (const auto to_come = characters_to_come(); to_come > 1) {
            const auto slept = co_await sleep_for(runtime_, std::min<duration>(static_cast<std::int64_t>(to_come - 1) *
                                                                                   character_time(*options_.settings),
                                                                               longest_sleep));
            if (!slept) {
                end(slept.error());
                co_return;
            }
        }
    }
}

/// So many characters have to be received before anything can be done: hundreds of lines at 9600 baud would otherwise
/// be read once for every character or two. 0: not known.
std::size_t line_console::characters_to_come() const {
    if (!options_.settings || !typist_.pace().is_unpaced()) {
        return 0;
    }
    if (typist_.watches_echo()) {
        return typist_.echoes_to_come();
    }
    if (at_once_.empty()) {
        return 0;
    }
    const auto shortest = std::min_element(at_once_.begin(), at_once_.end(),
                                           [](const auto& a, const auto& b) { return a.size() < b.size(); });
    const auto shown = screen_.lines_ended() > entered_mark_ ? screen_.text().open_line.size() : 0;
    return shortest->size() - std::min(shown, shortest->size());
}

void line_console::on_event(const transport::line_event& event) {
    if (const auto* data = std::get_if<transport::data_received>(&event)) {
        const auto bytes = std::span(buffer_).first(std::min(data->bytes, buffer_.size()));
        mask(bytes);
        on_data({bytes.data(), bytes.size()});
    } else if (std::holds_alternative<transport::suspended>(event)) {
        typist_.pace().suspend();
        if (++suspensions_ <= most_suspensions) {
            note(severity::debug, suspensions_ < most_suspensions
                                      ? "the converter asks to stop sending"
                                      : "the converter asks to stop sending, once more; from now on it is not noted");
        }
    } else if (std::holds_alternative<transport::resumed>(event)) {
        typist_.pace().resume(runtime_.now());
        if (suspensions_ < most_suspensions) {
            note(severity::debug, "the converter takes characters again");
        }
        if (!typist_.is_idle()) {
            wheel_.schedule(*this, runtime_.now());
        }
    } else if (std::holds_alternative<transport::break_received>(event)) {
        note(severity::info, "the device sent BREAK");
    } else if (const auto* state = std::get_if<transport::line_state>(&event)) {
        on_line_state(state->bits);
    } else if (const auto* modem = std::get_if<transport::modem_state>(&event)) {
        note(severity::debug, fmt::format("modem state 0x{:02x}", modem->bits));
    } else if (const auto* said = std::get_if<transport::remark>(&event)) {
        note(severity::info, said->text);
    }
}

void line_console::on_line_state(std::uint8_t bits) {
    if ((bits & transport::line_state_framing) == 0) {
        note(severity::debug, fmt::format("line state 0x{:02x}", bits));
    } else if (framing_errors_++ == 0) {  // at a wrong speed there is one for each character
        note(severity::info, "the converter reports a framing error: the device talks at another speed");
    }
}

void line_console::mask(std::span<char> bytes) {
    for (char& byte : bytes) {
        if (!masking_) {
            return;
        }
        if (byte == '\n') {
            masking_ = typist_.position() < typist_.size();  // a log line in the middle of the secret is not its end
        } else if (static_cast<unsigned char>(byte) > ' ') {
            byte = '*';
        }
    }
}

void line_console::on_data(std::string_view bytes) {
    if (record_) {
        record_->received(bytes);
    }
    const time_point now = runtime_.now();
    heard_at_ = now;
    received_ += bytes.size();
    if (typist_.watches_echo()) {
        for (const char byte : bytes) {
            on_byte(byte, now);
        }
        wheel_.turn_now(*this);
    } else {
        screen_.feed(bytes);
    }
    if (!std::exchange(untaken_, true) || stands_at_once() || received_ > flood_mark_) {
        heard_.notify();
    }
}

void line_console::on_byte(char byte, time_point when) {
    const auto did = screen_.feed(byte);
    typist_.received(byte, did, screen_, when);
}

void line_console::end(failure why) {
    ended_ = std::move(why).at(options_.name);
    if (ended_->code != errc::cancelled && record_) {
        record_->remark(ended_->reason);
    }
    heard_.notify();
    progress_.notify();
}

void line_console::note(severity level, std::string text) {
    if (record_) {
        record_->remark(text);
    }
    if (log_) {
        const log_line line{level, {}, options_.name, std::move(text)};
        log_(line);
    }
}

/// A prompt that was expected to the letter stands below the line that was entered.
bool line_console::stands_at_once() const {
    if (at_once_.empty() || screen_.lines_ended() <= entered_mark_) {
        return false;
    }
    const auto& open_line = screen_.text().open_line;
    return std::find(at_once_.begin(), at_once_.end(), open_line) != at_once_.end();
}

task<result<heard>> line_console::listen(duration quiet, time_point limit, std::span<const std::string> at_once) {
    at_once_ = at_once;
    flood_mark_ = received_ + flood;
    auto came = co_await listen_on(quiet, limit);
    at_once_ = {};
    co_return came;
}

task<result<heard>> line_console::listen_on(duration quiet, time_point limit) {
    for (;;) {
        if (ended_) {
            co_return *ended_;
        }
        if (untaken_ && stands_at_once()) {
            co_return heard::at_once;
        }
        const time_point now = runtime_.now();
        if (untaken_ && now >= heard_at_ + quiet) {
            co_return heard::quiet;
        }
        if (received_ > flood_mark_) {
            co_return heard::chatter;
        }
        if (now >= limit) {
            co_return untaken_ ? heard::chatter : heard::nothing;
        }
        // Bytes that follow set no timer: at its time it is looked at again.
        const time_point until = untaken_ ? std::min(limit, heard_at_ + quiet) : limit;
        const wake why = co_await heard_.wait(until);
        if (why == wake::cancelled) {
            co_return failure(errc::cancelled, "stopped while listening").at(options_.name);
        }
    }
}

screen_text line_console::take(bool keep_open_line) {
    untaken_ = false;
    return screen_.take(keep_open_line);
}

task<result<void>> line_console::send_break(duration how_long) {
    auto sent = co_await line_->send_break(how_long);
    typist_.pace().disturbed(runtime_.now());
    if (!sent) {
        co_return std::move(sent).error().at(options_.name);
    }
    note(severity::info, "BREAK was sent");
    co_return result<void>();
}

std::optional<std::uint32_t> line_console::speed() const {
    return options_.settings ? std::optional(options_.settings->baud) : std::nullopt;
}

task<result<void>> line_console::change_speed(std::uint32_t baud, time_point deadline) {
    if (!options_.settings) {
        co_return failure(errc::unsupported, "the speed of the line is not ours to change").at(options_.name);
    }
    auto wanted = *options_.settings;
    wanted.baud = baud;
    auto changed = co_await line_->change(wanted, deadline);
    if (!changed) {
        co_return std::move(changed).error().at(options_.name);
    }
    options_.settings = wanted;
    note(severity::info, fmt::format("the line runs at {} baud now", baud));
    co_return result<void>();
}

task<void> line_console::close() {
    const bool first = !std::exchange(closed_, true);
    stop_typing();
    group_.cancel();
    if (first) {
        line_->close();
    }
    co_await group_.join();
    if (record_) {
        const auto flushed = co_await record_->flush(runtime_.now() + transcript_patience);
        if (!flushed && log_) {
            const log_line line{severity::warning, {}, options_.name, describe(flushed.error())};
            log_(line);
        }
    }
}

}  // namespace rollover::console
