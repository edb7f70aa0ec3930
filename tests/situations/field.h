// Where situations happen: a device behind a UART, a converter in front of it, a virtual network, and the product's own
// way to the device: transport, pacing, console, session with a shipped platform file. Virtual time throughout.
#pragma once

#include "drivers/console/console.h"
#include "drivers/console/pacing_wheel.h"
#include "drivers/platform/description.h"
#include "drivers/platform/session.h"
#include "simulators/lab/tcp_line_server.h"
#include "tests/situations/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollover::situations {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A platform of drivers/platforms; tests run in the project's folder.
[[nodiscard]] std::shared_ptr<const platform::description> shipped_platform(std::string_view name);

/// What a test may choose; the defaults are those of a lab file.
struct field_options {
    std::string platform = "cisco-ios";
    sim::uart_options uart;                                   ///< the device's side of the line
    std::uint32_t converter_baud = 9600;                      ///< the converter's side
    transport::protocol spoken = transport::protocol::raw;    ///< by us
    model::line_protocol served = model::line_protocol::raw;  ///< by the converter
    std::string user = "lab";
    std::string password = "lab-password";
    std::string enable_password = "enable-password";
    console::pacing pacing;
    std::uint32_t fastest_baud = 4'000'000;  ///< that the converter can
    std::uint32_t fast_baud = 0;             ///< `configure` types at this speed and puts the usual one back; 0: not
    std::shared_ptr<const platform::description> description;  ///< instead of a shipped platform
};

/// How it ended.
struct ending {
    bool configured = false;
    errc code = errc::internal;  ///< when it failed
    std::string words;           ///< all that the operator reads; "configured" when all went well
    std::string at;              ///< the step that failed: "open", "bring home", ...
    duration taken{};
    std::string output;  ///< of the last `run`
};

class field {
public:
    field(virtual_runtime& rt, terminal& device, field_options options = {});
    ~field();
    field(const field&) = delete;
    field& operator=(const field&) = delete;

    /// Opens the line, brings the device home, types `lines`, closes the line.
    [[nodiscard]] ending configure(const std::vector<std::string>& lines = some_lines());
    /// Opens the line, brings the device home, runs `command`.
    [[nodiscard]] ending run(const std::string& command);
    /// Opens the line, brings the device home, makes it clean.
    [[nodiscard]] ending erase();
    /// As `configure`, and cancels the tree `after` its start; comes back when the tree has ended.
    [[nodiscard]] ending configure_cancelled(const std::vector<std::string>& lines, duration after);
    /// As `erase`, cancelled in the same way.
    [[nodiscard]] ending erase_cancelled(duration after);
    /// Sends BREAK on an open line, then brings the device home.
    [[nodiscard]] ending send_break();

    /// What is typed where a test does not care.
    [[nodiscard]] static std::vector<std::string> some_lines() {
        return {"hostname R1", "interface FastEthernet0/0", " ip address 10.0.0.1 255.255.255.0", " no shutdown"};
    }
    /// What a router has when `some_lines` were configured, and nothing else.
    [[nodiscard]] static std::vector<std::string> some_configuration() {
        return {"hostname R1", "interface FastEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown"};
    }

    [[nodiscard]] const std::vector<std::string>& log() const { return log_; }
    [[nodiscard]] const std::string& transcript();
    [[nodiscard]] console::gap_statistics gaps() const { return gaps_; }
    [[nodiscard]] sim::uart& port() { return port_; }
    [[nodiscard]] sim::serial_line& line() { return line_; }
    [[nodiscard]] const endpoint& address() const { return address_; }

private:
    using step = task<result<void>> (*)(field&, time_point);
    [[nodiscard]] ending carry_out(step what, std::optional<duration> cancel_after = {});
    [[nodiscard]] task<void> visit(step what, ending& how);
    [[nodiscard]] task<void> opened(step what, ending& how, time_point deadline);
    [[nodiscard]] task<void> root(step what, ending& how, std::optional<duration> cancel_after);
    [[nodiscard]] static task<result<void>> type_lines(field& f, time_point deadline);
    [[nodiscard]] static task<result<void>> run_command(field& f, time_point deadline);
    [[nodiscard]] static task<result<void>> make_clean(field& f, time_point deadline);
    [[nodiscard]] static task<result<void>> nothing(field& f, time_point deadline);

    virtual_runtime& runtime_;
    field_options options_;
    endpoint address_{"192.0.2.10", 4001};
    sim::uart port_;
    sim::serial_line line_;
    sim::tcp_line_server converter_;
    console::pacing_wheel wheel_;
    std::unique_ptr<console::console> console_;
    std::unique_ptr<platform::session> session_;
    std::vector<platform::typed_line> lines_;
    std::string command_;
    std::string output_;
    bool breaks_ = false;
    std::vector<std::string> log_;
    std::shared_ptr<std::string> transcript_ = std::make_shared<std::string>();
    console::gap_statistics gaps_;
};

}  // namespace rollover::situations
