#include "engine/api/engine.h"

#include "engine/api/booking.h"
#include "engine/api/call.h"
#include "engine/api/carry.h"
#include "engine/api/implementation.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/base/text.h"
#include "engine/draw/dot.h"
#include "engine/draw/terminal.h"
#include "engine/model/reader.h"
#include "engine/placement/placement.h"
#include "engine/plan/format.h"
#include "engine/plan/plan.h"
#include "engine/store/state_folder.h"

#include <cstdlib>
#include <fmt/format.h>

namespace rollover {

using namespace api;

namespace {

std::string current_user() {
    const char* user = std::getenv("USER");
    return user == nullptr ? "" : user;
}

}  // namespace

engine::engine(engine_options options) : implementation_(std::make_unique<implementation>()) {
    if (options.owner.empty()) {
        options.owner = current_user();
    }
    implementation_->options = std::move(options);
}

engine::~engine() = default;
engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;

text_report engine::check(const std::vector<std::filesystem::path>& files) {
    text_report report;
    diagnostics mistakes;
    const auto models = implementation_->converter_models(mistakes);
    const auto platforms = implementation_->platforms(mistakes);
    std::vector<model::lab> labs;
    std::vector<model::topology> topologies;
    for (const auto& file : files) {
        auto read = model::read_document(file, models);
        mistakes.insert(mistakes.end(), read.mistakes.begin(), read.mistakes.end());
        if (!read.value) {
            continue;
        }
        if (auto* lab = std::get_if<model::lab>(&*read.value)) {
            for (const auto& wrong :
                 {plan::check_speeds(*lab, platforms), plan::check_forbid_elements(*lab, platforms)}) {
                mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
            }
            labs.push_back(std::move(*lab));
        }
        if (auto* topology = std::get_if<model::topology>(&*read.value)) {
            for (const auto& wrong : {model::check_expansions(*topology), plan::check_typing(*topology, platforms)}) {
                mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
            }
            topologies.push_back(std::move(*topology));
        }
    }
    // What the operator of a lab forbids can only be told of both together.
    for (const auto& lab : labs) {
        for (const auto& topology : topologies) {
            const auto wrong = plan::check_forbidden(lab, topology);
            mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
        }
    }
    report.problems = problems_of(mistakes);
    report.how = mistakes.empty() ? answer::done : answer::bad_input;
    return report;
}

text_report engine::draw(const std::filesystem::path& file, const parameters& given, bool plain) {
    const auto how = plain ? draw::medium::terminal : draw::medium::picture;
    text_report report;
    report.how = answer::bad_input;
    diagnostics mistakes;
    const auto document = model::read_document(file, implementation_->converter_models(mistakes));
    mistakes.insert(mistakes.end(), document.mistakes.begin(), document.mistakes.end());
    report.problems = problems_of(mistakes);
    if (!report.problems.empty()) {
        return report;
    }
    if (const auto* lab = std::get_if<model::lab>(&*document.value)) {
        report.text = draw::dot_of(*lab, how);
    } else if (implementation_->options.lab.empty()) {
        report.text = draw::dot_of(std::get<model::topology>(*document.value), how);
    } else {
        const auto in = implementation_->read(implementation_->options.lab, &file, &given);
        const auto placed = implementation_->place(in, report);
        if (!placed) {
            return report;
        }
        report.text = draw::dot_of(*in.lab, *in.topology, *placed, how);
    }
    report.how = answer::done;
    return report;
}

text_report engine::draw_plain(const std::string& laid_out) {
    text_report report;
    const auto drawn = draw::on_terminal(laid_out);
    if (!drawn) {
        report.problems.push_back(problem_of(drawn.error()));
        return report;
    }
    report.how = answer::done;
    report.text = *drawn;
    return report;
}

text_report engine::plan(const std::filesystem::path& topology, const parameters& given, const std::string& device) {
    text_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    const auto placed = implementation_->place(in, report);
    if (!placed) {
        return report;
    }
    diagnostics mistakes;
    const auto made = plan::make_plan(*in.lab, *in.topology, given, *placed, in.platforms, mistakes);
    if (!made) {
        report.how = answer::bad_input;
        report.problems = problems_of(mistakes);
        return report;
    }
    const auto is_asked = [&](const plan::device_plan& one) {
        return plan::is_about(*in.lab, *in.topology, one, device);
    };
    if (!device.empty() && std::none_of(made->devices.begin(), made->devices.end(), is_asked)) {
        std::vector<std::string> used;
        for (const auto& one : made->devices) {
            used.push_back(in.lab->at(one.device).name);
        }
        report.how = answer::bad_input;
        report.problems.push_back(problem_of(failure(
            errc::not_found,
            device + " plays no node of this topology, and no node has this name; it uses " + join(used, ", "))));
        return report;
    }
    report.how = answer::done;
    report.text = plan::describe(*in.lab, *in.topology, *made, in.platforms, device);
    report.json = plan::to_json(*in.lab, *in.topology, *made, in.platforms, device);
    return report;
}

activation_report engine::activate(const std::filesystem::path& topology, const parameters& given,
                                   const call_options& how) {
    activation_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        report.how = answer::bad_input;
        return report;
    }
    call c(how, &implementation_->options);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(activate_root(c, in, given, implementation_->options.owner, report));
    return report;
}

activation_report engine::deactivate(const std::string& id, const call_options& how) {
    activation_report report;
    report.id = id;
    report.how = answer::bad_input;
    call c(how, &implementation_->options);
    const auto in = implementation_->read_lab_of(c, id, report.problems);
    if (in) {
        report.how = answer::failed;
        c.run(deactivate_root(c, *in, id, report));
    }
    return report;
}

activation_report engine::recover(const std::string& device, const call_options& how) {
    activation_report report;
    report.how = answer::bad_input;
    const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    if (auto unknown = unknown_device(*in.lab, device)) {
        report.problems.push_back(problem_of(*unknown));
        return report;
    }
    report.how = answer::failed;
    call c(how, &implementation_->options);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(recover_root(c, in, device, implementation_->options.owner, report));
    return report;
}

status_report engine::status(const std::string& id) {
    status_report report;
    const auto nowhere = implementation_->missing_state();
    if (nowhere) {
        report.how = id.empty() ? answer::done : answer::bad_input;
        report.problems.push_back(*nowhere);
        return report;
    }
    const call_options none;
    call c(none);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(status_root(c, id, report));
    return report;
}

text_report engine::carry(const std::string& id, const call_options& how, const std::function<void()>& carrying) {
    text_report report;
    report.how = answer::bad_input;
    const auto nowhere = implementation_->missing_state();
    if (nowhere) {
        report.problems.push_back(*nowhere);
        return report;
    }
    diagnostics mistakes;
    const auto models = implementation_->converter_models(mistakes);
    report.problems = problems_of(mistakes);
    if (!report.problems.empty()) {
        return report;
    }
    const auto folder = store::state_folder::open(implementation_->options.state, implementation_->options.store);
    if (!folder) {
        report.how = answer::failed;
        report.problems.push_back(problem_of(folder.error()));
        return report;
    }
    return api::carry(*folder, models, {id, carrying, how.stop_on_signals, how.stop});
}

lines_report engine::lines() {
    lines_report report;
    const auto nowhere = implementation_->missing_state();
    if (nowhere) {
        report.how = answer::done;
        report.problems.push_back(*nowhere);
        return report;
    }
    const call_options none;
    call c(none);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(lines_root(c, report));
    return report;
}

text_report engine::release(const std::string& device) {
    text_report report;
    std::string lab;
    if (!implementation_->options.lab.empty()) {
        const auto in = implementation_->read(implementation_->options.lab, nullptr, nullptr);
        report.problems = in.problems;
        report.how = answer::bad_input;
        if (!in.problems.empty()) {
            return report;
        }
        lab = in.lab->name;
    }
    const call_options none;
    call c(none);
    const auto opened = c.open(implementation_->options);
    if (!opened) {
        report.how = answer::failed;
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(release_root(c, lab, device, report));
    return report;
}

}  // namespace rollover
