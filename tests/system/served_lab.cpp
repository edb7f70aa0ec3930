#include "tests/system/served_lab.h"

#include "engine/model/reader.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <iostream>
#include <unistd.h>

namespace rollover::tests {

using namespace std::chrono_literals;
using scheduler::instant;
using scheduler::reservation;

namespace {

std::filesystem::path own_folder() {
    static std::atomic<int> count{0};
    auto folder = std::filesystem::temp_directory_path() / fmt::format("rollover-served-{}-{}", ::getpid(), ++count);
    std::filesystem::create_directories(folder);
    return folder;
}

sim::simulator_options options_of(sim::fault_plan faults, std::uint64_t seed) {
    sim::simulator_options options;
    options.seed = seed;
    options.faults = faults;
    return options;
}

}  // namespace

class served_lab::carriers final : public activation::patch_keeper {
public:
    explicit carriers(served_lab& lab) : lab_(lab) {}
    task<result<void>> begin(const model::lab& /*lab*/, const plan::plan& plan, std::string activation,
                             time_point /*deadline*/) override {
        EXPECT_FALSE(plan.patches.empty());
        lab_.carried_.insert(activation);
        co_return result<void>();
    }
    bool carries(const std::string& activation) override { return lab_.carried_.contains(activation); }
    task<result<void>> end(std::string activation, time_point /*deadline*/) override {
        lab_.carried_.erase(activation);
        co_return result<void>();
    }

private:
    served_lab& lab_;
};

/// One activation at work; two at the same time would be a bug.
class served_lab::place final : public scheduler::workplace {
public:
    place(served_lab& lab, scheduler::shared_files files, std::string id)
        : lab_(lab),
          files_(std::move(files)),
          id_(std::move(id)),
          patches_(lab),
          environment_(lab.rt_, lab.wheel_, files_->platforms, *lab.journal_) {
        environment_.gates = &lab.gates_;
        environment_.patches = &patches_;
        environment_.limits.whole = lab.whole_;
    }
    ~place() override { lab_.worked_on_.erase(id_); }
    activation::environment& environment() override { return environment_; }

private:
    served_lab& lab_;
    scheduler::shared_files files_;
    std::string id_;
    carriers patches_;
    activation::environment environment_;
};

served_lab::served_lab(const platform::library& platforms, std::size_t devices, sim::fault_plan faults,
                       std::uint64_t seed)
    : served_lab(platforms, lab_xml(devices), faults, seed) {}

served_lab::served_lab(const platform::library& platforms, const std::string& lab, sim::fault_plan faults,
                       std::uint64_t seed)
    : files_(std::make_shared<scheduler::lab_files>(scheduler::lab_files{read_lab_or_die(lab), platforms})),
      first_(files_),
      folder_(own_folder()),
      rt_({.seed = seed}),
      wheel_(rt_),
      tables_(*store::shared_tables::open(rt_, folder_ / "journal.sqlite")),
      calendar_(*store::open_calendar(tables_)),
      journal_(*store::open_journal(tables_)),
      simulator_(rt_, files_->lab, options_of(faults, seed), {}) {
    rt_.on_process([this](const process_request& program) -> result<process_result> {
        if (cut_off_) {
            return failure(errc::unreachable, "the host of xc1 is out of reach");
        }
        return simulator_.run_on_host("xc1", program);
    });
}

served_lab::~served_lab() {
    std::filesystem::remove_all(folder_);
}

scheduler::surroundings served_lab::surroundings() {
    scheduler::surroundings in(rt_, *calendar_, *journal_);
    in.files = [this] { return files_; };
    in.recheck = recheck_;
    in.workplace = [this](scheduler::shared_files files,
                          const std::string& id) -> result<std::unique_ptr<scheduler::workplace>> {
        EXPECT_TRUE(worked_on_.insert(id).second) << id << " is worked on twice at once";
        return std::unique_ptr<scheduler::workplace>(std::make_unique<place>(*this, std::move(files), id));
    };
    if (std::getenv("VERBOSE") != nullptr) {
        in.log = [this](const log_line& line) {
            std::cerr << rt_.now().time_since_epoch() / 1s << " s " << line.text << "\n";
        };
        in.progress = [this](const activation::progress_event& e) {
            std::cerr << rt_.now().time_since_epoch() / 1s << " s " << e.activation << " " << e.device << " "
                      << name_of(e.stage) << " " << e.text << "\n";
        };
    }
    return in;
}

void served_lab::run(std::function<task<void>(served_lab&)> story) {
    const auto end = rt_.run(root(std::move(story)), time_point(24h * 400));
    EXPECT_EQ(end, virtual_end::finished);
}

task<void> served_lab::root(std::function<task<void>(served_lab&)> story) {
    const auto started = simulator_.start();
    EXPECT_TRUE(started) << describe(started.error());
    start_service();
    co_await story(*this);
    co_await stop_service();
    co_await simulator_.stop();
}

void served_lab::start_service() {
    scheduler_ = std::make_unique<scheduler::scheduler>(surroundings());
    service_ = std::make_unique<task_group>(rt_);
    service_->spawn(scheduler_->run());
}

task<void> served_lab::stop_service() {
    if (scheduler_) {
        scheduler_->leave();
        co_await service_->join();
        scheduler_.reset();
        EXPECT_TRUE(worked_on_.empty()) << "something is still at work";
    }
}

task<result<reservation>> served_lab::reserve(std::string topology_xml, std::optional<duration> in,
                                              std::chrono::seconds length, unsigned pods,
                                              scheduler::owner_limits limits, scheduler::policy policy) {
    scheduler::wish what;
    what.policy = policy;
    what.topology = std::make_shared<const model::topology>(read_topology_or_die(topology_xml));
    what.source = std::move(topology_xml);
    what.file = "pairs.xml";
    what.owner = "eva";
    what.length = length;
    what.pods = pods;
    if (in) {
        what.from = scheduler::rounded_up(rt_.wall_now() + *in);
    }
    auto made = co_await scheduler::reserve(rt_, *calendar_, *journal_, files_, std::move(what), "eva", limits);
    if (scheduler_) {
        scheduler_->look();
    }
    co_return made;
}

task<reservation> served_lab::find(std::string id) {
    const auto found = co_await calendar_->find(std::move(id));
    EXPECT_TRUE(found) << describe(found.error());
    co_return found ? *found : reservation{};
}

task<void> served_lab::until(std::string id, scheduler::stage s) {
    const auto limit = rt_.now() + 48h;
    while (rt_.now() < limit) {
        const auto one = co_await find(id);
        if (one.now == s) {
            co_return;
        }
        if (is_over(one.now)) {
            ADD_FAILURE() << id << " is " << name_of(one.now) << " and never was " << name_of(s) << ": " << one.why;
            co_return;
        }
        const auto slept = co_await sleep_for(rt_, 1s);
        static_cast<void>(slept.has_value());
    }
    ADD_FAILURE() << id << " was not " << name_of(s) << " within 48 h";
}

task<void> served_lab::until(instant when) {
    const auto slept = co_await sleep_for(rt_, wall_time(when) - rt_.wall_now());
    static_cast<void>(slept.has_value());
}

task<void> served_lab::cancel(std::string id) {
    const auto one = co_await find(id);
    const auto to = one.now == scheduler::stage::booked ? scheduler::stage::cancelled : scheduler::stage::ending;
    const auto done = co_await calendar_->set_stage(id, to, "cancelled by eva", "eva", now());
    EXPECT_TRUE(done) << describe(done.error());
    scheduler_->look();
}

bool served_lab::is_configured(const std::string& device) const {
    const auto found = model::find_device(files_->lab, device);
    auto& simulator = const_cast<sim::lab_simulator&>(simulator_);
    return simulator.at(*found).running_configuration().find("snmp-server location rack") != std::string::npos;
}

void served_lab::forget_joins() {
    const auto done = simulator_.run_on_host("xc1", {{"ovs-ofctl", "-O", "OpenFlow13", "del-flows", "xc"}, {}, {}, {}});
    EXPECT_TRUE(done && done->exit_code == 0) << (done ? done->errors : describe(done.error()));
}

void served_lab::silence(const std::string& device, std::optional<std::uint64_t> after) {
    simulator_.silence(*model::find_device(files_->lab, device), after);
}

void served_lab::reload(const std::string& lab) {
    files_ = std::make_shared<scheduler::lab_files>(scheduler::lab_files{read_lab_or_die(lab), files_->platforms});
}

void served_lab::refuse(const std::string& device, unsigned connections) {
    simulator_.refuse(*model::find_device(files_->lab, device), connections);
}

instant served_lab::now() {
    return scheduler::rounded_up(rt_.wall_now());
}

task<std::string> served_lab::trail(std::string id) {
    const auto entries = co_await calendar_->entries(0, 1000, std::move(id));
    std::string out;
    for (const auto& one : entries ? *entries : std::vector<scheduler::entry>()) {
        out += (out.empty() ? "" : " ") + one.what;
    }
    co_return out;
}

}  // namespace rollover::tests
