// One serial port of a simulated converter: between the client's connection, whatever its protocol, and the uart in
// front of the device. Here the faults of the line happen. What the device prints while nobody is connected is lost, as
// on ser2net.
#pragma once

#include "simulators/device/device.h"
#include "simulators/device/random.h"
#include "simulators/lab/line_faults.h"

namespace rollover::sim {

/// The connection of a client, as its line sees it. Called on the runtime's thread, also from within calls to the line.
class serial_client {
public:
    virtual ~serial_client() = default;
    virtual void print(std::string_view characters) = 0;
    /// The converter ends the connection; the client's `detach` follows.
    virtual void hang_up() = 0;
    /// RFC 2217 NOTIFY-LINESTATE towards the client; protocols that have none ignore it.
    virtual void line_state(std::uint8_t bits) { static_cast<void>(bits); }
    /// RFC 2217 FLOWCONTROL-SUSPEND and -RESUME towards the client; protocols that have none ignore it.
    virtual void hold(bool suspended) { static_cast<void>(suspended); }
};

class serial_line {
public:
    /// `port` may be null: a line with nothing behind it. It must outlive this. `baud`: what the converter is set to.
    serial_line(std::string name, uart* port, std::uint32_t baud, line_faults faults);
    serial_line(const serial_line&) = delete;
    serial_line& operator=(const serial_line&) = delete;

    /// Takes the line; false while another client has it.
    [[nodiscard]] bool attach(serial_client& client);
    void detach(serial_client& client);
    [[nodiscard]] bool is_taken() const { return client_ != nullptr; }
    /// A connection arrives. False when a fault wants it closed at once.
    [[nodiscard]] bool welcome();

    /// From the client to the device.
    void type(std::string_view characters);
    /// A BREAK of which only the end is known, after so long: the device sees it at once, not for so long again.
    void end_break(duration how_long);
    void send_break(duration how_long);
    void set_baud(std::uint32_t baud);
    /// What the converter's hardware can do at most.
    void limit_baud(std::uint32_t fastest) { fastest_baud_ = fastest; }
    [[nodiscard]] std::uint32_t fastest_baud() const { return fastest_baud_; }
    void purge();
    /// Characters that wait in the converter's transmitter.
    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] std::uint32_t baud() const { return baud_; }

    /// Other faults from now on, their counts from now on too; none: what was broken is mended. `deaf_for` is left out.
    void inject(line_faults faults);

    /// Ends the client's connection, as `clear line` on a converter does; nothing when nobody is connected.
    void hang_up();
    /// The device neither hears nor says anything after so many more typed characters; nothing: it does again.
    void silence(std::optional<std::uint64_t> after) {
        faults_.silent_after = after ? std::optional(typed_ + *after) : std::nullopt;
    }
    /// The next so many connections are closed at once.
    void refuse(unsigned connections) { faults_.refused = connections; }

    /// Asks the client to stop sending, and to go on; nothing when nobody is connected.
    void hold(bool suspended);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] duration deaf_for() const { return faults_.deaf_for; }

private:
    void printed(std::string_view characters);
    void to_client(std::string_view characters);
    /// How many of `count` characters pass before the connection is reset; all when it is not due.
    [[nodiscard]] std::size_t before_reset(std::size_t count);
    void reset_if_due();
    [[nodiscard]] std::string garbage();

    std::string name_;
    uart* port_;
    line_faults faults_;
    random_bits dice_;
    serial_client* client_ = nullptr;
    std::uint32_t baud_;
    std::uint32_t fastest_baud_ = 4'000'000;
    duration character_;        ///< at the speed that the device has
    std::uint64_t passed_ = 0;  ///< characters in both directions while connected
    std::uint64_t typed_ = 0;
    std::uint64_t printed_ = 0;
};

}  // namespace rollover::sim
