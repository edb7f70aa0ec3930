#include "engine/activation/patch_report.h"

#include <nlohmann/json.hpp>

namespace rollover::activation {

namespace {

nlohmann::json json_of(const std::string& name, const patch::end_counts& counts) {
    return {{"end", name},
            {"connected", counts.connected},
            {"bytes", counts.bytes},
            {"breaks", counts.breaks},
            {"breaks_lost", counts.breaks_lost},
            {"reconnects", counts.reconnects},
            {"dropped", counts.dropped}};
}

void read_end(const nlohmann::json& from, std::string& name, patch::end_counts& counts) {
    from.at("end").get_to(name);
    from.at("connected").get_to(counts.connected);
    from.at("bytes").get_to(counts.bytes);
    from.at("breaks").get_to(counts.breaks);
    from.at("breaks_lost").get_to(counts.breaks_lost);
    from.at("reconnects").get_to(counts.reconnects);
    from.at("dropped").get_to(counts.dropped);
}

}  // namespace

patch_report report_of(const patch::patch& one) {
    return {one.name(), {one.at(0).name, one.at(1).name}, one.counted()};
}

std::string to_json(const std::vector<patch_report>& all) {
    auto out = nlohmann::json::array();
    for (const auto& one : all) {
        auto ends = nlohmann::json::array();
        for (std::size_t at = 0; at < one.ends.size(); ++at) {
            ends.push_back(json_of(one.ends.at(at), one.counts.ends.at(at)));
        }
        out.push_back({{"link", one.link}, {"ends", std::move(ends)}});
    }
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

result<std::vector<patch_report>> read_patch_reports(std::string_view json) {
    std::vector<patch_report> all;
    try {
        for (const auto& one : nlohmann::json::parse(json)) {
            patch_report report;
            one.at("link").get_to(report.link);
            for (std::size_t at = 0; at < report.ends.size(); ++at) {
                read_end(one.at("ends").at(at), report.ends.at(at), report.counts.ends.at(at));
            }
            all.push_back(std::move(report));
        }
    } catch (const nlohmann::json::exception& wrong) {
        return failure(errc::bad_input, std::string("no counters of patches: ") + wrong.what());
    }
    return all;
}

}  // namespace rollover::activation
