// What templates may ask for, and the network side of the device.
#include "simulators/device/scripted/scripted_device.h"
#include "simulators/device/scripted/text_template.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim::scripted {
namespace {

std::uint64_t number_for(std::string_view name, std::uint64_t salt) {
    std::uint64_t hash = 14695981039346656037ULL + salt;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return random_bits(hash).next();
}

/// "10.0.0.1/24", "10.0.0.1 255.255.255.0", "10.0.0.1 24", "10.0.0.1"; quotes do not count.
std::optional<ipv4_prefix> prefix_of(std::string_view text) {
    const std::size_t end = std::min(text.find_first_of(" /"), text.size());
    const auto address = parse_ipv4(text.substr(0, end));
    if (!address) {
        return std::nullopt;
    }
    std::string_view rest = text.substr(std::min(end + 1, text.size()));
    rest = rest.substr(0, rest.find(' '));
    if (const auto mask = parse_ipv4(rest)) {
        const auto length = mask_length(*mask);
        return length ? std::optional(ipv4_prefix{*address, *length}) : std::nullopt;
    }
    const unsigned long length = rest.empty() ? 32UL : std::strtoul(std::string(rest).c_str(), nullptr, 10);
    return ipv4_prefix{*address, static_cast<unsigned>(std::min(length, 32UL))};
}

std::string with_interface(std::string_view pattern, std::string_view interface) {
    return expand(pattern, [interface](std::string_view name) {
        return name == "interface" ? std::optional(std::string(interface)) : std::nullopt;
    });
}

}  // namespace

std::string scripted_device::text(std::string_view form) const {
    return expand(form, [this](std::string_view name) { return value(name); });
}

std::optional<std::string> scripted_device::value(std::string_view name) const {
    if (const auto found = each_.find(name); found != each_.end()) {
        return found->second;
    }
    if (name == "hostname") {
        const auto configured = configuration_.values_of(file().network.hostname);
        return configured.empty() ? file().hostname : configured.front().substr(0, configured.front().find(' '));
    }
    if (name == "serial") {
        return fmt::format("FDO{:08X}", static_cast<std::uint32_t>(number_for(options_.name, 1)));
    }
    if (name == "mac") {
        const std::uint64_t n = number_for(options_.name, 2);
        return fmt::format("52:54:00:{:02x}:{:02x}:{:02x}", n & 0xFFU, (n >> 8U) & 0xFFU, (n >> 16U) & 0xFFU);
    }
    if (name == "model" && !options_.model.empty()) {
        return options_.model;
    }
    if (name == "path") {
        return configuration_.path();
    }
    if (name == "below") {
        const std::string path = configuration_.path();
        return path.empty() ? path : " " + path;
    }
    if (name == "name") {
        const std::string section = configuration_.section();
        return section.substr(section.rfind(' ') + 1);
    }
    if (name == "short") {
        const std::string section = configuration_.section();
        const std::string last = section.substr(section.rfind(' ') + 1);
        const std::size_t digit = std::min(last.find_first_of("0123456789"), last.size());
        return last.substr(0, std::min<std::size_t>(2, digit)) + last.substr(digit);
    }
    if (name == "section") {
        return configuration_.section();
    }
    if (name == "clock") {
        return clock();
    }
    if (name == "uptime") {
        return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(runtime_.now() - started_).count());
    }
    if (auto of_interface = interface_value(name)) {
        return of_interface;
    }
    if (const auto found = values_.find(name); found != values_.end()) {
        return found->second;
    }
    const auto fixed = file().values.find(name);
    if (fixed == file().values.end()) {
        return std::nullopt;
    }
    return text(holds(fixed->second.when) ? fixed->second.text : fixed->second.otherwise);
}

std::optional<std::string> scripted_device::interface_value(std::string_view name) const {
    const auto line = each_.find("interface");
    if (name != "link" && name != "admin" && name != "address" && name != "netmask" && name != "prefix") {
        return std::nullopt;
    }
    const auto argument = values_.find("1");
    const std::string interface = line != each_.end()         ? line->second
                                  : argument == values_.end() ? std::string()
                                                              : argument->second;
    if (name == "admin") {
        return is_up(interface) ? "up" : "down";
    }
    if (name == "link") {
        const bool built_in = std::ranges::count(options_.interfaces, interface) > 0;
        return is_up(interface) && (!built_in || network_.linked({options_.name, interface})) ? "up" : "down";
    }
    const auto all = addresses_of(interface);
    if (all.empty()) {
        return std::nullopt;
    }
    if (name == "address") {
        return ipv4_text(all.front().address);
    }
    return name == "prefix" ? std::to_string(all.front().length) : ipv4_text(mask_of(all.front().length));
}

std::string scripted_device::clock() const {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(runtime_.now() - started_).count();
    constexpr long per_hour = 3'600'000;
    return fmt::format("Mar  1 {:02}:{:02}:{:02}.{:03}", ms / per_hour % 24, ms / 60000 % 60, ms / 1000 % 60,
                       ms % 1000);
}

bool scripted_device::is_up(std::string_view interface) const {
    const network_words& n = file().network;
    if (n.up_by_default) {
        return !configuration_.has_fact(with_interface(n.down, interface));
    }
    return configuration_.has_fact(with_interface(n.up, interface));
}

std::vector<ipv4_prefix> scripted_device::addresses_of(std::string_view interface) const {
    std::vector<ipv4_prefix> out;
    for (const std::string& pattern : file().network.addresses) {
        for (const std::string& found : configuration_.values_of(with_interface(pattern, interface))) {
            if (const auto prefix = prefix_of(found)) {
                out.push_back(*prefix);
            }
        }
    }
    return out;
}

std::vector<std::string> scripted_device::all_interfaces() const {
    std::vector<std::string> out = options_.interfaces;
    for (const std::string& named : configuration_.values_of(file().network.interface)) {
        const std::string name = named.substr(0, named.find(' '));
        if (std::ranges::count(out, name) == 0) {
            out.push_back(name);
        }
    }
    return out;
}

bool scripted_device::has_address(std::string_view interface, std::string_view ipv4) const {
    const auto wanted = parse_ipv4(ipv4);
    return !off_ && wanted && is_up(interface) &&
           std::ranges::any_of(addresses_of(interface), [&](const ipv4_prefix& p) { return p.address == *wanted; });
}

std::optional<announcement> scripted_device::announced(std::string_view interface) const {
    if (off_ || !is_up(interface)) {
        return std::nullopt;
    }
    return announcement{value("hostname").value_or(""), value("model").value_or(file().platform)};
}

bool scripted_device::reaches(std::string_view address) const {
    const auto wanted = parse_ipv4(address);
    if (!wanted) {
        return false;
    }
    for (const std::string& name : all_interfaces()) {
        if (!is_up(name)) {
            continue;
        }
        for (const ipv4_prefix& own : addresses_of(name)) {
            if (own.address == *wanted) {
                return true;
            }
            const std::string port(std::string_view(name).substr(0, name.find('.')));
            if (own.contains(*wanted) &&
                std::ranges::any_of(network_.reached({options_.name, port}),
                                    [&](const fabric::port& other) { return network_.answers(other, address); })) {
                return true;
            }
        }
    }
    return false;
}

void scripted_device::tell_link_changes() {
    for (const std::string& name : options_.interfaces) {
        const bool up = is_up(name);
        const auto told = links_.find(name);
        const bool was = told == links_.end() ? file().network.up_by_default : told->second;
        if (up != was) {
            happened(up ? "interface-up" : "interface-down", name);
        }
        links_[name] = up;
    }
}

}  // namespace rollover::sim::scripted
