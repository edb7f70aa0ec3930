// Frames of users at the end of a cable: sent as they are, and heard byte for byte.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace rollover::crossconnect {

using frame = std::vector<std::uint8_t>;

/// A user's device at one end of a cable: a raw socket.
class cable_end {
public:
    /// `space`: path of a network namespace; empty: this one.
    cable_end(const std::string& space, const std::string& device) {
        const int here = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        const int there = space.empty() ? -1 : ::open(space.c_str(), O_RDONLY | O_CLOEXEC);
        if (there >= 0) {
            ::setns(there, CLONE_NEWNET);
        }
        socket_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
        sockaddr_ll at{};
        at.sll_family = AF_PACKET;
        at.sll_protocol = htons(ETH_P_ALL);
        at.sll_ifindex = static_cast<int>(::if_nametoindex(device.c_str()));
        const int yes = 1;
        const int room = 8 << 20;
        ::setsockopt(socket_, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof yes);
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        packet_mreq all{at.sll_ifindex, PACKET_MR_PROMISC, 0, {}};
        ::setsockopt(socket_, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all);
        good_ = at.sll_ifindex != 0 && ::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
        if (there >= 0) {
            ::setns(here, CLONE_NEWNET);
            ::close(there);
        }
        ::close(here);
        while (hear(std::chrono::milliseconds(0))) {
        }
    }
    ~cable_end() { ::close(socket_); }
    cable_end(const cable_end&) = delete;
    cable_end& operator=(const cable_end&) = delete;

    [[nodiscard]] bool good() const { return good_; }
    bool send(const frame& what) const {
        return ::send(socket_, what.data(), what.size(), 0) == static_cast<ssize_t>(what.size());
    }

    /// The next frame that came in, with the tag that the kernel took out put back.
    std::optional<frame> hear(std::chrono::milliseconds patience) const {
        const auto limit = std::chrono::steady_clock::now() + patience;
        for (;;) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
            pollfd wait{socket_, POLLIN, 0};
            if (::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) != 1) {
                return std::nullopt;
            }
            if (auto one = receive()) {
                return one;
            }
        }
    }

private:
    /// Nothing for what this end has sent itself.
    std::optional<frame> receive() const {
        frame bytes(65536);
        sockaddr_ll from{};
        std::array<char, 256> control{};
        iovec part{bytes.data(), bytes.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto count = ::recvmsg(socket_, &message, MSG_DONTWAIT);
        if (count < 14 || from.sll_pkttype == PACKET_OUTGOING) {
            return std::nullopt;
        }
        bytes.resize(static_cast<std::size_t>(count));
        for (auto* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
            tpacket_auxdata data{};
            if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) {
                continue;
            }
            std::memcpy(&data, CMSG_DATA(c), sizeof data);
            if ((data.tp_status & TP_STATUS_VLAN_VALID) != 0) {
                const std::array<std::uint8_t, 4> tag{
                    static_cast<std::uint8_t>(data.tp_vlan_tpid >> 8U), static_cast<std::uint8_t>(data.tp_vlan_tpid),
                    static_cast<std::uint8_t>(data.tp_vlan_tci >> 8U), static_cast<std::uint8_t>(data.tp_vlan_tci)};
                bytes.insert(bytes.begin() + 12, tag.begin(), tag.end());
            }
        }
        return bytes;
    }

    int socket_ = -1;
    bool good_ = false;
};

/// "0180c2000000 020000000001 0026 4242030000": hexadecimal bytes, then `fill` counted bytes.
inline frame a_frame(const std::string& hexadecimal, std::size_t fill) {
    frame bytes;
    std::string digits;
    for (const char c : hexadecimal) {
        if (c != ' ') {
            digits.push_back(c);
        }
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
            digits.clear();
        }
    }
    for (std::size_t i = 0; i < fill; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i * 7 + i / 256));
    }
    return bytes;
}

struct named_frame {
    std::string name;
    frame bytes;
};

/// What users' devices say to one another that a switch would keep, and what would be too much for one.
inline std::vector<named_frame> all_frames() {
    const std::string from = " 020000000001 ";
    return {
        {"STP BPDU", a_frame("0180c2000000" + from + "0026 424203 0000 00 00", 35)},
        {"RSTP BPDU, tagged", a_frame("0180c2000000" + from + "8100 0064 0027 424203 0000 02 02", 36)},
        {"LACP", a_frame("0180c2000002" + from + "8809 01 01", 108)},
        {"802.1X", a_frame("0180c2000003" + from + "888e 01 01 0000", 42)},
        {"LLDP to the nearest bridge", a_frame("0180c200000e" + from + "88cc 0207 04 020000000001", 60)},
        {"LLDP to the nearest non-TPMR bridge", a_frame("0180c2000003" + from + "88cc 0207 04 020000000001", 60)},
        {"LLDP to the nearest customer bridge", a_frame("0180c2000000" + from + "88cc 0207 04 020000000001", 60)},
        {"provider bridges", a_frame("0180c2000008" + from + "0026 424203 0000 00 00", 35)},
        {"PVST+", a_frame("01000ccccccd" + from + "0032 aaaa03 00000c 010b 0000 00", 40)},
        {"PVST+, tagged", a_frame("01000ccccccd" + from + "8100 e00a 0032 aaaa03 00000c 010b 0000 00", 40)},
        {"CDP", a_frame("01000ccccccc" + from + "0100 aaaa03 00000c 2000 02b4", 246)},
        {"UDLD", a_frame("01000ccccccc" + from + "0040 aaaa03 00000c 0111", 56)},
        {"802.1Q", a_frame("020000000002" + from + "8100 2fff 0800", 80)},
        {"802.1Q in 802.1Q", a_frame("020000000002" + from + "8100 0064 8100 00c8 0800", 80)},
        {"802.1Q in 802.1ad", a_frame("020000000002" + from + "88a8 0064 8100 00c8 86dd", 80)},
        {"9,000 bytes", a_frame("020000000002" + from + "88b5", 9000)},
        {"9,000 bytes in two tags", a_frame("020000000002" + from + "8100 0064 8100 00c8 88b5", 9000)},
        {"IPv6 multicast", a_frame("333300000005" + from + "86dd 6000000000085940", 60)},
        {"IPv4 multicast", a_frame("01005e000005" + from + "0800 45c0", 62)},
        {"ARP",
         a_frame("ffffffffffff" + from + "0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002", 18)},
        {"IS-IS", a_frame("0180c2000014" + from + "0200 fefe03 83", 508)},
        {"MPLS", a_frame("020000000002" + from + "8847 00064140", 70)},
        {"PPPoE", a_frame("ffffffffffff" + from + "8863 1109 0000 0004", 42)},
        {"shortest", a_frame("020000000002" + from + "88b5", 46)},
    };
}

}  // namespace rollover::crossconnect
