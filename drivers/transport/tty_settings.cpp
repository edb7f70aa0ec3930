#include "drivers/transport/tty_settings.h"

#include <array>
#include <fmt/format.h>

namespace rollover::transport {

namespace {

struct rate {
    std::uint32_t baud;
    speed_t name;
};

constexpr std::array<rate, 26> rates = {
    {{110, B110},         {300, B300},         {600, B600},         {1200, B1200},       {1800, B1800},
     {2400, B2400},       {4800, B4800},       {9600, B9600},       {19200, B19200},     {38400, B38400},
     {57600, B57600},     {115200, B115200},   {230400, B230400},   {460800, B460800},   {500000, B500000},
     {576000, B576000},   {921600, B921600},   {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000},
     {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000}, {3500000, B3500000}, {4000000, B4000000},
     {150, B150}}};

constexpr std::array<tcflag_t, 4> sizes = {CS5, CS6, CS7, CS8};

result<tcflag_t> parity_flags(char parity) {
    switch (parity) {
        case 'n': return tcflag_t{0};
        case 'e': return tcflag_t{PARENB};
        case 'o': return static_cast<tcflag_t>(PARENB | PARODD);
        case 's': return static_cast<tcflag_t>(PARENB | CMSPAR);
        case 'm': return static_cast<tcflag_t>(PARENB | PARODD | CMSPAR);
        default:
            return failure(errc::bad_input, fmt::format("there is no parity '{}'; allowed are n, o, e, m, s", parity));
    }
}

}  // namespace

std::string to_string(const serial_settings& s) {
    return fmt::format("{} {}{}{}", s.baud, s.data_bits, s.parity,
                       s.stop_bits == 3 ? "1.5" : std::to_string(s.stop_bits));
}

result<void> apply(const serial_settings& wanted, termios& into) {
    ::cfmakeraw(&into);
    const rate* named = nullptr;
    for (const auto& one : rates) {
        if (one.baud == wanted.baud) {
            named = &one;
        }
    }
    if (named == nullptr) {
        return failure(errc::unsupported, fmt::format("a local serial port cannot be set to {} baud", wanted.baud));
    }
    if (wanted.data_bits < 5 || wanted.data_bits > 8) {
        return failure(errc::bad_input, fmt::format("{} data bits do not exist; allowed are 5 to 8", wanted.data_bits));
    }
    if (wanted.stop_bits != 1 && wanted.stop_bits != 2) {
        return failure(errc::unsupported, "a local serial port has 1 or 2 stop bits");
    }
    const auto parity = parity_flags(wanted.parity);
    if (!parity) {
        return parity.error();
    }
    constexpr tcflag_t all = CSIZE | PARENB | PARODD | CMSPAR | CSTOPB | CRTSCTS;
    into.c_cflag = (into.c_cflag & ~all) | sizes.at(wanted.data_bits - 5U) | *parity | CREAD | CLOCAL;
    if (wanted.stop_bits == 2) {
        into.c_cflag |= CSTOPB;
    }
    ::cfsetispeed(&into, named->name);
    ::cfsetospeed(&into, named->name);
    into.c_cc[VMIN] = 1;
    into.c_cc[VTIME] = 0;
    return {};
}

serial_settings settings_of(const termios& from) {
    serial_settings s;
    s.baud = 0;
    for (const auto& one : rates) {
        if (one.name == ::cfgetospeed(&from)) {
            s.baud = one.baud;
        }
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if ((from.c_cflag & CSIZE) == sizes.at(i)) {
            s.data_bits = static_cast<std::uint8_t>(5 + i);
        }
    }
    for (const char parity : {'n', 'e', 'o', 's', 'm'}) {
        if ((from.c_cflag & (PARENB | PARODD | CMSPAR)) == parity_flags(parity).value()) {
            s.parity = parity;
        }
    }
    s.stop_bits = (from.c_cflag & CSTOPB) != 0 ? 2 : 1;
    return s;
}

}  // namespace rollover::transport
