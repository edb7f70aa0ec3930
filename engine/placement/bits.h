// A dense set of small numbers: the domains of the search are sets of devices.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rollover::placement {

/// A set of numbers below a fixed size. Operations on two sets need the same size.
class bit_set {
public:
    bit_set() = default;
    explicit bit_set(std::size_t size, bool full = false) : size_(size), words_((size + 63) / 64) {
        if (full) {
            for (std::size_t i = 0; i < size; ++i) {
                insert(i);
            }
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t word_count() const noexcept { return words_.size(); }
    [[nodiscard]] std::uint64_t word(std::size_t i) const { return words_[i]; }
    void set_word(std::size_t i, std::uint64_t value) { words_[i] = value; }

    [[nodiscard]] bool contains(std::size_t i) const { return ((words_[i / 64] >> (i % 64)) & 1U) != 0; }
    void insert(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
    void erase(std::size_t i) { words_[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
    void clear() { words_.assign(words_.size(), 0); }

    [[nodiscard]] std::size_t count() const {
        std::size_t n = 0;
        for (const std::uint64_t w : words_) {
            n += static_cast<std::size_t>(std::popcount(w));
        }
        return n;
    }
    [[nodiscard]] bool intersects(const bit_set& other) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if ((words_[i] & other.words_[i]) != 0) {
                return true;
            }
        }
        return false;
    }
    void keep(const bit_set& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] &= other.words_[i];
        }
    }
    void remove(const bit_set& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] &= ~other.words_[i];
        }
    }
    void add(const bit_set& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            words_[i] |= other.words_[i];
        }
    }

    /// The smallest member that is `from` or more; size() when there is none.
    [[nodiscard]] std::size_t next(std::size_t from) const {
        if (from >= size_) {
            return size_;
        }
        std::size_t i = from / 64;
        std::uint64_t w = words_[i] & (~std::uint64_t{0} << (from % 64));
        while (w == 0) {
            if (++i == words_.size()) {
                return size_;
            }
            w = words_[i];
        }
        return i * 64 + static_cast<std::size_t>(std::countr_zero(w));
    }
    /// The smallest member, size() when empty.
    [[nodiscard]] std::size_t first() const { return next(0); }

    bool operator==(const bit_set&) const = default;

private:
    std::size_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

}  // namespace rollover::placement
