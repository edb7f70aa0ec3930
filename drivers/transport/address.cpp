// Addresses of lines as people write them.
#include "drivers/transport/line.h"
#include "engine/base/text.h"

#include <array>
#include <charconv>
#include <utility>

namespace rollover::transport {

namespace {

struct scheme {
    std::string_view name;
    transport::protocol protocol;
};
constexpr std::array<scheme, 5> schemes = {{{"raw", protocol::raw},
                                            {"telnet", protocol::telnet},
                                            {"rfc2217", protocol::rfc2217},
                                            {"ssh", protocol::ssh},
                                            {"tty", protocol::tty}}};
constexpr std::uint16_t ssh_port = 22;

failure bad(std::string_view text, std::string why) {
    failure wrong(errc::bad_input, "\"" + printable(text) + "\" is no address of a line: " + std::move(why));
    return std::move(wrong).advise(
        "allowed are HOST:PORT, raw://HOST:PORT, telnet://HOST:PORT, rfc2217://HOST:PORT, ssh://[USER@]HOST[:PORT] "
        "and the path of a serial port, such as /dev/ttyS0; an IPv6 address stands in [brackets]");
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
        return std::nullopt;
    }
    return port;
}

bool is_host(std::string_view host) {
    for (const char c : host) {
        const bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                          c == '-' || c == '_' || c == ':' || c == '%';
        if (!fine) {
            return false;
        }
    }
    return !host.empty();
}

/// Splits "HOST:PORT" and "[V6]:PORT"; the port is nothing when it is not there.
struct host_and_port {
    std::string_view host;
    std::optional<std::string_view> port;
};

std::optional<host_and_port> split(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const auto rest = text.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) {
            return std::nullopt;
        }
        return host_and_port{text.substr(1, end - 1), rest.empty() ? std::nullopt : std::optional(rest.substr(1))};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return host_and_port{text, std::nullopt};
    }
    if (text.find(':', colon + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return host_and_port{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::string to_string(const line_address& a) {
    if (a.protocol == protocol::tty) {
        return "tty:" + a.path;
    }
    for (const auto& one : schemes) {
        if (one.protocol == a.protocol) {
            const std::string user = a.user.empty() ? std::string() : a.user + "@";
            return std::string(one.name) + "://" + user + to_string(a.to);
        }
    }
    return to_string(a.to);
}

result<line_address> parse_line_address(std::string_view text) {
    line_address address;
    if (text.starts_with("tty:")) {
        text.remove_prefix(4);
        if (!text.starts_with('/')) {
            return bad(text, "after tty: stands a path");
        }
    }
    if (text.starts_with('/')) {
        address.protocol = protocol::tty;
        address.path = text;
        if (text.find('\0') != std::string_view::npos || text.size() == 1 || text.starts_with("//")) {
            return bad(text, "this is no path of a device file");
        }
        return address;
    }
    std::string_view rest = text;
    if (const auto mark = text.find("://"); mark != std::string_view::npos) {
        const scheme* found = nullptr;
        for (const auto& one : schemes) {
            if (one.name == text.substr(0, mark) && one.protocol != protocol::tty) {
                found = &one;
            }
        }
        if (found == nullptr) {
            return bad(text, "the protocol is not known");
        }
        address.protocol = found->protocol;
        rest = text.substr(mark + 3);
    }
    if (const auto mark = rest.rfind('@'); mark != std::string_view::npos) {
        address.user = rest.substr(0, mark);
        rest = rest.substr(mark + 1);
        if (address.protocol != protocol::ssh) {
            return bad(text, "only ssh has a user");
        }
        if (address.user.empty() || address.user != printable(address.user)) {
            return bad(text, "the user is missing or has control characters");
        }
    }
    const auto parts = split(rest);
    if (!parts || !is_host(parts->host)) {
        return bad(text, "the host is missing or malformed");
    }
    address.to.host = parts->host;
    if (!parts->port && address.protocol == protocol::ssh) {
        address.to.port = ssh_port;
        return address;
    }
    const auto port = parts->port ? port_of(*parts->port) : std::nullopt;
    if (!port) {
        return bad(text, "a port from 1 to 65535 must follow the host");
    }
    address.to.port = *port;
    return address;
}

}  // namespace rollover::transport
