// A line: one serial port of a converter, opened. What all transports (raw TCP, Telnet, RFC 2217, SSH, tty) have in
// common.
#pragma once

#include "drivers/transport/telnet_codec.h"
#include "engine/base/secret.h"
#include "engine/runtime/runtime.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollover::transport {

/// Serial settings; the converter is asked for them where the protocol can (RFC 2217, tty).
struct serial_settings {
    std::uint32_t baud = 9600;
    std::uint8_t data_bits = 8;  ///< 5..8
    char parity = 'n';           ///< n, o, e, m, s
    std::uint8_t stop_bits = 1;  ///< 1, 2; 3 means one and a half
    bool operator==(const serial_settings&) const = default;
};

/// How long a character takes on the line: start, data, parity and stop bits (10 bits at 9600 baud: 1.04 ms).
[[nodiscard]] constexpr duration character_time(const serial_settings& s) noexcept {
    const unsigned half_bits =
        2 * (1U + s.data_bits + (s.parity == 'n' ? 0U : 1U)) + (s.stop_bits == 3 ? 3U : 2U * s.stop_bits);
    return duration(std::chrono::seconds(half_bits)) / (2 * static_cast<std::int64_t>(s.baud == 0 ? 1U : s.baud));
}

enum class protocol { raw, telnet, rfc2217, ssh, tty };

/// What answers a question that a converter asks before it gives the line.
enum class menu_answer { number, user, password };
struct menu_question {
    std::string says;  ///< the end of what it says, blanks around it do not count
    menu_answer answer = menu_answer::number;
};

/// Everything that opening a line needs. Secrets are already fetched.
struct line_address {
    transport::protocol protocol = protocol::raw;
    endpoint to;       ///< not for tty
    std::string path;  ///< tty: the device file
    serial_settings settings;
    bool settings_given = true;  ///< false: leave the converter's settings as they are
    // What this converter does in its own way
    cr_mapping after_cr = cr_mapping::nul;  ///< Telnet, where the converter refuses BINARY
    std::vector<std::string> busy_texts;    ///< beginnings of what it says on a port that somebody else holds
    std::string when_busy;                  ///< what to do about that, for the message; empty: nothing is known
    bool answers_settings = true;           ///< RFC 2217: whether settings are acknowledged at all
    bool sends_break = true;
    bool break_by_telnet = false;     ///< IAC BRK even where RFC 2217 is spoken
    std::vector<menu_question> menu;  ///< that it asks first, in their order
    std::string number;               ///< of the line, for them
    // SSH, and answers to the menu
    std::string user;
    std::optional<secret> password;
    std::string key;              ///< path of a private key
    std::string known_hosts;      ///< path; the host key must be in it
    bool agent = false;           ///< the keys of the SSH agent are tried too
    bool old_algorithms = false;  ///< what SSH servers of old firmware need, and is too weak today
};

/// "rfc2217://192.0.2.10:4001", "tty:/dev/ttyS0": for messages; holds no secret.
[[nodiscard]] std::string to_string(const line_address& a);

/// Reads `HOST:PORT`, `raw://`, `telnet://`, `rfc2217://`, `ssh://[USER@]HOST[:PORT]`, or a path that starts with '/'.
/// Errors: bad_input with what is allowed.
[[nodiscard]] result<line_address> parse_line_address(std::string_view text);

/// What a line reports beside data.
struct data_received {
    std::size_t bytes = 0;  ///< 1 or more, now in the caller's buffer
};
struct break_received {};
/// What we drive at a line: the device behind it sees RTS as its CTS, and DTR as its DSR and DCD, as through any cable.
struct modem_outputs {
    bool dtr = false;
    bool rts = false;
    bool operator==(const modem_outputs&) const = default;
};

/// Between the converter and the device.
enum class flow_control { none, xon_xoff, hardware };

/// Asks the writer to stop (RFC 2217 FLOWCONTROL-SUSPEND); `resumed` ends it.
struct suspended {};
struct resumed {};
/// RFC 2217 NOTIFY-LINESTATE / NOTIFY-MODEMSTATE, the octet as received.
struct line_state {
    std::uint8_t bits = 0;
};
struct modem_state {
    std::uint8_t bits = 0;
};
/// Something worth a line in the log and no error: "the converter did not acknowledge the parity".
struct remark {
    std::string text;
};
using line_event = std::variant<data_received, break_received, suspended, resumed, line_state, modem_state, remark>;

/// What became of a character.
enum class send_result {
    sent,         ///< handed to the operating system whole, in one write
    would_block,  ///< nothing was sent; try again after `writable`
};

/// An open line. One reader, one writer, the runtime's thread. Destroying it closes it.
class line {
public:
    virtual ~line() = default;

    /// Waits for data or another event; data goes into `into` (received serial data, Telnet removed).
    /// Errors: peer_closed, timed_out, cancelled, io, protocol.
    [[nodiscard]] virtual task<result<line_event>> receive(std::span<char> into, time_point deadline) = 0;

    /// Sends one character: one write with whatever escaping the protocol needs (IAC doubled, CR NUL), never part of
    /// it. Never waits. Errors: peer_closed, io.
    [[nodiscard]] virtual result<send_result> try_send(char character) = 0;

    /// Sends characters between which no gap is asked for, as many as the system takes now, by one write where it can.
    /// Never waits. Result: how many have been sent; 0: would block. Errors: as `try_send`.
    [[nodiscard]] virtual result<std::size_t> try_send_run(std::string_view characters) {
        std::size_t sent = 0;
        for (; sent < characters.size(); ++sent) {
            const auto one = try_send(characters[sent]);
            if (!one) {
                return one.error();
            }
            if (*one == send_result::would_block) {
                break;
            }
        }
        return sent;
    }

    /// Waits after `would_block` until it is worth to try again. Errors: timed_out, cancelled, io.
    [[nodiscard]] virtual task<result<void>> writable(time_point deadline) = 0;

    /// Bytes on their way that the converter's TCP has not acknowledged; nothing when that cannot be known.
    [[nodiscard]] virtual std::optional<std::size_t> unacknowledged() const = 0;

    /// Between `suspended` and `resumed` nothing may be typed.
    [[nodiscard]] virtual bool is_suspended() const noexcept = 0;

    /// Sends BREAK for `how_long` (RFC 2217 SET-CONTROL 5/6, IAC BRK, RFC 4335 or tcsendbreak(3)); data waits
    /// meanwhile. Errors: unsupported on raw TCP, and those of `receive`.
    [[nodiscard]] virtual task<result<void>> send_break(duration how_long) = 0;

    /// Changes the serial settings and waits for the converter's answer until `deadline`. A converter that stays silent
    /// is not an error (remark); one that answers with other settings is. Errors: refused with what was asked and what
    /// was answered; unsupported on raw, telnet and ssh.
    [[nodiscard]] virtual task<result<void>> change(const serial_settings& wanted, time_point deadline) = 0;

    /// Whether modem signals and flow control can be had beside the data: RFC 2217, once the converter has agreed to
    /// it.
    [[nodiscard]] virtual bool has_control() const noexcept { return false; }
    // The rest needs `has_control`, else it answers `unsupported`. Nothing waits: real converters leave the answers
    // out.
    /// From now on `modem_state` comes when DSR, CTS or DCD changes, and at once where the converter tells so.
    [[nodiscard]] virtual result<void> watch_inputs() { return no_control(); }
    [[nodiscard]] virtual result<void> set_outputs(modem_outputs /*wanted*/) { return no_control(); }
    /// In both directions.
    [[nodiscard]] virtual result<void> set_flow_control(flow_control /*wanted*/) { return no_control(); }

    virtual void close() noexcept = 0;

protected:
    [[nodiscard]] static failure no_control() {
        return {errc::unsupported, "only RFC 2217 carries modem signals and flow control"};
    }
};

/// Opens a line: connects, negotiates, logs in, sets the serial settings. On failure everything is closed again.
/// Errors: unreachable, timed_out, cancelled, busy (the converter says that the port is taken), refused
/// (authentication, host key, settings), unsupported (ssh and tty in virtual time); the words name the address.
[[nodiscard]] task<result<std::unique_ptr<line>>> open_line(runtime& rt, line_address address, time_point deadline);

/// How long a line is tried again, from the first try on.
struct patience {
    duration unreachable{};                                     ///< nobody serves it yet, or it is closed at once
    duration busy{};                                            ///< somebody else holds it
    std::function<task<result<std::unique_ptr<line>>>()> open;  ///< one try: mostly `open_line`
    std::function<task<void>(failure)> when_busy;               ///< once, before the first wait; may be empty
};

/// Opens with patience. `retries` counts. Errors: those of the last try, with how long it was tried.
[[nodiscard]] task<result<std::unique_ptr<line>>> open_line_patiently(runtime& rt, patience how, time_point deadline,
                                                                      std::uint64_t& retries);

}  // namespace rollover::transport
