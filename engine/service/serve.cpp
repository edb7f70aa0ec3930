#include "engine/service/serve.h"

#include "engine/api/platform_folders.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"
#include "engine/model/reader.h"
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/words.h"
#include "engine/service/line_protocol.h"
#include "engine/service/listen_address.h"
#include "engine/service/routes.h"
#include "engine/service/workshop.h"
#include "engine/store/process_lock.h"
#include "engine/store/sqlite_calendar.h"
#include "engine/store/sqlite_journal.h"
#include "engine/store/sqlite_line_book.h"

#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::service {

namespace {

result<scheduler::shared_files> read_files(const engine_options& options) {
    diagnostics mistakes;
    std::vector<std::filesystem::path> folders{api::shipped_platforms()};
    folders.insert(folders.end(), options.platforms.begin(), options.platforms.end());
    auto platforms = platform::library::read(folders, mistakes);
    std::vector<std::filesystem::path> models{api::shipped_converters()};
    models.insert(models.end(), options.converters.begin(), options.converters.end());
    auto lab = model::read_lab(options.lab, model::read_converter_models(models, mistakes));
    mistakes.insert(mistakes.end(), lab.mistakes.begin(), lab.mistakes.end());
    if (!mistakes.empty() || !lab.value) {
        return scheduler::failure_of(mistakes);
    }
    const auto zone = scheduler::local_time::in(lab.value->time_zone);
    if (!zone) {
        return failure(zone.error()).at(options.lab.string());
    }
    return std::make_shared<const scheduler::lab_files>(
        scheduler::lab_files{std::move(*lab.value), std::move(platforms)});
}

result<scheduler::owner_limits> limits_of(const serve_options& options) {
    scheduler::owner_limits out;
    for (const auto& [text, into] : {std::pair(&options.longest, &out.longest), {&options.ahead, &out.ahead}}) {
        if (!text->empty()) {
            const auto read = scheduler::read_length(*text);
            if (!read) {
                return read.error();
            }
            *into = *read;
        }
    }
    if (!options.most_open.empty()) {
        const auto& text = options.most_open;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), out.most_open);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
            return failure(errc::bad_input, fmt::format("'{}' is no number of reservations", text));
        }
    }
    return out;
}

/// An acceptor where nobody else may reach us, or where that was asked for.
result<std::unique_ptr<acceptor>> listen(runtime& rt, const std::string& text, bool insecure) {
    const auto at = read_listen_address(text);
    if (!at) {
        return at.error();
    }
    if (!is_loopback(*at) && !insecure) {
        return failure(errc::bad_input,
                       fmt::format("{} is not a loopback address, and everybody who reaches it would be "
                                   "an operator of this lab",
                                   text))
            .advise("listen on 127.0.0.1, behind a proxy that knows its users; --insecure listens all the same");
    }
    return rt.listen(*at);
}

std::string json_line(const log_line& line, wall_time now) {
    return nlohmann::json{{"time", scheduler::to_utc_text(scheduler::rounded_down(now))},
                          {"level", name_of(line.level)},
                          {"activation", line.activation},
                          {"device", line.device},
                          {"text", printable(line.text)}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The service with all that it stands on, in the order in which it is made and goes.
class service {
public:
    service(const serve_options& options, store::state_folder folder, scheduler::shared_files files)
        : options_(options), folder_(std::move(folder)), files_(std::move(files)), rt_(pool_threads) {}

    result<void> open() {
        auto lock = store::process_lock::take(folder_.path() / "serve.lock");
        if (!lock) {
            return failure(lock.error()).advise("one service has one state folder; rollover serve runs already?");
        }
        lock_ = std::move(*lock);
        auto book = store::open_calendar(rt_, folder_.journal_file());
        auto journal = store::open_journal(rt_, folder_.journal_file());
        auto lines = store::open_line_book(rt_, folder_.line_book_file());
        if (!book || !journal || !lines) {
            return !book ? book.error() : !journal ? journal.error() : lines.error();
        }
        book_ = std::move(*book);
        journal_ = std::move(*journal);
        lines_ = std::move(*lines);
        const auto limits = limits_of(options_);
        if (!limits) {
            return limits.error();
        }
        limits_ = *limits;
        auto at = listen(rt_, options_.listen, options_.insecure);
        if (!at) {
            return at.error();
        }
        http_ = std::move(*at);
        if (!options_.line_protocol.empty()) {
            auto other = listen(rt_, options_.line_protocol, options_.insecure);
            if (!other) {
                return other.error();
            }
            text_ = std::move(*other);
        }
        return {};
    }

    void run() { rt_.run(root()); }

private:
    static constexpr unsigned pool_threads = 4;

    task<void> root();
    task<void> reload();
    scheduler::surroundings surroundings(workshop& shop, news& what_happens);
    front_desk::parts desk_parts(scheduler::scheduler& work);
    static result<caller> who_asks(const http_request& request);
    http_server_options http_options();

    void log(const log_line& line) {
        if (options_.log) {
            options_.log(options_.json_log ? json_line(line, rt_.wall_now())
                                           : fmt::format("{:<7} {}{}{}{}{}", name_of(line.level), line.activation,
                                                         line.activation.empty() ? "" : " ", line.device,
                                                         line.device.empty() ? "" : " ", printable(line.text)));
        }
    }

    const serve_options& options_;
    store::state_folder folder_;
    scheduler::shared_files files_;
    real_runtime rt_;
    std::unique_ptr<store::process_lock> lock_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<activation::line_book> lines_;
    scheduler::owner_limits limits_;
    std::unique_ptr<acceptor> http_;
    std::unique_ptr<acceptor> text_;
    front_desk* desk_ = nullptr;
};

scheduler::surroundings service::surroundings(workshop& shop, news& what_happens) {
    scheduler::surroundings in(rt_, *book_, *journal_);
    in.files = [this] { return files_; };
    in.workplace = [&shop](scheduler::shared_files files, const std::string& activation) {
        return shop.place_for(std::move(files), activation);
    };
    in.progress = [&what_happens](const activation::progress_event& step) { what_happens.tell(step); };
    in.log = [this](const log_line& line) { log(line); };
    return in;
}

front_desk::parts service::desk_parts(scheduler::scheduler& work) {
    return {rt_,
            *book_,
            *journal_,
            work,
            [this] { return files_; },
            [this] { return read_files(options_.engine); },
            [this](scheduler::shared_files fresh) { files_ = std::move(fresh); },
            limits_};
}

/// Only this machine reaches us: whoever asks is an operator, under the name that he gives.
result<caller> service::who_asks(const http_request& request) {
    const auto* name = request.headers.find("Rollover-User");
    return caller{name != nullptr && !name->empty() ? *name : "somebody", true};
}

http_server_options service::http_options() {
    http_server_options out;
    out.log = [this](const log_line& line) { log(line); };
    out.own_answer = [](const refusal& why) {
        http_response answer = error_response(failure(errc::bad_input, why.reason));
        answer.status = why.status;
        return answer;
    };
    return out;
}

task<void> service::reload() {
    caller who{"SIGHUP", true};
    const auto done = co_await desk_->reload(std::move(who));
    log({done ? severity::info : severity::error, "", "",
         done ? "the lab was read anew" : scheduler::on_one_line(done.error())});
}

task<void> service::root() {
    workshop shop(rt_, options_.engine, folder_, *journal_, *lines_, [this](const log_line& line) { log(line); });
    news what_happens(rt_);
    scheduler::scheduler work(surroundings(shop, what_happens));
    front_desk desk(desk_parts(work));
    desk_ = &desk;
    routes all(desk, what_happens, &service::who_asks);
    task_group scheduling(rt_);
    task_group serving(rt_);
    rt_.on_stop_signal([this, &work, &serving](int number) {
        if (number == SIGHUP) {
            serving.spawn(reload());
        } else {
            work.leave();
        }
    });
    const auto address = read_listen_address(options_.listen);
    const std::string where = to_string(endpoint{address->host, http_->port()});
    http_handler handler = [&all](http_request request) { return all.answer(std::move(request)); };
    serving.spawn(rollover::service::serve(rt_, std::move(http_), std::move(handler), http_options()));
    if (text_) {
        serving.spawn(serve_lines(rt_, std::move(text_), desk, [this](const log_line& line) { log(line); }));
    }
    scheduling.spawn(work.run());
    if (options_.serving) {
        options_.serving(where);
    }
    co_await scheduling.join();
    serving.cancel();
    co_await serving.join();
    rt_.on_stop_signal([](int /*number*/) {});
}

}  // namespace

text_report serve(const serve_options& options) {
    text_report report;
    report.how = answer::bad_input;
    auto files = read_files(options.engine);
    if (!files) {
        report.problems.push_back(api::problem_of(files.error()));
        return report;
    }
    auto folder = store::state_folder::open(options.engine.state.empty() ? store::state_folder::usual_place()
                                                                         : options.engine.state);
    if (!folder) {
        report.problems.push_back(api::problem_of(folder.error()));
        return report;
    }
    service all(options, std::move(*folder), std::move(*files));
    const auto opened = all.open();
    if (!opened) {
        report.how = api::answer_of(opened.error().code);
        report.problems.push_back(api::problem_of(opened.error()));
        return report;
    }
    all.run();
    report.how = answer::done;
    return report;
}

}  // namespace rollover::service
