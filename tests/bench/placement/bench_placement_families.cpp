// How long the placement takes over families of instances: 100 and 1,000 devices, 10 to 100 nodes, with and without an
// answer, nearly full; hard wirings; and one lab of 10,000 devices at 50 sites. CPU time, from the lab in memory to the
// answer with its reason. With files as arguments: these (the format of read_instance); beside each that is placed
// FILE.placement is written, a line "NODE DEVICE" for each node, for another program to judge.
// Exits with 1 where an answer is wrong, or there is none.
#include "engine/placement/problem.h"
#include "engine/placement/search.h"
#include "tests/engine/placement/families.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <sys/resource.h>

namespace {

using namespace rollover;
using namespace rollover::placement;

double cpu_ms() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

struct class_of_instances {
    std::vector<double> times;
    std::size_t placed = 0;
    std::size_t wrong = 0;
};

class measurements {
public:
    void run(const std::string& name, const family_made& made, const std::string& file = "") {
        const model::lab lab = lab_of(made.what);
        const model::topology topology = topology_of(made.what);
        const request r{lab, topology, {}, {}};
        const double start = cpu_ms();
        const auto answer = find(r);
        const double took = cpu_ms() - start;
        class_of_instances& its = classes_[name];
        its.times.push_back(took);
        decided_.push_back(answer ? took : decision_alone(r, topology));
        if (!answer) {
            explained_.push_back(took);
        }
        its.placed += answer ? 1 : 0;
        const bool right = answer ? !verify(r, *answer) && made.possible != false
                                  : answer.error().code == errc::impossible && made.possible != true;
        if (!right) {
            ++its.wrong;
            fmt::print("  {}: {}\n", made.name, answer ? "WRONG" : describe(answer.error()));
        }
        if (answer && !file.empty()) {
            std::ofstream out(file + ".placement");
            for (std::size_t n = 0; n < answer->devices.size(); ++n) {
                out << topology.nodes[n].name << ' ' << lab.at(answer->devices[n]).name << '\n';
            }
        }
    }

    /// How long it takes to know that there is none, without the reason.
    static double decision_alone(const request& r, const model::topology& topology) {
        const double start = cpu_ms();
        const lab_facts facts(r);
        const auto answer = search(compile(facts, topology, selection::everything(topology)), r.seed, r.bound);
        const double took = cpu_ms() - start;
        return answer.what == outcome::impossible ? took : never_decided;
    }

    /// Prints what was measured since; whether all was right.
    bool print(const std::string& what) {
        bool right = true;
        for (auto& [name, its] : classes_) {
            std::sort(its.times.begin(), its.times.end());
            right = right && its.wrong == 0;
            fmt::print("{:<24} {:>3} of {:>3} placed, median {:8.2f} ms, worst {:9.2f} ms{}\n", name, its.placed,
                       its.times.size(), its.times[its.times.size() / 2], its.times.back(),
                       its.wrong == 0 ? "" : "  WRONG OR UNDECIDED");
        }
        print_all(what + ", decided", decided_);
        print_all(what + ", impossible and with the reason", explained_);
        fmt::print("\n");
        classes_.clear();
        return right;
    }

private:
    static constexpr double never_decided = 1e9;

    static void print_all(const std::string& what, std::vector<double>& times) {
        std::sort(times.begin(), times.end());
        if (!times.empty()) {
            fmt::print("{}: {} instances, median {:.2f} ms, 95 % within {:.1f} ms, worst {:.1f} ms\n", what,
                       times.size(), times[times.size() / 2], times[times.size() * 95 / 100], times.back());
        }
        times.clear();
    }

    std::map<std::string, class_of_instances> classes_;
    std::vector<double> decided_;
    std::vector<double> explained_;
};

constexpr std::array families{family::one_cross_connect, family::thin_trunks, family::wires, family::mixed,
                              family::sites};

std::string without_seed(const family_made& made, std::uint64_t seed) {
    std::string name = made.name;
    const std::string number = fmt::format("-{}", seed);
    const auto at = name.rfind(number);
    return at == std::string::npos ? name : name.erase(at, number.size());
}

void run_case(measurements& into, const family_case& c) {
    const family_made made = make(c);
    into.run(without_seed(made, c.seed), made);
}

bool possible_ones(std::uint64_t seeds) {
    measurements all;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (const family of : families) {
            for (const std::uint32_t devices : {100U, 1000U}) {
                for (const std::uint32_t nodes : {10U, 50U, 100U}) {
                    run_case(all, {of, devices, nodes, seed, flaw::none, nodes == devices ? 0.0 : 0.3});
                }
            }
            run_case(all, {of, 1000, 50, seed, flaw::none, 0.95});
        }
    }
    return all.print("possible");
}

bool flawed_ones(std::uint64_t seeds) {
    measurements all;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (const std::uint32_t devices : {100U, 1000U}) {
            run_case(all, {family::one_cross_connect, devices, 50, seed, flaw::too_few_devices});
            run_case(all, {family::mixed, devices, 50, seed, flaw::too_few_devices});
            run_case(all, {family::one_cross_connect, devices, 50, seed, flaw::too_few_ports});
            run_case(all, {family::wires, devices, 50, seed, flaw::extra_wires});
            run_case(all, {family::mixed, devices, 50, seed, flaw::extra_wires});
            run_case(all, {family::sites, devices, 50, seed, flaw::thin_interlinks});
        }
    }
    return all.print("with a flaw, and the reason");
}

bool hard_ones(std::uint64_t seeds) {
    measurements all;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (const family_made& made : hard_wirings(seed)) {
            all.run(without_seed(made, seed), made);
        }
    }
    return all.print("hard wirings, and the reason");
}

/// 10,000 devices at 50 sites, 200 nodes; in the goal 1 s and 200 MB.
bool large_one() {
    measurements all;
    family_case c{family::sites, 10'000, 200, 1};
    c.sites = 50;
    run_case(all, c);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const bool right = all.print("10,000 devices at 50 sites");
    fmt::print("the whole program had at most {} MB\n\n", usage.ru_maxrss / 1024);
    return right;
}

bool files(int count, char** names) {
    measurements all;
    for (int i = 1; i < count; ++i) {
        std::ifstream in(names[i]);
        const std::string path = names[i];
        const std::string name = path.substr(path.rfind('/') + 1);
        family_made made{name, read_instance(in), {}};
        all.run(name.substr(0, name.find('.')), made, path);
    }
    return all.print("files");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        return files(argc, argv) ? 0 : 1;
    }
    constexpr std::uint64_t seeds = 5;
    bool right = large_one();
    right = possible_ones(seeds) && right;
    right = flawed_ones(seeds) && right;
    right = hard_ones(3) && right;
    return right ? 0 : 1;
}
