// soak [SEEDS] [FIRST]: activations of 50 devices with seeded faults in virtual time, each seed twice.
// Fails when an invariant breaks, when two runs of one seed differ, or when the faults never made an activation fail.
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

using namespace rollover;
using namespace rollover::tests;

namespace {

bool complain(std::uint64_t seed, const run_report& report) {
    for (const auto& one : report.broken) {
        std::cout << fmt::format("seed {}: BROKEN: {}\n", seed, one);
    }
    if (!report.broken.empty()) {
        for (const auto& one : report.failures) {
            std::cout << "    " << one << "\n";
        }
    }
    return !report.broken.empty();
}

struct totals {
    std::size_t ready = 0;
    std::size_t failed = 0;
    std::size_t stopped = 0;
    std::size_t quarantined = 0;
    std::size_t bad = 0;

    void add(std::uint64_t seed, const run_report& one, bool same_journal) {
        const std::lock_guard lock(one_at_a_time_);
        bool wrong = complain(seed, one);
        if (!same_journal) {
            std::cout << fmt::format("seed {}: BROKEN: two runs have different journals\n", seed);
            wrong = true;
        }
        bad += wrong ? 1 : 0;
        ready += one.up == activation::ending::ready ? 1 : 0;
        failed += one.up == activation::ending::failed ? 1 : 0;
        stopped += one.up == activation::ending::stopped ? 1 : 0;
        quarantined += one.quarantined;
    }

private:
    std::mutex one_at_a_time_;
};

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
    const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const auto lab = read_lab_or_die(lab_xml(60));
    const auto topology = read_topology_or_die(pairs_xml(50));
    diagnostics mistakes;
    const auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
    for (const auto& mistake : mistakes) {
        std::cout << to_string(mistake) << "\n";
    }
    const auto began = std::chrono::steady_clock::now();
    totals sum;
    std::atomic<std::uint64_t> next = first;
    const auto work = [&] {
        for (std::uint64_t seed = next++; seed < first + seeds; seed = next++) {
            run_request request{lab, topology, platforms, seed, faults_of(seed), {}, {}};
            if (seed % 10 == 0) {
                request.stop_after = std::chrono::milliseconds(100 + seed * 137 % 30'000);
            }
            const auto one = run_once(request);
            const auto again = run_once(request);
            sum.add(seed, one, one.journal == again.journal);
        }
    };
    {
        std::vector<std::jthread> threads;  // seeds know nothing of each other
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
            threads.emplace_back(work);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::cout << fmt::format(
        "{} seeds, each twice, in {:.1f} s: {} ready, {} failed and rolled back, {} stopped; {} devices quarantined; "
        "{} bad\n",
        seeds, seconds, sum.ready, sum.failed, sum.stopped, sum.quarantined, sum.bad);
    const bool both_seen = seeds < 50 || (sum.ready > 0 && sum.failed > 0 && sum.stopped > 0 && sum.quarantined > 0);
    if (!both_seen) {
        std::cout << "the seeds did not show every way that an activation can end: the test sees too little\n";
    }
    return sum.bad == 0 && both_seen ? 0 : 1;
}
