#include "tests/system/raised_lab.h"

#include "drivers/console/pacing_wheel.h"
#include "engine/activation/memory_journal.h"
#include "engine/model/topology.h"
#include "engine/plan/plan.h"
#include "engine/runtime/virtual_runtime.h"
#include "simulators/lab/serial_line.h"
#include "tests/system/virtual_lab.h"

#include <fmt/format.h>

namespace rollover::tests {

using namespace std::chrono_literals;

namespace {

constexpr model::device_index device{0};

std::string lab_of(const raised_request& r) {
    const auto fast = r.fast_baud.empty() ? "" : fmt::format("fast-baud=\"{}\"", r.fast_baud);
    const bool linux_host = r.platform == "linux";
    return fmt::format(
        "<lab name=\"raised\"><credentials name=\"who\" user=\"root\" password=\"env:ROLLOVER_RAISED_PASSWORD\"/>\n"
        "<site name=\"main\"><converter name=\"cs1\" protocol=\"rfc2217\" host=\"192.0.2.1\"><line number=\"1\" "
        "port=\"4001\"/></converter>\n<device name=\"r1\" platform=\"{}\"><console line=\"cs1/1\" baud=\"9600\" {} "
        "char-delay=\"{}\" line-delay=\"{}\" fifo=\"16\" {}/><interface name=\"{}\"/></device></site></lab>",
        r.platform, fast, r.char_delay, r.char_delay, linux_host ? "login=\"who\"" : "",
        linux_host ? "eth1" : "FastEthernet0/0");
}

std::string topology_of(const raised_request& r) {
    std::string config;
    for (std::size_t i = 0; i < r.lines; ++i) {
        const auto net = fmt::format("10.{}.{}", i / 250, i % 250);
        config += r.platform == "linux" ? fmt::format("ip address add {}.1/24 dev eth1\n", net)
                                        : fmt::format("ip route {}.0 255.255.255.0 192.0.2.1\n", net);
    }
    return "<topology name=\"long\"><node name=\"A\"><config>\n" + config + r.last_line +
           "\n</config></node></topology>";
}

class raised_run {
public:
    explicit raised_run(const raised_request& request)
        : request_(request),
          lab_(read_lab_or_die(lab_of(request))),
          topology_(read_topology_or_die(topology_of(request))),
          wheel_(rt_),
          journal_(rt_),
          simulator_(rt_, lab_, request.simulator, {}),
          env_(rt_, wheel_, request.platforms, journal_) {
        env_.tell = [this](const activation::progress_event& e) { on_progress(e); };
        env_.log = [this](const log_line& one) { report_.log.push_back(one.text); };
    }

    raised_report run() {
        if (rt_.run(root(), time_point(48h)) != virtual_end::finished) {
            report_.failures.emplace_back("not finished after 48 hours");
        }
        return std::move(report_);
    }

private:
    [[nodiscard]] line_speeds speeds() {
        return {simulator_.port(device).device_baud(), simulator_.line(device).baud()};
    }

    void on_progress(const activation::progress_event& e) {
        if (e.stage == activation::stage::typing) {
            begun_ = begun_ == never ? rt_.now() : begun_;
            report_.while_typed = e.typed > 0 ? speeds() : report_.while_typed;
        } else if (e.stage == activation::stage::ready && begun_ != never) {
            report_.worked = rt_.now() - begun_;
        }
    }

    void note_failures(const activation::outcome& out) {
        for (const auto& one : out.failures) {
            report_.failures.push_back(describe(one));
        }
    }

    task<void> activate(std::string id);
    task<void> be_killed(std::string id);
    task<void> root();

    const raised_request& request_;
    model::lab lab_;
    model::topology topology_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::memory_journal journal_;
    sim::lab_simulator simulator_;
    activation::environment env_;
    activation::stop_switch stop_;
    time_point begun_ = never;
    raised_report report_;
};

task<void> raised_run::activate(std::string id) {
    const auto placed = placement::find({lab_, topology_, {}, {}});
    diagnostics mistakes;
    const auto plan = plan::make_plan(lab_, topology_, {}, *placed, request_.platforms, mistakes);
    if (!plan) {
        report_.failures.push_back(mistakes.empty() ? "no plan" : to_string(mistakes.front()));
        co_return;
    }
    report_.planned = plan->devices[0].raised_to;
    const auto interrupt = rt_.make_alarm([this] { stop_.request(); });
    if (request_.stop_after > duration::zero()) {
        interrupt->set(rt_.now() + request_.stop_after);
    }
    const auto up = co_await activation::activate(env_, lab_, *plan, id, stop_);
    interrupt->clear();
    report_.up = up.how;
    note_failures(up);
}

/// What a kill -9 leaves: an intent in the journal, and a device at a speed that its line has not.
task<void> raised_run::be_killed(std::string id) {
    activation::record touched{activation::record_kind::touching, std::move(id), "r1", {}, {}};
    const auto written = co_await journal_.append(std::move(touched));
    if (!written) {
        report_.failures.push_back(describe(written.error()));
    }
    simulator_.port(device).set_device_baud(static_cast<std::uint32_t>(std::stoul(request_.fast_baud)));
}

task<void> raised_run::root() {
    const auto started = simulator_.start();
    if (!started) {
        report_.failures.push_back(describe(started.error()));
        co_return;
    }
    activation::beginning begin{lab_.name, "raised-lab.xml", "long", "test", {"r1"}, ""};
    const auto id = co_await journal_.begin(std::move(begin));
    std::string name = *id;
    if (request_.left_fast) {
        co_await be_killed(name);
    } else {
        co_await activate(name);
    }
    report_.handed_over = speeds();
    report_.running = simulator_.at(device).running_configuration();
    const auto down = co_await activation::deactivate(env_, lab_, name, stop_);
    report_.down = down.how;
    note_failures(down);
    report_.at_end = speeds();
    report_.clean = simulator_.at(device).is_clean();
    co_await simulator_.stop();
}

}  // namespace

raised_report run_raised(const raised_request& request) {
    raised_run run(request);
    return run.run();
}

}  // namespace rollover::tests
