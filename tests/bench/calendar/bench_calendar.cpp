// bench_calendar [RESERVATIONS] [DEVICES]: bookings a second; and what it takes to find the first time at which a
// topology can be played, in a calendar of 100,000 reservations on 1,000 devices. On every store that we have, through
// the interface that the service uses.
#include "engine/runtime/real_runtime.h"
#include "engine/scheduler/reserve.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/bench/temporary_postgres.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <random>
#include <unistd.h>

using namespace rollover;
using namespace rollover::tests;
using namespace std::chrono_literals;

namespace {

using scheduler::instant;
using clock_type = std::chrono::steady_clock;

struct opened {
    std::unique_ptr<scheduler::calendar> book;
    std::unique_ptr<activation::journal> journal;
};

template <class Value>
Value or_die(result<Value> value) {
    if (!value) {
        std::cerr << describe(value.error()) << "\n";
        std::exit(1);
    }
    return std::move(*value);
}

opened open_both(runtime& rt, const store::tables_place& place) {
    const auto tables = or_die(store::shared_tables::open(rt, place));
    return {or_die(store::open_calendar(tables)), or_die(store::open_journal(tables))};
}

/// Empty tables of a store, in `folder` as far as they can be.
struct kind {
    const char* name;
    std::function<store::tables_place(const std::filesystem::path& folder)> fresh;
};

double milliseconds_since(clock_type::time_point begun) {
    return std::chrono::duration<double, std::milli>(clock_type::now() - begun).count();
}

/// `parent`: where a commit costs what it costs in a lab, or nothing.
class folder {
public:
    explicit folder(const std::filesystem::path& parent)
        : path_(parent / fmt::format("rollover-bench-{}", ::getpid())) {
        std::filesystem::create_directories(path_);
    }
    ~folder() { std::filesystem::remove_all(path_); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

scheduler::reservation booking_of(unsigned first, instant from, std::chrono::seconds length) {
    scheduler::reservation out;
    out.lab = "virtual";
    out.topology = "pairs";
    out.source = "<topology name=\"pairs\"/>";
    out.file = "pairs.xml";
    out.owner = fmt::format("user{}", first % 40);
    out.held = {from, from + length};
    out.promised = {from + 60s, from + length - 60s};
    out.expected = from + 60s;
    out.pods.push_back({1, "{}", {fmt::format("r{}", first), fmt::format("r{}", first + 1)}});
    return out;
}

task<void> book_some(scheduler::calendar& book, unsigned client, unsigned count, instant from) {
    for (unsigned i = 0; i < count; ++i) {
        auto what = booking_of(2 * client, from + i * 1h, 1h);
        const auto done = co_await book.book(std::move(what), "bench", 0);
        or_die(std::move(done));
    }
}

task<void> book_together(runtime& rt, scheduler::calendar& book, unsigned clients, unsigned each, instant from) {
    task_group all(rt);
    for (unsigned c = 0; c < clients; ++c) {
        all.spawn(book_some(book, c, each, from));
    }
    co_await all.join();
}

void bench_bookings(const kind& store) {
    constexpr unsigned bookings = 2048;
    const folder on(std::filesystem::temp_directory_path());
    real_runtime rt(4);
    const auto all = open_both(rt, store.fresh(on.path()));
    instant from = scheduler::rounded_up(rt.wall_now()) + 24h;
    for (const unsigned clients : {1U, 64U}) {
        const auto begun = clock_type::now();
        rt.run(book_together(rt, *all.book, clients, bookings / clients, from));
        const double took = milliseconds_since(begun);
        std::cout << fmt::format("{:<10} {:>3} client{} {:>6.0f} bookings a second\n", store.name, clients,
                                 clients == 1 ? ": " : "s:", bookings / took * 1000);
        from += 24h * 365;
    }
}

/// Pairs of devices that are nearly always taken: each a row of reservations with short breaks.
task<void> fill_row(scheduler::calendar& book, unsigned pair, unsigned count, instant from) {
    std::mt19937_64 random(pair);
    for (unsigned i = 0; i < count; ++i) {
        const auto length = std::chrono::minutes(60 + random() % 180);
        auto what = booking_of(2 * pair, from, length);
        from += length + std::chrono::minutes(random() % 30);
        const auto done = co_await book.book(std::move(what), "bench", 0);
        or_die(std::move(done));
    }
}

task<void> fill(runtime& rt, scheduler::calendar& book, unsigned reservations, unsigned devices, instant from) {
    task_group all(rt);
    for (unsigned pair = 0; pair < devices / 2; ++pair) {
        all.spawn(fill_row(book, pair, reservations / (devices / 2), from));
    }
    co_await all.join();
}

struct asked {
    const char* what;
    unsigned nodes;
    std::chrono::seconds length;
};

struct found {
    double took = 0;
    instant from;
};

task<void> look(runtime& rt, const opened& in, scheduler::shared_files files, const asked& what,
                std::vector<found>& out) {
    for (int round = 0; round < 7; ++round) {
        scheduler::wish wanted;
        const auto xml = pairs_xml(what.nodes);
        wanted.topology = std::make_shared<const model::topology>(read_topology_or_die(xml));
        wanted.source = xml;
        wanted.file = "pairs.xml";
        wanted.owner = "eva";
        wanted.length = what.length;
        const auto begun = clock_type::now();
        const auto made = co_await scheduler::look_for(rt, *in.book, *in.journal, files, wanted, {});
        out.push_back({milliseconds_since(begun), or_die(std::move(made)).promised.from});
    }
}

void bench_earliest(const kind& store, unsigned reservations, unsigned devices) {
    // Where a commit costs nothing: what is measured here only reads.
    const folder on(std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path());
    diagnostics mistakes;
    const auto files = std::make_shared<const scheduler::lab_files>(scheduler::lab_files{
        read_lab_or_die(lab_xml(devices)), platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes)});
    real_runtime rt(4);
    const auto all = open_both(rt, store.fresh(on.path()));
    const instant now = scheduler::rounded_up(rt.wall_now());
    const auto begun = clock_type::now();
    rt.run(fill(rt, *all.book, reservations, devices, now));
    std::cout << fmt::format("{:<10} {} reservations of 2 of {} devices (filled in {:.0f} s)\n", store.name,
                             reservations, devices, milliseconds_since(begun) / 1000);
    for (const asked& what : {asked{"a pair for 10 minutes", 2, 10min},
                              {"a pair for 1 h", 2, 1h},
                              {"20 nodes for 5 minutes", 20, 5min},
                              {"a pair for 8 h", 2, 8h},
                              {"50 nodes for 2 h", 50, 2h}}) {
        std::vector<found> each;
        rt.run(look(rt, all, files, what, each));
        std::ranges::sort(each, {}, &found::took);
        std::cout << fmt::format("{:<10} {:<24} begins {:>7.1f} h from now: {:>7.1f} ms, worst {:>7.1f}\n", store.name,
                                 what.what, std::chrono::duration<double, std::ratio<3600>>(each[0].from - now).count(),
                                 each[each.size() / 2].took, each.back().took);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::cout << std::unitbuf;
    const auto number = [&](int at, unsigned usual) {
        return argc > at ? static_cast<unsigned>(std::strtoul(argv[at], nullptr, 10)) : usual;
    };
    std::vector<kind> stores{
        {"SQLite", [](const std::filesystem::path& folder) { return store::tables_place(folder / "journal.sqlite"); }}};
    // Where a commit costs what it costs in a lab.
    const auto cluster = temporary_postgres::start(std::filesystem::temp_directory_path());
    if (cluster) {
        stores.push_back({"PostgreSQL", [&cluster](const std::filesystem::path& /*folder*/) {
                              return store::tables_place({}, cluster->fresh_database());
                          }});
    } else {
        std::cout << "PostgreSQL cannot be started here; ./dev installs it\n";
    }
    for (const auto& one : stores) {
        bench_bookings(one);
    }
    for (const auto& one : stores) {
        // To fill PostgreSQL takes minutes.
        const bool is_slow = one.name != std::string_view("SQLite");
        bench_earliest(one, number(1, is_slow ? 20'000 : 100'000), number(2, 1000));
    }
}
