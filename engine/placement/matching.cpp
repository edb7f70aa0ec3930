#include "engine/placement/matching.h"

#include <utility>

namespace rollover::placement {

namespace {
constexpr std::uint32_t none = ~std::uint32_t{0};
}

node_matching::node_matching(std::size_t nodes, std::size_t devices, domain_of domain)
    : domain_(std::move(domain)),
      device_of_(nodes, none),
      node_of_(devices, none),
      came_from_(devices),
      seen_(devices) {}

std::int64_t node_matching::mend() {
    for (std::uint32_t n = 0; n < device_of_.size(); ++n) {
        if (device_of_[n] != none && !domain_(n).contains(device_of_[n])) {
            node_of_[device_of_[n]] = none;
            device_of_[n] = none;
        }
    }
    for (std::uint32_t n = 0; n < device_of_.size(); ++n) {
        if (device_of_[n] == none && !augment(n)) {
            return n;
        }
    }
    return -1;
}

bool node_matching::augment(std::uint32_t node) {
    seen_.clear();
    reached_.assign(1, node);
    for (std::size_t i = 0; i < reached_.size(); ++i) {
        const bit_set& domain = domain_(reached_[i]);
        for (std::size_t w = 0; w < domain.word_count(); ++w) {
            std::uint64_t fresh = domain.word(w) & ~seen_.word(w);
            seen_.set_word(w, seen_.word(w) | fresh);
            for (; fresh != 0; fresh &= fresh - 1) {
                auto device = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(fresh)));
                came_from_[device] = reached_[i];
                if (node_of_[device] != none) {
                    reached_.push_back(node_of_[device]);
                    continue;
                }
                while (device != none) {  // turn the path around
                    const std::uint32_t n = came_from_[device];
                    const std::uint32_t next = device_of_[n];
                    node_of_[device] = n;
                    device_of_[n] = device;
                    device = n == node ? none : next;
                }
                return true;
            }
        }
    }
    return false;
}

}  // namespace rollover::placement
