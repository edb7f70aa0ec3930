#include "engine/runtime/peer_address.h"

#include <boost/asio/ip/address.hpp>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rollover {

namespace {

boost::asio::ip::address plain(const boost::asio::ip::address& a) {
    if (a.is_v6() && a.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, a.to_v6());
    }
    return a;
}

}  // namespace

std::string peer_address(const byte_stream& of) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    if (of.descriptor() < 0 || ::getpeername(of.descriptor(), reinterpret_cast<sockaddr*>(&from), &size) != 0) {
        return {};
    }
    if (from.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)).to_string();
    }
    if (from.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &from, sizeof v6);
        boost::asio::ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return plain(boost::asio::ip::address_v6(bytes)).to_string();
    }
    return {};
}

bool is_loopback_address(std::string_view address) {
    boost::system::error_code none;
    const auto read = boost::asio::ip::make_address(std::string(address), none);
    return !none && plain(read).is_loopback();
}

}  // namespace rollover
