#include "engine/scheduler/rechecks.h"

#include "engine/scheduler/words.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::scheduler {

namespace {

constexpr duration between_rounds = std::chrono::minutes(1);
constexpr duration longest_interval = std::chrono::hours(24);
constexpr std::string_view note_of_a_try = "tried again to be made clean";

bool is_served(const surroundings& in, const std::string& device) {
    const auto files = in.files();
    const auto found = model::find_device(files->lab, device);
    return found && (in.sites.empty() || in.sites.contains(files->lab.at(files->lab.at(*found).site).name));
}

}  // namespace

std::optional<recheck_due> next_recheck(const std::vector<activation::record>& records, const std::string& device,
                                        duration first) {
    if (activation::stand(records).phase != activation::phase::ended) {
        return std::nullopt;
    }
    recheck_due due;
    std::optional<wall_time> last;
    for (const auto& one : records) {
        if (one.subject != device) {
            continue;
        }
        const bool tried = one.kind == activation::record_kind::note && one.text == note_of_a_try;
        due.tries += tried ? 1U : 0U;
        if (tried || one.kind == activation::record_kind::quarantined) {
            last = one.when;
        }
        if (one.kind == activation::record_kind::clean || one.kind == activation::record_kind::released) {
            due.tries = 0;
        }
    }
    if (!last) {
        return std::nullopt;
    }
    duration wait = std::min(first, longest_interval);
    for (unsigned i = 0; i < due.tries && wait < longest_interval; ++i) {
        wait = std::min(2 * wait, longest_interval);
    }
    due.when = *last + wait;
    return due;
}

rechecks::rechecks(const surroundings& in, duration first) : in_(in), first_(first) {}

void rechecks::log(const failure& why) const {
    if (in_.log) {
        in_.log({severity::warning, "", "", on_one_line(why)});
    }
}

task<void> rechecks::tell(std::string what, std::string device, std::string text) {
    entry about{0, {}, "rollover", std::move(what), "", std::move(device), std::move(text)};
    const auto told = co_await in_.book.tell(std::move(about));
    static_cast<void>(told.has_value());  // the journal says it too
}

task<void> rechecks::run() {
    task_group trying(in_.rt);
    for (;;) {
        co_await look(trying);
        const auto slept = co_await sleep_for(in_.rt, between_rounds);
        if (!slept) {
            break;
        }
    }
    trying.cancel();
    co_await trying.join();
}

task<void> rechecks::look(task_group& trying) {
    const auto held = co_await in_.journal.unavailable(in_.files()->lab.name);
    if (!held) {
        log(held.error());
        co_return;
    }
    for (const auto& [device, hold] : *held) {
        // Without an activation it was a person.
        const bool is_ours = hold.quarantined && !hold.activation.empty();
        if (is_ours && !at_work_.contains(device) && !places_.contains(hold.activation) && is_served(in_, device)) {
            co_await look_at(device, hold.activation, trying);
        }
    }
}

task<void> rechecks::look_at(std::string device, std::string activation, task_group& trying) {
    const auto records = co_await in_.journal.read(activation);
    if (!records) {
        log(records.error());
        co_return;
    }
    const auto due = next_recheck(*records, device, first_);
    if (due && in_.rt.wall_now() >= due->when) {
        at_work_.insert(device);
        places_.insert(activation);
        trying.spawn(try_again(device, activation, due->tries + 1));
    }
}

task<bool> rechecks::is_ours(std::string activation, std::function<bool()>& fence) {
    if (in_.roster == nullptr) {
        co_return true;
    }
    const auto about = co_await in_.journal.find(activation);
    if (!about) {
        log(about.error());
        co_return false;
    }
    if (about->reservation.empty()) {
        co_return false;  // begun by hand: nothing says whose it is
    }
    fence = in_.roster->fence();
    work_part what(about->reservation, about->site);
    const auto taken = co_await in_.roster->take_what_is_over(std::move(what));
    if (!taken) {
        log(taken.error());
    }
    co_return taken && *taken&& fence();
}

task<void> rechecks::try_again(std::string device, std::string activation, unsigned tries) {
    const auto files = in_.files();
    std::function<bool()> fence;
    const bool ours = co_await is_ours(activation, fence);
    if (!ours) {
        at_work_.erase(device);
        places_.erase(activation);
        co_return;
    }
    auto place = in_.workplace(files, activation);
    if (place) {
        auto& env = (*place)->environment();
        env.may_act = fence;
        const auto out = co_await activation::recheck(env, files->lab, device, activation, std::string(note_of_a_try));
        const auto known = out.devices.find(device);
        if (known != out.devices.end() && known->second == activation::device_condition::clean) {
            co_await tell("clean again", device,
                          fmt::format("back in the lab, after {} {}", tries, tries == 1 ? "try" : "tries"));
        } else if (out.failures.empty()) {
            co_await tell("still in quarantine", device, fmt::format("it was tried again, {} so far", tries));
        } else if (out.failures.front().code != errc::cancelled) {
            log(out.failures.front());
        }
    } else if (place.error().code != errc::busy) {
        log(place.error());
    }
    at_work_.erase(device);
    places_.erase(activation);
}

}  // namespace rollover::scheduler
