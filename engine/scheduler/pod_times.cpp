// What a pod teaches about times: how long its devices took to come, its checks to hold, its devices to be clean.
#include "engine/scheduler/pod_work.h"
#include "engine/scheduler/words.h"

#include <algorithm>

namespace rollover::scheduler {

task<void> pod_work::measure(std::string id, const plan::plan* p) {
    const auto records = co_await in_.journal.read(std::move(id));
    if (!records) {
        co_return;  // the next one is measured
    }
    std::map<std::string, wall_time> touched;
    std::map<std::string, duration> longest;
    wall_time configured{};
    wall_time ready{};
    wall_time deactivating{};
    const auto platform_of = [this](const std::string& device) {
        const auto found = model::find_device(files_->lab, device);
        return found ? files_->lab.at(*found).platform : std::string();
    };
    const auto longer = [&longest](const std::string& key, duration d) { longest[key] = std::max(longest[key], d); };
    for (const auto& one : *records) {
        switch (one.kind) {
            case activation::record_kind::touching: touched[one.subject] = one.when; break;
            case activation::record_kind::configured:
                configured = one.when;
                for (const auto& d : p == nullptr ? std::vector<plan::device_plan>() : p->devices) {
                    if (files_->lab.at(d.device).name == one.subject) {
                        longer(key_of_coming(platform_of(one.subject)),
                               std::max(duration{}, one.when - touched[one.subject] - d.typing_time));
                    }
                }
                break;
            case activation::record_kind::ready: ready = one.when; break;
            case activation::record_kind::deactivating: deactivating = one.when; break;
            case activation::record_kind::clean:
                if (p == nullptr && deactivating != wall_time{} && one.when > deactivating) {
                    longer(key_of_cleaning(platform_of(one.subject)), one.when - deactivating);
                }
                break;
            default: break;
        }
    }
    if (p != nullptr && ready != wall_time{} && configured != wall_time{}) {
        longer(key_of_checks(topology_->name), ready - configured);
    }
    for (const auto& [key, took] : longest) {
        const auto kept = co_await in_.book.measure(files_->lab.name, key, took);
        if (!kept) {
            log(severity::warning, on_one_line(kept.error()));
        }
    }
}

}  // namespace rollover::scheduler
