#include "simulators/lab/serve.h"

#include <fmt/format.h>

namespace rollover::sim {

task<result<void>> serve(real_runtime& rt, const model::lab& lab, simulator_options options, event& stop,
                         log_sink log) {
    lab_simulator simulator(rt, lab, std::move(options), log);
    auto started = simulator.start();
    if (!started) {
        co_return started.error();
    }
    if (log) {
        for (const auto& x : lab.cross_connects) {
            if (x.host.empty()) {
                log({severity::warning,
                     {},
                     {},
                     fmt::format(
                         "the cross-connect {} has no host, so its commands run on this machine for real: it is "
                         "not simulated",
                         x.name)});
            }
        }
        log({severity::info,
             {},
             {},
             fmt::format("the lab {} is simulated: {} devices, {} cross-connects", lab.name, lab.devices.size(),
                         lab.cross_connects.size())});
    }
    co_await stop.wait();
    co_await simulator.stop();
    co_return result<void>();
}

}  // namespace rollover::sim
