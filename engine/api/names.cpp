#include "engine/api/names.h"

#include "engine/api/reports.h"

namespace rollover::api {

std::vector<model::device_index> devices_named(const model::lab& lab, const std::vector<std::string>& names,
                                               std::vector<problem>& problems) {
    std::vector<model::device_index> all;
    for (std::uint32_t d = 0; names.empty() && d < lab.devices.size(); ++d) {
        all.push_back({d});
    }
    for (const std::string& name : names) {
        if (const auto device = model::find_device(lab, name)) {
            all.push_back(*device);
            continue;
        }
        problems.push_back(problem_of(*unknown_device(lab, name)));
    }
    return all;
}

}  // namespace rollover::api
