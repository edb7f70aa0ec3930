#include "engine/activation/memory_journal.h"

#include "engine/base/text.h"

#include <algorithm>

namespace rollover::activation {

result<void> memory_journal::is_free(const std::string& lab, const std::string& device) const {
    const auto key = std::pair(lab, device);
    if (const auto claim = claims_.find(key); claim != claims_.end()) {
        return failure(errc::busy, "device " + device + " is in activation " + claim->second);
    }
    if (quarantine_.contains(key)) {
        return failure(errc::busy, "device " + device + " is in quarantine");
    }
    return {};
}

task<result<std::string>> memory_journal::begin(beginning what) {
    for (const auto& device : what.devices) {
        const auto free = is_free(what.lab, device);
        if (!free) {
            co_return free.error();
        }
    }
    const std::string id = "a" + std::to_string(summaries_.size() + 1);
    for (const auto& device : what.devices) {
        claims_[{what.lab, device}] = id;
        ++uses_[what.lab][device];
    }
    summaries_.push_back({id, what.lab, what.lab_file, what.topology, what.owner, what.plan, runtime_.wall_now(),
                          what.reservation, what.pod, what.site});
    records_.push_back({record_kind::begun, id, "", what.topology, runtime_.wall_now()});
    co_return id;
}

task<result<void>> memory_journal::append(record what) {
    if (++appends_ >= fail_from_ && fail_from_ != 0) {
        co_return failure(errc::store, "the journal cannot be written (a fault of the test)");
    }
    what.when = runtime_.wall_now();
    for (const auto& one : summaries_) {
        if (one.id != what.activation) {
            continue;
        }
        const auto key = std::pair(one.lab, what.subject);
        const auto kept = quarantine_.find(key);
        if (what.kind == record_kind::quarantined && (kept == quarantine_.end() || !kept->second.activation.empty())) {
            quarantine_[key] = {one.id, true, what.text};
        }
        if (what.kind == record_kind::clean && kept != quarantine_.end() && kept->second.activation == one.id) {
            quarantine_.erase(kept);
        }
    }
    if (what.kind == record_kind::ended) {
        std::erase_if(claims_, [&what](const auto& claim) { return claim.second == what.activation; });
    }
    records_.push_back(std::move(what));
    co_return result<void>();
}

task<result<void>> memory_journal::change_plan(plan_change what) {
    const auto about = std::ranges::find(summaries_, what.what.activation, &summary::id);
    if (about == summaries_.end()) {
        co_return failure(errc::not_found, "there is no activation " + what.what.activation);
    }
    for (const auto& device : what.taken) {
        const auto free = is_free(about->lab, device);
        if (!free) {
            co_return free;
        }
    }
    for (const auto& device : what.given_back) {
        claims_.erase({about->lab, device});
    }
    for (const auto& device : what.taken) {
        claims_[{about->lab, device}] = about->id;
        ++uses_[about->lab][device];
    }
    about->plan = std::move(what.plan);
    co_return co_await append(std::move(what.what));
}

task<result<std::vector<record>>> memory_journal::read(std::string activation) {
    std::vector<record> found;
    std::copy_if(records_.begin(), records_.end(), std::back_inserter(found),
                 [&activation](const record& one) { return one.activation == activation; });
    if (found.empty()) {
        co_return failure(errc::not_found, "there is no activation " + activation);
    }
    co_return found;
}

task<result<summary>> memory_journal::find(std::string activation) {
    for (const auto& one : summaries_) {
        if (one.id == activation) {
            co_return one;
        }
    }
    co_return failure(errc::not_found, "there is no activation " + activation);
}

task<result<std::vector<summary>>> memory_journal::list() {
    co_return summaries_;
}

task<result<holds>> memory_journal::unavailable(std::string lab) {
    holds out;
    for (const auto& [key, id] : claims_) {
        if (key.first == lab) {
            const auto about = std::ranges::find(summaries_, id, &summary::id);
            out[key.second] = {id, false, "", about == summaries_.end() ? "" : about->reservation, {}};
        }
    }
    for (const auto& [key, kept] : quarantine_) {
        if (key.first == lab) {
            out[key.second] = kept;
        }
    }
    co_return out;
}

task<result<use_counts>> memory_journal::uses(std::string lab) {
    co_return uses_[lab];
}

task<result<void>> memory_journal::quarantine(std::string lab, std::string device, std::string why) {
    quarantine_[{lab, device}] = hold{"", true, why};
    co_return result<void>();
}

task<result<void>> memory_journal::release(std::string lab, std::string device) {
    const auto kept = quarantine_.find({lab, device});
    if (kept == quarantine_.end()) {
        co_return failure(errc::not_found, "device " + device + " is not in quarantine");
    }
    if (!kept->second.activation.empty()) {
        records_.push_back({record_kind::released, kept->second.activation, device, "", runtime_.wall_now()});
    }
    quarantine_.erase(kept);
    co_return result<void>();
}

std::string memory_journal::text() const {
    std::string out;
    for (const auto& one : records_) {
        out += std::to_string(one.when.time_since_epoch().count()) + " " + one.activation + " ";
        out += std::string(name_of(one.kind)) + " " + one.subject + " " + printable(one.text) + "\n";
    }
    return out;
}

}  // namespace rollover::activation
