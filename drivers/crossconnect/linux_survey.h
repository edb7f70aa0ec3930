// What a survey says to a host with bridges of the kernel and what it reads back, as plain text. No I/O;
// linux_prober.cpp runs it.
//
// For each attachment there is a bridge of its own with nothing but the attachment's device in it: it learns the source
// addresses, and its own address, which is the mark, is that of the frames that ping sends from it. Its alias says
// whose it is, so that another process finds it. It is named rosv, 4 digits of the survey's name, 3 of the attachment.
//
//   ip -o link show                 -> 12: eth1.101@eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 ... master rolan1
//   ...
//                                      \    link/ether ...\    alias a1/survey        (ip-link(8); on one line, "\" is
//                                      real)
//   ip -batch -                     <- link add rosvb3a7000 type bridge ..., one command a line
//   bridge fdb show                 -> 02:6c:31:14:d4:a6 dev eth1.101 master rosvb3a7000        (bridge(8))
//   sh -c 'for b in "$@"; do ... ping -6 -q -c N -i 0.01 -W 1 -I $b ff02::1 ...; done; wait' sh rosvb3a7000 ...
#pragma once

#include "drivers/crossconnect/prober.h"

#include <string_view>

namespace rollover::crossconnect {

/// A network device of the host.
struct survey_link {
    std::string name;
    std::string master;  ///< the bridge that it is in; may be empty
    std::string alias;
    bool up = false;
    bool operator==(const survey_link&) const = default;
};

/// Reads the answer of `ip -o link show`; lines that are none are skipped. Linear.
[[nodiscard]] std::vector<survey_link> parse_survey_links(std::string_view output);

/// A source address that a bridge has learned.
struct learned_address {
    std::string device;
    std::string bridge;
    mac_address source;
    bool operator==(const learned_address&) const = default;
};

/// Reads the answer of `bridge fdb show`; those that the kernel has put there itself are left out. Linear.
[[nodiscard]] std::vector<learned_address> parse_forwarding(std::string_view output);

/// The bridge that looks at attachment `index`, at most 4095, of the survey `name`.
[[nodiscard]] std::string survey_bridge(const std::string& name, std::size_t index);

/// One device that is looked at.
struct watched_device {
    std::string device;
    std::string bridge;
    bool was_up = true;
    std::string made_of;     ///< the trunk's device, when the VLAN's has to be made; else empty
    std::uint16_t vlan = 0;  ///< with `made_of`
    unsigned mark = 0;       ///< its number
};

/// The lines for `ip -batch -` after which all of them are looked at.
[[nodiscard]] std::string batch_to_look(const std::string& name, const std::vector<watched_device>& devices);

/// The lines that remove all that the survey `name` has made, of what `links` has; empty when there is nothing.
[[nodiscard]] std::string batch_to_end(const std::string& name, const std::vector<survey_link>& links);

/// Lets the bridges have an IPv6 address at once, also on hosts where that is switched off.
[[nodiscard]] std::vector<std::string> wake_command(const std::vector<std::string>& bridges);

/// Sends so many frames from each of the bridges, from all at once.
[[nodiscard]] std::vector<std::string> ping_command(unsigned frames, const std::vector<std::string>& bridges);

}  // namespace rollover::crossconnect
