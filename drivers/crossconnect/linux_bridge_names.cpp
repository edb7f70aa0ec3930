#include "drivers/crossconnect/linux_bridge_names.h"

#include <charconv>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view mark = "rollover ";
constexpr std::string_view found_mark = "found";

bool is_plain(char c) {
    return letters_and_digits.find(c) != std::string_view::npos || std::string_view("/._-+:,=@").find(c) < 9;
}

/// "50%25 off" for "50% off"? Blanks too: a word of ip -batch, without quotes, backslashes and '#'.
std::string encoded(std::string_view plain) {
    std::string out;
    for (const char c : plain) {
        out += is_plain(c) ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return out;
}

std::optional<std::string> decoded(std::string_view written) {
    std::string out;
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (written[i] != '%') {
            out.push_back(written[i]);
            continue;
        }
        unsigned value = 0;
        const auto digits = written.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) {
            return std::nullopt;
        }
        out.push_back(static_cast<char>(value));
        i += 2;
    }
    return out;
}

std::string_view take_word(std::string_view& rest) {
    const auto end = rest.find(' ');
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return word;
}

/// FNV-1a, 64 bits folded to 32.
std::uint32_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf2'9ce4'8422'2325U;
    for (const char c : text) {
        value = (value ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3U;
    }
    return static_cast<std::uint32_t>(value ^ (value >> 32U));
}

}  // namespace

bool is_usable_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= longest_device_name && name != "." && name != ".." &&
           !name.starts_with('-') && std::all_of(name.begin(), name.end(), [](char c) {
               return letters_and_digits.find(c) != std::string_view::npos || std::string_view("-_.@:+").find(c) < 6;
           });
}

std::string alias_of_join(std::string_view join_name) {
    return std::string(mark) + encoded(join_name);
}

std::optional<std::string> join_of_alias(std::string_view alias) {
    if (!alias.starts_with(mark) || alias.size() == mark.size()) {
        return std::nullopt;
    }
    return decoded(alias.substr(mark.size()));
}

std::string alias_of_owner(const owner_mark& owner) {
    auto alias = std::string(mark) + owner.bridge;
    if (const auto& was = owner.before) {
        alias += fmt::format(" {} {} {} {}", found_mark, was->mtu, was->addresses, was->up ? "up" : "down");
        alias += was->alias.empty() ? "" : " " + encoded(was->alias);
    }
    return alias;
}

std::optional<owner_mark> owner_of_alias(std::string_view alias) {
    if (!alias.starts_with(mark)) {
        return std::nullopt;
    }
    alias.remove_prefix(mark.size());
    owner_mark owner;
    owner.bridge = take_word(alias);
    if (!is_usable_name(owner.bridge)) {
        return std::nullopt;
    }
    if (alias.empty()) {
        return owner;
    }
    device_before was;
    const bool found = take_word(alias) == found_mark;
    const auto mtu = take_word(alias);
    const auto [end, error] = std::from_chars(mtu.data(), mtu.data() + mtu.size(), was.mtu);
    was.addresses = take_word(alias);
    const auto state = take_word(alias);
    was.up = state == "up";
    auto original = decoded(alias);
    if (!found || error != std::errc{} || end != mtu.data() + mtu.size() || (!was.up && state != "down") || !original) {
        return std::nullopt;
    }
    was.alias = std::move(*original);
    owner.before = std::move(was);
    return owner;
}

std::string claim_on(std::string_view device) {
    return "rollover-" + std::string(device);
}

bool is_claimed(const link_state& device) {
    return std::find(device.other_names.begin(), device.other_names.end(), claim_on(device.name)) !=
           device.other_names.end();
}

std::string derived_name(std::string_view prefix, char kind, std::string_view from, std::uint32_t try_number) {
    return fmt::format("{}{}{:08x}", prefix, kind, hash(from) + try_number);
}

bool is_our_bridge(const link_state& device, std::string_view prefix) {
    return device.kind == "bridge" && device.group == our_group && device.name.starts_with(prefix) &&
           device.name.substr(prefix.size()).starts_with('-');
}

}  // namespace rollover::crossconnect
