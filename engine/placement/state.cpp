#include "engine/placement/state.h"

#include <bit>
#include <utility>

namespace rollover::placement {

media_domain::media_domain(std::vector<medium> members, std::size_t all_media)
    : members_(std::move(members)), position_(all_media, ~std::uint32_t{0}), size_(members_.size()) {
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
        position_[members_[i]] = i;
    }
}

void media_domain::move(medium m, std::uint32_t to) {
    const std::uint32_t from = position_[m];
    std::swap(members_[from], members_[to]);
    position_[members_[from]] = from;
    position_[m] = to;
}

search_state::search_state(const problem& p) : devices_(p.domains), versions_(p.domains.size(), 0) {
    for (const bit_set& d : devices_) {
        counts_.push_back(d.count());
    }
    // Most links of a topology ask the same.
    std::map<asked_of_a_medium, std::uint32_t> known;  // the first link that asks so
    for (std::uint32_t link = 0; link < p.links.size(); ++link) {
        const auto [first, fresh] = known.emplace(asked_of(p.links[link]), link);
        if (!fresh) {
            media_.push_back(media_[first->second]);
            continue;
        }
        std::vector<medium> members;
        for (medium m = 0; m < p.facts->media_count(); ++m) {
            const bool has_ends = p.facts->is_joined(m) || !p.facts->ends_of(m).empty();
            if (has_ends && may_carry(*p.facts, p.links[link], m)) {
                members.push_back(m);
            }
        }
        media_.emplace_back(std::move(members), p.facts->media_count());
    }
}

bool search_state::set_word(std::uint32_t node, std::size_t word, std::uint64_t value) {
    const std::uint64_t before = devices_[node].word(word);
    if (before == value) {
        return false;
    }
    trail_.push_back({node, static_cast<std::uint32_t>(word), before});
    for (std::uint64_t gone = before & ~value; gone != 0; gone &= gone - 1) {
        lost_.emplace_back(node, static_cast<rank>(word * 64 + static_cast<std::size_t>(std::countr_zero(gone))));
    }
    devices_[node].set_word(word, value);
    versions_[node] = ++last_version_;
    counts_[node] -= static_cast<std::size_t>(std::popcount(before));
    counts_[node] += static_cast<std::size_t>(std::popcount(value));
    return true;
}

bool search_state::remove_device(std::uint32_t node, rank d) {
    return set_word(node, d / 64, devices_[node].word(d / 64) & ~(std::uint64_t{1} << (d % 64)));
}

bool search_state::keep_devices(std::uint32_t node, const bit_set& these) {
    bool changed = false;
    for (std::size_t w = 0; w < these.word_count(); ++w) {
        changed = set_word(node, w, devices_[node].word(w) & these.word(w)) || changed;
    }
    return changed;
}

bool search_state::keep_device(std::uint32_t node, rank d) {
    bool changed = false;
    for (std::size_t w = 0; w < devices_[node].word_count(); ++w) {
        const std::uint64_t only = w == d / 64 ? std::uint64_t{1} << (d % 64) : 0;
        changed = set_word(node, w, devices_[node].word(w) & only) || changed;
    }
    return changed;
}

bool search_state::remove_medium(std::uint32_t link, medium m) {
    if (!media_[link].contains(m)) {
        return false;
    }
    trail_.push_back({static_cast<std::uint32_t>(devices_.size() + link), 0, media_[link].size_});
    media_[link].move(m, static_cast<std::uint32_t>(--media_[link].size_));
    return true;
}

void search_state::keep_medium(std::uint32_t link, medium m) {
    const std::uint32_t at = media_[link].position_[m];
    if (at >= kept_ && at < media_[link].size_) {
        media_[link].move(m, kept_++);
    }
}

bool search_state::end_keeping(std::uint32_t link) {
    if (media_[link].size_ == kept_) {
        return false;
    }
    trail_.push_back({static_cast<std::uint32_t>(devices_.size() + link), 0, media_[link].size_});
    media_[link].size_ = kept_;
    return true;
}

void search_state::undo(std::size_t mark) {
    lost_.clear();
    while (trail_.size() > mark) {
        const change c = trail_.back();
        trail_.pop_back();
        if (c.what >= devices_.size()) {
            media_[c.what - devices_.size()].size_ = static_cast<std::size_t>(c.before);
            continue;
        }
        const std::uint64_t now = devices_[c.what].word(c.word);
        devices_[c.what].set_word(c.word, c.before);
        versions_[c.what] = ++last_version_;
        counts_[c.what] -= static_cast<std::size_t>(std::popcount(now));
        counts_[c.what] += static_cast<std::size_t>(std::popcount(c.before));
    }
}

}  // namespace rollover::placement
