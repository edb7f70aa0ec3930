// year [--seeds N] [--first SEED] [--days D] [--jobs J] [--verbose]: the life of a lab with 200 devices in virtual
// time, with faults. Each seed in a process of its own. Fails when a promise was broken; says how to run that seed
// again.
#include "tests/year/story.h"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace rollover;
using namespace rollover::tests;

namespace {

struct wanted {
    std::uint64_t seeds = 1;
    std::uint64_t first = 1;
    unsigned days = 365;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    double faults = 1;
    bool verbose = false;
    std::string program;
};

std::string faults_of(const story_sums& sums) {
    std::string out;
    for (const auto& [kind, count] : sums.faults) {
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", kind, count);
    }
    return out;
}

/// One seed; what it says goes to standard output in one piece.
int run_seed(const wanted& how, const year_files& files, std::uint64_t seed) {
    const auto began = std::chrono::steady_clock::now();
    std::string out;
    std::vector<std::string> broken;
    try {
        // So that short runs together see all of a year, both nights on which the clocks change among them.
        year_lab lab(files, 180, 20, seed, how.verbose, std::chrono::days(seed * 83 % 365));
        std::optional<story> all;
        story_options options;
        options.seed = seed;
        options.days = how.days;
        options.faults = how.faults;
        lab.run(
            [&](year_lab& in) {
                all.emplace(in, options);
                return all->run();
            },
            std::chrono::hours(24) * (how.days + 30));
        broken = lab.inspector().broken();
        const auto& told = all->sums();
        const auto& seen = lab.inspector().sums();
        out += fmt::format(
            "seed {}: {} days in {:.1f} s: {} wishes, {} booked, {} refused, {} unanswered, {} extended, {} cancelled; "
            "{} reservations: {} on time, {} excused ({} touched by a fault), {} failed, {} cancelled; activations: {} "
            "begun, {} ready, {} ended; {} starts of the service, {:.1f} million steps; faults: {}\n",
            seed, how.days, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
            told.wishes, told.booked, told.refused, told.unanswered, told.extended, told.cancelled, seen.reservations,
            seen.on_time, seen.excused, seen.could_be_excused, seen.failed, seen.cancelled, seen.begun, seen.ready,
            seen.ended, lab.starts(), static_cast<double>(lab.steps()) / 1e6, faults_of(told));
        if (seen.ready == 0 || seen.on_time == 0) {
            broken.emplace_back("nothing was ever ready: the test sees nothing");
        }
    } catch (const std::exception& error) {
        broken.emplace_back(error.what());
    }
    constexpr std::size_t enough = 20;
    for (std::size_t i = 0; i < std::min(broken.size(), enough); ++i) {
        out += fmt::format("seed {}: BROKEN: {}\n", seed, broken[i]);
    }
    if (!broken.empty()) {
        out +=
            fmt::format("seed {}: {} promises broken; to run it again: {} --seeds 1 --first {} --days {} --verbose\n",
                        seed, broken.size(), how.program, seed, how.days);
    }
    std::cout << out << std::flush;
    return broken.empty() ? 0 : 1;
}

wanted read_arguments(int argc, char** argv) {
    wanted out;
    out.program = argv[0];
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--verbose") {
            out.verbose = true;
            continue;
        }
        const char* const value = i + 1 < argc ? argv[++i] : "";
        if (name == "--seeds") {
            out.seeds = std::strtoull(value, nullptr, 10);
        } else if (name == "--first") {
            out.first = std::strtoull(value, nullptr, 10);
        } else if (name == "--days") {
            out.days = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
        } else if (name == "--jobs") {
            out.jobs = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
        } else if (name == "--faults") {
            out.faults = std::strtod(value, nullptr);
        } else {
            std::cerr << "unknown: " << name << "\n";
            std::exit(2);
        }
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const wanted how = read_arguments(argc, argv);
    const auto files = year_files::read();
    std::size_t bad = 0;
    std::size_t running = 0;
    const auto wait_for_one = [&] {
        int status = 0;
        if (::wait(&status) > 0) {
            --running;
            bad += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
            if (WIFSIGNALED(status)) {
                std::cout << fmt::format("a seed died of signal {}\n", WTERMSIG(status));
            }
        }
    };
    for (std::uint64_t seed = how.first; seed < how.first + how.seeds; ++seed) {
        if (running == how.jobs) {
            wait_for_one();
        }
        std::cout << std::flush;
        const pid_t child = ::fork();
        if (child == 0) {
            std::_Exit(run_seed(how, files, seed));
        }
        ++running;
    }
    while (running > 0) {
        wait_for_one();
    }
    std::cout << fmt::format("{} seeds of {} days: {} bad\n", how.seeds, how.days, bad);
    return bad == 0 ? 0 : 1;
}
