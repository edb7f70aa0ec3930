// Any bytes as the value of a header field Authorization, and as a token: what is taken is exactly what was written.
#include "engine/access/token.h"
#include "engine/access/user.h"

#include <cstdint>
#include <cstdlib>

using namespace rollover;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto read = access::read_token(bytes)) {
        require(read->text.reveal() == bytes && size <= access::most_token_bytes && read->number > 0);
        require(bytes.starts_with("rollover_" + access::id_of_token(read->number) + "_"));
        require(access::number_of_token(access::id_of_token(read->number)) == read->number);
        require(access::is_digest_of(*read, access::digest_of(*read)));
    }
    if (const auto read = access::read_authorization(bytes)) {
        require(bytes.ends_with(" " + read->text.reveal()) && access::read_token(read->text.reveal()).has_value());
    }
    if (const auto number = access::number_of_token(bytes)) {
        require(access::id_of_token(*number) == bytes);
    }
    if (access::is_user_name(bytes)) {
        require(bytes.find_first_of(" \t\r\n/:\"<>\\") == std::string_view::npos && size <= 64);
    }
    return 0;
}
