// engine::audit: where switches and cross-connects differ from the lab file.
#include "engine/audit/audit.h"

#include "engine/api/implementation.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover {

using namespace api;

namespace {

constexpr auto time_for_an_audit = std::chrono::minutes(10);

task<void> audit_root(call& c, const input& in, const audit::scope& what, std::vector<audit::audited>& found) {
    auto env = c.environment_without_activation(in.platforms);
    found = co_await audit::audit_lab(env, *in.lab, what, c.stop(), c.rt().now() + time_for_an_audit);
}

/// The joins of all activations of this lab that have not ended.
task<void> joins_root(call& c, std::string lab, std::map<std::string, audit::known_joins, std::less<>>& joins,
                      result<void>& how) {
    const auto all = co_await c.journal().list();
    if (!all) {
        how = all.error();
        co_return;
    }
    for (const auto& about : *all) {
        const auto records = co_await c.journal().read(about.id);
        if (!records) {
            how = records.error();
            co_return;
        }
        const auto now = activation::stand(*records);
        if (about.lab == lab && now.phase != activation::phase::ended) {
            for (const auto& [where, names] : now.joins) {
                for (const auto& name : names) {
                    joins[where][name] = now.phase == activation::phase::ready;
                }
            }
        }
    }
}

result<void> take_switches(const model::lab& lab, const std::vector<std::string>& names, audit::scope& what) {
    for (std::uint32_t i = 0; names.empty() && i < lab.switches.size(); ++i) {
        what.switches.push_back({i});
    }
    for (std::uint32_t i = 0; names.empty() && i < lab.cross_connects.size(); ++i) {
        what.cross_connects.push_back({i});
    }
    for (const auto& name : names) {
        const auto which = switch_named(lab, name);
        if (!which) {
            return which.error();
        }
        what.switches.push_back(*which);
    }
    return {};
}

audit_finding finding_of(const switches::difference& d) {
    return {to_string(d.place), d.target, printable(d.port), printable(d.expected),
            printable(d.found), d.mend,   !d.information,    to_string(d)};
}

answer take_found(const std::vector<audit::audited>& found, audit_report& report) {
    bool unread = false;
    bool stopped = false;
    bool differs = false;
    for (const auto& one : found) {
        audited_target target{one.target, {}, {}};
        if (!one.read) {
            target.problem = describe(one.read.error());
            stopped = stopped || one.read.error().code == errc::cancelled;
            unread = true;
        }
        for (const auto& d : one.found) {
            target.findings.push_back(finding_of(d));
            differs = differs || !d.information;
        }
        report.targets.push_back(std::move(target));
    }
    return stopped ? answer::stopped : unread ? answer::bad_input : differs ? answer::failed : answer::done;
}

}  // namespace

audit_report engine::audit(const std::vector<std::string>& names, const call_options& how) {
    audit_report report;
    report.how = answer::bad_input;
    const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    audit::scope what;
    const auto taken = take_switches(*in.lab, names, what);
    if (!taken) {
        report.problems.push_back(problem_of(taken.error()));
        return report;
    }
    const auto nowhere = implementation_->missing_state();
    if (nowhere && !what.cross_connects.empty()) {
        report.problems.push_back({nowhere->code, nowhere->text +
                                                      ", so every join counts as one that no activation has; do not "
                                                      "take them away if another folder (--state) has activations"});
    }
    if (!nowhere && !what.cross_connects.empty()) {
        const call_options none;
        call journal(none);
        auto known = journal.open(implementation_->options);
        if (known) {
            journal.run(joins_root(journal, in.lab->name, what.joins, known));
        }
        if (!known) {
            report.problems.push_back(problem_of(known.error()));
            return report;
        }
    }
    call c(how);
    std::vector<audit::audited> found;
    c.run(audit_root(c, in, what, found));
    report.how = take_found(found, report);
    return report;
}

}  // namespace rollover
