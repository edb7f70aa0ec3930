// What follows from how many devices of one topology a converter may have.
#include "engine/placement/propagation.h"

#include <algorithm>

namespace rollover::placement {

/// A converter that has as many as it may have serves no other node.
bool propagation::claim_console(std::uint32_t node) {
    const std::uint32_t converter = facts_.converter_of(state_.device_of(node));
    const std::uint32_t most = facts_.most_devices(converter);
    if (most == 0) {
        return true;
    }
    const bit_set& its = on_converter_[converter];
    const auto is_there = [&](std::uint32_t n) {
        return state_.device_count(n) == 1 && its.contains(state_.device_of(n));
    };
    std::uint32_t count = 0;
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        count += is_there(n) ? 1 : 0;
    }
    if (count < most) {
        return true;
    }
    for (std::uint32_t n = 0; n < problem_.nodes.size() && count == most; ++n) {
        if (is_there(n) || !state_.devices(n).intersects(its)) {
            continue;
        }
        bit_set others = state_.devices(n);
        for (std::size_t d = its.first(); d < its.size(); d = its.next(d + 1)) {
            others.erase(d);
        }
        if (state_.keep_devices(n, others) && !node_changed(n)) {
            ++node_weight_[node];
            return false;
        }
    }
    node_weight_[node] += count > most ? 1 : 0;
    return count <= most;
}

/// Counted over all nodes: as many devices as the converters may have.
bool propagation::consoles_suffice() const {
    if (on_converter_.empty()) {
        return true;
    }
    bit_set wanted(facts_.device_count());
    for (std::uint32_t n = 0; n < problem_.nodes.size(); ++n) {
        wanted.add(state_.devices(n));
    }
    std::size_t sum = 0;
    for (std::uint32_t c = 0; c < on_converter_.size(); ++c) {
        bit_set its = on_converter_[c];
        its.keep(wanted);
        const std::size_t count = its.count();
        const std::uint32_t most = facts_.most_devices(c);
        sum += most == 0 ? count : std::min<std::size_t>(count, most);
    }
    return sum >= problem_.nodes.size();
}

}  // namespace rollover::placement
