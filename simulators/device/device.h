// A simulated device and the serial port in front of it. They act like the real ones, at the level of single characters
// and their times; they share no text and no code with the platform files, so that a test against them means something.
#pragma once

#include "engine/runtime/runtime.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim {

/// A device as its serial port sees it. Driven by calls; uses the runtime's alarms for all that takes time.
class device {
public:
    virtual ~device() = default;
    /// Boots from nothing, as after the mains switch.
    virtual void power_on() = 0;
    /// A character that the device's processor has taken from its receive FIFO.
    virtual void input(char character) = 0;
    virtual void input_break() = 0;
    /// Until then the processor takes nothing from the FIFO, because it works on what it has got.
    [[nodiscard]] virtual time_point busy_until() const { return {}; }
};

/// What the device prints; goes through the serial port at its speed.
using output = std::function<void(std::string_view)>;

inline constexpr int bits_per_character = 10;  ///< on the line: 8N1

struct uart_options {
    std::uint32_t baud = 9600;  ///< bit/s of the device when it is switched on
    std::size_t fifo = 16;      ///< receive FIFO in characters; what comes when it is full is lost, as in a 16550
    duration service_time = std::chrono::microseconds(300);  ///< the processor needs for each received character
    /// The converter takes what the device prints out of its own FIFO when it holds so many characters, or when nothing
    /// follows (receive trigger level of a 16550: 1, 4, 8 or 14). So a prompt may well come in two pieces.
    std::size_t converter_trigger = 8;
};

/// What happened on a serial port, for tests and `rollover sim`.
struct uart_counters {
    std::uint64_t received = 0;  ///< characters that arrived from the line, those that are lost included
    std::uint64_t lost = 0;      ///< of them: overrun, or lost by a fault
    std::uint64_t printed = 0;   ///< characters sent to the line
    std::uint64_t breaks = 0;    ///< BREAK conditions that the device has seen
};

/// The serial port: true to its baud rate in both directions, with a receive FIFO that overruns. One alarm for each
/// direction, set only while there is something to do.
class uart {
public:
    /// `rt` must outlive the port.
    uart(runtime& rt, uart_options options);
    ~uart();
    uart(const uart&) = delete;
    uart& operator=(const uart&) = delete;

    /// Wires the device's receiver; the device must outlive the port's use.
    void attach(device& d);
    /// What the device prints goes in here. The port must outlive the printer.
    [[nodiscard]] output printer();
    /// Where printed characters come out at the converter's end: never before their last bit has passed, and not later
    /// than `converter_trigger` character times after it.
    void on_line(std::function<void(std::string_view)> to_converter);

    /// Called for each piece of print that the converter receives at another speed: its UART sees framing errors.
    void on_framing_error(std::function<void()> report);

    /// From the converter: queued in the converter's own transmitter and shifted out at the baud rate.
    void send(std::string_view characters);
    /// Queued like characters. What is shorter than a character is received as a NUL, as by a real UART.
    void send_break(duration how_long);
    /// Characters that still wait in the converter's transmitter.
    [[nodiscard]] std::size_t queued() const;
    /// Drops them, as an RFC 2217 purge of the transmit buffer does.
    void purge();
    /// The speed of the converter's side. A mismatch with the device's own turns everything into garbage, both ways.
    void set_baud(std::uint32_t converter_side);
    /// The device's own speed, from now on; what it has printed and is not on the line yet goes out at the new one. 0:
    /// that of the options.
    void set_device_baud(std::uint32_t device_side);
    [[nodiscard]] std::uint32_t device_baud() const;

    /// A fault: of the characters that arrive at the device, each is lost with this probability.
    void lose(double probability, std::uint64_t seed);

    [[nodiscard]] const uart_counters& counters() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// What a device says about itself by CDP or LLDP.
struct announcement {
    std::string host_name;
    std::string platform;  ///< or model
};

/// Who is at the other end of an interface right now: asked by `ping`. Filled by the simulated lab from wires, segments
/// and the joins of the simulated cross-connects.
class fabric {
public:
    virtual ~fabric() = default;
    struct port {
        std::string device;
        std::string interface;
        bool operator==(const port&) const = default;
        auto operator<=>(const port&) const = default;
    };
    /// All ports that a frame sent by `from` reaches.
    [[nodiscard]] virtual std::vector<port> reached(const port& from) const = 0;
    /// Whether a device that answers for `ipv4` (dotted quad) has that address, up, on `at`.
    [[nodiscard]] virtual bool answers(const port& at, std::string_view ipv4) const = 0;
    /// Whether the port is cabled, so that it has carrier.
    [[nodiscard]] virtual bool linked(const port& at) const { return !reached(at).empty(); }
    /// What the device with this port tells its neighbours by CDP or LLDP; nothing when it is silent.
    [[nodiscard]] virtual std::optional<announcement> announced(const port& /*at*/) const { return std::nullopt; }
};

/// The network side of a device, as other devices see it.
class network_identity {
public:
    virtual ~network_identity() = default;
    /// Whether the device has this IPv4 address (dotted quad) on an interface that is up.
    [[nodiscard]] virtual bool has_address(std::string_view interface, std::string_view ipv4) const = 0;
    /// The MAC address that its frames on this interface have, as the device shows it; nothing when the interface is
    /// down, or the simulator has none.
    [[nodiscard]] virtual std::optional<std::string> hardware_address(std::string_view /*interface*/) const {
        return std::nullopt;
    }
    /// Frames came in at an interface: its counter goes up while it is up, where the simulator has counters.
    virtual void count_received(std::string_view /*interface*/, std::uint64_t /*frames*/) {}
    /// Somebody who is no simulated device announces itself by CDP, its port called as its host; does nothing where the
    /// simulator shows no such neighbours.
    virtual void hear(std::string_view /*interface*/, const announcement& /*who*/) {}
    /// What it tells its neighbours on this interface; nothing when the interface is down or no such protocol runs.
    [[nodiscard]] virtual std::optional<announcement> announced(std::string_view /*interface*/) const {
        return std::nullopt;
    }
};

}  // namespace rollover::sim
