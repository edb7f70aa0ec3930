// Where the search stands: for each node the devices that it may still have, for each link the media. Every change can
// be taken back.
#pragma once

#include "engine/placement/bits.h"
#include "engine/placement/problem.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace rollover::placement {

/// The media that may still carry one link: a set whose removed members stay behind its end, so that taking removals
/// back is only moving the end.
class media_domain {
public:
    media_domain(std::vector<medium> members, std::size_t all_media);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] medium operator[](std::size_t i) const { return members_[i]; }
    [[nodiscard]] bool contains(medium m) const { return position_[m] < size_; }

private:
    friend class search_state;
    void move(medium m, std::uint32_t to);

    std::vector<medium> members_;
    std::vector<std::uint32_t> position_;  ///< by medium
    std::size_t size_ = 0;
};

class search_state {
public:
    explicit search_state(const problem& p);

    [[nodiscard]] const bit_set& devices(std::uint32_t node) const { return devices_[node]; }
    [[nodiscard]] std::size_t device_count(std::uint32_t node) const { return counts_[node]; }
    /// The device of a node that has only one left.
    [[nodiscard]] rank device_of(std::uint32_t node) const { return static_cast<rank>(devices_[node].first()); }
    /// Another number than before whenever the devices of the node have changed.
    [[nodiscard]] std::uint64_t version_of(std::uint32_t node) const { return versions_[node]; }
    [[nodiscard]] const media_domain& media(std::uint32_t link) const { return media_[link]; }

    // Each answers whether it changed anything.
    bool remove_device(std::uint32_t node, rank d);
    bool keep_devices(std::uint32_t node, const bit_set& these);
    bool keep_device(std::uint32_t node, rank d);
    bool remove_medium(std::uint32_t link, medium m);

    // Keeping some media of a link: begin, say each one, end (which answers whether others were there).
    void begin_keeping() noexcept { kept_ = 0; }
    void keep_medium(std::uint32_t link, medium m);
    bool end_keeping(std::uint32_t link);

    /// The devices that were taken from nodes since the last call of `forget_lost`.
    [[nodiscard]] const std::vector<std::pair<std::uint32_t, rank>>& lost() const noexcept { return lost_; }
    void forget_lost() { lost_.clear(); }

    /// A point to come back to.
    [[nodiscard]] std::size_t mark() const noexcept { return trail_.size(); }
    void undo(std::size_t mark);

private:
    struct change {
        std::uint32_t what = 0;    ///< node, or node count + link
        std::uint32_t word = 0;    ///< of the node's set
        std::uint64_t before = 0;  ///< that word, or the size of the link's set
    };
    bool set_word(std::uint32_t node, std::size_t word, std::uint64_t value);

    std::vector<bit_set> devices_;
    std::vector<std::size_t> counts_;
    std::vector<std::uint64_t> versions_;
    std::uint64_t last_version_ = 0;
    std::vector<media_domain> media_;
    std::vector<change> trail_;
    std::vector<std::pair<std::uint32_t, rank>> lost_;  ///< node and device
    std::uint32_t kept_ = 0;
};

}  // namespace rollover::placement
