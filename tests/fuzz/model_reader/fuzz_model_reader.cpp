// Any bytes as a lab or topology: a value or mistakes, never both, never neither, and no crash.
// Seeds are in corpus/ beside this file; tests/engine/model/corpus makes good seeds too.
#include "engine/model/reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollover;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = model::read_document(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.xml");
    if (read.value.has_value() == !read.mistakes.empty()) {
        std::abort();
    }
    for (const auto& mistake : read.mistakes) {
        if (to_string(mistake).empty()) {
            std::abort();
        }
    }
    if (!read.value) {
        return 0;
    }
    if (const auto* const t = std::get_if<model::topology>(&*read.value)) {
        static_cast<void>(model::check_expansions(*t));
        static_cast<void>(model::check_arguments(*t, {{"pod", "1"}}));
    } else {
        for (const auto& d : std::get<model::lab>(*read.value).devices) {
            static_cast<void>(name_of(std::get<model::lab>(*read.value), d.console.line));
        }
    }
    return 0;
}
