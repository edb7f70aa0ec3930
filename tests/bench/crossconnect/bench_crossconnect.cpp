// Joins on a real Open vSwitch: bench_crossconnect [JOINS]. Needs root and Open vSwitch; tests/real/crossconnect/rig.sh
// makes the bridge. Beside our figures: what the tools themselves take, started by nobody but us.
#include "drivers/crossconnect/crossconnect.h"
#include "engine/runtime/real_runtime.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace rollover::bench {

namespace {

using namespace std::chrono_literals;
using crossconnect::join;

std::vector<join> joins(unsigned count) {
    std::vector<join> all;
    for (unsigned i = 0; i < count; ++i) {
        join one;
        one.name = fmt::format("a{}/link{}", i / 50, i);
        const auto vlan = static_cast<std::uint16_t>(1 + 2 * i);
        one.members = {{"trunk2", vlan}, {"trunk2", static_cast<std::uint16_t>(vlan + 1)}};
        all.push_back(std::move(one));
    }
    return all;
}

template <class T>
task<void> keep(task<result<T>> work, result<T>& into) {
    auto outcome = co_await std::move(work);
    into = std::move(outcome);
}

class bench {
public:
    explicit bench(const std::string& run_dir) {
        where_.name = "xc";
        where_.bridge = "xc";
        where_.ovs_run_dir = run_dir;
        driver_ = crossconnect::make_openvswitch(rt_, where_);
    }

    /// Milliseconds; ends the program when it fails.
    double make(std::vector<join> wanted) { return timed(driver_->make(std::move(wanted), rt_.now() + 1min)); }
    double remove(std::vector<std::string> names) { return timed(driver_->remove(std::move(names), rt_.now() + 1min)); }
    double list() {
        const auto begun = rt_.now();
        result<std::vector<join>> all = failure();
        rt_.run(keep(driver_->list(rt_.now() + 1min), all));
        stop_at(all ? result<void>() : result<void>(all.error()));
        return milliseconds(begun);
    }
    /// One start of a tool that asks the bridge for one rule.
    double tool() {
        process_request request;
        request.argv = {"ovs-ofctl", "-O", "OpenFlow13", "--no-names", "dump-flows", "xc", "cookie=0x1/-1"};
        request.environment = {{"OVS_RUNDIR", where_.ovs_run_dir}};
        const auto begun = rt_.now();
        result<process_result> ended = failure();
        rt_.run(keep(rt_.run(std::move(request)), ended));
        return milliseconds(begun);
    }

private:
    double milliseconds(time_point begun) const {
        return std::chrono::duration<double, std::milli>(rt_.now() - begun).count();
    }
    static void stop_at(const result<void>& done) {
        if (!done) {
            fmt::print(stderr, "{}\n", describe(done.error()));
            std::exit(1);
        }
    }
    double timed(task<result<void>> work) {
        const auto begun = rt_.now();
        result<void> done = failure();
        rt_.run(keep(std::move(work), done));
        stop_at(done);
        return milliseconds(begun);
    }

    real_runtime rt_;
    crossconnect::address where_;
    std::unique_ptr<crossconnect::crossconnect> driver_;
};

std::string quartiles(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return fmt::format("best {:.1f} ms, median {:.1f} ms, worst {:.1f} ms", times.front(), times[times.size() / 2],
                       times.back());
}

void measure(const std::string& run_dir, unsigned count) {
    bench on(run_dir);
    constexpr int rounds = 15;
    const auto wanted = joins(count + 1);
    const std::vector<join> fabric(wanted.begin(), wanted.end() - 1);
    std::vector<std::string> names;
    for (const auto& one : fabric) {
        names.push_back(one.name);
    }
    std::vector<double> all;
    std::vector<double> gone;
    for (int i = 0; i < 5; ++i) {
        all.push_back(on.make(fabric));
        gone.push_back(on.remove(names));
    }
    on.make(fabric);
    std::vector<double> again;
    std::vector<double> added;
    std::vector<double> removed;
    std::vector<double> listed;
    std::vector<double> tools;
    for (int i = 0; i < rounds; ++i) {
        again.push_back(on.make(fabric));
        added.push_back(on.make({wanted.back()}));
        removed.push_back(on.remove({wanted.back().name}));
        listed.push_back(on.list());
        tools.push_back(on.tool());
    }
    on.remove(names);
    fmt::print("crossconnect: {} joins made: {} (goal at 1,000: 2 s)\n", count, quartiles(all));
    fmt::print("crossconnect: all found as they must be: {}\n", quartiles(again));
    fmt::print("crossconnect: all removed: {}\n", quartiles(gone));
    fmt::print("crossconnect: one more made: {} (goal at 1,000: 50 ms)\n", quartiles(added));
    fmt::print("crossconnect: one removed: {}\n", quartiles(removed));
    fmt::print("crossconnect: all listed: {}\n", quartiles(listed));
    fmt::print("crossconnect: beside it, ovs-ofctl started once for one rule: {}\n", quartiles(tools));
}

}  // namespace

}  // namespace rollover::bench

int main(int argc, char** argv) {
    unsigned count = 1000;
    if (argc > 1) {
        const std::string_view text = argv[1];
        std::from_chars(text.data(), text.data() + text.size(), count);
    }
    if (::geteuid() != 0 || count < 1 || count > 2000) {
        fmt::print("crossconnect: left out: needs root and Open vSwitch, and 1 to 2,000 joins\n");
        return 0;
    }
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("rollover-bench-xc-{}", ::getpid());
    const auto rig = [&](const char* word) {
        const auto line = fmt::format("tests/real/crossconnect/rig.sh {} {} >/dev/null 2>&1", word, folder.string());
        return std::system(line.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe): one thread
    };
    if (!rig("start")) {
        fmt::print("crossconnect: left out: Open vSwitch does not start here\n");
        return 0;
    }
    rollover::bench::measure((folder / "ovs").string(), count);
    return rig("stop") ? 0 : 1;
}
