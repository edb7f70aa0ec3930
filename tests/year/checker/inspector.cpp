#include "tests/year/checker/inspector.h"

#include "tests/year/checker/joins.h"

#include <algorithm>

namespace checker {

namespace {

/// So long what was interrupted is taken back and made again, and a device's trouble goes on to those that wait for it.
constexpr seconds aftermath_of_all = 20 * 60;
constexpr seconds aftermath_of_device = 75 * 60;
constexpr seconds aftermath_of_joins = 30 * 60;

bool overlap(seconds a_from, seconds a_until, seconds b_from, seconds b_until) {
    return a_from <= b_until && b_from <= a_until;
}

}  // namespace

inspector::inspector(const std::string& journal, world truth) : store_(journal), truth_(std::move(truth)) {}

void inspector::say(const std::string& text) {
    broken_.push_back("at " + std::to_string(truth_.now()) + ": " + text);
}

std::set<std::uint32_t> inspector::marks_in(const std::string& configuration) {
    std::set<std::uint32_t> out;
    for (std::size_t at = configuration.find(" m"); at != std::string::npos; at = configuration.find(" m", at + 1)) {
        std::size_t end = at + 2;
        while (end < configuration.size() && std::isdigit(static_cast<unsigned char>(configuration[end])) != 0) {
            ++end;
        }
        if (end > at + 2 &&
            (end == configuration.size() || std::isspace(static_cast<unsigned char>(configuration[end])) != 0)) {
            out.insert(static_cast<std::uint32_t>(std::stoul(configuration.substr(at + 2, end - at - 2))));
        }
    }
    return out;
}

void inspector::booked(std::uint32_t mark, const std::string& reservation) {
    wishes_[mark].reservation = reservation;
    for (const auto& device : store_.devices_of(reservation)) {
        had_[reservation].insert(device);
    }
}

void inspector::look() {
    for (const auto& one : store_.records_after(last_record_)) {
        last_record_ = one.sequence;
        if (one.kind == "begun") {
            has_begun(one.activation);
        } else if (one.kind == "ready") {
            is_ready(one.activation);
        } else if (one.kind == "ended") {
            has_ended(one.activation);
        }
    }
}

void inspector::has_begun(std::int64_t activation) {
    ++sums_.begun;
    const auto reservation = store_.reservation_of(activation);
    for (const auto& device : store_.claimed_by(activation)) {
        had_[reservation].insert(device);
        if (!truth_.look_at(device).clean) {
            say(device + " was dirty when activation a" + std::to_string(activation) + " of " + reservation +
                " took it");
        }
    }
}

void inspector::is_ready(std::int64_t activation) {
    ++sums_.ready;
    const auto mark = store_.mark_of(activation);
    const auto name = "a" + std::to_string(activation);
    const auto claimed = store_.claimed_by(activation);
    for (const auto& device : claimed) {
        const auto marks = marks_in(truth_.look_at(device).running);
        if (!marks.contains(mark)) {
            say(device + " was handed over in " + name + " without its configuration");
        }
        if (marks.size() > 1) {
            say(device + " was handed over in " + name + " with another user's configuration");
        }
    }
    has_its_joins(activation, claimed);
}

void inspector::has_its_joins(std::int64_t activation, const std::vector<std::string>& devices) {
    const auto name = "a" + std::to_string(activation);
    std::size_t joins = 0;
    for (const auto& group : joined_vlans(truth_.flows())) {
        const auto mine = std::ranges::count_if(group, [&](int vlan) {
            const auto owner = truth_.device_of_vlan.find(vlan);
            return owner != truth_.device_of_vlan.end() && std::ranges::find(devices, owner->second) != devices.end();
        });
        joins += mine > 0 ? 1 : 0;
        if (mine > 0 && static_cast<std::size_t>(mine) != group.size()) {
            say("a join of " + name + " reaches a device of somebody else");
        }
    }
    const auto wished = wishes_.find(store_.mark_of(activation));
    // What is lost is made again when it is looked at next; not while there is nobody to look.
    const auto lately = truth_.now() - aftermath_of_joins;
    const bool excused = std::ranges::any_of(faults_, [&](const fault& one) {
        return one.device.empty() && overlap(one.from, one.until, lately, truth_.now());
    });
    if (wished != wishes_.end() && joins != wished->second.links && !excused) {
        say(name + " is handed over with " + std::to_string(joins) + " joins of " +
            std::to_string(wished->second.links));
    }
}

void inspector::has_ended(std::int64_t activation) {
    ++sums_.ended;
    const auto name = "a" + std::to_string(activation);
    const auto claims = store_.claims();
    std::set<std::string> aside;
    for (const auto& one : store_.in_quarantine()) {
        aside.insert(one.device);
    }
    const auto touched = store_.touched_by(activation);
    for (const auto& device : touched) {
        // It may have been replaced in this activation, mended, and be another user's by now.
        const auto now_in = claims.find(device);
        const bool is_anothers = now_in != claims.end() && now_in->second != activation;
        if (!truth_.look_at(device).clean && !aside.contains(device) && !is_anothers) {
            say(device + " is dirty and not in quarantine after " + name + " has ended; it runs:\n" +
                truth_.look_at(device).running + store_.history(activation, device));
        }
    }
    for (const auto& group : joined_vlans(truth_.flows())) {
        for (const int vlan : group) {
            const auto owner = truth_.device_of_vlan.find(vlan);
            if (owner != truth_.device_of_vlan.end() && !claims.contains(owner->second) &&
                std::ranges::find(touched, owner->second) != touched.end()) {
                say("a join to " + owner->second + " is left after " + name + " has ended");
            }
        }
    }
}

void inspector::audit() {
    ++sums_.audits;
    constexpr seconds lately = 3 * 86400;  // all that there ever was is looked at in the end
    nothing_overlaps(truth_.now() - lately);
    nothing_dirty_is_free();
    joins_have_owners();
    std::map<std::int64_t, std::vector<std::string>> claimed;
    for (const auto& [device, activation] : store_.claims()) {
        claimed[activation].push_back(device);
    }
    for (const auto& [activation, devices] : claimed) {
        if (store_.is_handed_over(activation)) {
            has_its_joins(activation, devices);
        }
    }
    for (const auto& one : store_.in_quarantine()) {
        const auto key = one.device + "@" + std::to_string(one.since);
        if (judged_quarantines_.insert(key).second && excuse_of_device(one.device, one.since) == nullptr) {
            say(one.device + " is in quarantine since " + std::to_string(one.since) +
                ", and nothing was wrong with it: " + one.why);
        }
    }
}

void inspector::nothing_overlaps(seconds since) {
    auto all = store_.bookings(since);
    std::ranges::sort(all, [](const booking& a, const booking& b) {
        return a.device != b.device ? a.device < b.device : a.begins < b.begins;
    });
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto& before = all[i - 1];
        if (before.device == all[i].device && all[i].begins < before.frees) {
            say(all[i].device + " is booked twice: in " + before.reservation + " and in " + all[i].reservation);
        }
    }
}

void inspector::nothing_dirty_is_free() {
    const auto claims = store_.claims();
    std::set<std::string> kept;
    for (const auto& one : store_.in_quarantine()) {
        kept.insert(one.device);
    }
    for (const auto& [device, activation] : claims) {
        if (!store_.is_over(activation)) {
            kept.insert(device);
        } else {
            say(device + " is claimed by a" + std::to_string(activation) + ", which is over");
        }
    }
    for (const auto& device : truth_.devices) {
        if (!kept.contains(device) && !truth_.look_at(device).clean) {
            say(device + " is dirty, and free for the next user");
        }
    }
}

void inspector::joins_have_owners() {
    const auto claims = store_.claims();
    for (const auto& group : joined_vlans(truth_.flows())) {
        std::set<std::int64_t> owners;
        for (const int vlan : group) {
            const auto device = truth_.device_of_vlan.find(vlan);
            const auto claim = device == truth_.device_of_vlan.end() ? claims.end() : claims.find(device->second);
            owners.insert(claim == claims.end() ? 0 : claim->second);
        }
        if (owners.size() != 1 || owners.contains(0)) {
            say("a join is left, at VLAN " + std::to_string(*group.begin()));
        }
    }
}

const fault* inspector::excuse(const std::string& reservation, seconds from, seconds until) const {
    const auto devices = had_.find(reservation);
    for (const auto& one : faults_) {
        const bool touches = one.device.empty() || (devices != had_.end() && devices->second.contains(one.device));
        const auto aftermath = one.device.empty() ? aftermath_of_all : aftermath_of_device;
        if (touches && overlap(one.from, one.until + aftermath, from, until)) {
            return &one;
        }
    }
    return nullptr;
}

const fault* inspector::excuse_of_device(const std::string& device, seconds at) const {
    // The journal's times are the service's, whose clock may be wrong by an hour.
    constexpr seconds hour = 3600;
    const bool is_unsure = std::ranges::any_of(faults_, [&](const fault& one) {
        return one.kind == "clock is wrong" && overlap(one.from, one.until, at - hour, at + hour);
    });
    const seconds by = is_unsure ? hour : 0;
    for (const auto& one : faults_) {
        if (one.device == device && overlap(one.from, one.until + aftermath_of_device, at - by, at + by)) {
            return &one;
        }
    }
    return nullptr;
}

void inspector::judge() {
    look();
    audit();
    nothing_overlaps(0);
    const auto all = store_.reservations();
    std::set<std::string> known;
    for (const auto& one : all) {
        known.insert(one.id);
        judge_one(one);
    }
    for (const auto& [mark, one] : wishes_) {
        if (!one.reservation.empty() && !known.contains(one.reservation)) {
            say(one.reservation + " was promised to a user, and the calendar has lost it");
        }
    }
    for (const auto activation : store_.activations_not_over()) {
        say("activation a" + std::to_string(activation) + " never ended");
    }
    for (const auto& [device, activation] : store_.claims()) {
        say(device + " is still claimed by a" + std::to_string(activation));
    }
    if (!joined_vlans(truth_.flows()).empty()) {
        say("joins are left at the end");
    }
    if (const auto words = store_.integrity(); words != "ok") {
        say("the journal's file is damaged: " + words);
    }
}

void inspector::judge_one(const reservation& r) {
    ++sums_.reservations;
    for (const auto& device : store_.devices_of(r.id)) {
        had_[r.id].insert(device);
    }
    const auto wished = wishes_.find(r.mark);
    const seconds cancelled = wished == wishes_.end() ? 0 : wished->second.cancelled;
    const seconds due = std::max(r.promised_from, r.expected);
    const seconds from = std::min(r.held_from, r.promised_from);
    sums_.could_be_excused += excuse(r.id, from, due) != nullptr ? 1 : 0;
    // A fault from within [since, until] counts: what comes later cannot have been the reason.
    const auto wrong = [&](seconds since, seconds until, const std::string& what) {
        if (excuse(r.id, since, until) != nullptr) {
            ++sums_.excused;
        } else {
            say(r.id + " " + what + ", and no fault excuses it; promised from " + std::to_string(r.promised_from) +
                " until " + std::to_string(r.promised_until) + store_.trail(r.id));
        }
    };
    if (r.stage != "ended" && r.stage != "failed" && r.stage != "cancelled") {
        say(r.id + " never ended: it is " + r.stage);
        return;
    }
    if (r.stage == "cancelled") {
        ++sums_.cancelled;
        if (cancelled == 0) {
            say(r.id + " is cancelled, and nobody wanted that");
        } else if (cancelled > due + 1 && r.ready == 0) {
            wrong(from, due, "was not ready when its user cancelled it " + std::to_string(cancelled - due) + " s late");
        }
        return;
    }
    if (r.stage == "failed") {
        ++sums_.failed;
        wrong(from, std::min(r.over, due), "failed: " + r.why);
        return;
    }
    if (r.ready == 0 && (cancelled == 0 || cancelled > due + 1)) {
        wrong(from, due, "was never ready as a whole: " + r.why);
    } else if (r.ready > due + 1) {
        sums_.latest = std::max(sums_.latest, r.ready - due);
        wrong(from, due, "was ready " + std::to_string(r.ready - due) + " s late");
    } else {
        ++sums_.on_time;
    }
    if (r.over > 0 && r.over < r.promised_until - 1 && cancelled == 0) {
        wrong(from, r.over, "ended " + std::to_string(r.promised_until - r.over) + " s early");
    }
    if (r.over > r.held_until + 1) {
        const seconds end = cancelled == 0 ? r.promised_until : std::min(cancelled, r.promised_until);
        wrong(end, r.over, "was clean " + std::to_string(r.over - r.held_until) + " s late");
    }
}

}  // namespace checker
