#include "tests/system/shared_lab.h"

#include "engine/model/reader.h"
#include "engine/placement/read.h"
#include "engine/scheduler/parts.h"
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
using scheduler::work_part;

namespace {

std::string site_xml(const std::string& name, char letter, std::size_t devices) {
    std::string xml = fmt::format(
        "<site name=\"{0}\">\n<cross-connect name=\"x{1}\" kind=\"openvswitch\" bridge=\"xc\" "
        "ovs-run-dir=\"/run/{0}\"/>\n<switch name=\"sw{1}\" platform=\"cisco-ios\"><trunk port=\"Gi0/24\" "
        "cross-connect=\"x{1}\" cross-connect-port=\"trunk1\"/></switch>\n<converter name=\"cs{1}\" protocol=\"raw\" "
        "host=\"192.0.2.{2}\">\n",
        name, letter, letter == 'n' ? 1 : 2);
    for (std::size_t d = 0; d < devices; ++d) {
        xml += fmt::format("<line number=\"{}\" port=\"{}\"/>\n", d, 4000 + d);
    }
    xml += "</converter>\n";
    for (std::size_t d = 0; d < devices; ++d) {
        xml += fmt::format(
            "<device name=\"{0}{1}\" platform=\"cisco-ios\" model=\"2811\">\n"
            "<console line=\"cs{0}/{1}\" baud=\"9600\" char-delay=\"10ms\" line-delay=\"50ms\"/>\n"
            "<interface name=\"FastEthernet0/0\" type=\"ethernet\"><switch-port switch=\"sw{0}\" port=\"Gi0/{1}\" "
            "vlan=\"{2}\"/></interface>\n</device>\n",
            letter, d, 100 + d);
    }
    return xml + "</site>\n";
}

std::string node_xml(const std::string& name, const std::string& site, const std::string& link) {
    return fmt::format(
        "<node name=\"{0}\"><require platform=\"cisco-ios\"/><require site=\"{1}\"/>\n<config>\nhostname {0}\n"
        "snmp-server location rack\ninterface ${{{0}.{2}}}\n no shutdown\n exit\n</config>\n</node>\n",
        name, site, link);
}

sim::simulator_options options_of(sim::fault_plan faults, std::uint64_t seed) {
    sim::simulator_options options;
    options.seed = seed;
    options.faults = faults;
    return options;
}

std::filesystem::path folder_of_its_own() {
    static std::atomic<int> count{0};
    auto folder = std::filesystem::temp_directory_path() / fmt::format("rollover-shared-{}-{}", ::getpid(), ++count);
    std::filesystem::create_directories(folder);
    return folder;
}

}  // namespace

std::string two_sites_xml(std::size_t devices) {
    return "<lab name=\"virtual\">\n<interlink name=\"between\">\n<end cross-connect=\"xn\" "
           "address=\"198.51.100.1\"/>\n"
           "<end cross-connect=\"xs\" address=\"198.51.100.2\"/>\n</interlink>\n" +
           site_xml("north", 'n', devices) + site_xml("south", 's', devices) + "</lab>\n";
}

std::string across_xml() {
    return "<topology name=\"across\">\n" + node_xml("N", "north", "l") + node_xml("S", "south", "l") +
           node_xml("A", "north", "m") + node_xml("B", "north", "m") +
           "<link name=\"l\"><end node=\"N\"/><end node=\"S\"/></link>\n"
           "<link name=\"m\"><end node=\"A\"/><end node=\"B\"/></link>\n</topology>\n";
}

/// What the table `work` is: rows that go on standing when a service has gone.
class shared_lab::memory_roster final : public scheduler::roster {
public:
    memory_roster(shared_lab& lab, const service& of) : lab_(lab), of_(of) {}
    task<result<bool>> renew() override { co_return true; }
    std::function<bool()> fence() const override {
        return [] { return true; };
    }
    duration renew_every() const override { return 5s; }
    task<result<void>> sign_off() override { co_return result<void>(); }
    task<void> watch(std::function<void()> /*changed*/) override { co_return; }
    task<result<std::vector<work_part>>> take(std::vector<work_part> wanted) override {
        const auto begun = co_await lab_.journal_->list();
        std::map<std::string, std::vector<std::string>> sites;
        for (const auto& one : wanted) {
            sites[one.reservation].push_back(one.site);
        }
        std::vector<work_part> out;
        for (const auto& entry : sites) {
            const auto& id = entry.first;
            std::vector<scheduler::worked_on> rows;
            for (const auto& row : lab_.work_) {
                if (row.first.reservation == id) {
                    rows.push_back({row.first.site, row.second != &of_ && lab_.lives(row.second)});
                }
            }
            const bool was_begun = std::ranges::any_of(*begun, [&id](const auto& a) { return a.reservation == id; });
            for (auto& site : scheduler::takeable(rows, was_begun, entry.second)) {
                out.emplace_back(id, std::move(site));
                lab_.work_[out.back()] = &of_;
            }
        }
        co_return out;
    }
    task<result<bool>> take_what_is_over(work_part what) override {
        const auto known = lab_.work_.find(what);
        const bool ours = known == lab_.work_.end() || known->second == &of_ || !lab_.lives(known->second);
        if (ours) {
            lab_.work_[what] = &of_;
        }
        co_return ours;
    }

private:
    shared_lab& lab_;
    const service& of_;
};

struct shared_lab::service {
    service(shared_lab& lab, std::string n, std::set<std::string> s)
        : name(std::move(n)), sites(std::move(s)), agreed(lab, *this), group(lab.rt_) {}
    std::string name;
    std::set<std::string> sites;
    memory_roster agreed;
    activation::opening_gates gates;
    std::unique_ptr<scheduler::scheduler> work;
    task_group group;
};

/// One activation at work; two at the same time would be a bug.
class shared_lab::place final : public scheduler::workplace {
public:
    place(shared_lab& lab, service& of, scheduler::shared_files files, std::string id)
        : lab_(lab),
          files_(std::move(files)),
          id_(std::move(id)),
          environment_(lab.rt_, lab.wheel_, files_->platforms, *lab.journal_) {
        environment_.gates = &of.gates;
    }
    ~place() override { lab_.worked_on_.erase(id_); }
    activation::environment& environment() override { return environment_; }

private:
    shared_lab& lab_;
    scheduler::shared_files files_;
    std::string id_;
    activation::environment environment_;
};

shared_lab::shared_lab(const platform::library& platforms, std::size_t devices, sim::fault_plan faults,
                       std::uint64_t seed)
    : files_(std::make_shared<scheduler::lab_files>(
          scheduler::lab_files{read_lab_or_die(two_sites_xml(devices)), platforms})),
      folder_(folder_of_its_own()),
      rt_({.seed = seed}),
      wheel_(rt_),
      calendar_(*store::open_calendar(rt_, folder_ / "journal.sqlite")),
      journal_(*store::open_journal(rt_, folder_ / "journal.sqlite")),
      simulator_(rt_, files_->lab, options_of(faults, seed), {}) {
    rt_.on_process([this](const process_request& program) { return simulator_.run_here(program); });
}

shared_lab::~shared_lab() {
    std::filesystem::remove_all(folder_);
}

void shared_lab::run(std::function<task<void>(shared_lab&)> story) {
    const auto end = rt_.run(root(std::move(story)), time_point(24h * 30));
    EXPECT_EQ(end, virtual_end::finished);
}

task<void> shared_lab::root(std::function<task<void>(shared_lab&)> story) {
    const auto started = simulator_.start();
    EXPECT_TRUE(started) << describe(started.error());
    co_await story(*this);
    while (!services_.empty()) {
        const std::string name = services_.begin()->first;
        co_await end(name);
    }
    EXPECT_TRUE(worked_on_.empty()) << "something is still at work";
    co_await simulator_.stop();
}

void shared_lab::start(const std::string& name, std::set<std::string> sites) {
    auto& one = services_[name];
    one = std::make_unique<service>(*this, name, std::move(sites));
    scheduler::surroundings in(rt_, *calendar_, *journal_);
    in.roster = &one->agreed;
    in.sites = one->sites;
    in.between_looks = 2s;
    in.recheck = recheck_;
    in.files = [this] { return files_; };
    in.workplace = [this, of = one.get()](scheduler::shared_files files,
                                          const std::string& id) -> result<std::unique_ptr<scheduler::workplace>> {
        opened_[of->name].insert(id);
        EXPECT_TRUE(worked_on_.insert(id).second) << id << " is worked on twice at once";
        return std::unique_ptr<scheduler::workplace>(std::make_unique<place>(*this, *of, std::move(files), id));
    };
    in.progress = [this, name](const activation::progress_event& e) {
        if (!e.device.empty()) {
            touched_[name].insert(e.device);
        }
    };
    if (std::getenv("VERBOSE") != nullptr) {
        in.log = [this, name](const log_line& line) {
            std::cerr << rt_.now().time_since_epoch() / 1s << " s " << name << ": " << line.text << "\n";
        };
    }
    one->work = std::make_unique<scheduler::scheduler>(std::move(in));
    one->group.spawn(one->work->run());
}

bool shared_lab::lives(const service* one) const {
    return std::ranges::any_of(services_, [one](const auto& s) { return s.second.get() == one; });
}

task<void> shared_lab::end(const std::string& name) {
    auto& one = *services_.at(name);
    one.work->leave();
    co_await one.group.join();
    services_.erase(name);
}

task<reservation> shared_lab::reserve(std::string topology_xml, duration in, std::chrono::seconds length,
                                      scheduler::policy policy, unsigned pods) {
    scheduler::wish what;
    what.policy = policy;
    what.topology = std::make_shared<const model::topology>(read_topology_or_die(topology_xml));
    what.source = std::move(topology_xml);
    what.file = "across.xml";
    what.owner = "eva";
    what.length = length;
    what.pods = pods;
    what.from = scheduler::rounded_up(rt_.wall_now() + in);
    const auto made = co_await scheduler::reserve(rt_, *calendar_, *journal_, files_, std::move(what), "eva", {});
    EXPECT_TRUE(made) << describe(made.error());
    co_return made ? *made : reservation{};
}

task<reservation> shared_lab::find(std::string id) {
    const auto found = co_await calendar_->find(std::move(id));
    EXPECT_TRUE(found) << describe(found.error());
    co_return found ? *found : reservation{};
}

task<void> shared_lab::until(std::string id, scheduler::stage s) {
    const auto limit = rt_.now() + 24h;
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
    ADD_FAILURE() << id << " was not " << name_of(s) << " within 24 h";
}

task<void> shared_lab::until_ready(std::string id) {
    const auto limit = rt_.now() + 4h;
    while (rt_.now() < limit) {
        const auto one = co_await find(id);
        if (one.ready || is_over(one.now)) {
            EXPECT_TRUE(one.ready) << name_of(one.now) << ": " << one.why;
            co_return;
        }
        const auto slept = co_await sleep_for(rt_, 1s);
        static_cast<void>(slept.has_value());
    }
    ADD_FAILURE() << id << " was not ready within 4 h";
}

task<void> shared_lab::until(instant when) {
    const auto slept = co_await sleep_for(rt_, wall_time(when) - rt_.wall_now());
    static_cast<void>(slept.has_value());
}

bool shared_lab::is_configured(const std::string& device) const {
    const auto found = model::find_device(files_->lab, device);
    auto& simulator = const_cast<sim::lab_simulator&>(simulator_);
    return simulator.at(*found).running_configuration().find("snmp-server location rack") != std::string::npos;
}

std::size_t shared_lab::all_configured() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(files_->lab.devices, [this](const auto& d) { return is_configured(d.name); }));
}

std::string shared_lab::player(const reservation& r, std::size_t node) const {
    const auto topology = read_topology_or_die(r.source);
    const auto placed = placement::read_placement(files_->lab, topology, r.pods.at(0).placement);
    return placed ? files_->lab.at(placed->devices.at(node)).name : "nobody";
}

bool shared_lab::reaches(const std::string& from, const std::string& to) const {
    const auto reached = simulator_.network().reached({from, "FastEthernet0/0"});
    return std::ranges::any_of(reached, [&to](const auto& port) { return port.device == to; });
}

void shared_lab::silence(const std::string& device, std::optional<std::uint64_t> after) {
    simulator_.silence(*model::find_device(files_->lab, device), after);
}

}  // namespace rollover::tests
