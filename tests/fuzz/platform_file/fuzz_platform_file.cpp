// Any bytes as a platform file: a description or mistakes, never a crash, never both.
#include "drivers/platform/description.h"

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
    }
    return 0;
}
