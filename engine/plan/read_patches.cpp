#include "engine/plan/read_patches.h"

#include "engine/plan/read_names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::plan {

namespace {

result<model::interface_reference> find_end(const model::lab& lab, const nlohmann::json& end) {
    auto found = find_interface(lab, end.value("device", ""), end.value("interface", ""));
    if (found && !lab.at(*found).line) {
        return failure(errc::not_found, "the interface is on no converter line any more").at(name_of(lab, *found));
    }
    return found;
}

}  // namespace

result<std::vector<planned_patch>> read_patches(const model::lab& lab, std::string_view json) {
    const auto plan = nlohmann::json::parse(json, nullptr, false);
    if (!plan.is_object()) {
        return failure(errc::bad_input, "the plan in the journal is no JSON object");
    }
    std::vector<planned_patch> patches;
    try {
        for (const auto& one : plan.value("patches", nlohmann::json::array())) {
            planned_patch patch{one.at("link").get<std::string>(), {}};
            for (std::size_t at = 0; at < patch.ends.size(); ++at) {
                auto end = find_end(lab, one.at("ends").at(at));
                if (!end) {
                    return std::move(end).error().advise("put it back, or run: rollover deactivate");
                }
                patch.ends.at(at) = *end;
            }
            patches.push_back(std::move(patch));
        }
    } catch (const nlohmann::json::exception& wrong) {
        return failure(errc::bad_input, fmt::format("the patches of the plan in the journal: {}", wrong.what()));
    }
    return patches;
}

}  // namespace rollover::plan
