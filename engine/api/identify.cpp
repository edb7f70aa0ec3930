// engine::identify: who the devices of a lab are, and pins for its file.
#include "engine/activation/identify.h"

#include "engine/api/implementation.h"
#include "engine/api/names.h"
#include "engine/api/pins.h"
#include "engine/api/replace_file.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/base/text.h"
#include "engine/model/source_file.h"

#include <algorithm>

namespace rollover {

using namespace api;

namespace {

constexpr auto time_for_a_device = std::chrono::minutes(10);

task<void> identify_root(call& c, const input& in, std::vector<model::device_index> devices,
                         std::vector<activation::identified>& found) {
    auto env = c.environment_without_activation(in.platforms);
    found = co_await activation::identify_devices(env, *in.lab, std::move(devices), c.stop(),
                                                  c.rt().now() + time_for_a_device);
}

/// `text`: the lab file as it was when `lab` was read; the places of its devices are those of this text.
result<std::size_t> write_pins(const model::lab& lab, const std::vector<activation::identified>& found,
                               const std::string& text) {
    std::vector<pin_to_write> pins;
    for (const auto& one : found) {
        const model::device& d = lab.at(one.device);
        if (one.found && d.model.empty() && !one.found->model.empty()) {
            pins.push_back({d.place, "model", one.found->model});
        }
        if (one.found && d.serial_number.empty() && !one.found->serial_number.empty()) {
            pins.push_back({d.place, "serial-number", one.found->serial_number});
        }
    }
    if (pins.empty()) {
        return std::size_t{0};
    }
    const std::size_t count = pins.size();
    const auto written = replace_file(lab.file, text, with_pins(text, std::move(pins)));
    return written ? result<std::size_t>(count) : result<std::size_t>(written.error());
}

device_identity report_of(const model::lab& lab, const activation::identified& one) {
    const model::device& d = lab.at(one.device);
    device_identity row{d.name, model::name_of(lab, d.console.line), {}, {}, {}, {}};
    if (one.found) {
        row.serial_number = printable(one.found->serial_number);
        row.model = printable(one.found->model);
        row.software = printable(one.found->software);
    } else {
        row.problem = describe(one.found.error());
    }
    return row;
}

}  // namespace

identity_report engine::identify(const std::vector<std::string>& names, bool write, const call_options& how) {
    identity_report report;
    report.how = answer::bad_input;
    diagnostics unread;  // `read` says so too
    const auto text = write ? model::load(implementation_->options.lab, unread) : std::nullopt;
    const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    const auto asked = devices_named(*in.lab, names, report.problems);
    if (!report.problems.empty()) {
        return report;
    }
    report.how = answer::failed;
    const auto held = implementation_->held_now(in.lab->name);
    if (!held) {
        report.problems.push_back(problem_of(held.error()));
        return report;
    }
    std::vector<model::device_index> free;
    for (const auto device : asked) {
        const auto use = held->find(in.lab->at(device).name);
        if (use == held->end()) {
            free.push_back(device);
        } else {
            const activation::identified busy{device, failure(errc::busy, "left alone: " + to_string(use->second))};
            report.devices.push_back(report_of(*in.lab, busy));
        }
    }
    call c(how);
    std::vector<activation::identified> found;
    c.run(identify_root(c, in, std::move(free), found));
    for (const auto& one : found) {
        report.devices.push_back(report_of(*in.lab, one));
    }
    const auto all = std::all_of(report.devices.begin(), report.devices.end(),
                                 [](const device_identity& one) { return one.problem.empty(); });
    report.how = all ? answer::done : answer::failed;
    if (text) {
        const auto written = write_pins(*in.lab, found, *text);
        if (!written) {
            report.problems.push_back(problem_of(written.error()));
            report.how = answer::failed;
        } else {
            report.written = *written;
        }
    }
    return report;
}

}  // namespace rollover
