// HTTP messages as plain values: what a handler of the service is given and gives back, and what a client sends and
// gets. Nothing here knows how they look on the wire (request_reader.h, response_reader.h).
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::service {

class event_stream;

/// Header fields in the order in which they came. Names compare without case (RFC 9110, section 5.1).
class http_fields {
public:
    using field = std::pair<std::string, std::string>;

    http_fields() = default;
    http_fields(std::initializer_list<field> fields) : fields_(fields) {}

    void add(std::string name, std::string value);
    /// The value of the first field of that name; null when there is none. Valid until the next change.
    [[nodiscard]] const std::string* find(std::string_view name) const noexcept;
    /// How many fields have that name.
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

private:
    std::vector<field> fields_;
};

struct http_request {
    std::string method = "GET";         ///< a token, in the case in which it was sent
    std::string target = "/";           ///< as on the wire: path and query, still encoded
    std::string path = "/";             ///< of the target, percent-decoded
    std::vector<std::string> segments;  ///< the path cut at '/', then decoded: an encoded '/' cuts nothing
    std::map<std::string, std::string>
        query;  ///< percent-decoded, '+' is a blank; a key without '=' has an empty value
    http_fields headers;
    std::string body;  ///< chunks put together
    std::string peer;  ///< the client's IP address, set by the server; empty where there is none
};

struct http_response {
    unsigned status = 200;                          ///< 200..599
    std::string content_type = "application/json";  ///< of the body; empty: no such field is sent
    http_fields headers;                            ///< others; Content-Length, Connection, Date are the server's
    std::string body;

    /// When set, the body is a stream of server-sent events: called with the stream when the head was sent, and over
    /// when it returns. It is cancelled when the client goes or the server stops. `body` is not sent then.
    /// Must be a function that calls a named coroutine, not a capturing lambda that is one (STYLE: coroutines).
    std::function<task<void>(event_stream&)> stream;
};

/// Fills `path`, `segments` and `query` from `target`, which may be absolute ("http://host/path", RFC 9112, section
/// 3.2.2) and is cut to path and query then.
/// Errors: bad_input for a target that is no path, bad percent-encoding, %00, and a key that is given twice.
[[nodiscard]] result<void> read_target(http_request& request);

/// The way back: a target from a decoded path and query.
[[nodiscard]] std::string make_target(std::string_view path, const std::map<std::string, std::string>& query = {});

/// `text` with everything encoded but letters, digits and "-._~" (RFC 3986, section 2.3); `keep` is left as well.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view keep = {});

/// Errors: bad_input for a '%' without two hexadecimal digits, and for %00.
[[nodiscard]] result<std::string> percent_decoded(std::string_view text);

/// Whether a and b are the same but for the case of ASCII letters.
[[nodiscard]] bool same_without_case(std::string_view a, std::string_view b) noexcept;

/// Whether `text` may stand as a field value: no control characters but tab (RFC 9110, section 5.5).
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;

/// Whether `text` is a token, as methods and field names are (RFC 9110, section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

}  // namespace rollover::service
