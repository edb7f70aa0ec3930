#include "drivers/console/cast_events.h"

#include "drivers/console/cast_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::console {

namespace {

std::string as_json(std::string_view bytes) {
    constexpr bool only_ascii = true;
    return nlohmann::json(to_cast_text(bytes)).dump(-1, ' ', only_ascii);
}

}  // namespace

std::string cast_header_line(std::chrono::sys_seconds begun, std::string_view title) {
    return fmt::format(R"({{"version": 2, "width": {}, "height": {}, "timestamp": {}, "title": {}}})"
                       "\n",
                       cast_width, cast_height, begun.time_since_epoch().count(), as_json(title));
}

std::string cast_event_line(duration at, char code, std::string_view bytes) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).count();
    return fmt::format("[{}.{:03}, \"{}\", {}]\n", ms / 1000, ms % 1000, code, as_json(bytes));
}

}  // namespace rollover::console
