#include "engine/activation/journal.h"

#include "engine/base/text.h"

#include <array>
#include <utility>

namespace rollover::activation {

namespace {

constexpr std::array<std::pair<record_kind, std::string_view>, 19> kinds{{
    {record_kind::begun, "begun"},
    {record_kind::joining, "joining"},
    {record_kind::patching, "patching"},
    {record_kind::touching, "touching"},
    {record_kind::untouched, "untouched"},
    {record_kind::found, "found"},
    {record_kind::configured, "configured"},
    {record_kind::replaced, "replaced"},
    {record_kind::missing, "missing"},
    {record_kind::ready, "ready"},
    {record_kind::failed, "failed"},
    {record_kind::deactivating, "deactivating"},
    {record_kind::unjoined, "unjoined"},
    {record_kind::unpatched, "unpatched"},
    {record_kind::clean, "clean"},
    {record_kind::quarantined, "quarantined"},
    {record_kind::released, "released"},
    {record_kind::ended, "ended"},
    {record_kind::note, "note"},
}};

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (const auto line : split_lines(text)) {
        if (!line.empty()) {
            lines.emplace_back(line);
        }
    }
    return lines;
}

}  // namespace

std::string to_string(const hold& h) {
    const auto first = std::string_view(h.why).substr(0, h.why.find('\n'));
    if (!h.quarantined) {
        return h.activation.empty() ? std::string(first) : "busy in activation " + h.activation;
    }
    const std::string since = h.activation.empty() ? "in quarantine" : "in quarantine since activation " + h.activation;
    return since + (first.empty() ? "" : ": " + printable(first));
}

std::string_view name_of(record_kind kind) noexcept {
    for (const auto& [value, name] : kinds) {
        if (value == kind) {
            return name;
        }
    }
    return "note";
}

std::optional<record_kind> record_kind_of(std::string_view name) noexcept {
    for (const auto& [value, known] : kinds) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::string_view name_of(phase p) noexcept {
    switch (p) {
        case phase::activating: return "activating";
        case phase::ready: return "ready";
        case phase::rolling_back: return "rolling back";
        case phase::deactivating: return "deactivating";
        case phase::ended: return "ended";
    }
    return "ended";
}

std::string_view name_of(device_condition c) noexcept {
    switch (c) {
        case device_condition::claimed: return "claimed";
        case device_condition::dirty: return "may be dirty";
        case device_condition::clean: return "clean";
        case device_condition::quarantined: return "quarantined";
        case device_condition::released: return "released by hand";
    }
    return "may be dirty";
}

standing stand(const std::vector<record>& records) {
    standing now;
    for (const auto& one : records) {
        switch (one.kind) {
            case record_kind::joining: now.joins[one.subject] = lines_of(one.text); break;
            case record_kind::unjoined: now.joins.erase(one.subject); break;
            case record_kind::patching: now.patches = lines_of(one.text); break;
            case record_kind::unpatched: now.patches.clear(); break;
            case record_kind::touching:
                now.devices[one.subject].condition = device_condition::dirty;
                now.devices[one.subject].configured = false;
                now.devices[one.subject].replaced = false;
                break;
            case record_kind::untouched: now.devices.erase(one.subject); break;
            case record_kind::found: now.devices[one.subject].found = one.text; break;
            case record_kind::configured: now.devices[one.subject].configured = true; break;
            case record_kind::clean:
                now.devices[one.subject].condition = device_condition::clean;
                now.devices[one.subject].why.clear();
                break;
            case record_kind::released: now.devices[one.subject].condition = device_condition::released; break;
            case record_kind::quarantined:
                now.devices[one.subject].condition = device_condition::quarantined;
                now.devices[one.subject].why = one.text;
                break;
            case record_kind::replaced: now.devices[one.subject].replaced = true; break;
            case record_kind::missing: now.missing[one.subject] = one.text; break;
            case record_kind::ready: now.phase = phase::ready; break;
            case record_kind::failed:
                now.phase = phase::rolling_back;
                now.failure = one.text;
                break;
            case record_kind::deactivating: now.phase = phase::deactivating; break;
            case record_kind::ended: now.phase = phase::ended; break;
            case record_kind::begun:
            case record_kind::note: break;
        }
    }
    return now;
}

}  // namespace rollover::activation
