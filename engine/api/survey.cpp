// engine::survey: how the devices of a lab are cabled, against its file.
#include "engine/survey/survey.h"

#include "engine/api/implementation.h"
#include "engine/api/names.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover {

using namespace api;

namespace {

/// What a survey needs beside the lab.
struct survey_order {
    std::vector<model::device_index> devices;
    std::string owner;
    duration listen{};
};

survey_finding finding_of(const survey::finding& f) {
    return {std::string(survey::name_of(f.what)),
            to_string(f.place),
            f.target,
            printable(f.expected),
            printable(f.found),
            f.mend,
            f.is_difference(),
            to_string(f)};
}

surveyed_device& row_of(survey_report& report, const std::string& device) {
    const auto found = std::find_if(report.devices.begin(), report.devices.end(),
                                    [&](const surveyed_device& one) { return one.device == device; });
    return found != report.devices.end() ? *found
                                         : report.devices.emplace_back(surveyed_device{device, {}, {}, 0, 0, {}});
}

answer answer_of_survey(const survey::outcome& out) {
    const auto differs = [](const survey::finding& f) { return f.is_difference(); };
    if (out.stopped) {
        return answer::stopped;
    }
    if (!out.unasked.empty() || !out.unread.empty()) {
        return answer::bad_input;
    }
    return out.after.failures.empty() && out.after.how != activation::ending::failed &&
                   std::none_of(out.found.findings.begin(), out.found.findings.end(), differs)
               ? answer::done
               : answer::failed;
}

void take_survey(const model::lab& lab, const survey_order& order, const survey::outcome& out, survey_report& report) {
    for (const auto device : order.devices) {
        auto& row = row_of(report, lab.at(device).name);
        for (const auto& interface : lab.at(device).interfaces) {
            row.interfaces += interface.port ? 1U : 0U;
        }
    }
    for (const auto& [device, why] : out.unasked) {
        row_of(report, lab.at(device).name).problem = describe(why);
    }
    for (const auto proved : out.found.proved) {
        ++row_of(report, lab.at(proved.device).name).proved;
    }
    for (const auto& [device, condition] : out.after.devices) {
        row_of(report, device).left = std::string(activation::name_of(condition));
    }
    for (const auto& one : out.unread) {
        report.problems.push_back(problem_of(one));
    }
    for (const auto& one : out.after.failures) {
        report.problems.push_back(problem_of(one));
    }
    for (const auto& one : out.found.findings) {
        report.findings.push_back(finding_of(one));
    }
    report.how = answer_of_survey(out);
}

/// Surveys of this lab whose processes are no more leave devices claimed, and rules on cross-connects.
task<void> end_left_surveys(call& c, const input& in) {
    const auto all = co_await c.journal().list();
    if (!all) {
        co_return;  // the survey itself meets this too
    }
    for (const auto& about : *all) {
        if (about.topology != survey::journal_name || about.lab != in.lab->name) {
            continue;
        }
        const auto records = co_await c.journal().read(about.id);
        if (!records || activation::stand(*records).phase == activation::phase::ended) {
            continue;
        }
        const auto lock = c.folder().lock(about.id);
        if (lock) {
            auto env = c.environment(in.platforms, about.id);
            const auto ended = co_await activation::take_back(env, *in.lab, about.id, c.stop());
            static_cast<void>(ended);  // what is not undone stays in the journal
        }
    }
}

/// Devices that are reserved before it would be over are left alone.
constexpr auto longest_survey = std::chrono::hours(1);

/// Those of `order` that are free; the report has the others.
task<result<void>> keep_free(call& c, const input& in, survey_order& order, survey_report& report) {
    const auto until = scheduler::rounded_up(c.rt().wall_now() + longest_survey);
    const auto held = co_await held_or_reserved(c.rt(), c.journal(), c.calendar(), in.lab->name, until);
    if (!held) {
        co_return held.error();
    }
    std::vector<model::device_index> free;
    for (const auto device : order.devices) {
        const auto& name = in.lab->at(device).name;
        report.devices.push_back({name, {}, {}, 0, 0, {}});
        const auto use = held->find(name);
        if (use == held->end()) {
            free.push_back(device);
        } else {
            report.devices.back().left_alone = to_string(use->second);
        }
    }
    order.devices = std::move(free);
    co_return result<void>();
}

task<void> survey_root(call& c, const input& in, survey_order order, survey_report& report) {
    co_await end_left_surveys(c, in);
    const auto kept = co_await keep_free(c, in, order, report);
    if (!kept) {
        report.problems.push_back(problem_of(kept.error()));
        co_return;
    }
    if (order.devices.empty()) {
        report.how = answer::done;
        co_return;
    }
    activation::beginning what{in.lab->name, in.lab->file, survey::journal_name, order.owner, {}, "{}"};
    what.until = c.rt().wall_now() + longest_survey;
    for (const auto device : order.devices) {
        what.devices.push_back(in.lab->at(device).name);
    }
    const auto id = co_await c.journal().begin(std::move(what));
    if (!id) {
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
    survey::request how;
    how.devices = order.devices;
    how.id = *id;
    if (order.listen > duration::zero()) {
        how.listen = order.listen;
    }
    const auto out = co_await survey::survey_lab(env, *in.lab, std::move(how), c.stop());
    take_survey(*in.lab, order, out, report);
}

}  // namespace

survey_report engine::survey(const std::vector<std::string>& names, std::chrono::nanoseconds listen,
                             const call_options& how) {
    survey_report report;
    report.how = answer::bad_input;
    const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    survey_order order{devices_named(*in.lab, names, report.problems), implementation_->options.owner, listen};
    if (!report.problems.empty()) {
        return report;
    }
    report.how = answer::failed;
    call c(how);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(survey_root(c, in, std::move(order), report));
    return report;
}

}  // namespace rollover
