// The HTTP routes of the service: requests to the front desk, its answers as JSON. openapi.json describes them.
#pragma once

#include "engine/service/front_desk.h"
#include "engine/service/gate.h"
#include "engine/service/http_server.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollover::service {

/// What happens while the service runs, for all who watch.
class news {
public:
    explicit news(runtime& rt) : rt_(rt) {}
    struct listener {
        explicit listener(runtime& rt) : woken(rt) {}
        event woken;
        std::vector<activation::progress_event> steps;  ///< since it was woken last; what is too many is dropped
        bool entries = true;                            ///< there may be new entries in the calendar
    };
    void tell(const activation::progress_event& step);
    /// Something was written into the calendar.
    void changed();
    [[nodiscard]] std::shared_ptr<listener> listen();

private:
    runtime& rt_;
    std::vector<std::weak_ptr<listener>> listeners_;
};

class routes {
public:
    /// All must outlive it.
    routes(front_desk& desk, news& what_happens, gate& entry);
    [[nodiscard]] task<http_response> answer(http_request request);

    /// "POST /v1/reservations", as openapi.json has them.
    [[nodiscard]] static std::vector<std::string> known();
    [[nodiscard]] static std::string_view openapi();
    /// What a route of `known` does; action::look needs no token.
    [[nodiscard]] static access::action action_of(std::string_view route);
    struct route;

private:
    [[nodiscard]] task<http_response> answer_known(const route& one, http_request request, std::string name);

    front_desk& desk_;
    news& news_;
    gate& gate_;
};

/// The status that a failure has (RFC 9110, section 15).
[[nodiscard]] unsigned status_of(errc code) noexcept;
[[nodiscard]] http_response error_response(const failure& f);
/// Of one who was not let in: 401 with WWW-Authenticate (RFC 6750), 429 with Retry-After, or 503.
[[nodiscard]] http_response closed_response(const entrance& door);

}  // namespace rollover::service
