// Opens a line by its address, whatever the transport.
#include "drivers/transport/line.h"
#include "drivers/transport/raw_line.h"
#include "drivers/transport/ssh.h"
#include "drivers/transport/telnet_line.h"
#include "drivers/transport/tty.h"

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

}  // namespace

task<result<std::unique_ptr<line>>> open_line(runtime& rt, line_address address, time_point deadline) {
    const std::string name = to_string(address);
    auto opened = co_await open_by_protocol(rt, std::move(address), deadline);
    if (!opened) {
        co_return name_line(opened.error(), name);
    }
    co_return std::move(opened);
}

}  // namespace rollover::transport
