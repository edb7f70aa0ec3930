#include "engine/api/roots.h"

#include "engine/activation/activation.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"

namespace rollover::api {

task<void> activate_root(call& c, const input& in, const parameters& given, std::string owner,
                         activation_report& report) {
    auto got = co_await book(c.rt(), c.journal(), c.calendar(), in, given, std::move(owner));
    report.id = got.id;
    if (got.id.empty()) {
        report.how = got.how;
        report.problems = std::move(got.problems);
        co_return;
    }
    // Held until the end, so that others see that somebody works on it.
    const auto lock = c.folder().lock(got.id);
    auto env = c.environment(in.platforms, got.id);
    if (!lock) {
        // Nothing was touched yet: the way back only frees the devices again.
        const auto freed = co_await activation::deactivate(env, *in.lab, got.id, c.stop());
        take_outcome(freed, report);
        report.how = answer::failed;
        report.problems.insert(report.problems.begin(), problem_of(lock.error()));
        co_return;
    }
    const auto outcome = co_await activation::activate(env, *in.lab, *got.plan, got.id, c.stop());
    take_outcome(outcome, report);
    report.nodes = nodes_of(*in.lab, *in.topology, *got.plan);
}

task<void> find_root(call& c, std::string id, std::optional<activation::summary>& known,
                     std::vector<problem>& problems) {
    const auto found = co_await c.journal().find(std::move(id));
    if (found) {
        known = *found;
    } else {
        problems.push_back(problem_of(found.error()));
    }
}

task<void> deactivate_root(call& c, const input& in, std::string id, activation_report& report) {
    const auto lock = c.folder().lock(id);
    if (!lock) {
        report.problems.push_back(problem_of(lock.error()));
        co_return;
    }
    auto env = c.environment(in.platforms, id);
    const auto outcome = co_await activation::deactivate(env, *in.lab, id, c.stop());
    take_outcome(outcome, report);
}

namespace {

/// The activation that has left the device in quarantine; or a new one, which claims it.
task<result<std::string>> activation_for_recovery(call& c, const model::lab& lab, std::string device,
                                                  std::string owner) {
    const auto held = co_await c.journal().unavailable(lab.name);
    if (!held) {
        co_return held.error();
    }
    const auto hold = held->find(device);
    if (hold != held->end() && hold->second.quarantined) {
        co_return hold->second.activation;
    }
    if (hold != held->end()) {
        co_return failure(errc::busy, "device " + device + " is " + to_string(hold->second))
            .advise("take that down first: rollover deactivate " + hold->second.activation);
    }
    activation::beginning what{lab.name, lab.file, "recovery of " + device, std::move(owner), {device}, "{}"};
    what.until = c.rt().wall_now() + activation::limits().clean_up;
    co_return co_await c.journal().begin(std::move(what));
}

}  // namespace

task<void> recover_root(call& c, const input& in, std::string device, std::string owner, activation_report& report) {
    const auto id = co_await activation_for_recovery(c, *in.lab, device, std::move(owner));
    if (!id) {
        report.how = answer_of(id.error().code);
        report.problems.push_back(problem_of(id.error()));
        co_return;
    }
    report.id = *id;
    const auto lock = c.folder().lock(*id);
    if (!lock) {
        report.problems.push_back(problem_of(lock.error()));
        co_return;
    }
    auto env = c.environment(in.platforms, *id);
    const auto outcome = co_await activation::recover(env, *in.lab, std::move(device), *id, c.stop());
    take_outcome(outcome, report);
}

task<void> status_root(call& c, std::string id, status_report& report) {
    const auto all = co_await c.journal().list();
    if (!all) {
        report.problems.push_back(problem_of(all.error()));
        co_return;
    }
    for (const auto& about : *all) {
        const auto kept = co_await c.journal().unavailable(about.lab);
        if (!kept) {
            report.problems.push_back(problem_of(kept.error()));
            co_return;
        }
        for (const auto& [device, held] : *kept) {
            report.unavailable[about.lab][device] = to_string(held);
        }
        if (!id.empty() && about.id != id) {
            continue;
        }
        const auto records = co_await c.journal().read(about.id);
        if (!records) {
            report.problems.push_back(problem_of(records.error()));
            co_return;
        }
        const auto now = activation::stand(*records);
        if (!id.empty() || now.phase != activation::phase::ended) {
            report.activations.push_back(status_of(about, now, c.folder()));
        }
    }
    if (!id.empty() && report.activations.empty()) {
        report.how = answer::bad_input;
        report.problems.push_back(problem_of(failure(errc::not_found, "there is no activation " + id)));
        co_return;
    }
    report.how = answer::done;
}

task<void> holds_root(call& c, std::string lab, result<activation::holds>& held) {
    held = co_await held_or_reserved(c.rt(), c.journal(), c.calendar(), std::move(lab));
}

task<void> uses_root(call& c, std::string lab, result<activation::use_counts>& uses) {
    uses = co_await c.journal().uses(std::move(lab));
}

task<void> lines_root(call& c, lines_report& report) {
    const auto known = co_await c.lines().list();
    if (!known) {
        report.problems.push_back(problem_of(known.error()));
        co_return;
    }
    report.how = answer::done;
    for (const auto& one : *known) {
        report.lines.push_back(line_status_of(one));
    }
}

namespace {

/// Where a device of this name is in quarantine: in `lab`, or in any lab when it is empty.
task<result<std::map<std::string, activation::hold>>> labs_of_quarantined(call& c, std::string lab,
                                                                          std::string device) {
    std::map<std::string, activation::hold> found;
    const auto all = co_await c.journal().list();
    if (!all) {
        co_return all.error();
    }
    for (const auto& about : *all) {
        if (!lab.empty() && about.lab != lab) {
            continue;
        }
        const auto kept = co_await c.journal().unavailable(about.lab);
        if (!kept) {
            co_return kept.error();
        }
        const auto held = kept->find(device);
        if (held != kept->end() && held->second.quarantined) {
            found[about.lab] = held->second;
        }
    }
    co_return found;
}

task<result<void>> release(call& c, std::string lab, std::string device) {
    const auto found = co_await labs_of_quarantined(c, std::move(lab), device);
    if (!found) {
        co_return found.error();
    }
    if (found->empty()) {
        co_return failure(errc::not_found, "device " + device + " is not in quarantine")
            .advise("rollover status lists what is");
    }
    if (found->size() > 1) {
        std::vector<std::string> names;
        for (const auto& [name, held] : *found) {
            names.push_back(name);
        }
        co_return failure(errc::bad_input, "a device " + device + " is in quarantine in each of " + join(names, ", "))
            .advise("say which with --lab");
    }
    const auto& [name, held] = *found->begin();
    if (c.folder().is_locked(held.activation)) {
        co_return failure(errc::busy, "another process is cleaning up activation " + held.activation + " now");
    }
    co_return co_await c.journal().release(name, std::move(device));
}

}  // namespace

task<void> release_root(call& c, std::string lab, std::string device, text_report& report) {
    const auto done = co_await release(c, std::move(lab), std::move(device));
    report.how = done ? answer::done : answer_of(done.error().code);
    if (!done) {
        report.problems.push_back(problem_of(done.error()));
    }
}

}  // namespace rollover::api
