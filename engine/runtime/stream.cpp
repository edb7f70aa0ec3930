#include "engine/runtime/stream.h"

namespace rollover {

task<result<void>> byte_stream::writable(time_point /*deadline*/) {
    result<void> answer = failure(errc::unsupported, "this stream cannot say when it takes more");
    co_return answer;
}

std::string to_string(const endpoint& e) {
    const bool v6 = e.host.find(':') != std::string::npos;
    return (v6 ? "[" + e.host + "]" : e.host) + ":" + std::to_string(e.port);
}

}  // namespace rollover
