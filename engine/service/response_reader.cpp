#include "engine/service/response_reader.h"

#include "engine/service/beast_parser.h"

#include <boost/beast/http/error.hpp>
#include <optional>

namespace rollover::service {

namespace {

failure no_response(std::string why) {
    return {errc::protocol, "the answer is no HTTP response that can be read: " + std::move(why)};
}

}  // namespace

struct response_reader::implementation {
    implementation(message_limits l, bool head) : limits(l), to_head(head), scanner(l.most_header_bytes) {}

    message_limits limits;
    bool to_head;
    head_scanner scanner;
    std::string buffer;  // what was not parsed
    std::optional<beast_parser<false>> parser;
    bool head_is_whole = false;
    http_response head;

    /// Result: false, more is needed.
    result<bool> read_head();
};

result<bool> response_reader::implementation::read_head() {
    const auto found = scanner.look(buffer);
    if (found == head_scanner::found::more_needed) {
        return false;
    }
    if (found == head_scanner::found::wrong) {
        return no_response(scanner.why().reason);
    }
    parser.emplace(limits.most_body_bytes);
    parser->skip(to_head);
    boost::beast::error_code error;
    const std::size_t used = parser->parse(std::string_view(buffer).substr(0, scanner.size()), error);
    if (error || used != scanner.size() || !parser->is_header_done()) {
        return no_response(error.message());
    }
    buffer.erase(0, used);
    const auto& fields = parser->fields;
    const auto* coding = fields.find("Transfer-Encoding");
    if ((coding != nullptr && !same_without_case(*coding, "chunked")) || fields.count("Content-Length") > 1) {
        return no_response("it is not clear where it ends");
    }
    if (parser->status == 101 || parser->status < 100) {
        return no_response("status " + std::to_string(parser->status));
    }
    scanner = head_scanner(limits.most_header_bytes);
    if (parser->status < 200) {
        parser.reset();
        return true;
    }
    head.status = parser->status;
    head.content_type.clear();
    if (const auto* type = fields.find("Content-Type")) {
        head.content_type = *type;
    }
    head.headers = fields;
    head_is_whole = true;
    return true;
}

response_reader::response_reader(message_limits limits, bool to_head)
    : all_(std::make_unique<implementation>(limits, to_head)) {}
response_reader::~response_reader() = default;

result<void> response_reader::feed(std::string_view bytes) {
    auto& all = *all_;
    all.buffer += bytes;
    while (!all.head_is_whole) {
        const auto went_on = all.read_head();
        if (!went_on) {
            return went_on.error();
        }
        if (!*went_on) {
            return {};
        }
    }
    boost::beast::error_code error;
    all.buffer.erase(0, all.parser->parse(all.buffer, error));
    if (error) {
        return no_response(error.message());
    }
    if (all.parser->is_done() && !all.buffer.empty()) {
        return no_response("more follows than it said");
    }
    if (all.buffer.size() > all.limits.most_header_bytes) {
        return no_response("what stands between two chunks is too large");
    }
    return {};
}

result<void> response_reader::end() {
    if (is_whole()) {
        return {};
    }
    boost::beast::error_code error;
    if (all_->head_is_whole && all_->parser->need_eof()) {
        all_->parser->put_eof(error);
        if (!error) {
            return {};
        }
    }
    return failure(errc::peer_closed, "the connection ended before the answer was whole");
}

bool response_reader::head_is_whole() const noexcept {
    return all_->head_is_whole;
}

bool response_reader::is_whole() const noexcept {
    return all_->head_is_whole && all_->parser->is_done();
}

const http_response& response_reader::head() const noexcept {
    return all_->head;
}

std::string response_reader::take_body() {
    return all_->parser ? std::exchange(all_->parser->body, {}) : std::string();
}

}  // namespace rollover::service
