// Telnet without I/O (RFC 854, 855, 856, 857, 858), for both sides of a connection: bytes in, data, replies and events
// out. Options are negotiated by the Q method of RFC 1143, so two ends can never fall into a loop.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::transport {

/// Command bytes after IAC. Source: RFC 854, "Telnet command structure".
namespace telnet {
inline constexpr std::uint8_t se = 240, nop = 241, dm = 242, brk = 243, ip = 244, ao = 245, ayt = 246, ec = 247,
                              el = 248, ga = 249, sb = 250, will = 251, wont = 252, do_ = 253, dont = 254, iac = 255;
/// Options. Source: RFC 856, 857, 858, 2217.
inline constexpr std::uint8_t binary = 0, echo = 1, suppress_go_ahead = 3, com_port = 44;
}  // namespace telnet

/// `local`: what we do (WILL and WONT of ours, DO and DONT of theirs); `remote`: what the other end does.
enum class telnet_side { local, remote };

/// What follows a CR that is sent while BINARY is not agreed.
enum class cr_mapping {
    nul,   ///< CR NUL, as RFC 854 says
    bare,  ///< CR alone: for converters that pass the NUL on to the device
    lf,    ///< CR LF
};

/// Which options are agreed to when the other end asks; all others are refused.
struct telnet_policy {
    std::bitset<256> local;
    std::bitset<256> remote;
};

/// For the end that opens the connection: BINARY and SGA both ways, their ECHO, COM-PORT (RFC 2217) if wanted.
[[nodiscard]] telnet_policy telnet_client_policy(bool com_port);
/// For a converter: BINARY and SGA both ways, our ECHO, their COM-PORT if wanted.
[[nodiscard]] telnet_policy telnet_server_policy(bool com_port);

struct telnet_event {
    enum class kind {
        option,          ///< the option `code` is now on or off; also when a request of ours was refused
        command,         ///< IAC `code`: NOP, DM, BRK, IP, AO, AYT, EC, EL, GA
        subnegotiation,  ///< IAC SB `code` `payload` IAC SE, of an option that is on or asked for; doubled IACs are
                         ///< single again
    };
    kind what = kind::option;
    std::size_t after_data = 0;  ///< how many bytes of `telnet_output::data` stand before it
    std::uint8_t code = 0;
    telnet_side side = telnet_side::local;  ///< option only
    bool on = false;                        ///< option only
    std::string payload;                    ///< subnegotiation only
};

/// `feed` appends; the caller clears what it has used.
struct telnet_output {
    std::string data;   ///< what the other end typed or printed
    std::string reply;  ///< to be sent as it is
    std::vector<telnet_event> events;
};

class telnet_codec {
public:
    /// Longer subnegotiations are dropped whole.
    static constexpr std::size_t subnegotiation_limit = 512;

    explicit telnet_codec(telnet_policy policy, cr_mapping after_cr = cr_mapping::nul);

    /// Decodes what was received, cut anywhere. Never fails: what makes no sense is dropped, data is not.
    void feed(std::string_view bytes, telnet_output& out);

    /// The bytes for one character: IAC doubled, CR mapped. To be written in one piece.
    [[nodiscard]] std::string encode(char character) const;
    /// The bytes for characters one after the other, each as above.
    [[nodiscard]] std::string encode_run(std::string_view characters) const;
    /// The bytes for a text; a CR LF in it stays CR LF.
    [[nodiscard]] std::string encode(std::string_view text) const;

    /// Wants an option on or off. Result: the request to be sent; empty when there is nothing to ask for.
    [[nodiscard]] std::string ask(telnet_side side, std::uint8_t option, bool on);

    /// Takes an option as agreed without a word on the wire; for tests.
    void assume(telnet_side side, std::uint8_t option, bool on);

    [[nodiscard]] bool enabled(telnet_side side, std::uint8_t option) const;
    /// Whether a request of ours waits for its answer.
    [[nodiscard]] bool pending(telnet_side side, std::uint8_t option) const;

    /// IAC `code`.
    [[nodiscard]] static std::string command(std::uint8_t code);
    /// IAC SB `option` `payload` IAC SE, with IAC doubled inside (RFC 855).
    [[nodiscard]] static std::string subnegotiation(std::uint8_t option, std::string_view payload);

private:
    /// RFC 1143 section 7; `_opposite` is its queue bit.
    enum class q : std::uint8_t { no, yes, want_no, want_no_opposite, want_yes, want_yes_opposite };
    enum class place { data, command, option, sub_option, sub, sub_iac };

    [[nodiscard]] q& state(telnet_side side, std::uint8_t option);
    void data_byte(std::uint8_t byte, telnet_output& out);
    void command_byte(std::uint8_t byte, telnet_output& out);
    void sub_byte(std::uint8_t byte);
    void end_of_subnegotiation(telnet_output& out);
    void negotiate(std::uint8_t verb, std::uint8_t option, telnet_output& out);
    void heard_yes(telnet_side side, std::uint8_t option, telnet_output& out);
    void heard_no(telnet_side side, std::uint8_t option, telnet_output& out);

    telnet_policy policy_;
    cr_mapping after_cr_;
    std::array<q, 256> local_{};
    std::array<q, 256> remote_{};
    place place_ = place::data;
    std::uint8_t verb_ = 0;
    std::uint8_t sub_option_ = 0;
    bool sub_too_long_ = false;
    bool cr_before_ = false;  // the last data byte was an NVT CR: a NUL that follows is padding
    std::string sub_;
};

}  // namespace rollover::transport
