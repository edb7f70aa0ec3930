// Any bytes as a platform file: a description or mistakes, never a crash, never both.
#include "drivers/platform/examine.h"
#include "drivers/platform/safe_walk.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    rollover::diagnostics mistakes;
    const auto d = rollover::platform::read_description(xml, "fuzz.xml", mistakes);
    if (d.has_value() != mistakes.empty()) {
        std::abort();
    }
    if (d) {
        static_cast<void>(rollover::platform::check_line(*d, xml.substr(0, 300)));
        static_cast<void>(rollover::platform::examine(*d));
        const auto safe = rollover::platform::without_consequences(*d, false);
        if (safe.how->transitions.size() > d->transitions.size()) {
            std::abort();
        }
    }
    return 0;
}
