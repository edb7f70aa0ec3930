#include "engine/survey/survey.h"

#include "engine/activation/together.h"
#include "engine/survey/counting.h"
#include "engine/survey/device_part.h"
#include "engine/survey/evidence.h"

#include <algorithm>

namespace rollover::survey {

using namespace std::chrono_literals;

namespace {

constexpr duration for_a_device = 30min;  // a device that boots first
constexpr duration for_a_host = 1min;     // one operation on a cross-connect
constexpr duration between_calls = 2s;    // together with the wait for answers
constexpr duration until_counted = 8s;    // counters of switches are read from the hardware each few seconds
constexpr duration until_heard = 2s;      // a switch's processor takes LLDP and CDP from a queue
constexpr unsigned rounds_at_least = 2;   // a frame that is where it should not be may come a little later

/// Everything that lives as long as the survey.
class undertaking {
public:
    undertaking(activation::environment& env, const model::lab& lab, const request& what, activation::stop_switch& stop)
        : env_(env), lab_(lab), what_(what), stop_(stop) {
        o_.first_mark = first_mark_of(what.id);
        o_.spots = spots_of(lab, what.devices);
        o_.seen.resize(o_.spots.size());
        for (const auto device : what.devices) {
            devices_.push_back(std::make_unique<device_part>(env, lab, device, what.id));
        }
        std::set<model::cross_connect_index> hosts;
        for (const auto& spot : o_.spots) {
            hosts.insert(spot.cross_connect);
        }
        for (const auto host : hosts) {
            hosts_.push_back(std::make_unique<host_part>(env, lab, host, o_, what.id, what.make_prober));
        }
    }

    /// Until a stop: what was seen until then is compared all the same.
    task<void> observe() {
        bool goes_on = co_await of_devices(&device_part::ask);
        take_interfaces();
        if (goes_on) {
            goes_on = co_await of_hosts(&host_part::begin);
        }
        if (goes_on) {
            goes_on = co_await listen();
        }
        if (goes_on) {
            goes_on = co_await announce();
        }
        if (goes_on) {
            co_await count();
        }
        take_interfaces();
    }

    task<void> leave() {
        for (auto& one : devices_) {
            co_await one->leave(env_.rt.now() + for_a_host);
        }
    }

    void report(outcome& out) {
        out.stopped = stopped_;
        for (const auto& one : devices_) {
            if (!one->answered()) {
                out.unasked.emplace_back(one->device(), one->answered().error());
            }
        }
        for (const auto& one : hosts_) {
            if (!one->worked()) {
                out.unread.push_back(one->worked().error());
                forget(*one);
            }
        }
        out.found = compare(lab_, o_);
        for (const auto& one : o_.interfaces) {
            out.looked_for += lab_.at(one.which).port ? 1U : 0U;
        }
    }

private:
    using parts = std::vector<task<result<void>>>;

    /// False after a stop.
    task<bool> together(parts all, duration limit) {
        const auto done = co_await activation::run_together(
            env_.rt, std::move(all), stop_, activation::on_stop::end_at_first, true, env_.rt.now() + limit);
        stopped_ = stopped_ || done.stopped;
        co_return !stopped_;
    }

    task<bool> of_devices(task<result<void>> (device_part::*step)(time_point)) {
        parts all;
        for (auto& one : devices_) {
            all.push_back((one.get()->*step)(env_.rt.now() + for_a_device));
        }
        co_return co_await together(std::move(all), for_a_device + 1min);
    }

    task<bool> of_hosts(task<result<void>> (host_part::*step)(time_point)) {
        parts all;
        for (auto& one : hosts_) {
            all.push_back((one.get()->*step)(env_.rt.now() + for_a_host));
        }
        co_return co_await together(std::move(all), for_a_host + 1min);
    }

    task<bool> sleep(duration how_long) {
        parts one;
        one.push_back(sleep_for(env_.rt, how_long));
        co_return co_await together(std::move(one), how_long + 1min);
    }

    /// What the devices have said; what was heard stays.
    void take_interfaces() {
        std::map<model::interface_reference, hearing> heard;
        for (const auto& one : o_.interfaces) {
            heard[one.which] = one.hears;
        }
        o_.interfaces.clear();
        for (const auto& device : devices_) {
            for (const auto& one : device->interfaces()) {
                if (device->answered()) {
                    o_.interfaces.push_back(one);
                    o_.interfaces.back().hears = heard[one.which];
                }
            }
        }
    }

    /// All addresses that frames have come from, from anywhere.
    [[nodiscard]] std::set<mac_address> addresses_seen() const {
        std::set<mac_address> seen;
        for (const auto& one : o_.seen) {
            seen.insert(one.sources.begin(), one.sources.end());
        }
        return seen;
    }

    /// Whether there is something whose frames could still come.
    [[nodiscard]] bool is_missing_some() const {
        const auto seen = addresses_seen();
        return std::ranges::any_of(o_.interfaces, [&](const interface_seen& one) {
            return lab_.at(one.which).port && one.says && one.says->address && one.says->link != false &&
                   !one.says->disabled && !seen.contains(*one.says->address);
        });
    }

    task<bool> listen() {
        duration settle{};
        for (const auto& one : devices_) {
            settle = std::max(settle, one->settle());
        }
        const auto until = env_.rt.now() + what_.listen + settle;
        bool goes_on = true;
        for (unsigned round = 0; goes_on && (round < rounds_at_least || (is_missing_some() && env_.rt.now() < until));
             ++round) {
            goes_on = co_await of_hosts(&host_part::call);
            if (goes_on && is_missing_some()) {
                goes_on = co_await sleep(between_calls);
            }
        }
        if (goes_on) {
            goes_on = co_await of_hosts(&host_part::look);
        }
        co_return goes_on;
    }

    /// Those of which nothing was seen anywhere though they have a link, on devices that tell what they hear.
    [[nodiscard]] std::set<model::interface_reference> to_be_announced_to() const {
        const evidence seen(lab_, o_);
        std::set<model::interface_reference> all;
        for (const auto& device : devices_) {
            for (const auto& one : device->interfaces()) {
                const auto& found = seen.places(one.which);
                if (device->tells_neighbors() && lab_.at(one.which).port && one.says && one.says->link != false &&
                    !one.says->disabled && found.right.empty() && found.wrong.empty()) {
                    all.insert(one.which);
                }
            }
        }
        return all;
    }

    /// Frames to some spots, from all cross-connects at once. False after a stop.
    task<bool> send_and_wait(crossconnect::call_kind what, std::function<bool(std::size_t)> gets, duration then) {
        parts sending;
        for (auto& one : hosts_) {
            sending.push_back(one->send(what, gets, env_.rt.now() + for_a_host));
        }
        bool goes_on = co_await together(std::move(sending), for_a_host + 1min);
        if (goes_on) {
            goes_on = co_await sleep(then);
        }
        co_return goes_on;
    }

    /// Who does not answer may say by LLDP or CDP what it hears. False after a stop.
    task<bool> announce() {
        take_interfaces();
        const auto silent = to_be_announced_to();
        if (silent.empty() || !std::ranges::any_of(hosts_, [](const auto& one) { return one->can_announce(); })) {
            co_return true;
        }
        const auto spots = counted_spots();
        const std::function<bool(std::size_t)> gets = [&spots](std::size_t spot) { return spots.contains(spot); };
        bool goes_on = co_await send_and_wait(crossconnect::call_kind::announce, gets, until_heard);
        if (!goes_on) {
            co_return false;
        }
        parts asking;
        for (auto& one : devices_) {
            asking.push_back(one->ask_neighbors(silent, env_.rt.now() + for_a_device));
        }
        goes_on = co_await together(std::move(asking), for_a_device + 1min);
        take_interfaces();
        for (auto& one : o_.interfaces) {
            if (one.says) {
                one.hears = heard_of(o_, one.says->neighbors);
            }
        }
        co_return goes_on;
    }

    /// The counters of those that have one, by their place in `o_.interfaces`.
    [[nodiscard]] std::map<model::interface_reference, std::uint64_t> counters() const {
        std::map<model::interface_reference, std::uint64_t> all;
        for (const auto& device : devices_) {
            for (const auto& one : device->interfaces()) {
                if (device->answered() && one.says && one.says->received && lab_.at(one.which).port) {
                    all[one.which] = *one.says->received;
                }
            }
        }
        return all;
    }

    /// One round: frames to some spots, and how much each counter has grown. Nothing after a stop.
    task<std::optional<std::map<model::interface_reference, std::uint64_t>>> count_round(
        std::function<bool(std::size_t)> gets) {
        const auto before = counters();
        bool goes_on = co_await send_and_wait(crossconnect::call_kind::count, std::move(gets), until_counted);
        if (goes_on) {
            goes_on = co_await of_devices(&device_part::count);
        }
        if (!goes_on) {
            co_return std::nullopt;
        }
        std::map<model::interface_reference, std::uint64_t> growth;
        for (const auto& [which, now] : counters()) {
            const auto was = before.find(which);
            if (was != before.end()) {
                growth[which] = now >= was->second ? now - was->second : 0;
            }
        }
        co_return growth;
    }

    /// Only one spot of an interface gets frames of which it matters who hears them, or its code would be that of
    /// another one.
    [[nodiscard]] std::set<std::size_t> counted_spots() const {
        std::set<std::size_t> all;
        std::set<model::interface_reference> known;
        for (std::size_t i = 0; i < o_.spots.size(); ++i) {
            if (o_.seen[i].what == spot_seen::kind::looked_at && known.insert(o_.spots[i].whose).second) {
                all.insert(i);
            }
        }
        return all;
    }

    /// What has a counter hears, or does not; where something was not seen, also which frames it hears.
    task<void> count() {
        take_interfaces();
        const bool goes_on = co_await count_baseline();
        if (!goes_on) {
            co_return;
        }
        const auto spots = counted_spots();
        const auto addresses = addresses_seen();
        const bool some_unseen = std::ranges::any_of(o_.interfaces, [&](const interface_seen& one) {
            return lab_.at(one.which).port && one.says && one.says->received && one.says->link != false &&
                   !one.says->disabled && !(one.says->address && addresses.contains(*one.says->address)) &&
                   !one.hears.heard;
        });
        const unsigned rounds = some_unseen ? rounds_for(o_.spots.size()) : 1;
        std::map<model::interface_reference, std::vector<std::uint64_t>> growth;
        for (unsigned round = 0; round < rounds; ++round) {
            const std::function<bool(std::size_t)> gets = [&spots, some_unseen, round](std::size_t spot) {
                return spots.contains(spot) && (!some_unseen || gets_frames(spot, round));
            };
            const auto grown = co_await count_round(gets);
            if (!grown) {
                co_return;
            }
            for (const auto& [which, by] : *grown) {
                growth[which].push_back(by);
            }
        }
        for (auto& one : o_.interfaces) {
            const auto found = growth.find(one.which);
            if (!one.hears.heard && found != growth.end() && found->second.size() == rounds) {
                one.hears = heard_from(found->second, some_unseen);
            }
        }
    }

    /// False where no counter can be read, or after a stop. Reading it anew settles what the calls have left.
    task<bool> count_baseline() {
        if (counters().empty()) {
            co_return false;
        }
        co_return co_await of_devices(&device_part::count);
    }

    [[nodiscard]] hearing heard_from(const std::vector<std::uint64_t>& growth, bool by_place) const {
        hearing one;
        one.asked = true;
        one.heard = std::ranges::any_of(growth, [](std::uint64_t by) { return has_counted(by) != false; });
        if (by_place) {
            one.where = place_heard(growth, o_.spots.size());
        }
        return one;
    }

    void forget(const host_part& failed) {
        for (std::size_t i = 0; i < o_.spots.size(); ++i) {
            if (lab_.at(o_.spots[i].cross_connect).name == failed.name()) {
                o_.seen[i] = {};
            }
        }
    }

    activation::environment& env_;
    const model::lab& lab_;
    const request& what_;
    activation::stop_switch& stop_;
    observation o_;
    std::vector<std::unique_ptr<device_part>> devices_;
    std::vector<std::unique_ptr<host_part>> hosts_;
    bool stopped_ = false;
};

}  // namespace

task<outcome> survey_lab(activation::environment& env, const model::lab& lab, request what,
                         activation::stop_switch& stop) {
    outcome out;
    undertaking all(env, lab, what, stop);
    co_await all.observe();
    co_await all.leave();
    out.after = co_await end_survey(env, lab, what.id, stop);
    all.report(out);
    co_return out;
}

task<activation::outcome> end_survey(activation::environment& env, const model::lab& lab, std::string id,
                                     activation::stop_switch& stop) {
    co_return co_await activation::take_back(env, lab, std::move(id), stop);
}

}  // namespace rollover::survey
