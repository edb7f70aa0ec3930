// The other end of a line in tests: a converter played by hand, in hexadecimal digits.
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "tests/drivers/transport/hex.h"

#include <array>
#include <memory>

namespace rollover::transport {

class far_end {
public:
    explicit far_end(std::unique_ptr<byte_stream> stream) : stream_(std::move(stream)) {}

    /// The next bytes, as many as `digits` has, in hexadecimal; shorter when the line ends or stays silent for 60 s.
    task<std::string> heard(runtime& rt, std::size_t count) {
        std::string bytes;
        while (bytes.size() < count) {
            std::array<char, 256> buffer{};
            const std::span<char> room(buffer.data(), std::min(buffer.size(), count - bytes.size()));
            const auto got = co_await stream_->read_some(room, rt.now() + std::chrono::seconds(60));
            if (!got) {
                bytes += "(" + got.error().reason + ")";
                break;
            }
            bytes.append(buffer.data(), *got);
        }
        co_return hex(bytes);
    }

    void say(std::string_view digits) { (void)stream_->try_write(unhex(digits)); }
    void print(std::string_view text) { (void)stream_->try_write(text); }
    void close() { stream_->close(); }

private:
    std::unique_ptr<byte_stream> stream_;
};

/// What a line asks for at its opening (Telnet; with RFC 2217), and what an agreeing converter answers.
inline constexpr std::string_view telnet_asks = "fffb00fffd00fffb03fffd03";
inline constexpr std::string_view rfc2217_asks = "fffb00fffd00fffb03fffd03fffb2c";
inline constexpr std::string_view telnet_agrees = "fffd00fffb00fffd03fffb03fffb01";
inline constexpr std::string_view rfc2217_agrees = "fffd00fffb00fffd03fffb03fffb01fffd2c";
/// The reply to WILL ECHO, the mask of line states, the question for the name.
inline constexpr std::string_view greeting = "fffd01fffa2c0a1afff0fffa2c00fff0";
inline constexpr std::string_view settings_9600 = "fffa2c0100002580fff0fffa2c0208fff0fffa2c0301fff0fffa2c0401fff0";
inline constexpr std::string_view settings_9600_set = "fffa2c6500002580fff0fffa2c6608fff0fffa2c6701fff0fffa2c6801fff0";

}  // namespace rollover::transport
