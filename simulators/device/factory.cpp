#include "simulators/device/factory.h"

#include "simulators/device/ios/router.h"
#include "simulators/device/shell/host.h"

namespace rollover::sim {

std::unique_ptr<simulated_device> make_device(runtime& rt, std::string_view platform, device_options options,
                                              output print, const fabric& network) {
    if (platform == "cisco-ios") {
        return std::make_unique<ios::router>(rt, std::move(options), std::move(print), network);
    }
    if (platform == "linux") {
        return std::make_unique<shell::host>(rt, std::move(options), std::move(print), network);
    }
    return nullptr;
}

}  // namespace rollover::sim
