// Any payloads of COM-PORT subnegotiations: what is understood encodes to the same payload again, and the client bears
// every message in every state.
#include "drivers/transport/com_port_client.h"

#include <cstdlib>

using namespace rollover::transport;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void one_payload(std::string_view payload, com_port_client& client) {
    const auto message = parse_com_port(payload);
    if (!message) {
        return;
    }
    telnet_codec codec(telnet_client_policy(true));
    codec.assume(telnet_side::local, telnet::com_port, true);
    telnet_output out;
    codec.feed(encode(*message), out);
    require(out.data.empty() && out.reply.empty() && out.events.size() == 1);
    require(parse_com_port(out.events[0].payload) == message);
    const auto heard = client.hear(*message);
    require(heard.events.size() <= 2);
    // State notifications are never answered (RFC 2217 section 3), and no answer asks for an answer.
    require(heard.reply.empty() || !message->from_server);
    (void)client.mismatch();
    (void)client.unanswered();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    com_port_client client;
    std::string_view input(reinterpret_cast<const char*>(bytes), size);
    if (!input.empty() && (input.front() & 1) != 0) {
        (void)client.ask({});
    }
    // Payloads stand behind one another, each with its length before it.
    while (!input.empty()) {
        const auto length = static_cast<std::uint8_t>(input.front());
        input.remove_prefix(1);
        const std::string_view payload = input.substr(0, length);
        if (payload.size() <= telnet_codec::subnegotiation_limit) {
            one_payload(payload, client);
        }
        input.remove_prefix(payload.size());
    }
    return 0;
}
