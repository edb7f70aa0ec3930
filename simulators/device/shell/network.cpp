#include "simulators/device/shell/network.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::sim::shell {
namespace {

constexpr std::string_view loopback = "lo";

// iproute2 takes any beginning of a word.
bool is_word(std::string_view typed, std::string_view word) {
    return !typed.empty() && word.substr(0, typed.size()) == typed;
}

outcome failed(int status, std::string text) {
    outcome o;
    o.status = status;
    o.errors = std::move(text) + "\n";
    return o;
}

std::optional<ipv4_prefix> parse_prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_ipv4(text.substr(0, slash));
    unsigned length = 32;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (error != std::errc{} || end != digits.data() + digits.size() || length > 32) {
            return std::nullopt;
        }
    }
    if (!address) {
        return std::nullopt;
    }
    return ipv4_prefix{*address, length};
}

std::string prefix_text(const ipv4_prefix& p) {
    return fmt::format("{}/{}", ipv4_text(p.address), p.length);
}

// The word after `name`, or empty.
std::string after(const std::vector<std::string>& words, std::string_view name) {
    const auto found = std::find(words.begin(), words.end(), name);
    return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
}

outcome no_device(std::string_view name) {
    return failed(1, fmt::format("Cannot find device \"{}\"", name));
}

outcome unknown_command(std::string_view what, std::string_view object) {
    return failed(255, fmt::format("Command \"{}\" is unknown, try \"ip {} help\".", what, object));
}

// "show eth1" and "show dev eth1".
std::string shown_device(const std::vector<std::string>& w) {
    if (w.size() < 2) {
        return {};
    }
    return w[1] == "dev" && w.size() > 2 ? w[2] : w[1];
}

}  // namespace

network::network(const std::vector<std::string>& interfaces) {
    interfaces_.push_back({std::string(loopback), true, 65536, {{0x7F000001U, 8}}});
    for (const std::string& name : interfaces) {
        interfaces_.push_back({name, false, 1500, {}});
    }
}

host_interface* network::find(std::string_view name) {
    const auto found =
        std::find_if(interfaces_.begin(), interfaces_.end(), [name](const auto& i) { return i.name == name; });
    return found == interfaces_.end() ? nullptr : &*found;
}

outcome network::run(std::vector<std::string> w) {
    while (!w.empty() && w.front().size() > 1 && w.front().front() == '-') {
        w.erase(w.begin());
    }
    if (w.empty()) {
        return failed(255, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }");
    }
    const std::string object = w.front();
    w.erase(w.begin());
    if (is_word(object, "address")) {
        return address(w);
    }
    if (is_word(object, "link")) {
        return link(w);
    }
    if (is_word(object, "route")) {
        return route(w);
    }
    if (is_word(object, "neighbour") || is_word(object, "rule")) {
        return {};
    }
    return failed(1, fmt::format("Object \"{}\" is unknown, try \"ip help\".", object));
}

// ---- ip address

outcome network::address(const words& w) {
    if (w.empty() || is_word(w[0], "show") || is_word(w[0], "list") || w[0] == "ls") {
        return show_addresses(shown_device(w));
    }
    const std::string name = after(w, "dev");
    if (is_word(w[0], "flush")) {
        host_interface* interface = find(name.empty() && w.size() > 1 ? w[1] : name);
        if (interface == nullptr) {
            return no_device(name.empty() && w.size() > 1 ? w[1] : name);
        }
        interface->addresses.clear();
        std::erase_if(routes_, [interface](const host_route& r) { return r.interface == interface->name; });
        return {};
    }
    const bool adds = is_word(w[0], "add") || is_word(w[0], "replace");
    if (!adds && !is_word(w[0], "delete")) {
        return unknown_command(w[0], "address");
    }
    if (w.size() < 2) {
        return failed(1, "Not enough information: \"dev\" argument is required.");
    }
    const auto prefix = parse_prefix(w[1]);
    if (!prefix) {
        return failed(1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", w[1]));
    }
    if (name.empty()) {
        return failed(1, "Not enough information: \"dev\" argument is required.");
    }
    host_interface* interface = find(name);
    if (interface == nullptr) {
        return no_device(name);
    }
    if (adds) {
        const bool there =
            std::find(interface->addresses.begin(), interface->addresses.end(), *prefix) != interface->addresses.end();
        return there && is_word(w[0], "replace") ? outcome{} : add_address(*interface, *prefix);
    }
    if (std::erase(interface->addresses, *prefix) == 0) {
        return failed(2, "RTNETLINK answers: Cannot assign requested address");
    }
    return {};
}

outcome network::add_address(host_interface& interface, ipv4_prefix prefix) {
    if (std::find(interface.addresses.begin(), interface.addresses.end(), prefix) != interface.addresses.end()) {
        return failed(2, "RTNETLINK answers: File exists");
    }
    interface.addresses.push_back(prefix);
    return {};
}

std::string network::link_line(std::size_t number, bool for_addresses) const {
    const host_interface& i = interfaces_[number];
    const bool is_loopback = i.name == loopback;
    const std::string_view flags = is_loopback ? "LOOPBACK,UP,LOWER_UP"
                                   : i.up      ? "BROADCAST,MULTICAST,UP,LOWER_UP"
                                               : "BROADCAST,MULTICAST";
    std::string out = fmt::format("{}: {}: <{}> mtu {} qdisc {} state {} {}group default qlen 1000\n", number + 1,
                                  i.name, flags, i.mtu, is_loopback ? "noqueue" : "fq_codel",
                                  is_loopback ? "UNKNOWN"
                                  : i.up      ? "UP"
                                              : "DOWN",
                                  for_addresses ? "" : "mode DEFAULT ");
    return out + (is_loopback ? std::string("    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n")
                              : fmt::format("    link/ether 52:54:00:12:34:{:02x} brd ff:ff:ff:ff:ff:ff\n", number));
}

outcome network::show_addresses(std::string_view only) const {
    outcome o;
    bool found = only.empty();
    for (std::size_t n = 0; n < interfaces_.size(); ++n) {
        const host_interface& i = interfaces_[n];
        if (!only.empty() && i.name != only) {
            continue;
        }
        found = true;
        o.output += link_line(n, true);
        for (const ipv4_prefix& p : i.addresses) {
            o.output += fmt::format("    inet {} scope {} {}\n       valid_lft forever preferred_lft forever\n",
                                    prefix_text(p), i.name == loopback ? "host" : "global", i.name);
        }
    }
    return found ? o : failed(1, fmt::format("Device \"{}\" does not exist.", only));
}

// ---- ip link

outcome network::link(const words& w) {
    if (w.empty() || is_word(w[0], "show") || is_word(w[0], "list") || w[0] == "ls") {
        return show_links(shown_device(w));
    }
    if (!is_word(w[0], "set")) {
        return unknown_command(w[0], "link");
    }
    const std::string name = shown_device(w);
    host_interface* interface = find(name);
    if (interface == nullptr) {
        return no_device(name);
    }
    return set_link(*interface, w);
}

outcome network::set_link(host_interface& interface, const words& settings) {
    outcome o;
    if (std::find(settings.begin(), settings.end(), "up") != settings.end() && !interface.up) {
        interface.up = true;
        o.came_up = interface.name;
    }
    if (std::find(settings.begin(), settings.end(), "down") != settings.end()) {
        interface.up = false;
        std::erase_if(routes_, [&](const host_route& r) { return r.interface == interface.name; });
    }
    if (const std::string mtu = after(settings, "mtu"); !mtu.empty()) {
        std::from_chars(mtu.data(), mtu.data() + mtu.size(), interface.mtu);
    }
    return o;
}

outcome network::show_links(std::string_view only) const {
    outcome o;
    for (std::size_t n = 0; n < interfaces_.size(); ++n) {
        if (only.empty() || interfaces_[n].name == only) {
            o.output += link_line(n, false);
        }
    }
    return o.output.empty() ? failed(1, fmt::format("Device \"{}\" does not exist.", only)) : o;
}

// ---- ip route

std::optional<std::string> network::connected(std::uint32_t address) const {
    for (const host_interface& i : interfaces_) {
        for (const ipv4_prefix& p : i.addresses) {
            if (i.up && p.contains(address)) {
                return i.name;
            }
        }
    }
    return std::nullopt;
}

outcome network::route(const words& w) {
    if (w.empty() || is_word(w[0], "show") || is_word(w[0], "list") || w[0] == "ls") {
        return show_routes();
    }
    if (is_word(w[0], "flush")) {
        routes_.clear();
        return {};
    }
    const bool deletes = is_word(w[0], "delete");
    if ((!deletes && !is_word(w[0], "add") && !is_word(w[0], "replace") && !is_word(w[0], "append")) || w.size() < 2) {
        return unknown_command(w[0], "route");
    }
    host_route wanted;
    const auto to = w[1] == "default" ? ipv4_prefix{} : parse_prefix(w[1]);
    if (!to) {
        return failed(1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", w[1]));
    }
    wanted.to = *to;
    if ((to->address & ~mask_of(to->length)) != 0) {
        return failed(2, "Error: Invalid prefix for given prefix length.");
    }
    if (const std::string via = after(w, "via"); !via.empty()) {
        wanted.via = parse_ipv4(via);
        if (!wanted.via) {
            return failed(1, fmt::format("Error: any valid address is expected rather than \"{}\".", via));
        }
    }
    wanted.interface = after(w, "dev");
    if (!deletes) {
        return add_route(std::move(wanted), is_word(w[0], "replace"));
    }
    const auto fits = [&wanted](const host_route& r) {
        return r.to == wanted.to && (!wanted.via || r.via == wanted.via);
    };
    return std::erase_if(routes_, fits) == 0 ? failed(2, "RTNETLINK answers: No such process") : outcome{};
}

outcome network::add_route(host_route wanted, bool replace) {
    if (wanted.interface.empty() && wanted.via) {
        const auto way = connected(*wanted.via);
        if (!way) {
            return failed(2, "Error: Nexthop has invalid gateway.");
        }
        wanted.interface = *way;
    }
    const host_interface* interface = find(wanted.interface);
    if (interface == nullptr) {
        return wanted.interface.empty() ? failed(2, "RTNETLINK answers: No such device") : no_device(wanted.interface);
    }
    if (!interface->up) {
        return failed(2, "Error: Device for nexthop is not up.");
    }
    if (replace) {
        std::erase_if(routes_, [&wanted](const host_route& r) { return r.to == wanted.to; });
    }
    const bool there =
        std::any_of(routes_.begin(), routes_.end(), [&wanted](const host_route& r) { return r.to == wanted.to; });
    if (there) {
        return failed(2, "RTNETLINK answers: File exists");
    }
    routes_.push_back(std::move(wanted));
    return {};
}

outcome network::show_routes() const {
    outcome o;
    for (const host_route& r : routes_) {
        o.output += (r.to.length == 0 ? std::string("default") : prefix_text(r.to)) +
                    (r.via ? " via " + ipv4_text(*r.via) : std::string()) + " dev " + r.interface + "\n";
    }
    for (const host_interface& i : interfaces_) {
        for (const ipv4_prefix& p : i.addresses) {
            if (i.up && i.name != loopback) {
                o.output +=
                    fmt::format("{}/{} dev {} proto kernel scope link src {}\n",
                                ipv4_text(p.address & mask_of(p.length)), p.length, i.name, ipv4_text(p.address));
            }
        }
    }
    return o;
}

// ---- questions

bool network::has_address(std::string_view interface, std::uint32_t address) const {
    return std::any_of(interfaces_.begin(), interfaces_.end(), [&](const host_interface& i) {
        return i.name == interface && i.up &&
               std::any_of(i.addresses.begin(), i.addresses.end(),
                           [address](const ipv4_prefix& p) { return p.address == address; });
    });
}

std::optional<std::string> network::way_to(std::uint32_t address) const {
    for (const host_interface& i : interfaces_) {
        for (const ipv4_prefix& p : i.addresses) {
            if (p.address == address) {
                return std::string(loopback);
            }
        }
    }
    if (auto way = connected(address)) {
        return way;
    }
    const host_route* best = nullptr;
    for (const host_route& r : routes_) {
        if (r.to.contains(address) && (best == nullptr || r.to.length > best->to.length)) {
            best = &r;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(best->interface);
}

bool network::is_clean() const {
    return routes_.empty() && std::all_of(interfaces_.begin(), interfaces_.end(), [](const host_interface& i) {
               return i.name == loopback ? i.addresses.size() == 1 : i.addresses.empty();
           });
}

std::uint32_t network::address_of(std::string_view interface) const {
    for (const host_interface& i : interfaces_) {
        if (i.name == interface && !i.addresses.empty()) {
            return i.addresses.front().address;
        }
    }
    return 0;
}

std::string network::text() const {
    std::string out;
    for (const host_interface& i : interfaces_) {
        if (i.name == loopback) {
            continue;
        }
        if (i.up) {
            out += fmt::format("ip link set {} up\n", i.name);
        }
        for (const ipv4_prefix& p : i.addresses) {
            out += fmt::format("ip addr add {} dev {}\n", prefix_text(p), i.name);
        }
    }
    for (const host_route& r : routes_) {
        out += fmt::format("ip route add {}{} dev {}\n", r.to.length == 0 ? std::string("default") : prefix_text(r.to),
                           r.via ? " via " + ipv4_text(*r.via) : std::string(), r.interface);
    }
    return out;
}

}  // namespace rollover::sim::shell
