// A simulated device on its serial port, and a session with it, in virtual time.
#pragma once

#include "drivers/platform/session.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/device/factory.h"
#include "tests/drivers/platform/support.h"
#include "tests/support/scripted_console.h"

namespace rollover::platform {

struct no_network final : sim::fabric {
    [[nodiscard]] std::vector<port> reached(const port&) const override { return {}; }
    [[nodiscard]] bool answers(const port&, std::string_view) const override { return false; }
};

/// A simulated device on its serial port, and a session with it.
struct bench {
    explicit bench(const std::string& platform, const std::string& found_in, bool booted = true,
                   const std::string& user = "root", std::vector<std::string> interfaces = {},
                   const std::string& password = "lab")
        : port(rt, sim::uart_options{}), on(rt, [this](std::string_view c) { port.send(c); }) {
        sim::device_options options;
        options.name = "r1";
        options.interfaces = std::move(interfaces);
        if (options.interfaces.empty()) {
            options.interfaces = platform == "linux" ? std::vector<std::string>{"eth0", "eth1"}
                                                     : std::vector<std::string>{"FastEthernet0/0", "FastEthernet0/1"};
        }
        options.found_in = found_in;
        options.booted = booted;
        options.user = user;
        options.password = password;
        device = sim::make_device(rt, platform, options, port.printer(), network);
        port.attach(*device);
        port.on_line([this](std::string_view bytes) { on.receive(bytes); });
        logins who;
        who.user = user;
        who.password = secret(password);
        who.enable_password = secret(password);
        talk = std::make_unique<session>(rt, on, shipped(platform), who, options.interfaces, log_sink());
        if (!booted) {
            device->power_on();
        }
    }

    void run(task<void> root) {
        EXPECT_EQ(rt.run(std::move(root), rt.now() + std::chrono::hours(10)), virtual_end::finished)
            << on.peek().open_line;
    }

    virtual_runtime rt;
    no_network network;
    sim::uart port;
    test::scripted_console on;
    std::unique_ptr<sim::simulated_device> device;
    std::unique_ptr<session> talk;
};

inline std::string words(const result<void>& r) {
    return r ? std::string("done") : describe(r.error());
}

}  // namespace rollover::platform
