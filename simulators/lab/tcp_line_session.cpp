#include "simulators/lab/tcp_line_session.h"

#include "simulators/lab/tcp_line_server.h"

#include <array>
#include <sys/socket.h>

namespace rollover::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t piece = 4096;
constexpr std::size_t transmitter_size = 1024;  // as of a Moxa NPort
constexpr duration telnet_break = 250ms;
constexpr duration farewell = 1s;

}  // namespace

tcp_line_session::tcp_line_session(runtime& rt, serial_line& line, byte_stream& stream, task_group& group,
                                   model::line_protocol protocol)
    : runtime_(rt), line_(line), stream_(stream), out_(stream, group) {
    if (protocol != model::line_protocol::raw) {
        telnet_.emplace(protocol == model::line_protocol::rfc2217, line.baud(), line.fastest_baud());
    }
}

task<void> tcp_line_session::run() {
    if (!line_.welcome()) {
        stream_.close();
        co_return;
    }
    if (telnet_) {
        out_.push(telnet_->opening());
    }
    if (!line_.attach(*this)) {
        co_await say_busy();
        stream_.close();
        co_return;
    }
    co_await read_on();
    line_.detach(*this);
    stream_.close();
}

task<void> tcp_line_session::say_busy() {
    out_.push(busy_words);
    if (stream_.descriptor() < 0) {
        co_return;
    }
    // A close with bytes unread would be a reset, and the words might be lost: end our direction, and read on to the
    // end.
    ::shutdown(stream_.descriptor(), SHUT_WR);
    const time_point until = runtime_.now() + farewell;
    std::array<char, piece> unwanted{};
    for (;;) {
        const auto count = co_await stream_.read_some(unwanted, until);
        if (!count) {
            co_return;
        }
    }
}

task<void> tcp_line_session::read_on() {
    std::array<char, piece> buffer{};
    for (;;) {
        const auto count = co_await stream_.read_some(buffer, never);
        if (!count) {
            co_return;
        }
        received(std::string_view(buffer.data(), *count));
        if (line_.queued() > transmitter_size) {
            co_await wait_for_room();
        }
    }
}

task<void> tcp_line_session::wait_for_room() {
    for (std::size_t waiting = line_.queued(); waiting > transmitter_size / 2; waiting = line_.queued()) {
        const auto characters = static_cast<duration::rep>(waiting - transmitter_size / 2);
        const duration how_long = duration(1s) * bits_per_character * characters / line_.baud();
        const auto slept = co_await sleep_for(runtime_, how_long + 1ms);
        if (!slept) {
            co_return;
        }
    }
}

void tcp_line_session::received(std::string_view bytes) {
    if (!telnet_) {
        line_.type(bytes);
        return;
    }
    telnet_server_output output;
    telnet_->feed(bytes, output);
    for (const line_order& order : output.orders) {
        if (order.what == line_order::kind::release) {
            out_.hold(false);
        }
    }
    out_.push(output.reply);
    for (const line_order& order : output.orders) {
        obey(order);
    }
}

void tcp_line_session::obey(const line_order& order) {
    switch (order.what) {
        case line_order::kind::type: line_.type(order.text); return;
        case line_order::kind::baud: line_.set_baud(order.value); return;
        case line_order::kind::break_pulse: line_.send_break(telnet_break); return;
        case line_order::kind::break_on: break_since_ = runtime_.now(); return;
        case line_order::kind::break_off: line_.end_break(runtime_.now() - break_since_); return;
        case line_order::kind::hold: out_.hold(true); return;
        case line_order::kind::release: out_.hold(false); return;
        case line_order::kind::purge_received: out_.purge(); return;
        case line_order::kind::purge_typed: line_.purge(); return;
    }
}

void tcp_line_session::print(std::string_view characters) {
    if (telnet_) {
        out_.push(telnet_->encode(characters));
    } else {
        out_.push(characters);
    }
}

void tcp_line_session::hang_up() {
    stream_.close();
}

void tcp_line_session::hold(bool suspended) {
    if (telnet_) {
        out_.push(telnet_->hold(suspended));
    }
}

void tcp_line_session::line_state(std::uint8_t bits) {
    if (telnet_) {
        out_.push(telnet_->line_state(bits));
    }
}

}  // namespace rollover::sim
