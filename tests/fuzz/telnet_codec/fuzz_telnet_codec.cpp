// Any bytes, cut in two anywhere: the codec answers the same, in bounded memory, and its replies are Telnet.
#include "drivers/transport/telnet_codec.h"

#include <cstdlib>

using namespace rollover::transport;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

telnet_codec start(std::uint8_t how) {
    telnet_codec codec((how & 1U) != 0 ? telnet_client_policy(true) : telnet_server_policy(true));
    for (const std::uint8_t option : {telnet::binary, telnet::com_port}) {
        codec.assume(telnet_side::local, option, (how & 2U) != 0);
        codec.assume(telnet_side::remote, option, (how & 4U) != 0);
    }
    if ((how & 8U) != 0) {
        (void)codec.ask(telnet_side::remote, telnet::echo, true);
    }
    return codec;
}

bool same(const telnet_output& a, const telnet_output& b) {
    if (a.data != b.data || a.reply != b.reply || a.events.size() != b.events.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.events.size(); ++i) {
        const auto& x = a.events[i];
        const auto& y = b.events[i];
        if (x.what != y.what || x.after_data != y.after_data || x.code != y.code || x.payload != y.payload) {
            return false;
        }
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    const std::string_view input(reinterpret_cast<const char*>(bytes) + 3, size - 3);
    telnet_codec whole = start(bytes[0]);
    telnet_codec pieces = start(bytes[0]);
    telnet_output a;
    telnet_output b;
    whole.feed(input, a);
    const std::size_t cut = input.empty() ? 0 : (bytes[1] | static_cast<std::size_t>(bytes[2]) << 8U) % input.size();
    pieces.feed(input.substr(0, cut), b);
    pieces.feed(input.substr(cut), b);
    require(same(a, b));
    require(a.data.size() <= input.size() && a.reply.size() <= input.size() && a.reply.size() % 3 == 0);
    for (const auto& what : a.events) {
        require(what.payload.size() <= telnet_codec::subnegotiation_limit && what.after_data <= a.data.size());
    }
    // What we send comes back as data and as nothing else.
    telnet_codec sender = start(bytes[0] & 6U);
    telnet_codec receiver(telnet_server_policy(false));
    receiver.assume(telnet_side::remote, telnet::binary, sender.enabled(telnet_side::local, telnet::binary));
    telnet_output echoed;
    receiver.feed(sender.encode(input), echoed);
    require(echoed.data == input && echoed.events.empty() && echoed.reply.empty());
    return 0;
}
