#include "engine/service/request_reader.h"

#include "engine/service/beast_parser.h"

#include <boost/beast/http/error.hpp>
#include <optional>

namespace rollover::service {

namespace http = boost::beast::http;

namespace {

refusal refusal_of(const boost::beast::error_code& error) {
    if (error == http::error::body_limit) {
        return {413, "the body is too large"};
    }
    return {400, "this is not HTTP: " + error.message()};
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether a request line ends with a version that is not one of ours.
bool has_other_version(std::string_view line) {
    const auto version = line.size() >= 9 ? line.substr(line.size() - 9) : std::string_view();
    return version.starts_with(" HTTP/") && is_number(version.substr(6, 1)) && version[7] == '.' &&
           is_number(version.substr(8)) && version.substr(6) != "1.1" && version.substr(6) != "1.0";
}

/// What is wrong with the header of a request that Beast has taken.
std::optional<refusal> wrong_header(const beast_parser<true>& request) {
    const auto& fields = request.fields;
    // Where a body ends must not depend on who reads the header: RFC 9112, section 6.3, and 11.2 (smuggling).
    if (const auto* coding = fields.find("Transfer-Encoding")) {
        if (request.version < 11 || fields.count("Transfer-Encoding") > 1 || fields.count("Content-Length") > 0) {
            return refusal{400, "it is not clear where the body of this request ends"};
        }
        if (!same_without_case(*coding, "chunked")) {
            return refusal{501, "the only transfer coding that is known here is chunked"};
        }
    }
    if (const auto* length = fields.find("Content-Length")) {
        if (fields.count("Content-Length") > 1 || !is_number(*length)) {
            return refusal{400, "a request has one Content-Length, which is a number"};
        }
    }
    // RFC 9112, section 3.2.
    if (fields.count("Host") > 1 || (request.version >= 11 && fields.count("Host") == 0)) {
        return refusal{400, "a request has one Host field"};
    }
    if (request.method == "CONNECT") {
        return refusal{501, "this is no proxy"};
    }
    // RFC 9110, section 10.1.1.
    const auto* expected = fields.find("Expect");
    if (expected != nullptr && request.version >= 11 && !same_without_case(*expected, "100-continue")) {
        return refusal{417, "the only expectation that is known here is 100-continue"};
    }
    return std::nullopt;
}

}  // namespace

struct request_reader::implementation {
    explicit implementation(message_limits l) : limits(l), scanner(l.most_header_bytes) {}

    message_limits limits;
    head_scanner scanner;
    std::string buffer;                        // what was not parsed
    std::optional<beast_parser<true>> parser;  // since the head of the current request was whole
    std::optional<http_request> request;       // its target, checked together with the head
    bool continue_wanted = false;
    std::optional<refusal> refused;
    bool keep_alive = false;
    bool http11 = true;

    state refuse(refusal why) {
        refused = std::move(why);
        keep_alive = false;
        buffer = {};
        parser.reset();
        return state::refused;
    }
    std::optional<state> read_head();
};

/// Nothing: the head is whole and right, go on with the body.
std::optional<request_reader::state> request_reader::implementation::read_head() {
    while (buffer.starts_with("\r\n")) {  // RFC 9112, section 2.2: some clients send one after a body
        buffer.erase(0, 2);
        scanner = head_scanner(limits.most_header_bytes);
    }
    const auto found = scanner.look(buffer);
    if (found == head_scanner::found::more_needed) {
        return state::more_needed;
    }
    if (found == head_scanner::found::wrong) {
        return refuse(scanner.why());
    }
    parser.emplace(limits.most_body_bytes);
    boost::beast::error_code error;
    const std::size_t used = parser->parse(std::string_view(buffer).substr(0, scanner.size()), error);
    if (parser->version != 0) {
        http11 = parser->version >= 11;
    }
    if (error == http::error::bad_version && has_other_version(std::string_view(buffer).substr(0, buffer.find('\r')))) {
        return refuse({505, "only HTTP/1.1 and HTTP/1.0 are spoken here"});
    }
    if (error) {
        return refuse(refusal_of(error));
    }
    if (auto wrong = wrong_header(*parser)) {
        return refuse(std::move(*wrong));
    }
    if (used != scanner.size() || !parser->is_header_done()) {
        return refuse({400, "this is not HTTP"});
    }
    buffer.erase(0, used);
    keep_alive = parser->keep_alive();
    request.emplace();
    request->method = parser->method;
    request->target = parser->target;
    if (const auto read = read_target(*request); !read) {
        return refuse({400, read.error().reason});
    }
    continue_wanted = http11 && parser->fields.count("Expect") > 0 && !parser->is_done() && buffer.empty();
    return std::nullopt;
}

request_reader::request_reader(message_limits limits) : all_(std::make_unique<implementation>(limits)) {}
request_reader::~request_reader() = default;

void request_reader::feed(std::string_view bytes) {
    if (!all_->refused) {
        all_->buffer += bytes;
    }
}

request_reader::state request_reader::next() {
    auto& all = *all_;
    if (all.refused) {
        return state::refused;
    }
    if (!all.parser) {
        if (const auto waits = all.read_head()) {
            return *waits;
        }
    }
    if (all.continue_wanted && all.buffer.empty()) {
        all.continue_wanted = false;
        return state::continue_wanted;
    }
    if (!all.parser->is_done()) {
        boost::beast::error_code error;
        all.buffer.erase(0, all.parser->parse(all.buffer, error));
        if (error) {
            return all.refuse(refusal_of(error));
        }
        // Beast keeps a chunk's header or the trailers here until they are whole.
        if (!all.parser->is_done() && all.buffer.size() > all.limits.most_header_bytes) {
            return all.refuse({431, "what stands between two chunks is too large"});
        }
    }
    return all.parser->is_done() ? state::whole : state::more_needed;
}

void request_reader::give_up(refusal why) {
    (void)all_->refuse(std::move(why));
}

bool request_reader::has_begun() const noexcept {
    return all_->parser.has_value() || !all_->buffer.empty();
}

http_request request_reader::take() {
    auto& all = *all_;
    http_request taken = std::move(*all.request);
    taken.headers = std::move(all.parser->fields);
    taken.body = std::move(all.parser->body);
    all.request.reset();
    all.parser.reset();
    all.continue_wanted = false;
    all.scanner = head_scanner(all.limits.most_header_bytes);
    return taken;
}

bool request_reader::keep_alive() const noexcept {
    return all_->keep_alive;
}

bool request_reader::is_http11() const noexcept {
    return all_->http11;
}

const refusal& request_reader::why() const noexcept {
    static const refusal none;
    return all_->refused ? *all_->refused : none;
}

}  // namespace rollover::service
