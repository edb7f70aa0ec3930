// Any bytes as a command of the line protocol: the same in pieces as at once, and nothing in it that a log could not
// hold.
#include "engine/service/line_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace rollover;
using namespace rollover::service;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

result<std::optional<line_command>> read(std::string_view bytes, std::size_t size) {
    line_command_reader reader;
    result<std::optional<line_command>> out = std::optional<line_command>();
    for (std::size_t begin = 0; begin < bytes.size() && out && !*out; begin += size) {
        out = reader.feed(bytes.substr(begin, size));
    }
    return out;
}

bool is_plain(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = read(bytes, bytes.size());
    const auto pieces = read(bytes, data[0] % 16U + 1U);
    require(whole.has_value() == pieces.has_value());
    if (whole) {
        require(whole->has_value() == pieces->has_value());
    }
    if (whole && *whole) {
        require((*whole)->name == (*pieces)->name && (*whole)->values == (*pieces)->values);
        require(is_plain((*whole)->name) && !(*whole)->name.empty());
        for (const auto& [name, value] : (*whole)->values) {
            require(!name.empty() && is_plain(name) && is_plain(value));
        }
    }
    return 0;
}
