#include "simulators/device/factory.h"

#include "simulators/device/ios/router.h"
#include "simulators/device/scripted/scripted_device.h"
#include "simulators/device/shell/host.h"

#include <map>

namespace rollover::sim {

std::unique_ptr<simulated_device> make_device(runtime& rt, std::string_view platform, device_options options,
                                              output print, const fabric& network) {
    if (platform == "cisco-ios") {
        return std::make_unique<ios::router>(rt, std::move(options), std::move(print), network);
    }
    if (platform == "linux") {
        return std::make_unique<shell::host>(rt, std::move(options), std::move(print), network);
    }
    if (auto file = scripted::shipped_tables(platform)) {
        return std::make_unique<scripted::scripted_device>(rt, std::move(file), std::move(options), std::move(print),
                                                           network);
    }
    return nullptr;
}

std::unique_ptr<simulated_device> make_device(runtime& rt, const device_file& file, device_options options,
                                              output print, const fabric& network) {
    return std::make_unique<scripted::scripted_device>(rt, file.tables, std::move(options), std::move(print), network);
}

std::optional<device_file> read_device_file(std::string_view xml, const std::string& name, diagnostics& mistakes) {
    auto read = scripted::read_definition(xml, name, mistakes);
    if (!read) {
        return std::nullopt;
    }
    std::string platform = read->platform;
    return device_file{std::move(platform), std::make_shared<const scripted::tables>(std::move(read))};
}

std::vector<std::string> simulated_platforms() {
    auto all = scripted::shipped_platforms();
    all.insert(all.end(), {"cisco-ios", "linux"});
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace rollover::sim
