#include "engine/service/as_json.h"

#include "engine/base/text.h"

namespace rollover::service {

using nlohmann::json;
using scheduler::instant;
using scheduler::to_utc_text;

namespace {

json json_of_pod(const scheduler::pod& p) {
    json out{{"number", p.number}, {"devices", p.devices}, {"activation", p.activation}};
    for (const auto& one : p.parts) {
        out["parts"].push_back({{"site", one.site},
                                {"stage", name_of(one.now)},
                                {"why", printable(one.why)},
                                {"over", one.over},
                                {"activation", one.activation}});
    }
    return out;
}

}  // namespace

json as_json(const scheduler::reservation& r, const scheduler::local_time& zone) {
    json out{{"id", r.id},
             {"lab", r.lab},
             {"topology", r.topology},
             {"arguments", r.arguments},
             {"owner", r.owner},
             {"stage", name_of(r.now)},
             {"why", printable(r.why)},
             {"via", r.via},
             {"policy", name_of(r.policy)},
             {"from", to_utc_text(r.promised.from)},
             {"until", to_utc_text(r.promised.until)},
             {"typing_from", to_utc_text(r.held.from)},
             {"expected_ready", to_utc_text(r.expected)},
             {"clean_by", to_utc_text(r.held.until)},
             {"from_local", zone.write(r.promised.from)},
             {"until_local", zone.write(r.promised.until)},
             {"typing_from_local", zone.write(r.held.from)},
             {"expected_ready_local", zone.write(r.expected)},
             {"ready", r.ready ? json(to_utc_text(*r.ready)) : json()},
             {"late_s", r.ready ? json((*r.ready - r.promised.from).count()) : json()},
             {"pods", json::array()}};
    for (const auto& one : r.pods) {
        out["pods"].push_back(json_of_pod(one));
    }
    return out;
}

json as_json(const scheduler::booked_device& b, const scheduler::local_time& zone) {
    return {{"device", b.device},
            {"from", to_utc_text(b.held.from)},
            {"until", to_utc_text(b.held.until)},
            {"from_local", zone.write(b.held.from)},
            {"until_local", zone.write(b.held.until)},
            {"reservation", b.reservation},
            {"owner", b.owner},
            {"topology", b.topology}};
}

json as_json(const scheduler::entry& e, const scheduler::local_time& zone) {
    const auto second = scheduler::rounded_down(e.when);
    return {{"number", e.number},
            {"time", to_utc_text(second)},
            {"time_local", zone.write(second)},
            {"who", e.who},
            {"what", e.what},
            {"reservation", e.reservation},
            {"subject", printable(e.subject)},
            {"text", printable(e.text)}};
}

json as_json(const activation::progress_event& e) {
    return {{"activation", e.activation}, {"device", e.device}, {"stage", name_of(e.stage)},
            {"typed", e.typed},           {"total", e.total},   {"text", printable(e.text)}};
}

json as_json(const failure& f) {
    return {{"code", name_of(f.code)},
            {"reason", printable(f.reason)},
            {"where", printable(f.where)},
            {"hint", printable(f.hint)},
            {"text", describe(f)}};
}

}  // namespace rollover::service
