// engine::mend: the joins of activations that are ready, made to stand again.
#include "engine/activation/joins.h"
#include "engine/activation/together.h"
#include "engine/api/call.h"
#include "engine/api/implementation.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/plan/read_joins.h"

namespace rollover {

using namespace api;

namespace {

using activation::joins_by_place;

/// One activation, its joins by cross-connect.
task<result<void>> mend_place(activation::environment& env, const model::lab& lab, model::cross_connect_index where,
                              std::vector<crossconnect::join> wanted, std::string id, mend_report& report) {
    report.looked_at += wanted.size();
    const auto mended = co_await activation::mend_joins(env, lab, where, std::move(wanted));
    if (!mended) {
        co_return mended.error();
    }
    for (const auto& name : *mended) {
        report.mended.push_back({id, lab.at(where).name, name});
    }
    co_return result<void>();
}

/// Held until all is mended: nobody takes the activation down meanwhile.
task<void> mend_one(call& c, const input& in, const activation::summary about, mend_report& report) {
    const auto lock = c.folder().lock(about.id);
    if (!lock) {
        report.problems.push_back(problem_of(lock.error()));
        co_return;
    }
    const auto joins = plan::read_joins(*in.lab, about.plan);
    if (!joins) {
        failure why = joins.error();
        report.problems.push_back(problem_of(std::move(why).at("activation " + about.id)));
        co_return;
    }
    auto env = c.environment(in.platforms, about.id);
    std::vector<task<result<void>>> parts;
    for (auto& [where, wanted] : activation::joins_of(*joins, about.id)) {
        auto copy = wanted;
        parts.push_back(mend_place(env, *in.lab, where, std::move(copy), about.id, report));
    }
    const auto done = co_await activation::run_together(env.rt, std::move(parts), c.stop(),
                                                        activation::on_stop::end_at_first, true, never);
    for (const auto& one : done.failures) {
        report.problems.push_back(problem_of(one));
    }
    if (done.stopped) {
        report.how = answer::stopped;
    }
}

task<void> mend_root(call& c, const input& in, std::string id, mend_report& report) {
    const auto all = co_await c.journal().list();
    if (!all) {
        report.problems.push_back(problem_of(all.error()));
        co_return;
    }
    report.how = answer::done;
    for (const auto& about : *all) {
        if (about.lab != in.lab->name || (!id.empty() && about.id != id)) {
            continue;
        }
        const auto records = co_await c.journal().read(about.id);
        if (!records) {
            report.problems.push_back(problem_of(records.error()));
            continue;
        }
        const auto phase = activation::stand(*records).phase;
        if (phase == activation::phase::ready) {
            co_await mend_one(c, in, about, report);
        } else if (!id.empty()) {
            report.problems.push_back(problem_of(
                failure(errc::bad_input, "activation " + id + " is not ready: " + std::string(name_of(phase)))
                    .advise("joins are mended while it is ready; rollover deactivate takes the rest away")));
            report.how = answer::bad_input;
        }
    }
    if (report.how == answer::done && !report.problems.empty()) {
        report.how = answer::failed;
    }
}

}  // namespace

mend_report engine::mend(const std::string& id, const call_options& how) {
    mend_report report;
    report.how = answer::bad_input;
    const auto nowhere = implementation_->missing_state();
    if (nowhere) {
        report.problems.push_back(*nowhere);
        return report;
    }
    call c(how, &implementation_->options);
    const auto in = implementation_->read_lab_of(c, id, report.problems);
    if (in) {
        c.run(mend_root(c, *in, id, report));
    }
    return report;
}

}  // namespace rollover
