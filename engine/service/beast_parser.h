// Boost.Beast's HTTP/1 parser, filling plain values. Included by request_reader.cpp and response_reader.cpp only.
#pragma once

#include "engine/service/http_message.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <string>

namespace rollover::service {

/// `is_request`: of requests, otherwise of responses. The head is given in one piece, the body in any.
template <bool is_request>
class beast_parser final : public boost::beast::http::basic_parser<is_request> {
    using base = boost::beast::http::basic_parser<is_request>;
    using error_code = boost::beast::error_code;
    using text = boost::beast::string_view;

public:
    explicit beast_parser(std::size_t most_body_bytes) : most_body_bytes_(most_body_bytes) {
        base::body_limit(boost::none);  // ours counts what is held, so that a stream may go on for ever
        base::header_limit(0xffffffffU);
        base::eager(false);  // one element at a time: see parse()
    }

    /// Parses `bytes`. Result: how many were used; the rest is to be given again, with more after it.
    std::size_t parse(std::string_view bytes, error_code& error) {
        std::size_t used = 0;
        error = {};
        while (used < bytes.size() && !base::is_done() && !error) {
            // Beast 1.81 asserts that it never sees less of a last chunk (basic_parser.ipp, parse_chunk_header), and
            // sees it when "0\r\n\r\n" comes byte by byte. What is missing of a chunked body is 5 bytes at least.
            if (base::is_header_done() && base::chunked() && bytes.size() - used < 5) {
                break;
            }
            used += base::put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
        }
        if (error == boost::beast::http::error::need_more) {
            error = {};
        }
        return used;
    }

    std::string method;
    std::string target;
    std::string reason;
    unsigned status = 0;
    int version = 0;  ///< 10 or 11
    http_fields fields;
    std::string body;

private:
    void on_request_impl(boost::beast::http::verb /*known*/, text name, text where, int number,
                         error_code& /*error*/) override {
        method = std::string(name);
        target = std::string(where);
        version = number;
    }
    void on_response_impl(int code, text words, int number, error_code& /*error*/) override {
        status = static_cast<unsigned>(code);
        reason = std::string(words);
        version = number;
    }
    void on_field_impl(boost::beast::http::field /*known*/, text name, text value, error_code& /*error*/) override {
        if (!in_body_) {  // trailers are dropped: nothing of ours may depend on them (RFC 9110, section 6.5.1)
            fields.add(std::string(name), std::string(value));
        }
    }
    void on_header_impl(error_code& error) override {
        in_body_ = true;
        const auto length = base::content_length();
        if (length && *length > most_body_bytes_ && !base::is_done()) {
            error = boost::beast::http::error::body_limit;
        }
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/, error_code& /*error*/) override {}
    std::size_t on_body_impl(text bytes, error_code& error) override {
        if (bytes.size() > room()) {
            error = boost::beast::http::error::body_limit;
            return 0;
        }
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t size, text /*extensions*/, error_code& error) override {
        if (size > room()) {
            error = boost::beast::http::error::body_limit;
        }
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*left*/, text bytes, error_code& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code& /*error*/) override {}

    [[nodiscard]] std::size_t room() const { return most_body_bytes_ - std::min(most_body_bytes_, body.size()); }

    std::size_t most_body_bytes_;
    bool in_body_ = false;
};

}  // namespace rollover::service
