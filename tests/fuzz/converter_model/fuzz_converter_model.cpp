// Any bytes as a converter model: a model or mistakes, never a crash, never both.
#include "engine/model/converter_model.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rollover::diagnostics mistakes;
    rollover::model::converter_models all;
    rollover::model::read_converter_model(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.xml", all,
                                          mistakes);
    if (all.empty() == mistakes.empty()) {
        std::abort();
    }
    return 0;
}
