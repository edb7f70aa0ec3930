// Which of many things are alike: each is told as a text of numbers, and equal texts get the same number.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace rollover::placement {

/// Gives equal texts of numbers the same number. Most texts were seen before: these cost no memory.
class numbered {
public:
    std::uint32_t number_of(const std::vector<std::uint32_t>& text) {
        const auto found = known_.find(text);
        return found != known_.end() ? found->second : known_.emplace(text, next_++).first->second;
    }
    /// Of something that is like nothing else.
    std::uint32_t one_more() noexcept { return next_++; }
    [[nodiscard]] std::uint32_t count() const noexcept { return next_; }

private:
    /// FNV-1a, number by number.
    struct hash_of_numbers {
        std::size_t operator()(const std::vector<std::uint32_t>& numbers) const noexcept {
            std::uint64_t hash = 0xcbf29ce484222325U;
            for (const std::uint32_t n : numbers) {
                hash = (hash ^ n) * 0x100000001b3U;
            }
            return hash ^ (hash >> 32U);
        }
    };
    std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, hash_of_numbers> known_;
    std::uint32_t next_ = 0;
};

}  // namespace rollover::placement
