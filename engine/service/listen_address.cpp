#include "engine/service/listen_address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <fmt/format.h>

namespace rollover::service {

result<endpoint> read_listen_address(std::string_view text) {
    failure wrong = failure(errc::bad_input, fmt::format("'{}' is no address to listen at", text))
                        .advise("write ADDRESS:PORT: 127.0.0.1:7070, [::1]:7070");
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return wrong;
    }
    endpoint out;
    std::string_view host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return wrong;
    }
    const std::string_view port = text.substr(colon + 1);
    const auto read = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (host.empty() || port.empty() || read.ec != std::errc() || read.ptr != port.data() + port.size()) {
        return wrong;
    }
    out.host = std::string(host);
    return out;
}

bool is_loopback(const endpoint& at) {
    boost::system::error_code none;
    const auto address = boost::asio::ip::make_address(at.host, none);
    return none ? at.host == "localhost" : address.is_loopback();
}

}  // namespace rollover::service
