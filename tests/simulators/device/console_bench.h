// A simulated device behind its serial port in virtual time: type, let time pass, look at what came out of the line.
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "simulators/device/factory.h"

#include <functional>
#include <gmock/gmock.h>
#include <map>
#include <string>

namespace rollover::sim {

using namespace std::chrono_literals;

/// Ports that reach each other as a test says; devices are asked for their addresses.
class test_fabric final : public fabric {
public:
    std::map<port, std::vector<port>> wires;
    std::map<std::string, const network_identity*> devices;

    [[nodiscard]] std::vector<port> reached(const port& from) const override {
        const auto found = wires.find(from);
        return found == wires.end() ? std::vector<port>() : found->second;
    }
    [[nodiscard]] bool answers(const port& at, std::string_view ipv4) const override {
        const auto found = devices.find(at.device);
        return found != devices.end() && found->second->has_address(at.interface, ipv4);
    }
    [[nodiscard]] std::optional<announcement> announced(const port& at) const override {
        const auto found = devices.find(at.device);
        return found == devices.end() ? std::nullopt : found->second->announced(at.interface);
    }
};

class console_bench {
public:
    explicit console_bench(const std::string& platform, device_options options = {}, uart_options line = {})
        : port(rt, line) {
        prepare(options);
        made = make_device(rt, platform, options, port.printer(), net);
        connect(options.name);
    }
    explicit console_bench(const device_file& file, device_options options = {}, uart_options line = {})
        : port(rt, line) {
        prepare(options);
        made = make_device(rt, file, options, port.printer(), net);
        connect(options.name);
    }

    void pass(duration time) {
        const virtual_end end = rt.run(sleep(rt, time));
        EXPECT_EQ(end, virtual_end::finished);
    }
    /// Types with a gap after each character, then waits.
    void type(std::string_view text, duration gap = 10ms, duration then = 500ms) {
        for (const char c : text) {
            port.send(std::string_view(&c, 1));
            pass(gap);
        }
        pass(then);
    }
    /// Types a line and Enter; returns what came out since, its echo included.
    std::string command(std::string_view text, duration then = 3s) {
        seen.clear();
        type(std::string(text) + "\r", 10ms, then);
        return seen;
    }
    simulated_device& dev() { return *made; }

    virtual_runtime rt;
    test_fabric net;
    uart port;
    std::unique_ptr<simulated_device> made;
    std::string seen;

private:
    void prepare(device_options& options) {
        if (options.interfaces.empty()) {
            options.interfaces = {"FastEthernet0/0", "FastEthernet0/1"};
        }
        if (options.name.empty()) {
            options.name = "r1";
        }
        options.set_speed = [this](std::uint32_t baud) { port.set_device_baud(baud); };
    }
    void connect(const std::string& name) {
        net.devices[name] = made.get();
        port.attach(*made);
        port.on_line([this](std::string_view text) { seen += text; });
    }
    static task<void> sleep(runtime& r, duration time) {
        const auto slept = co_await sleep_for(r, time);
        EXPECT_TRUE(slept);
    }
};

/// A router in privileged exec, with nothing configured.
class enabled_router : public console_bench {
public:
    explicit enabled_router(device_options options = {}, uart_options line = {})
        : console_bench("cisco-ios", std::move(options), line) {
        type("no\r", 10ms, 5s);
        type("\r", 10ms, 10s);
        type("\r", 10ms, 3s);
        type("enable\r");
        type("terminal length 0\r");
        seen.clear();
    }
};

inline device_options quiet() {
    device_options options;
    options.chatty = false;
    return options;
}

}  // namespace rollover::sim
