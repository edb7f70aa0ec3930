#include "engine/service/schedule.h"

#include "engine/api/reports.h"
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/local_time.h"
#include "engine/service/at_jobs.h"
#include "engine/store/state_folder.h"
#include "engine/store/stored_calendar.h"

#include <cstdlib>
#include <fmt/format.h>

namespace rollover::service {

namespace {

using scheduler::instant;

/// at(1) counts in minutes, and the service may be about to begin what begins in a moment.
constexpr std::chrono::seconds least_ahead(90);

std::string who_asks(const engine_options& options) {
    const char* user = std::getenv("USER");
    return !options.owner.empty() ? options.owner : user != nullptr && *user != '\0' ? user : "somebody";
}

/// What a job runs: this very program, on this lab and state folder.
std::string script_of(const schedule_options& options, const std::filesystem::path& state, std::string_view part) {
    const auto absolute = [](const std::filesystem::path& p) {
        return shell_word(std::filesystem::absolute(p).string());
    };
    const auto program = options.engine.program.empty() ? std::string("rollover") : options.engine.program.string();
    std::string out = fmt::format("exec {} attend {} {} --lab {} --state {}", shell_word(program),
                                  shell_word(options.id), part, absolute(options.engine.lab), absolute(state));
    for (const auto& folder : options.engine.platforms) {
        out += " --platforms " + absolute(folder);
    }
    for (const auto& folder : options.engine.converters) {
        out += " --converters " + absolute(folder);
    }
    return out + " >>" + absolute(state / "at.log") + " 2>&1\n";
}

task<result<std::string>> hand_to_at(runtime& rt, scheduler::calendar& book, const schedule_options& options,
                                     std::filesystem::path state, scheduler::reservation what) {
    if (!what.via.empty()) {
        co_return failure(errc::busy, fmt::format("jobs of at have reservation {} already: {}", what.id, what.via));
    }
    const instant soonest = scheduler::rounded_up(rt.wall_now()) + least_ahead;
    if (what.now != scheduler::stage::booked || what.held.from < soonest) {
        co_return failure(errc::busy,
                          fmt::format("reservation {} was begun, or begins within {} s", what.id, least_ahead.count()))
            .advise("the service attends to it");
    }
    const auto begin = co_await submit_at_job(rt, what.held.from, script_of(options, state, "--until-ready"));
    if (!begin) {
        co_return failure(begin.error());
    }
    std::string via = "at " + *begin;
    const auto end = co_await submit_at_job(rt, what.promised.until, script_of(options, state, ""));
    if (end) {
        via += " " + *end;
    }
    result<void> marked;
    if (end) {
        marked = co_await book.hand_over(what.id, via, who_asks(options.engine), soonest - least_ahead / 2);
    } else {
        marked = end.error();
    }
    if (!marked) {
        auto removing = remove_at_jobs(rt, via);
        co_await std::move(removing);
        co_return failure(marked.error());
    }
    co_return fmt::format("Job {} of at begins reservation {} at {}, job {} ends it at {}.", *begin, what.id,
                          scheduler::to_utc_text(what.held.from), *end, scheduler::to_utc_text(what.promised.until));
}

task<result<std::string>> take_back(runtime& rt, scheduler::calendar& book, const schedule_options& options,
                                    scheduler::reservation what) {
    if (what.via.empty()) {
        co_return fmt::format("The service attends to reservation {}.", what.id);
    }
    const auto marked = co_await book.hand_over(what.id, "", who_asks(options.engine), instant());
    if (!marked) {
        co_return failure(marked.error());
    }
    auto removing = remove_at_jobs(rt, what.via);
    co_await std::move(removing);
    co_return fmt::format("The service attends to reservation {} from now on.", what.id);
}

task<void> root(runtime& rt, scheduler::calendar& book, const schedule_options& options, std::filesystem::path state,
                result<std::string>& outcome) {
    auto found = co_await book.find(options.id);
    if (!found) {
        outcome = found.error();
        co_return;
    }
    auto work = options.by_at ? hand_to_at(rt, book, options, std::move(state), std::move(*found))
                              : take_back(rt, book, options, std::move(*found));
    outcome = co_await std::move(work);
}

}  // namespace

text_report schedule(const schedule_options& options) {
    text_report report;
    const auto because = [&report](const failure& why) {
        report.how = api::answer_of(why.code);
        report.problems.push_back(api::problem_of(why));
        return report;
    };
    auto folder = store::state_folder::open(options.engine.state, options.engine.store);
    if (!folder) {
        return because(folder.error());
    }
    real_runtime rt;
    auto book = store::open_calendar(rt, folder->tables());
    if (!book) {
        return because(book.error());
    }
    result<std::string> outcome = std::string();
    rt.run(root(rt, **book, options, folder->path(), outcome));
    if (!outcome) {
        return because(outcome.error());
    }
    report.how = answer::done;
    report.text = std::move(*outcome);
    return report;
}

}  // namespace rollover::service
