#include "drivers/transport/raw_line.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>

namespace rollover::transport {

raw_line::raw_line(runtime& rt, std::unique_ptr<byte_stream> stream, busy_watch first_words)
    : runtime_(rt), stream_(std::move(stream)), writer_(rt, *stream_), first_words_(std::move(first_words)) {}

task<result<line_event>> raw_line::receive(std::span<char> into, time_point deadline) {
    if (!early_.empty()) {
        co_return early_.take(into);
    }
    const auto got = co_await stream_->read_some(into, deadline);
    if (!got) {
        const bool ended = got.error().code == errc::peer_closed;
        co_return ended ? ended_early(first_words_, got.error()) : got.error();
    }
    first_words_.see(std::string_view(into.data(), *got));
    co_return line_event(data_received{*got});
}

result<send_result> raw_line::try_send(char character) {
    return writer_.send(std::string_view(&character, 1));
}

result<std::size_t> raw_line::try_send_run(std::string_view characters) {
    const auto sent = writer_.send(characters);
    if (!sent) {
        return sent.error();
    }
    return *sent == send_result::sent ? characters.size() : 0;
}

task<result<void>> raw_line::writable(time_point deadline) {
    co_return co_await writer_.writable(deadline);
}

std::optional<std::size_t> raw_line::unacknowledged() const {
    return stream_->unacknowledged();
}

task<result<void>> raw_line::send_break(duration /*how_long*/) {
    failure no(errc::unsupported, "a raw TCP line cannot carry a BREAK");
    co_return std::move(no).advise("use the converter's rfc2217:// or telnet:// port, where it has one");
}

task<result<void>> raw_line::change(const serial_settings& /*wanted*/, time_point /*deadline*/) {
    failure no(errc::unsupported, "a raw TCP line cannot change the converter's serial settings");
    co_return std::move(no).advise("use the converter's rfc2217:// port, or configure the port on the converter");
}

void raw_line::close() noexcept {
    stream_->close();
}

task<result<void>> raw_line::settle(time_point deadline) {
    const time_point until = std::min(deadline, runtime_.now() + busy_patience);
    std::array<char, 512> buffer{};
    while (first_words_.says() != busy_watch::verdict::other) {
        const auto got = co_await stream_->read_some(buffer, until);
        if (got) {
            const std::string_view text(buffer.data(), *got);
            first_words_.see(text);
            early_.put(text);
            continue;
        }
        if (got.error().code == errc::timed_out) {
            break;
        }
        if (got.error().code == errc::peer_closed) {
            failure otherwise(errc::unreachable, "the converter closed the connection at once");
            co_return ended_early(first_words_, std::move(otherwise).said(first_words_.text()));
        }
        co_return got.error();
    }
    co_return result<void>();
}

task<result<std::unique_ptr<line>>> open_raw_line(runtime& rt, std::unique_ptr<byte_stream> stream,
                                                  line_address address, time_point deadline) {
    busy_watch watch(std::move(address.busy_texts), std::move(address.when_busy));
    auto opened = std::make_unique<raw_line>(rt, std::move(stream), std::move(watch));
    const auto settled = co_await opened->settle(deadline);
    if (!settled) {
        co_return settled.error();
    }
    std::unique_ptr<line> made = std::move(opened);
    co_return std::move(made);
}

}  // namespace rollover::transport
