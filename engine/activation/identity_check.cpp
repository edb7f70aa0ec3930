#include "engine/activation/identity_check.h"

#include "engine/activation/addresses.h"
#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::activation {

using platform::identity_part;

namespace {

constexpr std::array both{identity_part::serial_number, identity_part::model};

const std::string& pin_of(const model::device& device, identity_part part) {
    return part == identity_part::serial_number ? device.serial_number : device.model;
}

std::vector<identity_part> pins(const model::device& device, const platform::description& how, bool readable) {
    std::vector<identity_part> all;
    for (const auto part : both) {
        if (!pin_of(device, part).empty() && platform::reads(how, part) == readable) {
            all.push_back(part);
        }
    }
    return all;
}

bool is_that_of(const model::device& device, identity_part part, const std::string& found) {
    if (found.empty()) {
        return part != identity_part::serial_number;
    }
    return part == identity_part::serial_number ? platform::same_serial_number(device.serial_number, found)
                                                : platform::same_model(device.model, found);
}

/// "serial number FTX1 and model 2811", of what is known.
std::string words_of(const platform::identity& found) {
    std::string words;
    for (const auto part : both) {
        if (!found[part].empty()) {
            words += fmt::format("{}{} {}", words.empty() ? "" : " and ", name_of(part), printable(found[part]));
        }
    }
    return words;
}

std::string advice(const model::lab& lab, const model::device& device, const platform::identity& found) {
    const auto owner = std::find_if(lab.devices.begin(), lab.devices.end(), [&](const model::device& other) {
        return !found.serial_number.empty() && platform::same_serial_number(other.serial_number, found.serial_number);
    });
    if (owner != lab.devices.end() && &*owner != &device) {
        return fmt::format("{} has that one in the lab file, and is on line {}: are the cables swapped?", owner->name,
                           name_of(lab, owner->console.line));
    }
    return fmt::format("look where the cable of line {} ends; if the device was exchanged, mend {}",
                       name_of(lab, device.console.line), to_string(device.place));
}

}  // namespace

std::vector<identity_part> readable_pins(const model::device& device, const platform::description& how) {
    return pins(device, how, true);
}

std::vector<identity_part> unreadable_pins(const model::device& device, const platform::description& how) {
    return pins(device, how, false);
}

std::optional<failure> another_device(const model::lab& lab, const model::device& device,
                                      const std::vector<identity_part>& pins, const platform::identity& found) {
    const auto wrong = std::find_if(pins.begin(), pins.end(),
                                    [&](identity_part part) { return !is_that_of(device, part, found[part]); });
    if (wrong == pins.end()) {
        return std::nullopt;
    }
    const auto line = name_of(lab, device.console.line);
    if (found[*wrong].empty()) {
        return failure(
                   errc::device_differs,
                   fmt::format("the device on the console of {} (line {}) does not say its {}; the lab file says {}",
                               device.name, line, name_of(*wrong), pin_of(device, *wrong)))
            .at(full_name(lab, device))
            .advise(fmt::format("look at the transcript; mend <identify> of platform {}, or take the pin out of {}",
                                device.platform, to_string(device.place)));
    }
    return failure(errc::device_differs,
                   fmt::format("the console of {} (line {}) is that of a device with {}; the lab file says {} {}",
                               device.name, line, words_of(found), name_of(*wrong), pin_of(device, *wrong)))
        .at(full_name(lab, device))
        .advise(advice(lab, device, found) + ". Nothing was configured or erased on it");
}

}  // namespace rollover::activation
