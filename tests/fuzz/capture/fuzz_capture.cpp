// What a host's tcpdump says: read whole and in two pieces, the frames are the same, and no more than came in.
#include "drivers/crossconnect/capture.h"
#include "drivers/crossconnect/pcapng_writer.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollover::crossconnect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    pcap_reader whole;
    auto frames = whole.feed(all);
    if (!frames) {
        return 0;
    }
    pcap_reader pieces;
    const auto first = pieces.feed(all.substr(0, size / 2));
    const auto second = pieces.feed(all.substr(size / 2));
    std::size_t bytes = 0;
    if (!first || !second || first->size() + second->size() != frames->size()) {
        std::abort();
    }
    for (captured_frame& one : *frames) {
        bytes += one.bytes.size();
        static_cast<void>(take_vlan_tag(one));
        static_cast<void>(pcapng_frame(0, one));
    }
    if (bytes > size) {
        std::abort();
    }
    return 0;
}
