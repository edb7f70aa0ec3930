// Serial settings, changed one after the other through RFC 2217 servers that we did not write, and each time read back
// where they have to arrive: at the other end of the pseudo-terminal that the server holds.
#include "tests/real/transport/serial_pair.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>

namespace rollover::transport::real {
namespace {

using namespace std::chrono_literals;

constexpr tcflag_t flags_of_interest = CSIZE | PARENB | PARODD | CSTOPB;

/// The end of a pseudo-terminal where a device would sit. The settings of the other end can be read here.
class pty_master {
public:
    pty_master() : descriptor_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        EXPECT_EQ(::grantpt(descriptor_), 0);
        EXPECT_EQ(::unlockpt(descriptor_), 0);
        std::array<char, 128> name{};
        EXPECT_EQ(::ptsname_r(descriptor_, name.data(), name.size()), 0);
        path_ = name.data();
        find_kept();
    }
    ~pty_master() { ::close(descriptor_); }
    pty_master(const pty_master&) = delete;
    pty_master& operator=(const pty_master&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] termios read() const {
        termios now{};
        EXPECT_EQ(::tcgetattr(descriptor_, &now), 0);
        return now;
    }
    /// The flags that a pseudo-terminal of this kernel keeps: Linux' has always 8 bits and no parity.
    [[nodiscard]] tcflag_t kept() const { return kept_; }

private:
    void find_kept() {
        const termios before = read();
        for (const tcflag_t flag : {tcflag_t{PARENB}, tcflag_t{PARODD}, tcflag_t{CSTOPB}, tcflag_t{CSIZE}}) {
            termios tried = before;
            tried.c_cflag = (tried.c_cflag & ~flag) | (flag == CSIZE ? tcflag_t{CS7} : flag);
            static_cast<void>(::tcsetattr(descriptor_, TCSANOW, &tried));  // says no to what is not kept, or nothing
            kept_ |= read().c_cflag == tried.c_cflag ? flag : 0;
        }
        EXPECT_EQ(::tcsetattr(descriptor_, TCSANOW, &before), 0);
    }

    int descriptor_;
    std::string path_;
    tcflag_t kept_ = 0;
};

speed_t speed_of(std::uint32_t baud) {
    switch (baud) {
        case 300: return B300;
        case 19200: return B19200;
        case 115200: return B115200;
        default: return B9600;
    }
}

tcflag_t flags_of(const serial_settings& s) {
    constexpr std::array<tcflag_t, 4> sizes = {CS5, CS6, CS7, CS8};
    tcflag_t flags = sizes.at(s.data_bits - 5U);
    flags |= s.parity == 'n' ? 0U : static_cast<tcflag_t>(PARENB);
    flags |= s.parity == 'o' ? static_cast<tcflag_t>(PARODD) : 0U;
    flags |= s.stop_bits == 2 ? static_cast<tcflag_t>(CSTOPB) : 0U;
    return flags;
}

std::string to_text(const serial_settings& s) {
    return std::to_string(s.baud) + " " + std::to_string(s.data_bits) + s.parity + std::to_string(s.stop_bits);
}

/// Each differs from the one before in one setting.
const std::vector<serial_settings> changes = {
    {19200, 8, 'n', 1}, {115200, 8, 'n', 1}, {300, 8, 'n', 1},  {9600, 8, 'n', 1}, {9600, 8, 'n', 2},
    {9600, 8, 'n', 1},  {9600, 8, 'o', 1},   {9600, 8, 'e', 1}, {9600, 8, 'n', 1}, {9600, 7, 'n', 1},
    {9600, 8, 'n', 1},  {115200, 7, 'o', 2}, {9600, 8, 'n', 1},
};

task<void> change_and_look(runtime& rt, const pty_master& device, std::uint16_t port) {
    auto opened = co_await open_line(rt, tcp_address(protocol::rfc2217, port), rt.now() + 10s);
    EXPECT_TRUE(opened) << describe(opened.error());
    if (!opened) {
        co_return;
    }
    const auto console = std::move(*opened);
    for (const auto& wanted : changes) {
        // Without parity nobody cares which one it would be.
        const tcflag_t looked_at = flags_of_interest & device.kept() & ~(wanted.parity == 'n' ? tcflag_t{PARODD} : 0U);
        const auto changed = co_await console->change(wanted, rt.now() + 5s);
        EXPECT_TRUE(changed) << to_text(wanted) << ": " << describe(changed.error());
        const termios now = device.read();
        EXPECT_EQ(::cfgetospeed(&now), speed_of(wanted.baud)) << to_text(wanted);
        EXPECT_EQ(::cfgetispeed(&now), speed_of(wanted.baud)) << to_text(wanted);
        EXPECT_EQ(now.c_cflag & looked_at, flags_of(wanted) & looked_at) << to_text(wanted);
    }
}

class SerialSettings : public testing::Test {
protected:
    void go(std::vector<std::string> argv) {
        const program server(std::move(argv), folder.path("server.log"));
        const auto root = [](runtime& r, const pty_master& at, std::uint16_t to) -> task<void> {
            const bool ready = co_await listens(r, to);
            EXPECT_TRUE(ready);
            co_await change_and_look(r, at, to);
        };
        rt.run(root(rt, device, port));
        if (HasFailure()) {
            std::cout << folder.read("server.log");
        }
    }

    scratch_folder folder;
    real_runtime rt;
    pty_master device;
    std::uint16_t port = free_port();
};

TEST_F(SerialSettings, Ser2net_EachChangeArrives) {
    if (find_program("ser2net").empty()) {
        GTEST_SKIP() << "left out: ser2net is not installed";
    }
    const auto config = folder.write(
        "ser2net.yaml", "%YAML 1.1\n---\nconnection: &one\n  accepter: telnet(rfc2217),tcp,127.0.0.1," +
                            std::to_string(port) + "\n  connector: serialdev," + device.path() + ",9600n81,local\n");
    go({find_program("ser2net"), "-n", "-c", config, "-P", folder.path("pid")});
}

TEST_F(SerialSettings, Pyserial_EachChangeArrives) {
    if (std::system("/usr/bin/python3 -c 'import serial.rfc2217' >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "left out: python3-serial is not installed";
    }
    go({"/usr/bin/python3", "tests/real/transport/rfc2217_server.py", std::to_string(port), device.path()});
    const auto taken = folder.read("server.log");
    for (const auto* settings :
         {"19200 8 N 1", "9600 8 N 2", "9600 8 O 1", "9600 8 E 1", "9600 7 N 1", "115200 7 O 2"}) {
        EXPECT_NE(taken.find(settings), std::string::npos) << settings << " is not in\n" << taken;
    }
}

}  // namespace
}  // namespace rollover::transport::real
