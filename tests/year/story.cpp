#include "tests/year/story.h"

#include "simulators/lab/line_faults.h"
#include "tests/year/topologies.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace rollover::tests {

using namespace std::chrono_literals;
using scheduler::instant;
using scheduler::reservation;
using std::chrono::seconds;

namespace {

const service::caller operator_{"operator"};

/// Like those of people: most are short, some go over days.
seconds draw_length(std::mt19937_64& dice) {
    const auto kind = dice() % 100;
    if (kind < 70) {
        return std::chrono::minutes(30 + 15 * (dice() % 15));
    }
    if (kind < 95) {
        return std::chrono::hours(4 + dice() % 20);
    }
    return std::chrono::hours(24 + dice() % 25);
}

}  // namespace

story::story(year_lab& lab, story_options options)
    : lab_(lab), options_(options), dice_(options.seed * 7919 + 1), group_(lab.world()) {}

instant story::now() const {
    return scheduler::rounded_down(lab_.wall_now());
}

duration story::between(duration a, duration b) {
    return a + duration(static_cast<duration::rep>(chance() * static_cast<double>((b - a).count())));
}

task<void> story::sleep(duration d) {
    const auto slept = co_await sleep_for(lab_.world(), d);
    static_cast<void>(slept.has_value());
}

task<void> story::until(instant when) {
    if (when > now()) {
        co_await sleep(wall_time(when) - lab_.wall_now());
    }
}

task<void> story::run() {
    end_ = now() + std::chrono::hours(24) * options_.days;
    group_.spawn(users());
    group_.spawn(operate());
    const double often = options_.faults;
    if (often > 0) {
        group_.spawn(again_and_again(often * 2.0, &story::break_a_device));
        group_.spawn(again_and_again(often * 0.1, &story::break_a_converter));
        group_.spawn(again_and_again(often * 0.5, &story::kill));
        group_.spawn(again_and_again(often * 0.2, &story::lose_the_store));
        group_.spawn(again_and_again(often * 0.15, &story::fill_the_disk));
        group_.spawn(again_and_again(often * 0.1, &story::set_the_clock));
        group_.spawn(again_and_again(often * 0.15, &story::lose_the_joins));
        group_.spawn(again_and_again(often * 0.1, &story::cut_the_cross_connect));
    }
    co_await until(end_);
    ends_ = true;
    co_await group_.join();
    if (group_.error()) {
        std::rethrow_exception(group_.error());
    }
    co_await cancel_all();
}

task<void> story::users() {
    while (!ends_) {
        const double mean = 86400.0 / options_.bookings_a_day;
        const double wait = -std::log(1.0 - chance()) * mean;
        co_await sleep(std::chrono::milliseconds(static_cast<long>(wait * 1000)));
        if (now() >= end_) {
            break;
        }
        group_.spawn(user(++marks_));
    }
}

service::booking_request story::draw(std::uint32_t mark, std::size_t& links) {
    service::booking_request what;
    const auto kind = below(100);
    const auto& topology = kind < 25 ? single : kind < 65 ? pair : kind < 90 ? chain : routers;
    what.source = topology.xml;
    what.file = std::string(topology.name) + ".xml";
    what.arguments["mark"] = std::to_string(mark);
    what.owner = fmt::format("user{}", below(30));
    what.length = scheduler::to_length_text(draw_length(dice_));
    what.pods = kind >= 25 && kind < 65 && below(10) == 0 ? static_cast<unsigned>(2 + below(4)) : 1;
    links = topology.links;
    const auto when = below(100);
    if (when < 30) {
        return what;  // as early as can be
    }
    if (when < 40) {
        what.from = "now";
        return what;
    }
    const auto quarter = seconds(900);
    const double ahead = std::min(-std::log(1.0 - chance()) * 86400.0, 8 * 86400.0);
    const auto from = now().time_since_epoch() + seconds(static_cast<long>(ahead)) + quarter;
    const instant start(from / quarter * quarter);
    // As people write it, in the lab's zone: on two nights of the year that may not be clear.
    const auto local = scheduler::local_time::in("Europe/Prague")->write(start);
    what.from = when < 70 ? local.substr(0, local.rfind(' ')) : scheduler::to_utc_text(start);
    return what;
}

task<void> story::user(std::uint32_t mark) {
    std::size_t links = 0;
    auto what = draw(mark, links);
    auto& wish = lab_.inspector().wished(mark);
    wish.mark = mark;
    wish.links = links;
    ++sums_.wishes;
    std::function<task<result<reservation>>(service::front_desk&)> book = [what](service::front_desk& desk) {
        return desk.reserve({what.owner, access::role::author}, what);
    };
    const auto made = co_await lab_.ask(std::move(book));
    if (!made) {
        ++sums_.unanswered;
        co_return;
    }
    if (!*made) {
        ++sums_.refused;
        lab_.log(fmt::format("m{} was refused: {}", mark, made->error().reason));
        co_return;
    }
    ++sums_.booked;
    const reservation& r = **made;
    lab_.inspector().booked(mark, r.id);
    known mine{mark, r.id, r.promised, r.held, {}};
    for (const auto& pod : r.pods) {
        mine.devices.insert(mine.devices.end(), pod.devices.begin(), pod.devices.end());
    }
    known_[r.id] = mine;
    lab_.log(fmt::format("{} is booked for m{}: {}, held from {}", r.id, mark, r.topology,
                         scheduler::to_utc_text(r.held.from)));
    const auto whim = below(100);
    if (whim < 8) {
        const auto when = now() + (mine.held.from - now()) * static_cast<int>(below(10)) / 10;
        co_await cancel(std::move(mine), when);
    } else if (whim < 16) {
        const auto when = mine.held.from + (mine.promised.until - mine.held.from) * static_cast<int>(below(10)) / 10;
        co_await cancel(std::move(mine), when);
    } else if (whim < 26) {
        const auto when = now() + (mine.promised.until - now()) * static_cast<int>(below(10)) / 10;
        co_await extend(std::move(mine), when);
    }
}

task<void> story::cancel(known what, instant when) {
    co_await until(when);
    co_await cancel_now(std::move(what.id), what.mark);
}

task<void> story::cancel_now(std::string id, std::uint32_t mark) {
    auto& wish = lab_.inspector().wished(mark);
    for (int tries = 0; tries < 100; ++tries) {
        wish.cancelled = wish.cancelled == 0 ? lab_.now() : wish.cancelled;
        std::function<task<result<reservation>>(service::front_desk&)> end = [id](service::front_desk& desk) {
            return desk.cancel(operator_, id);
        };
        const auto done = co_await lab_.ask(std::move(end));
        if (done && (*done || done->error().code != errc::store)) {
            sums_.cancelled += *done ? 1 : 0;
            known_.erase(id);
            co_return;
        }
        co_await sleep(2min);
    }
}

task<void> story::extend(known what, instant when) {
    co_await until(when);
    const std::string by = fmt::format("{}m", 15 * (1 + below(12)));
    std::function<task<result<reservation>>(service::front_desk&)> longer = [what, by](service::front_desk& desk) {
        return desk.extend(operator_, what.id, by, "");
    };
    const auto done = co_await lab_.ask(std::move(longer));
    if (done && *done) {
        ++sums_.extended;
        known_[what.id].promised = (**done).promised;
        known_[what.id].held = (**done).held;
    }
}

/// At the end nothing new begins.
task<void> story::cancel_all() {
    std::function<task<result<std::vector<reservation>>>(service::front_desk&)> open = [](service::front_desk& desk) {
        return desk.list(operator_, "", true);
    };
    for (int rounds = 0; rounds < 200; ++rounds) {
        const auto all = co_await lab_.ask(open);
        if (!all || !*all) {
            co_await sleep(1min);
            continue;
        }
        if ((*all)->empty()) {
            break;
        }
        for (const auto& one : **all) {
            const auto mark = static_cast<std::uint32_t>(std::stoul(one.arguments.at("mark")));
            if (one.now != scheduler::stage::ending) {
                co_await cancel_now(one.id, mark);
            }
        }
        co_await sleep(2min);
    }
}

task<void> story::operate() {
    std::function<task<result<activation::holds>>(service::front_desk&)> look = [](service::front_desk& desk) {
        return desk.holds(operator_);
    };
    while (!ends_) {
        co_await sleep(6h);
        lab_.inspector().audit();
        const auto held = co_await lab_.ask(look);
        if (!held || !*held) {
            continue;
        }
        for (const auto& [device, hold] : **held) {
            if (hold.quarantined && !broken_.contains(device)) {
                co_await mend(device);
            }
        }
    }
}

/// Who finds a device in quarantine puts another box in its place, and says so.
task<void> story::mend(std::string device) {
    const auto index = *model::find_device(lab_.lab(), device);
    lab_.simulator().swap(index);
    std::function<task<result<void>>(service::front_desk&)> clear = [device](service::front_desk& desk) {
        return desk.release(operator_, device);
    };
    const auto done = co_await lab_.ask(std::move(clear));
    if (done && *done && last_fault_.contains(device)) {
        end_fault(last_fault_[device]);  // so long it was missing
    }
}

task<void> story::again_and_again(double a_day, task<void> (story::*what)()) {
    while (!ends_) {
        const double wait = -std::log(1.0 - chance()) * 86400.0 / a_day;
        const auto when = now() + seconds(static_cast<long>(wait) + 1);
        co_await until(std::min(when, end_));
        if (now() >= end_) {
            break;
        }
        co_await (this->*what)();
    }
}

task<void> story::until_it_works() {
    if (chance() < 0.2) {
        co_return;
    }
    instant best = now() + 12h;
    for (const auto& [id, one] : known_) {
        for (const auto when : {one.held.from, one.promised.until}) {
            if (when > now() && when < best) {
                best = when;
            }
        }
    }
    co_await until(best);
    co_await sleep(between(0s, 90s));
}

std::size_t story::begin_fault(const std::string& kind, const std::string& device) {
    ++sums_.faults[kind];
    lab_.log(fmt::format("FAULT {} {}", kind, device));
    const auto which = lab_.inspector().faults();
    lab_.inspector().note({kind, device, lab_.now(), lab_.now() + 365 * 86400});
    if (!device.empty()) {
        last_fault_[device] = which;
        broken_.insert(device);
    }
    return which;
}

void story::end_fault(std::size_t which) {
    auto& one = lab_.inspector().noted(which);
    one.until = lab_.now();
    lab_.log(fmt::format("mended: {} {}", one.kind, one.device));
    broken_.erase(one.device);
}

task<void> story::break_a_device() {
    std::string device = lab_.lab().devices[below(lab_.lab().devices.size())].name;
    std::vector<const known*> soon;
    for (const auto& [id, one] : known_) {
        if (one.held.until > now() && one.held.from < now() + 3h && !one.devices.empty()) {
            soon.push_back(&one);
        }
    }
    if (!soon.empty() && chance() < 0.8) {
        const known one = *soon[below(soon.size())];
        device = one.devices[below(one.devices.size())];
        const instant next = one.held.from > now() ? one.held.from : one.promised.until;
        co_await until(next);
        co_await sleep(between(0s, 60s));
    }
    if (broken_.contains(device)) {
        co_return;
    }
    const auto index = *model::find_device(lab_.lab(), device);
    sim::line_faults faults;
    faults.seed = dice_();
    const char* const kinds[] = {"device hangs", "garbage", "characters lost", "connection reset", "device restarts"};
    const auto kind = below(5);
    switch (kind) {
        case 0: faults.silent_after = below(100); break;
        case 1: faults.garbage_at = {below(50), 50 + below(100), 150 + below(300)}; break;
        case 2: faults.loss = 0.003 + 0.02 * chance(); break;
        case 3: faults.reset_after = 1 + below(200); break;
        default: break;
    }
    const auto which = begin_fault(kinds[kind], device);
    lab_.simulator().inject(index, std::move(faults));
    if (kind == 4) {
        lab_.simulator().power_cycle(index);
    }
    co_await sleep(between(2min, kind == 0 ? 12h : 1h));
    lab_.simulator().inject(index, {});
    end_fault(which);
}

task<void> story::break_a_converter() {
    co_await until_it_works();
    const std::uint32_t converter = static_cast<std::uint32_t>(below(lab_.lab().converters.size()));
    std::vector<std::size_t> faults;
    std::vector<model::device_index> devices;
    for (std::uint32_t d = 0; d < lab_.lab().devices.size(); ++d) {
        const auto& device = lab_.lab().devices[d];
        if (device.console.line.converter.value != converter || broken_.contains(device.name)) {
            continue;
        }
        faults.push_back(begin_fault("converter is dead", device.name));
        devices.push_back({d});
        sim::line_faults dead;
        dead.refused = std::numeric_limits<unsigned>::max();
        lab_.simulator().inject({d}, dead);
        lab_.simulator().hang_up({d});
    }
    co_await sleep(between(10s, 2h));
    for (std::size_t i = 0; i < devices.size(); ++i) {
        lab_.simulator().inject(devices[i], {});
        end_fault(faults[i]);
    }
}

task<void> story::kill() {
    co_await until_it_works();
    if (!lab_.is_up() || disk_is_faulty_) {
        co_return;
    }
    const auto kind = below(10);
    const duration down = kind < 6 ? between(1s, 10s) : kind < 9 ? between(1min, 20min) : between(1h, 5h);
    if (chance() < 0.3) {
        ++sums_.faults["power cut in a write"];
        lab_.tear_after(static_cast<std::int64_t>(below(60)), down);
    } else {
        ++sums_.faults["killed"];
        lab_.kill_after(below(5000), down);
    }
}

task<void> story::lose_the_store() {
    co_await until_it_works();
    if (!lab_.is_up() || lab_.disk().tear_after >= 0) {
        co_return;
    }
    const auto which = begin_fault("store is gone", "");
    disk_is_faulty_ = lab_.disk().gone = true;
    co_await sleep(between(5s, 10min));
    disk_is_faulty_ = lab_.disk().gone = false;
    end_fault(which);
}

task<void> story::fill_the_disk() {
    co_await until_it_works();
    const auto which = begin_fault("disk is full", "");
    lab_.disk().full = true;
    co_await sleep(between(5s, 30min));
    lab_.disk().full = false;
    end_fault(which);
}

task<void> story::set_the_clock() {
    co_await until_it_works();
    const auto by = chance() < 0.5 ? between(1s, 60s) : between(1min, 1h);
    const bool ahead = chance() < 0.5;
    const auto which = begin_fault("clock is wrong", "");
    const auto rounded = by / 1s + 2;
    lab_.inspector().noted(which).from -= rounded;
    lab_.set_clock(ahead ? by : -by);
    co_await sleep(between(1min, 3h));
    lab_.set_clock(duration::zero());
    end_fault(which);
    lab_.inspector().noted(which).until += rounded;
}

task<void> story::lose_the_joins() {
    co_await until_it_works();
    const auto which = begin_fault("joins are lost", "");
    lab_.forget_joins();
    co_await sleep(2min);
    end_fault(which);
}

task<void> story::cut_the_cross_connect() {
    co_await until_it_works();
    const auto which = begin_fault("cross-connect is cut off", "");
    lab_.cut_cross_connect(true);
    co_await sleep(between(5s, 15min));
    lab_.cut_cross_connect(false);
    end_fault(which);
}

}  // namespace rollover::tests
