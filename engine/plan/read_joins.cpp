#include "engine/plan/read_joins.h"

#include "engine/plan/read_names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::plan {

namespace {

using plain_json = nlohmann::json;

result<member> read_member(const model::lab& lab, const plain_json& one) {
    const auto interface =
        find_interface(lab, one.at("device").get<std::string>(), one.at("interface").get<std::string>());
    if (!interface) {
        return interface.error();
    }
    return member{*interface, one.at("port").get<std::string>(), one.at("vlan").get<std::uint16_t>()};
}

result<planned_tunnel> read_tunnel(const model::lab& lab, const plain_json& one) {
    const auto across = find_named(lab.interlinks, one.at("interlink").get<std::string>(), "interlink");
    if (!across) {
        return across.error();
    }
    return planned_tunnel{model::interlink_index{*across},     one.at("local").get<std::string>(),
                          one.at("remote").get<std::string>(), one.at("vni").get<std::uint32_t>(),
                          one.at("port").get<std::uint16_t>(), one.at("mtu").get<std::uint32_t>()};
}

model::shape read_shape(const plain_json& one) {
    return {std::chrono::microseconds(one.at("delay_us").get<std::int64_t>()),
            std::chrono::microseconds(one.at("jitter_us").get<std::int64_t>()),
            one.at("loss_per_million").get<std::uint32_t>(), one.at("rate_mbit").get<std::uint32_t>()};
}

result<planned_join> read_join(const model::lab& lab, const plain_json& one) {
    const auto where = find_named(lab.cross_connects, one.at("cross_connect").get<std::string>(), "cross-connect");
    if (!where) {
        return where.error();
    }
    planned_join join{model::cross_connect_index{*where}, one.at("link").get<std::string>(), {}};
    for (const auto& each : one.at("members")) {
        auto member = read_member(lab, each);
        if (!member) {
            return member.error();
        }
        join.members.push_back(std::move(*member));
    }
    for (const auto& each : one.value("tunnels", plain_json::array())) {
        auto tunnel = read_tunnel(lab, each);
        if (!tunnel) {
            return tunnel.error();
        }
        join.tunnels.push_back(std::move(*tunnel));
    }
    if (one.contains("shape")) {
        join.shaped = read_shape(one.at("shape"));
    }
    return join;
}

}  // namespace

result<std::vector<planned_join>> read_joins(const model::lab& lab, std::string_view text) {
    const auto plan = plain_json::parse(text, nullptr, false);
    if (!plan.is_object()) {
        return failure(errc::bad_input, "the plan in the journal is no JSON object");
    }
    std::vector<planned_join> joins;
    try {
        for (const auto& one : plan.value("joins", plain_json::array())) {
            auto join = read_join(lab, one);
            if (!join) {
                return std::move(join).error().advise("put it back, or run: rollover deactivate");
            }
            joins.push_back(std::move(*join));
        }
    } catch (const plain_json::exception& wrong) {
        return failure(errc::bad_input, fmt::format("the joins of the plan in the journal: {}", wrong.what()));
    }
    return joins;
}

}  // namespace rollover::plan
