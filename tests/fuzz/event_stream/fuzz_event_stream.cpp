// Any bytes as a stream of events: in pieces as well as at once; and what was read is read again as it was written.
#include "engine/service/event_stream.h"

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

/// All events, then whether the stream was refused.
std::vector<server_event> read(std::string_view bytes, std::size_t size, bool& refused) {
    event_parser parser(200);
    std::vector<server_event> all;
    for (std::size_t begin = 0; begin < bytes.size() && !refused; begin += size) {
        const auto events = parser.feed(bytes.substr(begin, size));
        refused = !events;
        if (events) {
            all.insert(all.end(), events->begin(), events->end());
        }
    }
    return all;
}

bool same(const server_event& a, const server_event& b) {
    return a.id == b.id && a.event == b.event && a.data == b.data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    bool refused = false;
    bool refused_in_pieces = false;
    const auto whole = read(bytes, bytes.size(), refused);
    const auto pieces = read(bytes, data[0] % 64U + 1U, refused_in_pieces);
    require(refused == refused_in_pieces);
    require(refused ? pieces.size() >= whole.size() : pieces.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        require(same(whole[i], pieces[i]));
    }
    for (const auto& one : pieces) {
        const auto written = written_event(one.id, one.event, one.data);
        require(written.has_value() || one.event.find('\0') != std::string::npos);
        if (written) {
            event_parser again(1000);
            const auto events = again.feed(*written);
            require(events && events->size() == 1 && same(events->front(), one));
        }
    }
    return 0;
}
