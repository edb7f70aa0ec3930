// One simulated line in virtual time with an echoing device behind it, and a client that speaks bytes.
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/tcp_line_server.h"

#include <array>
#include <gtest/gtest.h>

namespace rollover::sim {

/// Prints back what it hears; a BREAK shows as "<break>".
class echo_device final : public device {
public:
    explicit echo_device(output print) : print_(std::move(print)) {}
    void power_on() override {}
    void input(char character) override {
        heard += character;
        print_(std::string_view(&character, 1));
    }
    void input_break() override { print_("<break>"); }
    std::string heard;

private:
    output print_;
};

struct line_bench {
    explicit line_bench(model::line_protocol protocol, line_faults faults = {}, uart_options speed = {})
        : port(rt, speed),
          device(port.printer()),
          line("r1", &port, speed.baud, std::move(faults)),
          server(rt, line, protocol, {}) {
        port.attach(device);
        EXPECT_TRUE(server.listen(address));
    }

    /// Runs `client` while the line is served.
    template <class Client>
    void run(Client client) {
        auto root = [](line_bench& b, Client c) -> task<void> {
            task_group group(b.rt);
            group.spawn(b.server.serve());
            co_await c(b);
            group.cancel();
            co_await group.join();
        };
        EXPECT_EQ(rt.run(root(*this, client)), virtual_end::finished);
    }

    virtual_runtime rt;
    uart port;
    echo_device device;
    serial_line line;
    tcp_line_server server;
    const endpoint address{"192.0.2.1", 4001};
};

/// Reads until `count` bytes are there, the end, or `limit` has passed.
inline task<std::string> read_bytes(virtual_runtime& rt, byte_stream& from, std::size_t count,
                                    duration limit = std::chrono::seconds(5)) {
    std::string got;
    const time_point until = rt.now() + limit;
    std::array<char, 512> buffer{};
    while (got.size() < count) {
        const auto some = co_await from.read_some(buffer, until);
        if (!some) {
            break;
        }
        got.append(buffer.data(), *some);
    }
    co_return got;
}

inline task<void> skip_bytes(virtual_runtime& rt, byte_stream& from, std::size_t count,
                             duration limit = std::chrono::seconds(5)) {
    const std::string unwanted = co_await read_bytes(rt, from, count, limit);
    EXPECT_LE(unwanted.size(), count);
}

inline task<std::unique_ptr<byte_stream>> connect_to(virtual_runtime& rt, endpoint to) {
    auto connected = co_await rt.connect(std::move(to), rt.now() + std::chrono::seconds(5));
    EXPECT_TRUE(connected);
    co_return std::move(*connected);
}

}  // namespace rollover::sim
