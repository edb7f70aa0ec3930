// The addresses and routes of the simulated Linux host, and the `ip` command that changes them. No time, no output
// stream. Source: ip(8), ip-address(8), ip-link(8), ip-route(8); texts as iproute2 6.1 prints them.
#pragma once

#include "simulators/device/ipv4.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::sim::shell {

/// What a command printed and how it ended.
struct outcome {
    int status = 0;
    std::string output;
    std::string errors;
    std::string came_up;  ///< an interface that was set up by it
};

struct host_interface {
    std::string name;
    bool up = false;
    unsigned mtu = 1500;
    std::vector<ipv4_prefix> addresses;
};

struct host_route {
    ipv4_prefix to;
    std::optional<std::uint32_t> via;
    std::string interface;
};

class network {
public:
    explicit network(const std::vector<std::string>& interfaces);

    /// The `ip` command; `words` without the word "ip" itself.
    outcome run(std::vector<std::string> words);

    [[nodiscard]] bool has_address(std::string_view interface, std::uint32_t address) const;
    /// The interface that a packet to this address leaves by; "lo" for one of our own; nothing without a route.
    [[nodiscard]] std::optional<std::string> way_to(std::uint32_t address) const;
    /// No address but that of loopback, and no routes.
    [[nodiscard]] bool is_clean() const;
    /// What has been configured, as the commands that would do it again.
    [[nodiscard]] std::string text() const;
    /// An address of the interface, for messages; 0 when it has none.
    [[nodiscard]] std::uint32_t address_of(std::string_view interface) const;

private:
    using words = std::vector<std::string>;
    outcome address(const words& w);
    outcome add_address(host_interface& interface, ipv4_prefix prefix);
    outcome show_addresses(std::string_view only) const;
    outcome link(const words& w);
    outcome set_link(host_interface& interface, const words& settings);
    outcome show_links(std::string_view only) const;
    outcome route(const words& w);
    outcome add_route(host_route wanted, bool replace);
    outcome show_routes() const;
    [[nodiscard]] std::optional<std::string> connected(std::uint32_t address) const;
    [[nodiscard]] std::string link_line(std::size_t number, bool for_addresses) const;
    host_interface* find(std::string_view name);

    std::vector<host_interface> interfaces_;
    std::vector<host_route> routes_;
};

}  // namespace rollover::sim::shell
