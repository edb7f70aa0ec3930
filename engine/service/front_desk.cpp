#include "engine/service/front_desk.h"

#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/placement/read.h"
#include "engine/scheduler/available.h"
#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::service {

using scheduler::instant;
using scheduler::reservation;
using scheduler::stage;
using scheduler::window;

namespace {

failure only_operators(std::string_view what) {
    return failure(errc::refused, fmt::format("only an operator may {}", what));
}

}  // namespace

front_desk::front_desk(parts all) : all_(std::move(all)) {}

scheduler::local_time front_desk::zone() const {
    const auto known = scheduler::local_time::in(all_.files()->lab.time_zone);
    return known ? *known : *scheduler::local_time::in("");
}

result<instant> front_desk::time_of(const std::string& text) const {
    return zone().read(text, scheduler::rounded_down(all_.rt.wall_now()));
}

task<void> front_desk::told(scheduler::entry what) {
    const auto written = co_await all_.book.tell(std::move(what));
    static_cast<void>(written.has_value());  // what is told was done, and cannot be taken back
}

task<result<reservation>> front_desk::reserve(caller who, booking_request what) {
    scheduler::wish wanted;
    auto read = model::read_topology(std::string_view(what.source), what.file);
    if (!read.value) {
        co_return scheduler::failure_of(read.mistakes);
    }
    const auto wrong = model::check_arguments(*read.value, what.arguments);
    if (!wrong.empty()) {
        co_return scheduler::failure_of(wrong);
    }
    if (!what.owner.empty() && what.owner != who.name && !who.operates) {
        co_return only_operators("book for somebody else");
    }
    const auto length = scheduler::read_length(what.length);
    if (!length) {
        co_return length.error();
    }
    if (!what.from.empty()) {
        const auto from = time_of(what.from);
        if (!from) {
            co_return from.error();
        }
        wanted.from = *from;
    }
    wanted.topology = std::make_shared<const model::topology>(std::move(*read.value));
    wanted.arguments = std::move(what.arguments);
    wanted.source = std::move(what.source);
    wanted.file = std::move(what.file);
    wanted.owner = what.owner.empty() ? who.name : what.owner;
    wanted.length = *length;
    wanted.pods = what.pods;
    auto made = co_await scheduler::reserve(all_.rt, all_.book, all_.journal, all_.files(), std::move(wanted), who.name,
                                            all_.limits);
    if (made) {
        all_.scheduler.look();
    }
    co_return made;
}

task<result<reservation>> front_desk::find(std::string id) {
    return all_.book.find(std::move(id));
}

task<result<std::vector<reservation>>> front_desk::list(std::string owner, bool open_only) {
    return all_.book.list({all_.files()->lab.name, std::move(owner), open_only, {}});
}

task<result<reservation>> front_desk::his(caller who, std::string id) {
    auto found = co_await all_.book.find(std::move(id));
    if (found && found->owner != who.name && !who.operates) {
        co_return failure(errc::refused, fmt::format("reservation {} is {}'s", found->id, found->owner));
    }
    co_return found;
}

task<result<reservation>> front_desk::extend(caller who, std::string id, std::string by, std::string until) {
    auto found = co_await his(who, std::move(id));
    if (!found) {
        co_return found;
    }
    if (by.empty() == until.empty()) {
        co_return failure(errc::bad_input, "say by how long, or until when").advise("--by 30m, or --until 16:00");
    }
    instant end = found->promised.until;
    if (by.empty()) {
        const auto read = time_of(until);
        if (!read) {
            co_return read.error();
        }
        end = *read;
    } else {
        const auto more = scheduler::read_length(by);
        if (!more) {
            co_return more.error();
        }
        end += *more;
    }
    if (end <= std::max(found->promised.from, scheduler::rounded_down(all_.rt.wall_now()))) {
        co_return failure(errc::bad_input, "it would end before it begins, or in the past")
            .advise("to end it now: rollover cancel " + found->id);
    }
    const auto cleaning = found->held.until - found->promised.until;
    const window promised{found->promised.from, end};
    const window held{found->held.from, end + cleaning};
    const auto moved = co_await all_.book.move(found->id, promised, held, who.name);
    if (!moved) {
        co_return moved.error();
    }
    all_.scheduler.look();
    co_return co_await all_.book.find(found->id);
}

task<result<reservation>> front_desk::begin_now(caller who, std::string id) {
    auto found = co_await his(who, std::move(id));
    if (!found) {
        co_return found;
    }
    if (found->now != stage::booked) {
        co_return failure(errc::bad_input, fmt::format("reservation {} is {}", found->id, name_of(found->now)));
    }
    const instant now = scheduler::rounded_down(all_.rt.wall_now());
    const auto typing = std::max(std::chrono::seconds(0), found->promised.from - found->held.from);
    const window promised{std::min(found->promised.from, now + typing), found->promised.until};
    const window held{std::min(found->held.from, now), found->held.until};
    const auto moved = co_await all_.book.move(found->id, promised, held, who.name);
    if (!moved) {
        co_return moved.error();
    }
    all_.scheduler.look();
    co_return co_await all_.book.find(found->id);
}

task<result<reservation>> front_desk::cancel(caller who, std::string id) {
    auto found = co_await his(who, std::move(id));
    if (!found) {
        co_return found;
    }
    const instant now = scheduler::rounded_up(all_.rt.wall_now());
    const auto next = found->now == stage::booked && now < found->held.from ? stage::cancelled : stage::ending;
    const auto done = co_await all_.book.set_stage(found->id, next, "cancelled by " + who.name, who.name, now);
    if (!done) {
        co_return done.error();
    }
    all_.scheduler.look();
    co_return co_await all_.book.find(found->id);
}

task<result<std::vector<scheduler::booked_device>>> front_desk::calendar(std::string device, std::string from,
                                                                         std::string until) {
    window asked{scheduler::rounded_down(all_.rt.wall_now()), instant::max()};
    for (auto [text, into] : {std::pair(&from, &asked.from), std::pair(&until, &asked.until)}) {
        if (text->empty()) {
            continue;
        }
        const auto read = time_of(*text);
        if (!read) {
            co_return read.error();
        }
        *into = *read;
    }
    if (!device.empty()) {
        if (auto unknown = model::unknown_device(all_.files()->lab, device)) {
            co_return std::move(*unknown);
        }
    }
    auto taken = co_await all_.book.taken(all_.files()->lab.name, asked);
    if (taken && !device.empty()) {
        std::erase_if(*taken, [&device](const auto& one) { return one.device != device; });
    }
    co_return taken;
}

task<result<activation::holds>> front_desk::holds() {
    return all_.journal.unavailable(all_.files()->lab.name);
}

task<result<void>> front_desk::quarantine(caller who, std::string device, std::string why) {
    if (!who.operates) {
        co_return only_operators("put a device into quarantine");
    }
    if (auto unknown = model::unknown_device(all_.files()->lab, device)) {
        co_return std::move(*unknown);
    }
    const std::string text = fmt::format("by {}: {}", who.name, why.empty() ? "no reason given" : why);
    const auto done = co_await all_.journal.quarantine(all_.files()->lab.name, device, text);
    if (done) {
        scheduler::entry about{0, {}, who.name, "quarantined", "", device, why};
        co_await told(std::move(about));
    }
    co_return done;
}

task<result<void>> front_desk::release(caller who, std::string device) {
    if (!who.operates) {
        co_return only_operators("release a device");
    }
    const auto done = co_await all_.journal.release(all_.files()->lab.name, device);
    if (done) {
        scheduler::entry about{0, {}, who.name, "released", "", device, ""};
        co_await told(std::move(about));
    }
    co_return done;
}

task<result<void>> front_desk::reload(caller who) {
    if (!who.operates) {
        co_return only_operators("reload the lab");
    }
    result<scheduler::shared_files> read = failure();
    std::function<void()> work = [&] { read = all_.read_files(); };
    co_await all_.rt.offload(std::move(work));
    if (!read) {
        co_return read.error();
    }
    if ((*read)->lab.name != all_.files()->lab.name) {
        co_return failure(errc::refused, fmt::format("the file is of lab {} now; the service serves {}",
                                                     (*read)->lab.name, all_.files()->lab.name));
    }
    scheduler::query all_open{(*read)->lab.name, "", true, {}};
    const auto open = co_await all_.book.list(std::move(all_open));
    if (!open) {
        co_return open.error();
    }
    std::vector<std::string> broken;
    for (const auto& head : *open) {
        const auto whole = co_await all_.book.find(head.id);
        if (!whole) {
            co_return whole.error();
        }
        const auto topology = model::read_topology(std::string_view(whole->source), whole->file);
        for (const auto& pod : whole->pods) {
            const auto placed = topology.value ? placement::read_placement((*read)->lab, *topology.value, pod.placement)
                                               : result<placement::placement>(failure());
            if (!placed) {
                broken.push_back(fmt::format("{} ({}): {}", whole->id, whole->owner, describe(placed.error())));
            } else if (const auto breach =
                           placement::verify(scheduler::request_for((*read)->lab, *topology.value, {}), *placed)) {
                broken.push_back(fmt::format("{} ({}): {}", whole->id, whole->owner, *breach));
            }
        }
    }
    if (!broken.empty()) {
        co_return failure(errc::refused, "reservations could not be played in the changed lab:\n" + join(broken, "\n"))
            .advise("cancel them, or take the change back");
    }
    all_.use_files(std::move(*read));
    scheduler::entry about{0, {}, who.name, "reloaded", "", "", ""};
    co_await told(std::move(about));
    all_.scheduler.look();
    co_return result<void>();
}

task<result<std::vector<scheduler::entry>>> front_desk::entries(std::int64_t after, std::string id) {
    constexpr std::size_t most = 1000;
    return all_.book.entries(after, most, std::move(id));
}

}  // namespace rollover::service
