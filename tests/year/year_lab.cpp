#include "tests/year/year_lab.h"

#include "engine/model/reader.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace rollover::tests {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t lines_of_a_converter = 8;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

[[noreturn]] void die_of(const diagnostics& mistakes) {
    for (const auto& one : mistakes) {
        std::cerr << to_string(one) << "\n";
    }
    std::exit(2);
}

std::string device_xml(std::size_t d, bool is_router) {
    constexpr const char* modes[] = {"timed", "acked", "echoed"};
    std::string xml = fmt::format(
        "<device name=\"d{}\" platform=\"{}\" model=\"{}\"><console line=\"cs{}/{}\" baud=\"9600\" char-delay=\"10ms\""
        " line-delay=\"50ms\" pacing=\"{}\"/>",
        d, is_router ? "cisco-ios" : "toy", is_router ? "2811" : "toy", d / lines_of_a_converter,
        d % lines_of_a_converter + 1, modes[d % 3]);
    for (std::size_t i = 0; i < 2; ++i) {
        xml += fmt::format(
            "<interface name=\"{}{}\" type=\"ethernet\"><switch-port switch=\"sw1\" port=\"Gi{}/{}\""
            " vlan=\"{}\"/></interface>",
            is_router ? "FastEthernet0/" : "eth", i, d, i, 100 + 2 * d + i);
    }
    return xml + "</device>\n";
}

std::filesystem::path own_folder() {
    // In memory where there is such a place: what survives is decided by faulty_disk.
    const std::filesystem::path memory = "/dev/shm";
    const auto base = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    auto folder = base / fmt::format("rollover-year-{}", ::getpid());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

sim::simulator_options options_of(const year_files& files, std::uint64_t seed) {
    sim::simulator_options options;
    options.seed = seed;
    options.devices = files.devices;
    return options;
}

scheduler::shared_files files_for(const year_files& files, std::size_t toys, std::size_t routers) {
    auto read = model::read_lab(year_lab_xml(toys, routers), "year.xml");
    if (!read.value) {
        die_of(read.mistakes);
    }
    return std::make_shared<scheduler::lab_files>(scheduler::lab_files{std::move(*read.value), files.platforms});
}

}  // namespace

year_files year_files::read() {
    year_files out;
    diagnostics mistakes;
    out.platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS, ROLLOVER_SOURCE_YEAR "/platforms"}, mistakes);
    auto toy = sim::read_device_file(text_of(ROLLOVER_SOURCE_YEAR "/toy_device.xml"), "toy_device.xml", mistakes);
    if (!toy || !mistakes.empty()) {
        die_of(mistakes);
    }
    out.devices.push_back(std::move(*toy));
    return out;
}

std::string year_lab_xml(std::size_t toys, std::size_t routers) {
    constexpr const char* protocols[] = {"raw", "telnet", "rfc2217"};
    const std::size_t devices = toys + routers;
    std::string xml = "<lab name=\"year\" time-zone=\"Europe/Prague\"><site name=\"main\">\n";
    for (std::size_t c = 0; c * lines_of_a_converter < devices; ++c) {
        xml += fmt::format("<converter name=\"cs{}\" protocol=\"{}\" host=\"192.0.2.{}\">", c, protocols[c % 3], c + 1);
        for (std::size_t l = 1; l <= lines_of_a_converter; ++l) {
            xml += fmt::format("<line number=\"{}\" port=\"{}\"/>", l, 4000 + l);
        }
        xml += "</converter>\n";
    }
    xml +=
        "<switch name=\"sw1\" platform=\"cisco-ios\"><trunk port=\"Gi0/24\" cross-connect=\"xc1\""
        " cross-connect-port=\"trunk1\"/></switch>\n<cross-connect name=\"xc1\" kind=\"openvswitch\" bridge=\"xc\"/>\n";
    for (std::size_t d = 0; d < devices; ++d) {
        xml += device_xml(d, d >= toys);
    }
    return xml + "</site></lab>\n";
}

struct year_lab::life {
    life(year_lab& lab, std::unique_ptr<powered_runtime> on) : rt(std::move(on)), wheel(*rt), files(lab.files_) {}

    std::unique_ptr<powered_runtime> rt;
    console::pacing_wheel wheel;
    activation::opening_gates gates;
    scheduler::shared_files files;
    std::unique_ptr<scheduler::calendar> calendar;
    std::unique_ptr<activation::journal> journal;
    std::unique_ptr<scheduler::scheduler> scheduler;
    std::unique_ptr<service::front_desk> desk;
    std::unique_ptr<task_group> group;
    std::set<std::string> worked_on;
};

class year_lab::place final : public scheduler::workplace {
public:
    place(life& in, scheduler::shared_files files, std::string id)
        : in_(in),
          files_(std::move(files)),
          id_(std::move(id)),
          environment_(*in.rt, in.wheel, files_->platforms, *in.journal) {
        environment_.gates = &in.gates;
        environment_.limits.between_looks = 20min;  // at each minute of a year they would be most of the work
    }
    ~place() override { in_.worked_on.erase(id_); }
    activation::environment& environment() override { return environment_; }

private:
    life& in_;
    scheduler::shared_files files_;
    std::string id_;
    activation::environment environment_;
};

year_lab::year_lab(const year_files& files, std::size_t toys, std::size_t routers, std::uint64_t seed, bool tells,
                   std::chrono::days begins)
    : files_(files_for(files, toys, routers)),
      folder_(own_folder()),
      disk_(faulty_disk::install()),
      world_({.seed = seed}),
      simulator_(world_, files_->lab, options_of(files, seed), {}),
      tells_(tells),
      begins_(begins),
      is_off_(world_) {
    disk_ = {};
}

year_lab::~year_lab() {
    std::filesystem::remove_all(folder_);
}

checker::seconds year_lab::now() const {
    return std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count();
}

void year_lab::log(const std::string& text) const {
    if (tells_) {
        std::cerr << scheduler::to_utc_text(scheduler::rounded_down(wall_now())) << " " << text << "\n";
    }
}

checker::world year_lab::truth() {
    checker::world out;
    for (const auto& device : files_->lab.devices) {
        out.devices.push_back(device.name);
        for (const auto& one : device.interfaces) {
            out.device_of_vlan[one.port->vlan] = device.name;
        }
    }
    out.look_at = [this](const std::string& name) {
        const auto& device = simulator_.at(*model::find_device(files_->lab, name));
        return checker::true_device{device.is_clean(), device.running_configuration()};
    };
    out.flows = [this] { return simulator_.flows({0}); };
    out.now = [this] { return now(); };
    return out;
}

result<process_result> year_lab::run_program(const process_request& program) {
    if (cross_connect_is_cut_) {
        process_result failed;
        failed.exit_code = 1;
        failed.errors = "ovs-ofctl: xc is not a bridge or a socket";
        return failed;
    }
    return simulator_.run_here(program);
}

bool year_lab::start() {
    auto on = std::make_unique<powered_runtime>(world_, [this](const process_request& p) { return run_program(p); });
    on->set_clock(begins_ + ahead_);
    on->after_work([this] {
        if (inspector_ && disk_.writes != writes_seen_) {
            writes_seen_ = disk_.writes;
            inspector_->look();
        }
    });
    const auto file = journal_file();
    auto tables = store::shared_tables::open(*on, file);
    if (!tables) {
        log("the service cannot start: " + describe(tables.error()));
        return false;
    }
    auto calendar = store::open_calendar(*tables);
    auto journal = store::open_journal(*tables);
    if (!calendar || !journal) {
        log("the service cannot start: " + describe(calendar ? journal.error() : calendar.error()));
        return false;
    }
    if (!inspector_) {
        inspector_ = std::make_unique<checker::inspector>(file, truth());
    }
    life_ = new life(*this, std::move(on));  // see powered_runtime.h for why it is never deleted
    life_->calendar = std::move(*calendar);
    life_->journal = std::move(*journal);
    scheduler::surroundings in(*life_->rt, *life_->calendar, *life_->journal);
    in.between_looks = 1min;  // nobody else changes this calendar
    in.files = [mine = life_] { return mine->files; };
    in.workplace = [mine = life_](scheduler::shared_files files,
                                  const std::string& id) -> result<std::unique_ptr<scheduler::workplace>> {
        if (!mine->worked_on.insert(id).second) {
            throw std::logic_error(id + " is worked on twice at once");
        }
        return std::unique_ptr<scheduler::workplace>(std::make_unique<place>(*mine, std::move(files), id));
    };
    if (tells_) {
        in.log = [this](const log_line& line) { log(line.activation + " " + line.device + " " + line.text); };
    }
    life_->scheduler = std::make_unique<scheduler::scheduler>(std::move(in));
    service::front_desk::parts parts{*life_->rt,
                                     *life_->calendar,
                                     *life_->journal,
                                     *life_->scheduler,
                                     [mine = life_] { return mine->files; },
                                     [this] { return result<scheduler::shared_files>(files_); },
                                     [mine = life_](scheduler::shared_files f) { mine->files = std::move(f); },
                                     {}};
    life_->desk = std::make_unique<service::front_desk>(std::move(parts));
    life_->group = std::make_unique<task_group>(*life_->rt);
    life_->group->spawn(life_->scheduler->run());
    ++starts_;
    return true;
}

bool year_lab::is_up() const {
    return life_ != nullptr && life_->rt->is_on();
}

std::uint64_t year_lab::steps() const {
    return steps_ + (life_ == nullptr ? 0 : life_->rt->steps());
}

service::front_desk* year_lab::begin_question(event& done) {
    if (!is_up()) {
        return nullptr;
    }
    asked_.insert(&done);
    return life_->desk.get();
}

void year_lab::spawn_in_service(task<void> work) {
    boost::asio::co_spawn(life_->rt->executor(), std::move(work), boost::asio::detached);
}

void year_lab::went_off(duration down) {
    log(fmt::format("the service is gone, for {} s", down / 1s));
    down_ = down;
    outage_ = inspector_->faults();
    inspector_->note({"the service was gone", "", now(), std::numeric_limits<checker::seconds>::max() / 2});
    for (auto* const one : asked_) {
        one->notify();
    }
    is_off_.notify();
}

void year_lab::kill_after(std::uint64_t steps, duration down) {
    if (is_up()) {
        life_->rt->switch_off_after(steps, [this, down] { went_off(down); });
    }
}

void year_lab::tear_after(std::int64_t writes, duration down) {
    disk_.tear_after = writes;
    disk_.on_torn = [this, down] {
        life_->rt->switch_off();
        went_off(down);
    };
}

/// As the system's service manager does.
task<void> year_lab::keep_up() {
    while (!ends_) {
        const wake why = co_await is_off_.wait();
        if (why != wake::notified || ends_) {
            break;
        }
        steps_ += life_->rt->steps();
        life_->calendar.reset();
        life_->journal.reset();
        life_ = nullptr;
        disk_.tear_after = -1;
        disk_.gone = false;
        inspector_->audit();
        auto slept = co_await sleep_for(world_, down_);
        for (bool up = start(); !up; up = start()) {
            slept = co_await sleep_for(world_, 5s);
        }
        static_cast<void>(slept);
        inspector_->noted(*outage_).until = now();
        log("the service is up again");
    }
}

void year_lab::set_clock(duration ahead) {
    ahead_ = ahead;
    if (life_ != nullptr) {
        life_->rt->set_clock(begins_ + ahead);
    }
}

void year_lab::forget_joins() {
    const auto done = simulator_.run_here({{"ovs-ofctl", "-O", "OpenFlow13", "del-flows", "xc"}, {}, {}, {}});
    if (!done || done->exit_code != 0) {
        throw std::logic_error("the cross-connect did not forget its joins");
    }
}

void year_lab::run(std::function<task<void>(year_lab&)> story, duration limit) {
    const auto end = world_.run(root(std::move(story)), time_point(limit));
    if (end != virtual_end::finished) {
        throw std::logic_error(end == virtual_end::stuck ? "stuck: nothing is left that could happen"
                                                         : "it never ends");
    }
}

task<void> year_lab::root(std::function<task<void>(year_lab&)> story) {
    const auto started = simulator_.start();
    if (!started) {
        throw std::logic_error(describe(started.error()));
    }
    if (!start()) {
        throw std::logic_error("the service does not start");
    }
    task_group group(world_);
    group.spawn(keep_up());
    co_await story(*this);
    ends_ = true;
    is_off_.notify();
    co_await group.join();
    life_->scheduler->leave();
    co_await life_->group->join();
    inspector_->judge();
    co_await simulator_.stop();
}

}  // namespace rollover::tests
