#include "engine/scheduler/reserve.h"

#include "engine/placement/copies.h"
#include "engine/placement/earliest.h"
#include "engine/placement/format.h"
#include "engine/placement/improve.h"
#include "engine/plan/plan.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/local_time.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::scheduler {

namespace {

using std::chrono::seconds;

/// What is held at some time of a window, and what is out of the lab.
activation::holds held_in(const knowledge& known, window in) {
    activation::holds out = known.held;
    std::erase_if(out, [in](const auto& one) { return one.second.until && *one.second.until <= in.from; });
    for (const auto& one : known.bookings) {
        if (one.held.overlaps(in)) {
            out.try_emplace(one.device, hold_of(one));
        }
    }
    return out;
}

struct found_window {
    window held;
    std::vector<placement::placement> pods;
};

/// Copies placed together, told apart again.
std::vector<placement::placement> split(placement::placement all, const model::topology& t, unsigned pods) {
    std::vector<placement::placement> each(pods);
    for (std::size_t p = 0; p < pods; ++p) {
        for (std::size_t n = 0; n < t.nodes.size(); ++n) {
            each[p].devices.push_back(all.devices[p * t.nodes.size() + n]);
        }
        for (std::size_t l = 0; l < t.links.size(); ++l) {
            each[p].links.push_back(std::move(all.links[p * t.links.size() + l]));
        }
    }
    return each;
}

/// At a given time, `asked.from`.
result<found_window> place_at(const lab_files& files, const wish& what, const knowledge& known, window held) {
    const auto taken = held_in(known, held);
    if (what.pods > 1) {
        auto found = placement::find_copies(request_for(files.lab, *what.topology, taken), what.pods);
        if (!found) {
            return found.error();
        }
        return found_window{held, std::move(*found)};
    }
    activation::holds for_ever = known.held;
    std::erase_if(for_ever, [held](const auto& one) { return one.second.until && *one.second.until <= held.from; });
    // This one knows what only others' bookings prevent, and when it is possible.
    auto found = placement::find_in_window(request_for(files.lab, *what.topology, for_ever),
                                           calendar_of(files.lab, known.bookings), held.from, held.until - held.from);
    if (!found) {
        return found.error();
    }
    placement::preferences wishes;
    for (const model::device& d : files.lab.devices) {
        const auto used = known.uses.find(d.name);
        wishes.uses.push_back(used == known.uses.end() ? 0 : used->second);
    }
    const auto request = request_for(files.lab, *what.topology, taken);
    return found_window{held, {placement::improve(request, std::move(*found), wishes, placement::usual_moves)}};
}

result<found_window> place_early(const lab_files& files, const wish& what, const knowledge& known, instant from,
                                 seconds length) {
    const model::topology together = placement::copies_of(*what.topology, what.pods);
    static const timetable nothing;
    const auto calendar =
        times_too_short_closed(files.lab, known.times ? *known.times : nothing, from, length, known.until);
    const auto found = placement::earliest(request_for(files.lab, together, known.held), calendar, from, length);
    if (!found) {
        return found.error();
    }
    return found_window{{found->start, found->start + length}, split(found->where, *what.topology, what.pods)};
}

/// What others have is only taken, whoever they are.
void hide_others(knowledge& known, const std::string& owner) {
    for (auto& one : known.bookings) {
        if (one.owner != owner) {
            one.owner = one.reservation = one.topology = "";
        }
    }
    for (auto& [device, held] : known.held) {
        held.activation = "";
        held.reservation = "";
        held.why = held.quarantined ? "out of the lab" : "in use";
    }
}

std::optional<failure> unreasonable(const wish& what, const knowledge& known, const owner_limits& limits) {
    if (what.length <= seconds(0)) {
        return failure(errc::bad_input, "a reservation lasts a second at least").advise("say how long: --for 2h");
    }
    if (limits.longest > seconds(0) && what.length > limits.longest) {
        return failure(errc::refused, fmt::format("a reservation may last {}, and {} were asked for",
                                                  to_length_text(limits.longest), to_length_text(what.length)));
    }
    if (what.pods == 0 || what.pods > placement::most_copies) {
        return failure(errc::bad_input, fmt::format("{} pods were asked for", what.pods))
            .advise(fmt::format("ask for 1 to {}", placement::most_copies));
    }
    // Whoever says "now" is a moment late.
    if (what.from && *what.from < known.now - std::chrono::minutes(1)) {
        return failure(errc::bad_input, "the reservation begins in the past")
            .advise("say when from now on: now, +2h, 14:00; or --earliest");
    }
    return std::nullopt;
}

}  // namespace

result<reservation> find_reservation(const lab_files& files, const wish& what, const knowledge& known,
                                     const owner_limits& limits) {
    if (auto wrong = unreasonable(what, known, limits)) {
        return std::move(*wrong);
    }
    reservation out{"",
                    files.lab.name,
                    what.topology->name,
                    what.source,
                    what.file,
                    what.arguments,
                    what.owner,
                    {},
                    {},
                    {},
                    {},
                    stage::booked,
                    "",
                    {},
                    {},
                    {},
                    what.policy};
    instant earliest = known.now;
    times assumed{seconds(5), seconds(5)};
    // How long it takes depends on the devices, and which are free on how long it takes.
    constexpr int rounds = 8;
    for (int i = 0; i < rounds; ++i) {
        const seconds length = assumed.ready + what.length + assumed.clean;
        const auto found =
            what.from
                ? place_at(files, what, known,
                           {std::max(known.now, *what.from - assumed.ready), *what.from + what.length + assumed.clean})
                : place_early(files, what, known, earliest, length);
        if (!found) {
            return found.error();
        }
        times needed;
        out.pods.clear();
        for (std::size_t p = 0; p < found->pods.size(); ++p) {
            diagnostics mistakes;
            const auto plan =
                plan::make_plan(files.lab, *what.topology, what.arguments, found->pods[p], files.platforms, mistakes);
            if (!plan) {
                return failure_of(mistakes);
            }
            const auto pod_times = times_of(files.lab, *plan, files.platforms, known.earlier);
            needed = {std::max(needed.ready, pod_times.ready), std::max(needed.clean, pod_times.clean)};
            out.pods.push_back({static_cast<std::uint32_t>(p + 1),
                                placement::to_json(files.lab, *what.topology, found->pods[p]),
                                claims_of(files.lab, found->pods[p])});
        }
        if (needed.ready <= assumed.ready && needed.clean <= assumed.clean) {
            out.held = found->held;
            const instant from = what.from ? *what.from : found->held.from + assumed.ready;
            out.promised = {from, from + what.length};
            out.expected = std::max(from, found->held.from + needed.ready);
            if (limits.ahead > seconds(0) && out.promised.until > known.now + limits.ahead) {
                return failure(errc::refused, fmt::format("a reservation may end {} from now at the latest",
                                                          to_length_text(limits.ahead)));
            }
            return out;
        }
        earliest = found->held.from;  // nothing longer fits before it
        assumed = {std::max(needed.ready, assumed.ready), std::max(needed.clean, assumed.clean)};
    }
    return failure(errc::undecided, "no devices were found whose times fit the window that they were found for");
}

namespace {

instant later_by(instant now, seconds ahead) {
    return ahead < instant::max() - now ? now + ahead : instant::max();
}

/// All but what is booked.
task<result<knowledge>> know_lab(runtime& rt, calendar& book, activation::journal& journal, std::string lab) {
    knowledge out;
    out.now = rounded_up(rt.wall_now());
    auto held = co_await journal.unavailable(lab);
    if (!held) {
        co_return held.error();
    }
    auto uses = co_await journal.uses(lab);
    if (!uses) {
        co_return uses.error();
    }
    auto earlier = co_await book.measured(std::move(lab));
    if (!earlier) {
        co_return earlier.error();
    }
    // What an activation of a reservation has is in the calendar, with an end.
    std::erase_if(*held, [](const auto& one) { return !one.second.quarantined && !one.second.reservation.empty(); });
    out.held = std::move(*held);
    out.uses = std::move(*uses);
    out.earlier = std::move(*earlier);
    co_return out;
}

}  // namespace

task<result<knowledge>> know(runtime& rt, calendar& book, activation::journal& journal, std::string lab,
                             seconds ahead) {
    const instant now = rounded_up(rt.wall_now());
    const window to_know{now, later_by(now, ahead)};
    auto bookings = co_await book.taken(lab, to_know);
    if (!bookings) {
        co_return bookings.error();
    }
    auto out = co_await know_lab(rt, book, journal, std::move(lab));
    if (out) {
        out->until = to_know.until;
        out->bookings = std::move(*bookings);
    }
    co_return out;
}

namespace {

/// Whether what was found, or why nothing was, could be otherwise if more of the calendar were known.
bool depends_on_later(const result<reservation>& found, const knowledge& known) {
    if (known.until == instant::max()) {
        return false;
    }
    return found ? found->held.until > known.until
                 : found.error().code == errc::impossible || found.error().code == errc::undecided;
}

constexpr seconds first_look = std::chrono::hours(12);
constexpr seconds furthest_look = std::chrono::hours(24 * 365);
constexpr int wider = 4;

task<result<reservation>> find_on_pool(runtime& rt, shared_files files, const wish& what, knowledge& known,
                                       owner_limits limits) {
    if (!what.sees_all) {
        hide_others(known, what.owner);
    }
    result<reservation> found = failure();
    std::function<void()> work = [&] { found = find_reservation(*files, what, known, limits); };
    co_await rt.offload(std::move(work));
    co_return found;
}

/// How far the calendar is read does not matter here: it is in memory. How far it is looked at does.
task<result<reservation>> look_for_earliest(runtime& rt, calendar& book, activation::journal& journal,
                                            shared_files files, const wish& what, owner_limits limits) {
    auto times = co_await book.times(files->lab.name);
    if (!times) {
        co_return times.error();
    }
    auto known = co_await know_lab(rt, book, journal, files->lab.name);
    if (!known) {
        co_return known.error();
    }
    known->times = std::move(*times);
    seconds ahead = first_look + 2 * std::clamp(what.length, seconds(0), furthest_look);
    for (;;) {
        known->until = later_by(known->now, ahead);
        auto found = co_await find_on_pool(rt, files, what, *known, limits);
        if (!depends_on_later(found, *known)) {
            co_return found;
        }
        ahead = ahead < furthest_look ? wider * ahead : seconds::max();
    }
}

}  // namespace

task<result<reservation>> look_for(runtime& rt, calendar& book, activation::journal& journal, shared_files files,
                                   const wish& what, owner_limits limits) {
    if (!what.from) {
        co_return co_await look_for_earliest(rt, book, journal, files, what, limits);
    }
    const instant now = rounded_up(rt.wall_now());
    seconds ahead = first_look + 2 * std::clamp(what.length, seconds(0), furthest_look);
    if (*what.from > now) {
        ahead += *what.from - now;
    }
    for (;;) {
        auto known = co_await know(rt, book, journal, files->lab.name, ahead);
        if (!known) {
            co_return known.error();
        }
        auto found = co_await find_on_pool(rt, files, what, *known, limits);
        if (!depends_on_later(found, *known)) {
            co_return found;
        }
        ahead = ahead < furthest_look ? wider * ahead : seconds::max();
    }
}

task<result<reservation>> reserve(runtime& rt, calendar& book, activation::journal& journal, shared_files files,
                                  wish what, actor who, owner_limits limits) {
    constexpr int tries = 20;
    for (int i = 0; i < tries; ++i) {
        auto found = co_await look_for(rt, book, journal, files, what, limits);
        if (!found) {
            co_return found.error();
        }
        reservation made = *found;
        auto id = co_await book.book(std::move(*found), who, limits.most_open);
        if (id) {
            made.id = *id;
            co_return made;
        }
        if (id.error().code != errc::busy) {
            co_return id.error();
        }
    }
    co_return failure(errc::busy, "other reservations keep taking the devices that were found; try again");
}

}  // namespace rollover::scheduler
