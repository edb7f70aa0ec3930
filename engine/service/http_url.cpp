#include "engine/service/http_url.h"

#include "engine/base/text.h"
#include "engine/service/http_message.h"

#include <algorithm>
#include <charconv>

namespace rollover::service {

namespace {

failure bad_url(std::string_view text, std::string_view why) {
    return failure(errc::bad_input, printable(text) + " is no address of a service: " + std::string(why))
        .advise("it looks like http://127.0.0.1:7070");
}

bool is_host(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._:%") ==
               std::string_view::npos;
}

}  // namespace

result<http_url> read_http_url(std::string_view text) {
    http_url out;
    out.at.port = default_port;
    std::string_view rest = text;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
        out.secure = same_without_case(rest.substr(0, scheme), "https");
        if (!out.secure && !same_without_case(rest.substr(0, scheme), "http")) {
            return bad_url(text, "only http:// and https:// are known");
        }
        rest.remove_prefix(scheme + 3);
    }
    const auto slash = std::min(rest.find('/'), rest.size());
    if (slash < rest.size()) {
        out.path = rest.substr(slash);
    }
    if (out.path.find_first_of("# ") != std::string::npos || !is_field_value(out.path)) {
        return bad_url(text, "its path has characters that do not belong there");
    }
    std::string_view host = rest.substr(0, slash);
    std::string_view port;
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string_view::npos) {
            return bad_url(text, "the ']' is missing");
        }
        port = host.substr(end + 1);
        host = host.substr(1, end - 1);
    } else {
        const auto colon = std::min(host.find(':'), host.size());
        port = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (!is_host(host)) {
        return bad_url(text, "the host is missing or has characters that do not belong there");
    }
    out.at.host = host;
    if (!port.empty()) {
        const auto* const end = port.data() + port.size();
        const auto [stop, error] = std::from_chars(port.data() + 1, end, out.at.port);
        if (port.front() != ':' || error != std::errc() || stop != end || out.at.port == 0) {
            return bad_url(text, "the port is a number from 1 to 65535");
        }
    }
    return out;
}

}  // namespace rollover::service
