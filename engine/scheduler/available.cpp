#include "engine/scheduler/available.h"

#include "engine/scheduler/window.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unordered_map>

namespace rollover::scheduler {

std::string segment_claim(const std::string& segment) {
    return "segment " + segment;
}

std::vector<std::string> claims_of(const model::lab& lab, const placement::placement& p) {
    std::vector<std::string> out;
    for (const auto device : p.devices) {
        out.push_back(lab.at(device).name);
    }
    for (const auto& link : p.links) {
        if (link.by.what == placement::carrier::kind::segment) {
            // It has no walls: a second topology on it would hear this one.
            out.push_back(segment_claim(lab.segments[link.by.medium].name));
        }
    }
    return out;
}

placement::request request_for(const model::lab& lab, const model::topology& topology,
                               const activation::holds& unavailable) {
    placement::request request{lab, topology, {}, {}};
    for (const auto& [name, held] : unavailable) {
        if (const auto device = model::find_device(lab, name)) {
            request.unavailable.insert(*device);
            request.why[*device] = to_string(held);
            if (held.quarantined) {
                request.quarantined.insert(*device);
            }
        }
    }
    for (std::uint32_t s = 0; s < lab.segments.size(); ++s) {
        const auto held = unavailable.find(segment_claim(lab.segments[s].name));
        if (held != unavailable.end()) {
            request.unavailable_segments[s] = to_string(held->second);
        }
    }
    return request;
}

namespace {

std::string words_of(const booked_device& booked) {
    if (booked.owner.empty()) {
        return fmt::format("reserved by somebody else until {:%Y-%m-%d %H:%M:%S}",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(booked.held.until)));
    }
    return fmt::format("reserved by {} ({}, {}) until {:%Y-%m-%d %H:%M:%S}", booked.owner, booked.reservation,
                       booked.topology, fmt::gmtime(std::chrono::system_clock::to_time_t(booked.held.until)));
}

}  // namespace

activation::hold hold_of(const booked_device& booked) {
    return {"", false, words_of(booked)};
}

std::vector<placement::booked> calendar_of(const model::lab& lab, const std::vector<booked_device>& bookings) {
    std::unordered_map<std::string, model::device_index> devices;
    for (std::uint32_t d = 0; d < lab.devices.size(); ++d) {
        devices.emplace(lab.devices[d].name, model::device_index{d});
    }
    std::unordered_map<std::string, std::uint32_t> segments;
    for (std::uint32_t s = 0; s < lab.segments.size(); ++s) {
        segments.emplace(segment_claim(lab.segments[s].name), s);
    }
    std::vector<placement::booked> out;
    for (const auto& one : bookings) {
        placement::booked entry{one.held.from, one.held.until, {}, {}, words_of(one)};
        if (const auto device = devices.find(one.device); device != devices.end()) {
            entry.devices.push_back(device->second);
        }
        if (const auto segment = segments.find(one.device); segment != segments.end()) {
            entry.segments.push_back(segment->second);
        }
        if (!entry.devices.empty() || !entry.segments.empty()) {
            out.push_back(std::move(entry));
        }
    }
    return out;
}

}  // namespace rollover::scheduler
