#include "engine/service/message_head.h"

namespace rollover::service {

head_scanner::found head_scanner::refuse(unsigned status, std::string reason) {
    why_.status = status;
    why_.reason = std::move(reason);
    return found::wrong;
}

// RFC 9112: section 2.2 (a bare CR is refused; we refuse a bare LF as well), 5.2 (obsolete folding), 3 (request line).
head_scanner::found head_scanner::look(std::string_view buffer) {
    for (; at_ < buffer.size(); ++at_) {
        if (at_ >= most_bytes_) {
            return first_line_ended_
                       ? refuse(431, "the header is larger than " + std::to_string(most_bytes_) + " bytes")
                       : refuse(414, "the target is too long");
        }
        const char c = buffer[at_];
        const char before = at_ > 0 ? buffer[at_ - 1] : '\0';
        const auto code = static_cast<unsigned char>(c);
        if ((before == '\r') != (c == '\n')) {
            return refuse(400, "every line ends with CR and LF");
        }
        if ((code < 0x20 && c != '\r' && c != '\n' && c != '\t') || code == 0x7f) {
            return refuse(400, "a control character has no place in a header");
        }
        if (before == '\n' && (c == ' ' || c == '\t')) {
            return refuse(400, "lines of a header cannot be continued on the next one");
        }
        if (c == '\n') {
            if (!first_line_ended_ && buffer.substr(0, at_).find("HTTP/") == std::string_view::npos) {
                return refuse(400, "this is not HTTP");
            }
            first_line_ended_ = true;
            if (at_ >= 3 && buffer.substr(at_ - 3, 4) == "\r\n\r\n") {
                ++at_;
                return found::end;
            }
        }
    }
    return found::more_needed;
}

}  // namespace rollover::service
