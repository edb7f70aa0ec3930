// Any bytes as the answer of a service: they are a response or they are not, in pieces as well as at once. The first
// byte says the size of the pieces, and whether the request was HEAD.
#include "engine/service/response_reader.h"

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

std::string read(std::string_view bytes, std::size_t size, bool to_head) {
    response_reader reader({.most_header_bytes = 300, .most_body_bytes = 200}, to_head);
    for (std::size_t begin = 0; begin < bytes.size(); begin += size) {
        const auto fed = reader.feed(bytes.substr(begin, size));
        if (!fed) {
            require(!fed.error().reason.empty());
            return "wrong";
        }
    }
    if (!reader.end()) {
        return "more";
    }
    require(reader.is_whole() && reader.head().status >= 200);
    const auto body = reader.take_body();
    require(body.size() <= 200);
    return std::to_string(reader.head().status) + reader.head().content_type + "\n" + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const bool to_head = data[0] >= 128;
    const auto whole = read(bytes, bytes.size(), to_head);
    require(read(bytes, data[0] % 64U + 1U, to_head) == whole);
    return 0;
}
