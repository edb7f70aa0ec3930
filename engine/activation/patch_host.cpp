#include "engine/activation/patch_host.h"

#include "engine/activation/addresses.h"

namespace rollover::activation {

namespace {

task<void> open_one(patch::patch& one, time_point deadline, task_group& all, std::optional<failure>& first) {
    auto opened = co_await one.open(deadline);
    if (!opened && !first) {
        first = std::move(opened).error();
        all.cancel();
    }
}

}  // namespace

patch_host::patch_host(runtime& rt, log_sink log) : rt_(rt), log_(std::move(log)) {}

task<result<void>> patch_host::open(const model::lab& lab, std::span<const plan::planned_patch> patches,
                                    time_point deadline) {
    for (const auto& planned : patches) {
        auto one = patch_end_of(lab, planned.ends[0]);
        auto other = patch_end_of(lab, planned.ends[1]);
        if (!one || !other) {
            co_return one ? other.error() : one.error();
        }
        patches_.push_back(std::make_unique<patch::patch>(
            rt_, planned.link, std::array<patch::end, 2>{std::move(*one), std::move(*other)}, log_));
    }
    std::optional<failure> first;
    task_group all(rt_);
    for (const auto& one : patches_) {
        all.spawn(open_one(*one, deadline, all, first));
    }
    co_await all.join();
    if (first) {
        patches_.clear();
        co_return std::move(*first);
    }
    co_return result<void>();
}

task<void> patch_host::run() {
    task_group all(rt_);
    for (const auto& one : patches_) {
        all.spawn(one->run());
    }
    co_await all.join();
}

}  // namespace rollover::activation
