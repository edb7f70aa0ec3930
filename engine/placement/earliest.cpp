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

constexpr std::uint64_t bound_of_a_leap = 200;  // search nodes: a leap that is no quick proof is not worth it

bool overlaps(const booked& b, instant from, seconds length) {
    return b.from < from + length && b.until > from && b.from < b.until;
}

/// Who has what in a window that only ever moves on.
class window {
public:
    window(const request& r, const lab_facts& facts, const std::vector<booked>& calendar, seconds length)
        : length_(length), facts_(facts), held_(r.lab.devices.size(), 0), taken_(facts.available().size()) {
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

    [[nodiscard]] const bit_set& taken() const noexcept { return taken_; }
    [[nodiscard]] const std::map<std::uint32_t, int>& segments() const noexcept { return segments_; }

private:
    void count(const booked& b, int by) {
        for (const model::device_index d : b.devices) {
            held_[d.value] += by;
            if (held_[d.value] == 0) {
                taken_.erase(facts_.rank_of(d));
            } else {
                taken_.insert(facts_.rank_of(d));
            }
        }
        for (const std::uint32_t s : b.segments) {
            segments_[s] += by;
            if (segments_[s] == 0) {
                segments_.erase(s);
            }
        }
    }

    seconds length_;
    const lab_facts& facts_;
    std::vector<int> held_;
    bit_set taken_;  ///< devices, by rank
    std::map<std::uint32_t, int> segments_;
    std::vector<const booked*> coming_;  ///< by start
    std::vector<const booked*> going_;   ///< by end
    std::size_t next_in_ = 0;
    std::size_t next_out_ = 0;
};

/// The starts that can be the first: what is possible at any other is possible earlier too, down to one of these.
std::vector<instant> starts(const std::vector<booked>& calendar, instant from) {
    std::vector<instant> all{from};
    for (const booked& b : calendar) {
        if (b.until > from) {
            all.push_back(b.until);
        }
    }
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
}

/// What is free in the window from one start on, or in some window of several.
struct opening {
    instant start;
    bit_set devices;
    std::set<std::uint32_t> taken;  ///< segments

    void add(const opening& other) {
        devices.add(other.devices);
        std::erase_if(taken, [&](std::uint32_t s) { return !other.taken.contains(s); });
    }
};

/// Answers for openings of one calendar; what the lab offers is arranged once.
class judge {
public:
    explicit judge(const request& r) : request_(r), facts_(r), usual_(facts_.available()), widest_(compiled(facts_)) {
        keep_devices_with_enough_ports(widest_);
    }

    [[nodiscard]] const lab_facts& facts() const noexcept { return facts_; }

    [[nodiscard]] opening open(instant start, const window& w) const {
        opening o{start, usual_, {}};
        o.devices.remove(w.taken());
        for (const auto& [segment, count] : w.segments()) {
            o.taken.insert(segment);
        }
        return o;
    }

    [[nodiscard]] result<placement> place(const opening& o, std::uint64_t bound, aim what) {
        if (!enough_devices(o.devices)) {
            return failure(errc::impossible, "too few devices");
        }
        std::optional<lab_facts> with_segments;  // with segments taken the media are others, so the facts are too
        if (!o.taken.empty()) {
            request now = request_;
            for (const std::uint32_t s : o.taken) {
                now.unavailable_segments.emplace(s, "booked");
            }
            with_segments.emplace(now);
        }
        lab_facts& facts = with_segments ? *with_segments : facts_;
        facts.make_available(o.devices);
        const problem p = compiled(facts);
        const search_result found = search(p, request_.seed, bound, what);
        if (found.what == outcome::impossible) {
            return failure(errc::impossible, "not in this window");
        }
        return answer_of(facts, request_, p, found);
    }

private:
    [[nodiscard]] problem compiled(const lab_facts& facts) const {
        return compile(facts, request_.topology, selection::everything(request_.topology));
    }

    /// Whether every node can have a device of its own; cheap, and what fails most often in a full calendar.
    [[nodiscard]] bool enough_devices(const bit_set& available) {
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

    const request& request_;
    lab_facts facts_;
    bit_set usual_;   ///< available when nothing is booked
    problem widest_;  ///< then
    std::vector<std::uint32_t> short_;
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
    judge all(r);
    window moving(r, all.facts(), calendar, length);
    bool exact = true;
    const std::vector<instant> candidates = starts(calendar, from);
    std::deque<opening> ahead;
    // What is impossible with all that is free at one of several starts is impossible at each of them: so a crowded
    // part of the calendar is passed in leaps.
    std::size_t leap = 1;
    for (std::size_t next = 0; next < candidates.size() || !ahead.empty();) {
        for (; ahead.size() < leap && next < candidates.size(); ++next) {
            moving.move_to(candidates[next]);
            ahead.push_back(all.open(candidates[next], moving));
        }
        const std::size_t count = std::min(leap, ahead.size());
        opening together = ahead.front();
        std::for_each(ahead.begin() + 1, ahead.begin() + static_cast<std::ptrdiff_t>(count),
                      [&](const opening& o) { together.add(o); });
        result<placement> found = count == 1 ? all.place(together, r.bound, aim::answer)
                                             : all.place(together, std::min(r.bound, bound_of_a_leap), aim::proof);
        const bool impossible = !found && found.error().code == errc::impossible;
        if (count > 1 && !impossible) {
            leap = count / 2;
            continue;
        }
        if (found) {
            return dated_placement{together.start, std::move(*found), exact};
        }
        exact = exact && impossible;
        ahead.erase(ahead.begin(), ahead.begin() + static_cast<std::ptrdiff_t>(count));
        leap = 2 * count;
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
    now.change_bound = 0;  // when it is possible is found out below
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
