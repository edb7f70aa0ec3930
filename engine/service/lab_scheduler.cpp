#include "engine/service/lab_scheduler.h"

#include "engine/api/reports.h"
#include "engine/runtime/real_runtime.h"
#include "engine/service/front_desk.h"
#include "engine/service/log_text.h"
#include "engine/service/read_files.h"
#include "engine/service/workshop.h"
#include "engine/store/opened_state.h"
#include "engine/store/postgres_roster.h"
#include "engine/store/process_lock.h"

#include <boost/asio/post.hpp>
#include <cstdlib>
#include <future>
#include <thread>

namespace rollover {

namespace {

using service::caller;
using service::front_desk;

reservation_view view_of(const scheduler::reservation& r) {
    reservation_view out{r.id,         r.topology,      r.owner,          std::string(name_of(r.now)),
                         r.why,        r.promised.from, r.promised.until, r.held.from,
                         r.held.until, r.expected,      r.ready,          {}};
    for (const auto& pod : r.pods) {
        out.pods.push_back({pod.number, pod.devices, pod.activation});
    }
    return out;
}

template <class Report>
Report why_not(const failure& f) {
    Report out;
    out.how = api::answer_of(f.code);
    out.problems.push_back(api::problem_of(f));
    return out;
}

reservation_report report_of(const result<scheduler::reservation>& found) {
    return found ? reservation_report{answer::done, view_of(*found), {}} : why_not<reservation_report>(found.error());
}

text_report report_of(const result<void>& done) {
    return done ? text_report{answer::done, "", "", {}} : why_not<text_report>(done.error());
}

/// What every call is, on the scheduler's thread: the desk is asked, the answer is handed over.
template <class Result>
task<void> ask(front_desk& desk, std::function<task<Result>(front_desk&)> what,
               std::shared_ptr<std::promise<Result>> to) {
    auto asking = what(desk);
    auto answered = co_await std::move(asking);
    to->set_value(std::move(answered));
}

}  // namespace

class lab_scheduler::implementation {
public:
    explicit implementation(scheduler_options options) : options_(std::move(options)) {}
    ~implementation() { stop(); }
    implementation(const implementation&) = delete;
    implementation& operator=(const implementation&) = delete;

    result<void> start();
    void stop();

    /// Asks on the scheduler's thread, and waits for the answer. `what` must be a function that calls a coroutine.
    template <class Result>
    Result call(std::function<task<Result>(front_desk&)> what) {
        auto promise = std::make_shared<std::promise<Result>>();
        auto answer = promise->get_future();
        {
            const std::lock_guard lock(starting_);
            if (!thread_.joinable()) {
                return failure(errc::cancelled, "the scheduler is not started");
            }
            boost::asio::post(rt_->executor(), [this, what = std::move(what), promise]() mutable {
                if (desk_ == nullptr) {
                    promise->set_value(failure(errc::cancelled, "the scheduler is being stopped"));
                } else {
                    asking_->spawn(ask<Result>(*desk_, std::move(what), std::move(promise)));
                }
            });
        }
        try {
            return answer.get();
        } catch (const std::future_error&) {  // the scheduler has ended before it came to this question
            return failure(errc::cancelled, "the scheduler is being stopped");
        }
    }
    [[nodiscard]] caller who() const {
        const char* user = std::getenv("USER");
        return {!options_.engine.owner.empty() ? options_.engine.owner : user != nullptr ? user : "somebody"};
    }

private:
    task<void> root(std::promise<void>& started);
    scheduler::surroundings surroundings(service::workshop& shop);
    void log(const log_line& line) {
        if (options_.log) {
            options_.log(service::plain_log_text(line));
        }
    }

    const scheduler_options options_;
    std::mutex starting_;
    std::thread thread_;
    std::optional<store::state_folder> folder_;
    scheduler::shared_files files_;
    std::unique_ptr<real_runtime> rt_;
    std::unique_ptr<store::process_lock> lock_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<scheduler::roster> roster_;
    std::unique_ptr<activation::line_book> lines_;
    // On the scheduler's thread only.
    front_desk* desk_ = nullptr;
    task_group* asking_ = nullptr;
    scheduler::scheduler* work_ = nullptr;
};

result<void> lab_scheduler::implementation::start() {
    const std::lock_guard lock(starting_);
    if (thread_.joinable()) {
        return failure(errc::busy, "the scheduler is started already");
    }
    auto files = service::read_files(options_.engine);
    if (!files) {
        return files.error();
    }
    auto folder = store::state_folder::open(options_.engine.state, options_.engine.store);
    if (!folder) {
        return folder.error();
    }
    auto held = store::process_lock::take(folder->path() / "serve.lock");
    if (!held) {
        return failure(held.error()).advise("one scheduler has one state folder; rollover serve runs already?");
    }
    rt_ = std::make_unique<real_runtime>(4);
    auto opened = store::open_state(*rt_, *folder);
    if (!opened) {
        return opened.error();
    }
    auto roster = store::open_roster(*rt_, folder->tables(), {"a program with its own scheduler", ""});
    if (!roster) {
        return roster.error();
    }
    roster_ = std::move(*roster);
    files_ = std::move(*files);
    folder_ = std::move(*folder);
    lock_ = std::move(*held);
    book_ = std::move(opened->calendar);
    journal_ = std::move(opened->journal);
    lines_ = std::move(opened->lines);
    std::promise<void> started;
    auto up = started.get_future();
    thread_ = std::thread([this, &started] { rt_->run(root(started)); });
    up.wait();
    return {};
}

void lab_scheduler::implementation::stop() {
    const std::lock_guard lock(starting_);
    if (!thread_.joinable()) {
        return;
    }
    boost::asio::post(rt_->executor(), [this] {
        if (work_ != nullptr) {
            work_->leave();
        }
    });
    thread_.join();
    lines_.reset();
    roster_.reset();
    journal_.reset();
    book_.reset();
    rt_.reset();
    lock_.reset();
}

scheduler::surroundings lab_scheduler::implementation::surroundings(service::workshop& shop) {
    scheduler::surroundings in(*rt_, *book_, *journal_);
    in.roster = roster_.get();
    in.files = [this] { return files_; };
    in.workplace = [&shop](scheduler::shared_files files, const std::string& activation) {
        return shop.place_for(std::move(files), activation);
    };
    in.progress = [this](const activation::progress_event& e) {
        if (options_.tell) {
            progress step;
            step.activation = e.activation;
            step.device = e.device;
            step.stage = std::string(name_of(e.stage));
            step.lines_typed = e.typed;
            step.lines_total = e.total;
            step.characters = e.characters;
            step.text = e.text;
            options_.tell(step);
        }
    };
    in.log = [this](const log_line& line) { log(line); };
    return in;
}

task<void> lab_scheduler::implementation::root(std::promise<void>& started) {
    service::workshop shop(*rt_, options_.engine, *folder_, *journal_, *lines_,
                           [this](const log_line& line) { log(line); });
    scheduler::scheduler work(surroundings(shop));
    front_desk desk({*rt_,
                     *book_,
                     *journal_,
                     work,
                     [this] { return files_; },
                     [this] { return service::read_files(options_.engine); },
                     [this](scheduler::shared_files fresh) { files_ = std::move(fresh); },
                     {options_.most_open, options_.longest, options_.ahead}});
    task_group asking(*rt_);
    desk_ = &desk;
    asking_ = &asking;
    work_ = &work;
    started.set_value();
    auto working = work.run();
    co_await std::move(working);
    desk_ = nullptr;
    work_ = nullptr;
    asking.cancel();
    co_await asking.join();
    asking_ = nullptr;
}

lab_scheduler::lab_scheduler(scheduler_options options) : all_(std::make_unique<implementation>(std::move(options))) {}

lab_scheduler::~lab_scheduler() = default;

text_report lab_scheduler::start() {
    return report_of(all_->start());
}

void lab_scheduler::stop() {
    all_->stop();
}

reservation_report lab_scheduler::reserve(const reservation_wish& what) {
    service::booking_request request;
    request.source = what.topology;
    request.file = what.file.empty() ? "topology.xml" : what.file;
    request.arguments = {what.given.begin(), what.given.end()};
    request.owner = what.owner;
    request.from = what.from ? scheduler::to_utc_text(*what.from) : "";
    request.length = scheduler::to_length_text(what.length);
    request.pods = what.pods;
    using answered = result<scheduler::reservation>;
    return report_of(all_->call<answered>(
        [who = all_->who(), request = std::move(request)](front_desk& desk) { return desk.reserve(who, request); }));
}

reservation_report lab_scheduler::find(const std::string& id) {
    using answered = result<scheduler::reservation>;
    return report_of(all_->call<answered>([who = all_->who(), id](front_desk& desk) { return desk.find(who, id); }));
}

reservation_report lab_scheduler::extend(const std::string& id, lab_time until) {
    using answered = result<scheduler::reservation>;
    return report_of(all_->call<answered>([who = all_->who(), id, until](front_desk& desk) {
        return desk.extend(who, id, "", scheduler::to_utc_text(until));
    }));
}

reservation_report lab_scheduler::cancel(const std::string& id) {
    using answered = result<scheduler::reservation>;
    return report_of(all_->call<answered>([who = all_->who(), id](front_desk& desk) { return desk.cancel(who, id); }));
}

reservations_report lab_scheduler::reservations(const std::string& owner, bool also_over) {
    using answered = result<std::vector<scheduler::reservation>>;
    const auto found = all_->call<answered>(
        [who = all_->who(), owner, also_over](front_desk& desk) { return desk.list(who, owner, !also_over); });
    if (!found) {
        return why_not<reservations_report>(found.error());
    }
    reservations_report out{answer::done, {}, {}};
    for (const auto& one : *found) {
        out.reservations.push_back(view_of(one));
    }
    return out;
}

calendar_report lab_scheduler::calendar(lab_time from, lab_time until) {
    using answered = result<std::vector<scheduler::booked_device>>;
    const auto found = all_->call<answered>([who = all_->who(), from, until](front_desk& desk) {
        return desk.calendar(who, "", scheduler::to_utc_text(from), scheduler::to_utc_text(until));
    });
    if (!found) {
        return why_not<calendar_report>(found.error());
    }
    calendar_report out{answer::done, {}, {}};
    for (const auto& one : *found) {
        out.rows.push_back({one.device, one.held.from, one.held.until, one.reservation, one.owner});
    }
    return out;
}

text_report lab_scheduler::quarantine(const std::string& device, const std::string& why) {
    return report_of(all_->call<result<void>>(
        [who = all_->who(), device, why](front_desk& desk) { return desk.quarantine(who, device, why); }));
}

text_report lab_scheduler::release(const std::string& device) {
    return report_of(
        all_->call<result<void>>([who = all_->who(), device](front_desk& desk) { return desk.release(who, device); }));
}

text_report lab_scheduler::reload() {
    return report_of(all_->call<result<void>>([who = all_->who()](front_desk& desk) { return desk.reload(who); }));
}

}  // namespace rollover
