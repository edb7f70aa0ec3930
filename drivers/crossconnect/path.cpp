#include "drivers/crossconnect/path.h"

#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/openvswitch_ports.h"

#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

/// IP and ICMP headers.
std::uint32_t headers(const tunnel& over) {
    return over.remote.find(':') == std::string::npos ? 28 : 48;
}

/// Packets of `bytes` bytes; whether at least one of them was answered.
task<result<bool>> passes(host& on, const tunnel& over, std::uint32_t bytes, time_point deadline) {
    std::vector<std::string> argv{"ping", "-n", "-q", "-c", "3", "-i", "0.2", "-W", "1", "-M", "do", "-s"};
    argv.push_back(std::to_string(bytes - headers(over)));
    argv.insert(argv.end(), {"-I", over.local, over.remote});
    auto ended = co_await on.run(std::move(argv), {}, deadline);
    if (!ended) {
        co_return ended.error();
    }
    constexpr int usage = 2;
    constexpr int not_found = 127;
    const bool wrong_ping = ended->exit_code == usage && ended->errors.find("option") != std::string::npos;
    if (ended->exit_code == not_found || wrong_ping) {
        co_return failure(errc::unsupported, "the host has no ping that can forbid fragments")
            .said(ended->errors)
            .advise("install iputils-ping there");
    }
    co_return ended->exit_code == 0;
}

/// The largest of [passed, failed) that passes, halving.
task<result<std::uint32_t>> largest(host& on, const tunnel& over, std::uint32_t passed, std::uint32_t failed,
                                    time_point deadline) {
    while (failed - passed > 1) {
        const auto middle = passed + (failed - passed) / 2;
        const auto good = co_await passes(on, over, middle, deadline);
        if (!good) {
            co_return good.error();
        }
        (*good ? passed : failed) = middle;
    }
    co_return passed;
}

}  // namespace

task<result<void>> check_path(runtime& rt, address from, tunnel over, time_point deadline) {
    constexpr std::uint32_t small = 128;
    auto checked = checked_tunnel(over);
    if (!checked) {
        co_return checked.error();
    }
    const auto place = fmt::format("cross-connect {}, from {} to {}", from.name, checked->local, checked->remote);
    auto opened = co_await open_host(rt, std::move(from), deadline);
    if (!opened) {
        co_return failure(opened.error()).at(place);
    }
    const auto all = co_await passes(**opened, *checked, std::max(small, checked->mtu), deadline);
    if (!all) {
        co_return failure(all.error()).at(place);
    }
    if (*all) {
        co_return result<void>();
    }
    const auto any = co_await passes(**opened, *checked, small, deadline);
    if (!any) {
        co_return failure(any.error()).at(place);
    }
    if (!*any) {
        co_return failure(errc::unreachable, "no packet is answered")
            .at(place)
            .advise("mend the network between the two, or let ICMP echo pass");
    }
    const auto most = co_await largest(**opened, *checked, small, checked->mtu, deadline);
    if (!most) {
        co_return failure(most.error()).at(place);
    }
    co_return failure(
        errc::refused,
        fmt::format("packets of {} bytes do not pass unfragmented; the largest that did has {}", checked->mtu, *most))
        .at(place)
        .advise(fmt::format("raise the MTU of the network between them, or write mtu=\"{}\" to the interlink", *most));
}

}  // namespace rollover::crossconnect
