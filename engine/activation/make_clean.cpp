// The way back of one device: erased and proved, recovered where it lets nobody in, or quarantined.
#include "engine/activation/addresses.h"
#include "engine/activation/device_work.h"
#include "engine/activation/hooks.h"
#include "engine/activation/together.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::activation {

using namespace std::chrono_literals;

namespace {

constexpr duration wait_for_hook = 5min;     // from the start of the hook to the first words of the boot loader
constexpr duration wait_for_person = 15min;  // who walks to the rack

class cleaning {
public:
    cleaning(environment& env, const model::lab& lab, std::string device, std::optional<std::string> found,
             std::string activation)
        : env_(env),
          lab_(lab),
          name_(std::move(device)),
          found_(std::move(found)),
          activation_(std::move(activation)),
          deadline_(env.rt.now() + env.limits.clean_up) {}

    /// Until one attempt succeeds; the failure of the last one.
    task<result<void>> attempt(recovery how) {
        const auto index = find_device(lab_, name_);
        if (!index) {
            co_return failure(errc::not_found, "the device is no longer in the lab file");
        }
        const model::device& device = lab_.at(*index);
        tell(stage::erasing);
        const unsigned attempts = how == recovery::asked_for ? 1 : std::max(1U, env_.limits.clean_attempts);
        result<void> done;
        bool worth_recovering = false;
        for (unsigned i = 0; i < attempts; ++i) {
            done = co_await on_a_visit(device, worth_recovering, &cleaning::erase);
            if (done || is_final_ || done.error().code == errc::cancelled) {
                co_return done;
            }
        }
        if (!worth_recovering || (how == recovery::as_the_lab_says && !device.recover)) {
            co_return done;
        }
        const auto platform = env_.platforms.find(device.platform);
        if (!platform->recover) {
            done = std::move(done).error().advise(fmt::format(
                "platform {} has no <recover>: recover the device by hand as its vendor says", platform->name));
            co_return done;
        }
        const auto why = describe(done.error());
        done = co_await on_a_visit(device, worth_recovering, &cleaning::recover);
        if (!done && done.error().code != errc::cancelled) {
            failure both = done.error();
            both.reason += "; before it was recovered: " + why;
            done = std::move(both);
        }
        co_return done;
    }

    void tell(stage s, std::string text = {}) const {
        if (env_.tell) {
            env_.tell({activation_, name_, s, 0, 0, 0, std::move(text)});
        }
    }

    task<result<void>> write(record_kind kind, std::string text) {
        record one{kind, activation_, name_, std::move(text), {}};
        co_return co_await env_.journal.append(std::move(one));
    }

private:
    using step = task<result<void>> (cleaning::*)(visit&);

    /// On one fresh connection.
    task<result<void>> on_a_visit(const model::device& device, bool& opened, step what) {
        visit one(env_, lab_, device, activation_);
        auto done = co_await one.open(deadline_);
        deadline_ += one.waited();
        opened = done.has_value();
        if (done) {
            done = co_await (this->*what)(one);
        }
        co_await one.close();
        is_final_ = one.met_another();  // it stays another one; ours is as dirty as it was
        co_return done;
    }

    task<result<void>> erase(visit& one) {
        auto home = co_await one.come_home(deadline_);
        if (!home) {
            co_return home;
        }
        if (one.description().how_to_erase == platform::erase_method::restore && !found_) {
            // The journal has `found` before the first configuration line: without it none was typed.
            co_return co_await one.session().hand_over(deadline_);
        }
        platform::configuration before;
        if (found_ && !found_->empty()) {
            for (const auto line : split_lines(*found_)) {
                before.emplace_back(line);
            }
        }
        co_return co_await one.session().erase(before, deadline_);
    }

    task<result<void>> recover(visit& one) {
        const bool by_hook = std::any_of(lab_.hooks.begin(), lab_.hooks.end(), [](const model::hook& h) {
            return h.when == model::hook::moment::power_cycle;
        });
        tell(stage::recovering, by_hook
                                    ? "it is switched off and on"
                                    : fmt::format("switch {} off and on now, within {} minutes", name_,
                                                  std::chrono::floor<std::chrono::minutes>(wait_for_person).count()));
        std::vector<task<result<void>>> parts;
        parts.push_back(one.session().recover(by_hook ? wait_for_hook : wait_for_person, deadline_));
        if (by_hook) {
            const model::device& device = lab_.at(*find_device(lab_, name_));
            hook_variables about{{"ROLLOVER_DEVICE", name_}, {"ROLLOVER_OUTLET", device.outlet}};
            parts.push_back(run_hooks(env_, lab_, model::hook::moment::power_cycle, activation_, "", std::move(about)));
        }
        stop_switch nobody;  // who stops the way back cancels this tree
        const auto done =
            co_await run_together(env_.rt, std::move(parts), nobody, on_stop::end_at_first, false, deadline_);
        if (!done.ok()) {
            co_return done.failures.empty() ? failure(errc::cancelled, "stopped") : done.failures.front();
        }
        tell(stage::erasing);
        co_return co_await erase(one);
    }

    environment& env_;
    const model::lab& lab_;
    std::string name_;
    std::optional<std::string> found_;
    std::string activation_;
    time_point deadline_;
    bool is_final_ = false;
};

}  // namespace

std::string transcript_line(const environment& env, const std::string& device) {
    return env.folder.empty() ? "" : "\ntranscript: " + (env.folder / "transcripts" / (device + ".cast")).string();
}

task<result<void>> make_clean(environment& env, const model::lab& lab, std::string device,
                              std::optional<std::string> found, std::string activation, recovery how) {
    const auto transcript = transcript_line(env, device);
    cleaning one(env, lab, std::move(device), std::move(found), std::move(activation));
    auto done = co_await one.attempt(how);
    if (done) {
        one.tell(stage::clean);
        co_return co_await one.write(record_kind::clean, "");
    }
    if (done.error().code == errc::cancelled) {
        co_return done;  // it stays as dirty as the journal has it
    }
    one.tell(stage::quarantined, done.error().reason);
    co_return co_await one.write(record_kind::quarantined, describe(done.error()) + transcript);
}

}  // namespace rollover::activation
