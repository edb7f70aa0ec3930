#include "engine/placement/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::placement {

std::string list_of(const std::vector<std::string>& names, std::size_t most) {
    const std::size_t shown = names.size() <= most + 1 ? names.size() : most;
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
        const bool last = i + 1 == names.size();
        text += i == 0 ? "" : last ? " and " : ", ";
        text += names[i];
    }
    if (shown < names.size()) {
        text += fmt::format(" and {} more", names.size() - shown);
    }
    return text;
}

std::string words_of(const model::requirement& r) {
    using kind = model::requirement::kind;
    switch (r.what) {
        case kind::platform: return "platform " + r.value;
        case kind::model: return "model " + r.value;
        case kind::feature: return "feature " + r.value;
        case kind::device: return "device " + r.value;
        case kind::site: return "site " + r.value;
        case kind::not_device: return "another device than " + r.value;
        case kind::capacity: return fmt::format("{} of {} or more", r.amount, r.value);
        case kind::same_site_as: return "the same site as node " + r.value;
        case kind::different_site_from: return "another site than node " + r.value;
    }
    return r.value;
}

std::string words_of(const std::vector<const model::requirement*>& rs) {
    std::vector<std::string> each;
    for (const model::requirement* r : rs) {
        each.push_back(words_of(*r));
    }
    return list_of(each, 20);
}

std::vector<std::string> names_of(const lab_facts& facts, const bit_set& devices) {
    std::vector<std::uint32_t> indices;
    for (std::size_t d = devices.first(); d < devices.size(); d = devices.next(d + 1)) {
        indices.push_back(facts.device_at(static_cast<rank>(d)).value);
    }
    std::sort(indices.begin(), indices.end());
    std::vector<std::string> names;
    for (const std::uint32_t i : indices) {
        names.push_back(facts.lab().devices[i].name);
    }
    return names;
}

std::string why_not_available(const lab_facts& facts, const request& r, const bit_set& devices) {
    std::vector<std::string> each;
    for (const std::string& name : names_of(facts, devices)) {
        const auto known = std::find_if(r.why.begin(), r.why.end(), [&](const auto& entry) {
            return entry.first.value < r.lab.devices.size() && r.lab.at(entry.first).name == name;
        });
        each.push_back(name + " is " + (known == r.why.end() ? "not available" : known->second));
    }
    return list_of(each);
}

std::string plural(std::size_t n, const std::string& word) {
    return n == 1 ? word : word + "s";
}

}  // namespace rollover::placement
