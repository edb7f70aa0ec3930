// Any bytes in the place of what Graphviz prints: a drawing without blanks at line ends, or a refusal.
#include "engine/draw/terminal.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto drawn = rollover::draw::on_terminal({reinterpret_cast<const char*>(data), size});
    if (drawn && drawn->find(" \n") != std::string::npos) {
        std::abort();
    }
    return 0;
}
