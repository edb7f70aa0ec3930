#include "engine/service/serve.h"

#include "engine/api/reports.h"
#include "engine/base/text.h"
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/words.h"
#include "engine/service/line_protocol.h"
#include "engine/service/listen_address.h"
#include "engine/service/log_text.h"
#include "engine/service/read_files.h"
#include "engine/service/routes.h"
#include "engine/service/service_manager.h"
#include "engine/service/tls.h"
#include "engine/service/watched_store.h"
#include "engine/service/workshop.h"
#include "engine/store/opened_state.h"
#include "engine/store/postgres_roster.h"
#include "engine/store/process_lock.h"
#include "engine/store/stored_users.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace rollover::service {

namespace {

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

/// An acceptor: encrypted, or where nobody else can listen in, or where that was asked for.
result<std::unique_ptr<acceptor>> listen(runtime& rt, const std::string& text, const tls_server* tls, bool insecure,
                                         const log_sink& log) {
    const auto at = read_listen_address(text);
    if (!at) {
        return at.error();
    }
    if (!is_loopback(*at) && tls == nullptr && !insecure) {
        return failure(
                   errc::bad_input,
                   fmt::format("{} is not a loopback address, and without TLS whoever is on the way reads the tokens",
                               text))
            .advise("--tls-certificate FILE --tls-key FILE; or listen on 127.0.0.1; --insecure listens all the same");
    }
    auto plain = rt.listen(*at);
    if (!plain || tls == nullptr) {
        return plain;
    }
    return tls->wrap(rt, std::move(*plain), log);
}

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "some host";
}

result<std::unique_ptr<tls_server>> tls_of(const serve_options& options) {
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
        return failure(errc::bad_input, "a certificate and its key go together")
            .advise("--tls-certificate FILE --tls-key FILE");
    }
    return options.tls_certificate.empty() ? result<std::unique_ptr<tls_server>>(nullptr)
                                           : tls_server::open({options.tls_certificate, options.tls_key});
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
        auto opened = store::open_state(rt_, folder_);
        if (!opened) {
            return opened.error();
        }
        auto users = store::open_users(rt_, folder_.tables());
        if (!users) {
            return users.error();
        }
        const auto shared = share_the_lab();
        if (!shared) {
            return shared.error();
        }
        users_ = std::move(*users);
        book_ = std::move(opened->calendar);
        journal_ = std::move(opened->journal);
        lines_ = std::move(opened->lines);
        const auto limits = limits_of(options_);
        if (!limits) {
            return limits.error();
        }
        limits_ = *limits;
        if (!options_.recheck.empty()) {
            const auto first = scheduler::read_length(options_.recheck);
            if (!first) {
                return first.error();
            }
            recheck_ = *first;
        }
        return open_addresses();
    }

    void run() { rt_.run(root()); }

private:
    static constexpr unsigned pool_threads = 4;

    result<void> open_addresses() {
        auto tls = tls_of(options_);
        if (!tls) {
            return tls.error();
        }
        tls_ = std::move(*tls);
        const log_sink to_log = [this](const log_line& line) { log(line); };
        auto at = listen(rt_, options_.listen, tls_.get(), options_.insecure, to_log);
        if (!at) {
            return at.error();
        }
        http_ = std::move(*at);
        if (!options_.line_protocol.empty()) {
            auto other = listen(rt_, options_.line_protocol, tls_.get(), options_.insecure, to_log);
            if (!other) {
                return other.error();
            }
            text_ = std::move(*other);
        }
        return {};
    }

    static constexpr duration shortest_term = std::chrono::seconds(3);

    /// Signs on where several services share a database.
    result<void> share_the_lab();
    result<void> sites_are_known() const;
    task<void> root();
    task<void> reload();
    /// What the parts of the service are made on: the store, seen by the metrics.
    struct floor {
        watched_calendar& book;
        watched_journal& journal;
        news& what_happens;
    };
    scheduler::surroundings surroundings(workshop& shop, floor on);
    front_desk::parts desk_parts(scheduler::scheduler& work, floor on);
    task<http_response> answer(routes& all, http_request request);
    task<void> tell_who_may_enter();
    /// Ahead of the first who asks for the earliest time: he would wait for all of the calendar to be read.
    [[nodiscard]] task<void> read_timetable();
    http_server_options http_options();

    void log(const log_line& line) {
        if (options_.log) {
            options_.log(options_.json_log ? json_log_text(line, rt_.wall_now()) : plain_log_text(line));
        }
    }

    const serve_options& options_;
    store::state_folder folder_;
    scheduler::shared_files files_;
    real_runtime rt_;
    std::unique_ptr<store::process_lock> lock_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<scheduler::roster> roster_;
    std::unique_ptr<activation::line_book> lines_;
    std::unique_ptr<access::users> users_;
    std::unique_ptr<tls_server> tls_;
    scheduler::owner_limits limits_;
    duration recheck_{};
    std::unique_ptr<acceptor> http_;
    std::unique_ptr<acceptor> text_;
    metrics measured_;
    std::size_t connections_ = 0;
    front_desk* desk_ = nullptr;
};

result<void> service::share_the_lab() {
    auto known = sites_are_known();
    if (!known) {
        return known;
    }
    store::roster_options how{host_name(), join(options_.sites, ", ")};
    if (!options_.term.empty()) {
        const auto term = scheduler::read_length(options_.term);
        if (!term) {
            return term.error();
        }
        how.term = std::max<duration>(*term, shortest_term);
    }
    auto roster = store::open_roster(rt_, folder_.tables(), std::move(how));
    if (!roster) {
        return roster.error();
    }
    roster_ = std::move(*roster);
    return {};
}

result<void> service::sites_are_known() const {
    const auto& sites = files_->lab.sites;
    for (const auto& name : options_.sites) {
        if (std::ranges::find(sites, name, &model::site::name) == sites.end()) {
            std::vector<std::string> names;
            std::ranges::transform(sites, std::back_inserter(names), &model::site::name);
            return failure(errc::bad_input, fmt::format("the lab has no site '{}'", name))
                .advise("its sites: " + join(names, ", "));
        }
    }
    if (!options_.sites.empty() && folder_.tables().url.empty()) {
        return failure(errc::bad_input, "a service of some sites shares a database with those of the others")
            .advise("--store postgresql://USER@HOST/DATABASE");
    }
    return {};
}

scheduler::surroundings service::surroundings(workshop& shop, floor on) {
    scheduler::surroundings in(rt_, on.book, on.journal);
    in.roster = roster_.get();
    in.sites = {options_.sites.begin(), options_.sites.end()};
    in.files = [this] { return files_; };
    in.workplace = [&shop](scheduler::shared_files files, const std::string& activation) {
        return shop.place_for(std::move(files), activation);
    };
    in.progress = [this, &what_happens = on.what_happens](const activation::progress_event& step) {
        if (step.stage == activation::stage::failed && !step.device.empty()) {
            measured_.failed("device");
        }
        what_happens.tell(step);
    };
    in.log = [this](const log_line& line) { log(line); };
    in.recheck = recheck_;
    return in;
}

front_desk::parts service::desk_parts(scheduler::scheduler& work, floor on) {
    return {rt_,
            on.book,
            on.journal,
            work,
            [this] { return files_; },
            [this] { return read_files(options_.engine); },
            [this](scheduler::shared_files fresh) { files_ = std::move(fresh); },
            limits_,
            &measured_,
            &connections_,
            offer(options_.topologies),
            [this] { return tls_ ? tls_->reread() : result<void>(); }};
}

task<http_response> service::answer(routes& all, http_request request) {
    auto out = co_await all.answer(std::move(request));
    measured_.answered(out.status);
    co_return out;
}

task<void> service::tell_who_may_enter() {
    const auto seen = co_await users_->look(std::nullopt);
    const auto http = read_listen_address(options_.listen);
    if (seen && !seen->has_users) {
        log({severity::warning, "", "",
             "there is no user: whoever comes from this machine is an operator, everybody else is refused; to change "
             "that: rollover user add NAME --role operator"});
    }
    if (!tls_ && http && !is_loopback(*http)) {
        log({severity::warning, "", "", "without TLS whoever is on the way reads the tokens (--insecure)"});
    }
}

http_server_options service::http_options() {
    http_server_options out;
    out.connections = &connections_;
    out.log = [this](const log_line& line) { log(line); };
    out.own_answer = [](const refusal& why) {
        http_response answer = error_response(failure(errc::bad_input, why.reason));
        answer.status = why.status;
        return answer;
    };
    return out;
}

task<void> service::reload() {
    caller who{"SIGHUP"};
    service_manager::reloading();
    const auto done = co_await desk_->reload(std::move(who));
    service_manager::ready("serving lab " + files_->lab.name);
    log({done ? severity::info : severity::error, "", "",
         done ? "the lab was read anew" : scheduler::on_one_line(done.error())});
}

task<void> service::read_timetable() {
    const auto times = co_await book_->times(files_->lab.name);
    static_cast<void>(times.has_value());  // else it is read when it is wanted
}

task<void> service::root() {
    news what_happens(rt_);
    watched_calendar book(rt_, *book_, measured_, [&what_happens] { what_happens.changed(); });
    watched_journal journal(rt_, *journal_, measured_);
    const floor on{book, journal, what_happens};
    workshop shop(rt_, options_.engine, folder_, journal, *lines_, [this](const log_line& line) { log(line); });
    scheduler::scheduler work(surroundings(shop, on));
    front_desk desk(desk_parts(work, on));
    desk_ = &desk;
    gate entry(rt_, *users_, desk.refusals(), {options_.client_rate, options_.client_rate * 5});
    routes all(desk, what_happens, entry);
    task_group scheduling(rt_);
    task_group serving(rt_);
    rt_.on_stop_signal([this, &work, &serving](int number) {
        if (number == SIGHUP) {
            serving.spawn(reload());
        } else {
            service_manager::stopping();
            work.leave();
        }
    });
    const auto address = read_listen_address(options_.listen);
    const std::string where = (tls_ ? "https://" : "http://") + to_string(endpoint{address->host, http_->port()});
    co_await tell_who_may_enter();
    http_handler handler = [this, &all](http_request request) { return answer(all, std::move(request)); };
    serving.spawn(rollover::service::serve(rt_, std::move(http_), std::move(handler), http_options()));
    if (text_) {
        serving.spawn(serve_lines(rt_, std::move(text_), desk, entry, [this](const log_line& line) { log(line); }));
    }
    scheduling.spawn(work.run());
    serving.spawn(service_manager::keep_watch(rt_, work));
    serving.spawn(read_timetable());
    service_manager::ready("serving lab " + files_->lab.name);
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
    auto folder = store::state_folder::open(options.engine.state, options.engine.store);
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
