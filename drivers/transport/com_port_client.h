// The client's side of RFC 2217 without I/O: asks for serial settings, compares what the converter answers, follows
// suspend and resume. Nothing here waits: silence is the caller's to bear.
#pragma once

#include "drivers/transport/com_port_codec.h"
#include "drivers/transport/line.h"

#include <array>
#include <vector>

namespace rollover::transport {

class com_port_client {
public:
    /// What a converter's message comes to.
    struct heard {
        std::string reply;               ///< to be sent; mostly empty
        std::vector<line_event> events;  ///< for the user of the line
    };

    /// Starts to ask for `wanted`; earlier answers are forgotten. Result: the bytes to send.
    [[nodiscard]] std::string ask(const serial_settings& wanted);

    /// What a client says first, once the option is agreed: asks to be told of BREAK and lost characters, and for the
    /// converter's name. None of it is waited for: real servers leave these answers out.
    [[nodiscard]] static std::string greeting();

    [[nodiscard]] heard hear(const com_port_message& message);

    /// Whether all four settings were answered since `ask`.
    [[nodiscard]] bool answered() const noexcept;
    /// The names of the settings without an answer, for a remark.
    [[nodiscard]] std::vector<std::string> unanswered() const;
    /// `refused`, with what was asked and what was answered, when an answer differs; a rate within 1 % is the same
    /// (UARTs divide a clock).
    [[nodiscard]] std::optional<failure> mismatch() const;

    /// Between FLOWCONTROL-SUSPEND and -RESUME neither data nor COM-PORT commands may be sent (RFC 2217 section 3).
    [[nodiscard]] bool suspended() const noexcept { return suspended_; }

private:
    struct setting {
        std::uint32_t asked = 0;
        std::optional<std::uint32_t> answered;
    };
    void note(const com_port_message& message, heard& out);

    bool asked_ = false;
    bool suspended_ = false;
    std::string name_;                   // the converter's signature
    std::array<setting, 4> settings_{};  // by com_port_command: baud, data_size, parity, stop_size
};

}  // namespace rollover::transport
