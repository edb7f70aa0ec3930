// Opens a line by its address, whatever the transport.
#include "drivers/transport/line.h"
#include "drivers/transport/menu.h"
#include "drivers/transport/raw_line.h"
#include "drivers/transport/ssh.h"
#include "drivers/transport/telnet_line.h"
#include "drivers/transport/tty.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace rollover::transport {

namespace {

failure name_line(failure f, const std::string& name) {
    return f.where.empty() ? std::move(f).at("line " + name) : f;
}

task<result<std::unique_ptr<line>>> open_tcp_line(runtime& rt, line_address address, time_point deadline) {
    auto connected = co_await rt.connect(address.to, deadline);
    if (!connected) {
        co_return connected.error();
    }
    auto stream = std::move(*connected);
    if (address.protocol == protocol::raw) {
        co_return co_await open_raw_line(rt, std::move(stream), std::move(address), deadline);
    }
    co_return co_await open_telnet_line(rt, std::move(stream), std::move(address), deadline);
}

task<result<std::unique_ptr<line>>> open_by_protocol(runtime& rt, line_address address, time_point deadline) {
    if (address.protocol == protocol::tty) {
        co_return open_tty(rt, address);
    }
    if (address.protocol == protocol::ssh) {
        co_return co_await open_ssh_line(rt, std::move(address), deadline);
    }
    co_return co_await open_tcp_line(rt, std::move(address), deadline);
}

bool worth_another_try(errc code) {
    return code == errc::unreachable || code == errc::busy || code == errc::peer_closed;
}

}  // namespace

task<result<std::unique_ptr<line>>> open_line(runtime& rt, line_address address, time_point deadline) {
    const std::string name = to_string(address);
    auto opened = co_await open_by_protocol(rt, address, deadline);
    if (!opened) {
        co_return name_line(opened.error(), name);
    }
    const result<void> passed = co_await pass_menu(rt, **opened, address, deadline);
    if (!passed) {
        co_return name_line(passed.error(), name);
    }
    co_return std::move(opened);
}

task<result<std::unique_ptr<line>>> open_line_patiently(runtime& rt, patience how, time_point deadline,
                                                        std::uint64_t& retries) {
    using namespace std::chrono_literals;
    const auto started = rt.now();
    duration pause = 500ms;
    bool told = false;
    for (;;) {
        auto opened = co_await how.open();
        if (opened || !worth_another_try(opened.error().code)) {
            co_return opened;
        }
        const bool busy = opened.error().code == errc::busy;
        const auto until = std::min(deadline, started + (busy ? how.busy : how.unreachable));
        if (rt.now() >= until) {
            auto why = std::move(opened).error();
            const auto tried = std::chrono::round<std::chrono::seconds>(rt.now() - started);
            why.reason += fmt::format("; tried for {}s", tried.count());
            co_return why;
        }
        if (busy && how.when_busy && !std::exchange(told, true)) {
            co_await how.when_busy(opened.error());
        }
        // The last try is at the limit itself, not a pause before it.
        const auto slept = co_await sleep_until(rt, std::min(until, rt.now() + pause));
        if (!slept) {
            co_return slept.error();
        }
        ++retries;
        pause = std::min<duration>(pause * 2, 5s);
    }
}

}  // namespace rollover::transport
