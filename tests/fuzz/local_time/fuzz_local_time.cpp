// Any text as a time and as a length: what is read is read again, the same, from how it is written.
#include "engine/scheduler/local_time.h"

#include <cstdint>
#include <cstdlib>

using namespace rollover;
using namespace rollover::scheduler;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto zone = *local_time::in("Europe/Prague");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const instant now(std::chrono::seconds(1'800'000'000));
    const auto time = zone.read(text, now);
    if (time) {
        require(!zone.write(*time).empty());
        const auto written = to_utc_text(*time);
        if (written.size() == 20) {  // years of four digits
            const auto again = zone.read(written, now);
            require(again && *again == *time);
        }
    } else {
        require(time.error().code == errc::bad_input);
    }
    const auto length = read_length(text);
    if (length) {
        const auto again = read_length(to_length_text(*length));
        require(*length >= std::chrono::hours(24 * 999'999) || (again && *again == *length));
    }
    return 0;
}
