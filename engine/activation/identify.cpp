#include "engine/activation/identify.h"

#include "engine/activation/together.h"
#include "engine/activation/visit.h"

namespace rollover::activation {

namespace {

task<result<platform::identity>> ask(visit& one, time_point deadline) {
    const auto opened = co_await one.open(deadline);
    if (!opened) {
        co_return opened.error();
    }
    auto& session = one.session();
    const auto home = co_await session.bring_home(deadline);
    if (!home) {
        co_return home.error();
    }
    std::vector<platform::identity_part> all{platform::identity_part::serial_number, platform::identity_part::model,
                                             platform::identity_part::software};
    const auto found = co_await session.identify(std::move(all), deadline);
    const auto left = co_await session.hand_over(deadline);
    if (found && !left) {
        co_return left.error();
    }
    co_return found;
}

task<result<void>> identify_one(environment& env, const model::lab& lab, identified& into, time_point deadline) {
    visit one(env, lab, lab.at(into.device), "");
    into.found = co_await ask(one, deadline);
    co_await one.close();
    if (!into.found) {
        co_return into.found.error();
    }
    co_return result<void>();
}

}  // namespace

task<std::vector<identified>> identify_devices(environment& env, const model::lab& lab,
                                               std::vector<model::device_index> devices, stop_switch& stop,
                                               time_point deadline) {
    std::vector<identified> all;
    for (const auto device : devices) {
        all.push_back({device, failure(errc::cancelled, "stopped")});
    }
    std::vector<task<result<void>>> parts;
    for (auto& one : all) {
        parts.push_back(identify_one(env, lab, one, deadline));
    }
    const auto ignored = co_await run_together(env.rt, std::move(parts), stop, on_stop::end_at_first, true, deadline);
    (void)ignored;  // each has left its own failure
    co_return all;
}

}  // namespace rollover::activation
