// bench_service [ACTIVATIONS] [RESERVATIONS]: how late reservations are begun that all begin in the same second, in
// real time, over TCP to simulated devices in a process of their own, on each store; and how long `rollover serve`
// takes to start, and how much memory, with many future reservations. The store is on the disk.
#include "engine/placement/format.h"
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/scheduler.h"
#include "engine/service/watched_store.h"
#include "engine/service/workshop.h"
#include "engine/store/postgres_roster.h"
#include "engine/store/sqlite_line_book.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/bench/temporary_postgres.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rollover;
using namespace rollover::tests;
using namespace std::chrono_literals;

namespace {

using scheduler::instant;

template <class Value>
Value or_die(result<Value> value) {
    if (!value) {
        std::cerr << describe(value.error()) << "\n";
        std::exit(1);
    }
    return std::move(*value);
}

void or_die(const result<void>& done) {
    if (!done) {
        std::cerr << describe(done.error()) << "\n";
        std::exit(1);
    }
}

std::string on_loopback(std::string xml) {
    for (std::size_t at = 0; (at = xml.find("host=\"192.0.2.", at)) != std::string::npos;) {
        const auto end = xml.find('"', at + 6);
        xml.replace(at, end - at, "host=\"127.0.0.1");
    }
    return xml;
}

/// One router; no links, as the cross-connect is measured elsewhere.
constexpr const char* one_router =
    "<topology name=\"one\"><node name=\"N\"><require platform=\"cisco-ios\"/><config>\nhostname N\n</config></node>"
    "</topology>\n";

/// Is removed at the end of the program only: ext4 passes over what was deleted in the last minutes when it looks for
/// a place, file by file, and the next measurement would measure that.
class folder {
public:
    explicit folder(std::string_view name)
        : path_(std::filesystem::temp_directory_path() / fmt::format("rollover-bench-{}-{}", ::getpid(), name)) {
        std::filesystem::create_directories(path_);
    }
    ~folder() { std::filesystem::remove_all(path_); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

task<void> simulate(real_runtime& rt, const model::lab& lab, int ready) {
    sim::simulator_options options;
    options.time_scale = 0.02;
    sim::lab_simulator simulator(rt, lab, options, {});
    or_die(simulator.start());
    [[maybe_unused]] const auto told = ::write(ready, "x", 1);
    event forever(rt);
    co_await forever.wait();
}

/// The process of the simulated devices; they listen when this returns.
pid_t start_simulator(const model::lab& lab) {
    int ends[2];
    if (::pipe(ends) != 0) {
        std::exit(1);
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        real_runtime rt;
        rt.run(simulate(rt, lab, ends[1]));
        ::_exit(0);
    }
    char byte = 0;
    if (::read(ends[0], &byte, 1) != 1) {
        std::exit(1);
    }
    return child;
}

scheduler::reservation reservation_on(const model::lab& lab, const model::topology& topology, std::uint32_t device,
                                      instant from, std::chrono::seconds length) {
    placement::placement where;
    where.devices.push_back({device});
    scheduler::reservation out;
    out.lab = lab.name;
    out.topology = topology.name;
    out.source = one_router;
    out.file = "one.xml";
    out.owner = "eva";
    out.held = {from, from + length};
    out.promised = {from + 60s, from + length - 60s};
    out.expected = out.promised.from;
    out.pods.push_back({1, placement::to_json(lab, topology, where), {lab.devices[device].name}});
    return out;
}

double percentile(std::vector<double>& values, double which) {
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(which * static_cast<double>(values.size())))];
}

/// What was seen of each activation, in ms after its time.
struct starts {
    std::map<std::string, double> begun;       ///< it stands in the journal, and works
    std::map<std::string, double> connecting;  ///< its first device's line is being opened
    std::map<std::string, double> typing;      ///< the line is open, and that it is typed into stands in the journal
};

class crowd {
public:
    crowd(std::size_t size, const platform::library& platforms)
        : size_(size),
          files_(std::make_shared<const scheduler::lab_files>(
              scheduler::lab_files{read_lab_or_die(on_loopback(lab_xml(size))), platforms})) {}

    /// `url`: of PostgreSQL; empty: SQLite.
    starts run(const std::string& url, const folder& on) {
        const pid_t simulator = start_simulator(files_->lab);
        {
            const auto state = or_die(store::state_folder::open(on.path(), url));
            real_runtime rt(4);
            const auto place = state.tables();
            const auto tables = or_die(store::shared_tables::open(rt, place));
            const auto kept_book = or_die(store::open_calendar(tables));
            const auto kept_journal = or_die(store::open_journal(tables));
            // As `rollover serve` has them: measured, and the scheduler is told of every change.
            service::metrics measured;
            service::watched_calendar book(rt, *kept_book, measured, [this] {
                if (work_ != nullptr) {
                    work_->look();
                }
            });
            service::watched_journal journal(rt, *kept_journal, measured);
            std::unique_ptr<scheduler::roster> roster;
            if (!url.empty()) {
                roster = or_die(store::open_roster(rt, place, {"bench", ""}));
            }
            auto lines = or_die(store::open_line_book(rt, state.line_book_file()));
            engine_options options;
            service::workshop shop(rt, options, state, journal, *lines, {});
            scheduler::surroundings in(rt, book, journal);
            in.roster = roster.get();
            in.files = [this] { return files_; };
            in.workplace = [this, &shop, &rt](scheduler::shared_files files, const std::string& id) {
                seen_.begun.try_emplace(id, late(rt));
                return shop.place_for(std::move(files), id);
            };
            in.progress = [this, &rt](const activation::progress_event& e) {
                if (e.stage == activation::stage::connecting) {
                    seen_.connecting.try_emplace(e.activation, late(rt));
                }
                if (e.stage == activation::stage::homing) {
                    seen_.typing.try_emplace(e.activation, late(rt));
                }
            };
            rt.run(root(rt, book, in));
        }
        ::kill(simulator, SIGKILL);
        ::waitpid(simulator, nullptr, 0);
        return std::move(seen_);
    }

private:
    [[nodiscard]] double late(runtime& rt) const {
        return std::chrono::duration<double, std::milli>(rt.wall_now() - wall_time(begins_)).count();
    }

    task<void> root(runtime& rt, scheduler::calendar& book, const scheduler::surroundings& in) {
        const auto topology = read_topology_or_die(one_router);
        begins_ = scheduler::rounded_up(rt.wall_now()) + 45s;
        for (std::uint32_t d = 0; d < size_; ++d) {
            auto what = reservation_on(files_->lab, topology, d, begins_, 1h);
            auto booked = co_await book.book(std::move(what), "bench", 0);
            or_die(std::move(booked));
        }
        if (rt.wall_now() > wall_time(begins_) - 5s) {
            std::cerr << "the bookings took too long; begin later\n";
        }
        scheduler::scheduler work(in);
        work_ = &work;
        task_group running(rt);
        running.spawn(work.run());
        while (seen_.typing.size() < size_ && rt.wall_now() < wall_time(begins_) + 60s) {
            const auto slept = co_await sleep_for(rt, 100ms);
            static_cast<void>(slept.has_value());
        }
        work.leave();
        co_await running.join();
        work_ = nullptr;
    }

    std::size_t size_;
    scheduler::shared_files files_;
    instant begins_{};
    starts seen_;
    scheduler::scheduler* work_ = nullptr;
};

void bench_starts(const char* store, const std::string& url, const folder& on, std::size_t size,
                  const platform::library& platforms) {
    auto seen = crowd(size, platforms).run(url, on);
    for (const auto& [what, of] : {std::pair("begun in the journal", &seen.begun),
                                   {"line opened", &seen.connecting},
                                   {"typing may begin", &seen.typing}}) {
        std::vector<double> late;
        for (const auto& [id, ms] : *of) {
            late.push_back(ms);
        }
        if (late.size() < size) {
            std::cout << fmt::format("{} of {} {}\n", late.size(), size, what);
        }
        if (!late.empty()) {
            std::cout << fmt::format(
                "{:<10} {} in the same second, {:<21} p50 {:>6.0f} ms, p99 {:>6.0f} ms, worst {:>6.0f} ms\n", store,
                size, std::string(what) + ":", percentile(late, 0.5), percentile(late, 0.99), percentile(late, 1.0));
        }
    }
}

task<void> fill(runtime& rt, scheduler::calendar& book, const model::lab& lab, std::size_t count) {
    const auto topology = read_topology_or_die(one_router);
    const instant from = scheduler::rounded_up(rt.wall_now()) + 24h;
    for (std::size_t i = 0; i < count; ++i) {
        const auto device = static_cast<std::uint32_t>(i % lab.devices.size());
        auto what = reservation_on(lab, topology, device, from + (i / lab.devices.size()) * 4h, 3h);
        auto booked = co_await book.book(std::move(what), "bench", 0);
        or_die(std::move(booked));
    }
}

std::size_t resident_kib(pid_t process) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::strtoull(line.c_str() + 6, nullptr, 10);
        }
    }
    return 0;
}

/// Seconds from its start until it says that it serves, and the memory that it has then.
void start_service(const std::filesystem::path& state, const std::filesystem::path& lab, std::size_t reservations) {
    int ends[2];
    if (::pipe(ends) != 0) {
        return;
    }
    const auto begun = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execl(ROLLOVER_PROGRAM, "rollover", "serve", "--lab", lab.c_str(), "--state", state.c_str(), "--listen",
                "127.0.0.1:0", nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    for (char c = 0; said.find('\n') == std::string::npos && ::read(ends[0], &c, 1) == 1;) {
        said += c;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    ::usleep(500'000);  // and has looked into the calendar
    rusage usage{};
    const auto memory = resident_kib(child);
    ::kill(child, SIGTERM);
    ::wait4(child, nullptr, 0, &usage);
    ::close(ends[0]);
    const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    std::cout << fmt::format(
        "rollover serve with {:>6} future reservations serves after {:.2f} s, {:.1f} MiB, CPU {:.2f} s{}\n",
        reservations, took.count(), static_cast<double>(memory) / 1024, cpu,
        said.starts_with("serving") ? "" : "  IT DOES NOT SERVE");
}

void bench_start(std::size_t reservations, const folder& on) {
    const auto lab_file = on.path() / "lab.xml";
    std::ofstream(lab_file) << lab_xml(200);
    const auto lab = read_lab_or_die(lab_xml(200));
    for (const std::size_t count : {std::size_t{0}, reservations}) {
        const auto state = or_die(store::state_folder::open(on.path() / fmt::format("state-{}", count)));
        {
            real_runtime rt;
            const auto book = or_die(store::open_calendar(rt, state.tables()));
            rt.run(fill(rt, *book, lab, count));
        }
        start_service(state.path(), lab_file, count);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::cout << std::unitbuf;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const auto number = [&](int at, std::size_t usual) {
        return argc > at ? static_cast<std::size_t>(std::strtoull(argv[at], nullptr, 10)) : usual;
    };
    diagnostics mistakes;
    const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    const folder on_sqlite("sqlite");
    const folder on_postgres("postgres");
    const folder of_the_service("service");
    bench_starts("SQLite", "", on_sqlite, number(1, 500), platforms);
    if (const auto cluster = temporary_postgres::start(std::filesystem::temp_directory_path())) {
        bench_starts("PostgreSQL", cluster->fresh_database(), on_postgres, number(1, 500), platforms);
    } else {
        std::cout << "PostgreSQL cannot be started here; ./dev installs it\n";
    }
    bench_start(number(2, 10'000), of_the_service);
}
