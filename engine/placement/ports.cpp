#include "engine/placement/ports.h"

namespace rollover::placement {

namespace {
constexpr std::uint32_t unused = ~std::uint32_t{0};
}

std::size_t port_matcher::match(std::size_t slots) {
    slot_of_interface_.assign(ports_, unused);
    interface_of_slot_.assign(slots, unused);
    for (std::size_t s = 0; s < slots; ++s) {
        seen_.assign(ports_, 0);
        if (!augment(s)) {
            return s;
        }
    }
    return slots;
}

bool port_matcher::augment(std::size_t s) {
    for (std::uint32_t i = 0; i < ports_; ++i) {
        if (usable_[s * ports_ + i] == 0 || seen_[i] != 0) {
            continue;
        }
        seen_[i] = 1;
        if (slot_of_interface_[i] == unused || augment(slot_of_interface_[i])) {
            slot_of_interface_[i] = static_cast<std::uint32_t>(s);
            interface_of_slot_[s] = i;
            return true;
        }
    }
    return false;
}

}  // namespace rollover::placement
