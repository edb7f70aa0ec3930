#include "engine/placement/earliest.h"

#include "engine/placement/answer.h"
#include "engine/placement/matching.h"

#include <algorithm>
#include <deque>
#include <fmt/chrono.h>
#include <map>
#include <optional>
#include <set>

namespace rollover::placement {

namespace {

using std::chrono::seconds;

bool overlaps(const booked& b, instant from, seconds length) {
    return b.from < from + length && b.until > from && b.from < b.until;
}

/// Who has what in a window that only ever moves on.
class window {
public:
    window(const request& r, const std::vector<booked>& calendar, seconds length)
        : length_(length), held_(r.lab.devices.size(), 0) {
        for (const booked& b : calendar) {
            if (b.from < b.until) {
                coming_.push_back(&b);
                going_.push_back(&b);
            }
        }
        std::sort(coming_.begin(), coming_.end(), [](const booked* a, const booked* b) { return a->from < b->from; });
        std::sort(going_.begin(), going_.end(), [](const booked* a, const booked* b) { return a->until < b->until; });
    }

    void move_to(instant start) {
        for (; next_in_ < coming_.size() && coming_[next_in_]->from < start + length_; ++next_in_) {
            count(*coming_[next_in_], 1);
        }
        for (; next_out_ < going_.size() && going_[next_out_]->until <= start; ++next_out_) {
            count(*going_[next_out_], -1);
        }
    }

    [[nodiscard]] bool free(model::device_index d) const { return held_[d.value] == 0; }
    [[nodiscard]] const std::map<std::uint32_t, int>& segments() const noexcept { return segments_; }

private:
    void count(const booked& b, int by) {
        for (const model::device_index d : b.devices) {
            held_[d.value] += by;
        }
        for (const std::uint32_t s : b.segments) {
            if ((segments_[s] += by) == 0) {
                segments_.erase(s);
            }
        }
    }

    seconds length_;
    std::vector<int> held_;
    std::map<std::uint32_t, int> segments_;
    std::vector<const booked*> coming_;  ///< by start
    std::vector<const booked*> going_;   ///< by end
    std::size_t next_in_ = 0;
    std::size_t next_out_ = 0;
};

/// The starts that can be the first: what is possible at any other is possible earlier too, down to one of these.
std::vector<instant> starts(const std::vector<booked>& calendar, instant from) {
    std::set<instant> all{from};
    for (const booked& b : calendar) {
        if (b.until > from) {
            all.insert(b.until);
        }
    }
    return {all.begin(), all.end()};
}

bool is_subset(const bit_set& a, const bit_set& b) {
    for (std::size_t w = 0; w < a.word_count(); ++w) {
        if ((a.word(w) & ~b.word(w)) != 0) {
            return false;
        }
    }
    return true;
}

/// Searches at one start after the other, and skips those that cannot be.
class sweep {
public:
    sweep(const request& r, const std::vector<booked>& calendar, seconds length)
        : request_(r),
          window_(r, calendar, length),
          facts_(r),
          usual_(facts_.available()),
          widest_(compile(facts_, r.topology, selection::everything(r.topology))) {
        keep_devices_with_enough_ports(widest_);
    }

    [[nodiscard]] search_result at(instant start) {
        window_.move_to(start);
        bit_set available = usual_;
        for (std::size_t d = usual_.first(); d < usual_.size(); d = usual_.next(d + 1)) {
            if (!window_.free(facts_.device_at(static_cast<rank>(d)))) {
                available.erase(d);
            }
        }
        if (!window_.segments().empty()) {
            return with_segments(available);
        }
        const bool known = std::any_of(hopeless_.begin(), hopeless_.end(),
                                       [&](const bit_set& before) { return is_subset(available, before); });
        if (known || !enough_devices(available)) {
            return {outcome::impossible, {}, 0, {}};
        }
        facts_.make_available(available);
        problem_ = compile(facts_, request_.topology, selection::everything(request_.topology));
        search_result found = search(*problem_, request_.seed, request_.bound);
        if (found.what == outcome::impossible) {
            remember(std::move(available));
        }
        return found;
    }

    /// Of the last call.
    [[nodiscard]] result<placement> answer(const search_result& found) const {
        return answer_of(facts_with_segments_ ? *facts_with_segments_ : facts_, request_, *problem_, found);
    }

private:
    /// The media are others when segments are taken, so the facts are too.
    [[nodiscard]] search_result with_segments(const bit_set& available) {
        request now = request_;
        for (const auto& [segment, count] : window_.segments()) {
            now.unavailable_segments.emplace(segment, "booked");
        }
        if (!enough_devices(available)) {
            return {outcome::impossible, {}, 0, {}};
        }
        facts_with_segments_.emplace(now);
        facts_with_segments_->make_available(available);
        problem_ = compile(*facts_with_segments_, request_.topology, selection::everything(request_.topology));
        return search(*problem_, request_.seed, request_.bound);
    }

    /// Whether every node can have a device of its own; cheap, and what fails most often in a full calendar.
    [[nodiscard]] bool enough_devices(const bit_set& available) {
        facts_with_segments_.reset();
        std::vector<bit_set> domains = widest_.domains;
        for (bit_set& d : domains) {
            d.keep(available);
        }
        if (!short_.empty()) {  // those who were too many the last time
            bit_set together(available.size());
            for (const std::uint32_t n : short_) {
                together.add(domains[n]);
            }
            if (together.count() < short_.size()) {
                return false;
            }
        }
        node_matching matching(domains.size(), available.size(),
                               [&](std::uint32_t n) -> const bit_set& { return domains[n]; });
        if (matching.mend() >= 0) {
            short_ = matching.too_many();
            return false;
        }
        return true;
    }

    void remember(bit_set available) {
        constexpr std::size_t some = 16;
        hopeless_.push_back(std::move(available));
        if (hopeless_.size() > some) {
            hopeless_.pop_front();
        }
    }

    const request& request_;
    window window_;
    lab_facts facts_;
    bit_set usual_;   ///< available when nothing is booked
    problem widest_;  ///< then
    std::optional<lab_facts> facts_with_segments_;
    std::optional<problem> problem_;
    std::vector<std::uint32_t> short_;
    std::deque<bit_set> hopeless_;  ///< sets of devices that were proved too few, the last ones
};

result<void> check_length(seconds length) {
    if (length <= seconds(0)) {
        return failure(errc::bad_input, fmt::format("a window of {} s was asked for", length.count()))
            .advise("give a duration above zero");
    }
    return {};
}

}  // namespace

result<dated_placement> earliest(const request& r, const std::vector<booked>& calendar, instant from, seconds length) {
    if (auto checked = check_length(length); !checked) {
        return std::move(checked).error();
    }
    sweep all(r, calendar, length);
    bool exact = true;
    for (const instant start : starts(calendar, from)) {
        const search_result found = all.at(start);
        if (found.what == outcome::undecided) {
            exact = false;
        } else if (found.what == outcome::placed) {
            return dated_placement{start, *all.answer(found), exact};
        }
    }
    // The last start is behind everything that is booked: what was said there is said of the empty calendar.
    result<placement> never = find(r);
    if (!never) {
        return std::move(never).error();
    }
    return failure(errc::internal, "a placement was found on the empty calendar and not behind the last booking");
}

result<placement> find_in_window(const request& r, const std::vector<booked>& calendar, instant from, seconds length) {
    if (auto checked = check_length(length); !checked) {
        return std::move(checked).error();
    }
    request now = r;
    for (const booked& b : calendar) {
        if (!overlaps(b, from, length)) {
            continue;
        }
        for (const model::device_index d : b.devices) {
            now.unavailable.insert(d);
            now.why.emplace(d, b.what);
        }
        for (const std::uint32_t s : b.segments) {
            now.unavailable_segments.emplace(s, b.what);
        }
    }
    result<placement> found = find(now);
    if (found || found.error().code != errc::impossible) {
        return found;
    }
    const result<dated_placement> later = earliest(r, calendar, from, length);
    if (!later) {
        return later.error();  // the bookings are not to blame
    }
    failure f = std::move(found).error();
    f.reason = "not in this window: " + f.reason;
    f.hint = fmt::format("it can be placed from {:%Y-%m-%d %H:%M:%S} UTC on{}", later->start,
                         later->exact ? "" : ", perhaps earlier");
    return f;
}

}  // namespace rollover::placement
