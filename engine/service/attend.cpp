#include "engine/service/attend.h"

#include "engine/api/reports.h"
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/attendance.h"
#include "engine/scheduler/words.h"
#include "engine/service/log_text.h"
#include "engine/service/read_files.h"
#include "engine/service/workshop.h"
#include "engine/store/opened_state.h"

#include <fmt/format.h>

namespace rollover::service {

namespace {

/// All that one reservation needs.
class attendant {
public:
    attendant(const attend_options& options, store::state_folder folder, scheduler::shared_files files)
        : options_(options), folder_(std::move(folder)), files_(std::move(files)), rt_(2) {}

    result<void> open() {
        auto opened = store::open_state(rt_, folder_);
        if (!opened) {
            return opened.error();
        }
        book_ = std::move(opened->calendar);
        journal_ = std::move(opened->journal);
        lines_ = std::move(opened->lines);
        return {};
    }

    result<std::string> run() {
        rt_.run(root());
        return std::move(outcome_);
    }

private:
    task<void> root();
    task<result<scheduler::reservation>> find();
    task<void> follow(scheduler::attendance& work);
    scheduler::surroundings surroundings(workshop& shop);
    void log(const log_line& line) {
        if (options_.log) {
            options_.log(options_.json_log ? json_log_text(line, rt_.wall_now()) : plain_log_text(line));
        }
    }

    const attend_options& options_;
    store::state_folder folder_;
    scheduler::shared_files files_;
    real_runtime rt_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<activation::line_book> lines_;
    result<std::string> outcome_ = std::string();
};

/// A database that is gone for a while is waited for: nobody else begins this reservation.
task<result<scheduler::reservation>> attendant::find() {
    constexpr int patience = 120;
    for (int i = 0;; ++i) {
        auto found = co_await book_->find(options_.id);
        if (found || found.error().code != errc::store || i == patience) {
            co_return found;
        }
        log({severity::error, "", "", scheduler::on_one_line(found.error())});
        const auto slept = co_await sleep_for(rt_, std::chrono::seconds(5));
        if (!slept) {
            co_return found;
        }
    }
}

scheduler::surroundings attendant::surroundings(workshop& shop) {
    scheduler::surroundings in(rt_, *book_, *journal_);
    in.files = [this] { return files_; };
    in.workplace = [&shop](scheduler::shared_files files, const std::string& activation) {
        return shop.place_for(std::move(files), activation);
    };
    in.log = [this](const log_line& line) { log(line); };
    return in;
}

/// What others change in the calendar is seen here, as the scheduler sees it.
task<void> attendant::follow(scheduler::attendance& work) {
    while (!work.is_done()) {
        const auto now = co_await book_->find(options_.id);
        if (now && options_.until_ready && now->ready) {
            work.leave();
        } else if (now) {
            work.look(*now);
        }
        const auto slept = co_await sleep_for(rt_, std::chrono::seconds(1));
        if (!slept) {
            work.leave();
        }
    }
}

task<void> attendant::root() {
    auto found = co_await find();
    if (!found) {
        outcome_ = found.error();
        co_return;
    }
    if (found->lab != files_->lab.name) {
        outcome_ = failure(errc::bad_input, fmt::format("reservation {} is of lab {}, not of {}", found->id, found->lab,
                                                        files_->lab.name));
        co_return;
    }
    if (found->via.empty() || is_over(found->now)) {
        outcome_ = found->via.empty() ? fmt::format("The service attends to reservation {}.", found->id)
                                      : fmt::format("Reservation {} is over ({}).", found->id, name_of(found->now));
        co_return;
    }
    workshop shop(rt_, options_.engine, folder_, *journal_, *lines_, [this](const log_line& line) { log(line); });
    const auto in = surroundings(shop);
    scheduler::attendance work(in, *found, "", {});
    rt_.on_stop_signal([&work](int /*number*/) { work.leave(); });
    task_group working(rt_);
    working.spawn(work.run());
    auto following = follow(work);
    co_await std::move(following);
    co_await working.join();
    rt_.on_stop_signal([](int /*number*/) {});
    const auto after = co_await find();
    if (!after) {
        outcome_ = after.error();
    } else if (after->now == scheduler::stage::failed) {
        outcome_ = failure(errc::device_state, fmt::format("reservation {} has failed: {}", after->id, after->why));
    } else {
        outcome_ = fmt::format("Reservation {} is {}{}.", after->id, name_of(after->now),
                               after->ready && !is_over(after->now) ? ", ready" : "");
    }
}

}  // namespace

text_report attend(const attend_options& options) {
    text_report report;
    const auto because = [&report](const failure& why) {
        report.how = api::answer_of(why.code);
        report.problems.push_back(api::problem_of(why));
        return report;
    };
    auto files = read_files(options.engine);
    if (!files) {
        return because(files.error());
    }
    auto folder = store::state_folder::open(options.engine.state, options.engine.store);
    if (!folder) {
        return because(folder.error());
    }
    attendant all(options, std::move(*folder), std::move(*files));
    const auto opened = all.open();
    if (!opened) {
        return because(opened.error());
    }
    auto outcome = all.run();
    if (!outcome) {
        return because(outcome.error());
    }
    report.how = answer::done;
    report.text = std::move(*outcome);
    return report;
}

}  // namespace rollover::service
