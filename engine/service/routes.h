// The HTTP routes of the service: requests to the front desk, its answers as JSON. openapi.json describes them.
#pragma once

#include "engine/service/front_desk.h"
#include "engine/service/http_server.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollover::service {

/// Who sends a request. Errors: refused.
using authenticate = std::function<result<caller>(const http_request&)>;

/// What happens while the service runs, for all who watch.
class news {
public:
    explicit news(runtime& rt) : rt_(rt) {}
    struct listener {
        explicit listener(runtime& rt) : woken(rt) {}
        event woken;
        std::vector<activation::progress_event> steps;  ///< since it was woken last; what is too many is dropped
    };
    void tell(const activation::progress_event& step);
    [[nodiscard]] std::shared_ptr<listener> listen();

private:
    runtime& rt_;
    std::vector<std::weak_ptr<listener>> listeners_;
};

class routes {
public:
    /// All must outlive it.
    routes(front_desk& desk, news& what_happens, authenticate who);
    [[nodiscard]] task<http_response> answer(http_request request);

    /// "POST /v1/reservations", as openapi.json has them.
    [[nodiscard]] static std::vector<std::string> known();
    [[nodiscard]] static std::string_view openapi();

private:
    front_desk& desk_;
    news& news_;
    authenticate who_;
};

/// The status that a failure has (RFC 9110, section 15).
[[nodiscard]] unsigned status_of(errc code) noexcept;
[[nodiscard]] http_response error_response(const failure& f);

}  // namespace rollover::service
