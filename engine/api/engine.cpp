#include "engine/api/engine.h"

#include "engine/activation/activation.h"
#include "engine/api/booking.h"
#include "engine/api/carry.h"
#include "engine/api/patch_process.h"
#include "engine/api/platform_folders.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"
#include "engine/draw/dot.h"
#include "engine/draw/terminal.h"
#include "engine/model/reader.h"
#include "engine/placement/format.h"
#include "engine/placement/placement.h"
#include "engine/plan/format.h"
#include "engine/plan/plan.h"
#include "engine/runtime/real_runtime.h"
#include "engine/store/sqlite_journal.h"
#include "engine/store/sqlite_line_book.h"
#include "engine/store/state_folder.h"

#include <boost/asio/post.hpp>
#include <cstdlib>
#include <fmt/format.h>

namespace rollover {

using namespace api;

namespace {

std::string current_user() {
    const char* user = std::getenv("USER");
    return user == nullptr ? "" : user;
}

/// One call on the real runtime: the root coroutine gets the journal.
class call {
public:
    explicit call(const call_options& how, const engine_options* options = nullptr)
        : how_(how), options_(options), wheel_(rt_) {
        if (how_.stop_on_signals) {
            rt_.on_stop_signal([this](int /*number*/) {
                stop_.request();
                if (how_.stopping) {
                    how_.stopping(stop_.requests());
                }
            });
        }
    }

    /// Opens the state folder, made where it is missing, and its journal; before anything else.
    result<void> open(const std::filesystem::path& state) {
        auto folder = store::state_folder::open(state.empty() ? store::state_folder::usual_place() : state);
        if (!folder) {
            return folder.error();
        }
        folder_.emplace(std::move(*folder));
        auto journal = store::open_journal(rt_, folder_->journal_file());
        if (!journal) {
            return journal.error();
        }
        journal_ = std::move(*journal);
        auto lines = store::open_line_book(rt_, folder_->line_book_file());
        if (!lines) {
            return lines.error();
        }
        lines_ = std::move(*lines);
        return {};
    }

    real_runtime& rt() { return rt_; }
    store::state_folder& folder() { return *folder_; }
    activation::journal& journal() { return *journal_; }
    activation::line_book& lines() { return *lines_; }
    activation::stop_switch& stop() { return stop_; }

    activation::environment environment(const platform::library& platforms, const std::string& id) {
        activation::environment env(rt_, wheel_, platforms, *journal_);
        env.lines = lines_.get();
        env.gates = &gates_;
        if (how_.deadline > duration::zero()) {
            env.limits.whole = how_.deadline;
        }
        if (how_.device_deadline > duration::zero()) {
            env.limits.device = how_.device_deadline;
        }
        const auto own = folder_->folder_of(id);
        if (own) {
            env.folder = *own;
        } else if (how_.log) {  // configurations and transcripts are of use, but no reason to fail
            how_.log(describe(own.error()));
        }
        if (own && options_ != nullptr) {
            const std::filesystem::path program =
                options_->program.empty() ? std::filesystem::path("rollover") : options_->program;
            patches_.emplace(rt_, patch_process_options{program, folder_->path(), *own, options_->converters});
            env.patches = &*patches_;
        }
        if (how_.tell) {
            env.tell = [this](const activation::progress_event& e) {
                how_.tell({e.activation, e.device, std::string(activation::name_of(e.stage)), e.typed, e.total,
                           e.characters, e.text});
            };
        }
        if (how_.log) {
            env.log = [this](const log_line& line) {
                how_.log(fmt::format("{:<7} {} {} {}", name_of(line.level), line.activation, line.device,
                                     printable(line.text)));
            };
        }
        return env;
    }

    /// Runs to the end; a request of the caller's stop token, from whatever thread, reaches the stop switch.
    void run(task<void> root) {
        const std::stop_callback forward(how_.stop,
                                         [this] { boost::asio::post(rt_.executor(), [this] { stop_.request(); }); });
        rt_.run(std::move(root));
    }

private:
    const call_options& how_;
    const engine_options* options_;
    real_runtime rt_;
    console::pacing_wheel wheel_;
    activation::stop_switch stop_;
    activation::opening_gates gates_;
    std::optional<store::state_folder> folder_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<activation::line_book> lines_;
    std::optional<patch_process> patches_;
};

task<void> activate_root(call& c, const input& in, const parameters& given, std::string owner,
                         activation_report& report) {
    auto got = co_await book(c.rt(), c.journal(), in, given, std::move(owner));
    report.id = got.id;
    if (got.id.empty()) {
        report.how = got.how;
        report.problems = std::move(got.problems);
        co_return;
    }
    // Held until the end, so that others see that somebody works on it.
    const auto lock = c.folder().lock(got.id);
    auto env = c.environment(in.platforms, got.id);
    if (!lock) {
        // Nothing was touched yet: the way back only frees the devices again.
        const auto freed = co_await activation::deactivate(env, *in.lab, got.id, c.stop());
        take_outcome(freed, report);
        report.how = answer::failed;
        report.problems.insert(report.problems.begin(), problem_of(lock.error()));
        co_return;
    }
    const auto outcome = co_await activation::activate(env, *in.lab, *got.plan, got.id, c.stop());
    take_outcome(outcome, report);
    report.nodes = nodes_of(*in.lab, *in.topology, *got.plan);
}

task<void> find_root(call& c, std::string id, std::optional<activation::summary>& known,
                     std::vector<problem>& problems) {
    const auto found = co_await c.journal().find(std::move(id));
    if (found) {
        known = *found;
    } else {
        problems.push_back(problem_of(found.error()));
    }
}

task<void> deactivate_root(call& c, const input& in, std::string id, activation_report& report) {
    const auto lock = c.folder().lock(id);
    if (!lock) {
        report.problems.push_back(problem_of(lock.error()));
        co_return;
    }
    auto env = c.environment(in.platforms, id);
    const auto outcome = co_await activation::deactivate(env, *in.lab, id, c.stop());
    take_outcome(outcome, report);
}

/// `id`: only this one; empty: all that have not ended.
task<void> status_root(call& c, std::string id, status_report& report) {
    const auto all = co_await c.journal().list();
    if (!all) {
        report.problems.push_back(problem_of(all.error()));
        co_return;
    }
    for (const auto& about : *all) {
        const auto kept = co_await c.journal().unavailable(about.lab);
        if (!kept) {
            report.problems.push_back(problem_of(kept.error()));
            co_return;
        }
        for (const auto& [device, held] : *kept) {
            report.unavailable[about.lab][device] = to_string(held);
        }
        if (!id.empty() && about.id != id) {
            continue;
        }
        const auto records = co_await c.journal().read(about.id);
        if (!records) {
            report.problems.push_back(problem_of(records.error()));
            co_return;
        }
        const auto now = activation::stand(*records);
        if (!id.empty() || now.phase != activation::phase::ended) {
            report.activations.push_back(status_of(about, now, c.folder()));
        }
    }
    if (!id.empty() && report.activations.empty()) {
        report.how = answer::bad_input;
        report.problems.push_back(problem_of(failure(errc::not_found, "there is no activation " + id)));
        co_return;
    }
    report.how = answer::done;
}

task<void> holds_root(call& c, std::string lab, result<activation::holds>& held) {
    held = co_await c.journal().unavailable(std::move(lab));
}

task<void> lines_root(call& c, lines_report& report) {
    const auto known = co_await c.lines().list();
    if (!known) {
        report.problems.push_back(problem_of(known.error()));
        co_return;
    }
    report.how = answer::done;
    for (const auto& one : *known) {
        report.lines.push_back(line_status_of(one));
    }
}

/// Where a device of this name is in quarantine: in `lab`, or in any lab when it is empty.
task<result<std::map<std::string, activation::hold>>> labs_of_quarantined(call& c, std::string lab,
                                                                          std::string device) {
    std::map<std::string, activation::hold> found;
    const auto all = co_await c.journal().list();
    if (!all) {
        co_return all.error();
    }
    for (const auto& about : *all) {
        if (!lab.empty() && about.lab != lab) {
            continue;
        }
        const auto kept = co_await c.journal().unavailable(about.lab);
        if (!kept) {
            co_return kept.error();
        }
        const auto held = kept->find(device);
        if (held != kept->end() && held->second.quarantined) {
            found[about.lab] = held->second;
        }
    }
    co_return found;
}

task<result<void>> release(call& c, std::string lab, std::string device) {
    const auto found = co_await labs_of_quarantined(c, std::move(lab), device);
    if (!found) {
        co_return found.error();
    }
    if (found->empty()) {
        co_return failure(errc::not_found, "device " + device + " is not in quarantine")
            .advise("rollover status lists what is");
    }
    if (found->size() > 1) {
        std::vector<std::string> names;
        for (const auto& [name, held] : *found) {
            names.push_back(name);
        }
        co_return failure(errc::bad_input, "a device " + device + " is in quarantine in each of " + join(names, ", "))
            .advise("say which with --lab");
    }
    const auto& [name, held] = *found->begin();
    if (c.folder().is_locked(held.activation)) {
        co_return failure(errc::busy, "another process is cleaning up activation " + held.activation + " now");
    }
    co_return co_await c.journal().release(name, std::move(device));
}

task<void> release_root(call& c, std::string lab, std::string device, text_report& report) {
    const auto done = co_await release(c, std::move(lab), std::move(device));
    report.how = done ? answer::done : answer_of(done.error().code);
    if (!done) {
        report.problems.push_back(problem_of(done.error()));
    }
}

}  // namespace

struct engine::implementation {
    engine_options options;

    platform::library platforms(diagnostics& mistakes) const {
        std::vector<std::filesystem::path> folders{shipped_platforms()};
        folders.insert(folders.end(), options.platforms.begin(), options.platforms.end());
        return platform::library::read(folders, mistakes);
    }

    model::converter_models converter_models(diagnostics& mistakes) const {
        std::vector<std::filesystem::path> folders{shipped_converters()};
        folders.insert(folders.end(), options.converters.begin(), options.converters.end());
        return model::read_converter_models(folders, mistakes);
    }

    /// Reads what is asked for; every mistake of every file is in `problems`.
    input read(const std::filesystem::path& lab_file, const std::filesystem::path* topology,
               const parameters* given) const {
        input in;
        diagnostics mistakes;
        in.platforms = platforms(mistakes);
        auto lab = model::read_lab(lab_file, converter_models(mistakes));
        mistakes.insert(mistakes.end(), lab.mistakes.begin(), lab.mistakes.end());
        in.lab = std::move(lab.value);
        if (topology != nullptr) {
            auto read = model::read_topology(*topology);
            mistakes.insert(mistakes.end(), read.mistakes.begin(), read.mistakes.end());
            in.topology = std::move(read.value);
            if (in.topology) {
                const auto wrong = model::check_arguments(*in.topology, *given);
                mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
            }
        }
        in.problems = problems_of(mistakes);
        return in;
    }

    /// Those that only read make no state folder: a mistyped one should be seen.
    std::optional<problem> missing_state() const {
        const auto folder = options.state.empty() ? store::state_folder::usual_place() : options.state;
        std::error_code ignored;
        if (std::filesystem::exists(folder, ignored)) {
            return std::nullopt;
        }
        return problem{"no_state", "there is no state folder " + folder.string() + ": nothing was activated from it"};
    }

    /// The devices of a lab that cannot be had now.
    result<activation::holds> held_now(const std::string& lab) const {
        result<activation::holds> held;
        if (missing_state()) {
            return held;
        }
        const call_options none;
        call c(none);
        const auto opened = c.open(options.state);
        if (!opened) {
            return opened.error();
        }
        c.run(holds_root(c, lab, held));
        return held;
    }

    /// What `place` and `plan` share: a placement on what is free now.
    std::optional<placement::placement> place(const input& in, text_report& report) const {
        report.problems = in.problems;
        report.how = answer::bad_input;
        if (!in.problems.empty()) {
            return std::nullopt;
        }
        const auto held = held_now(in.lab->name);
        if (!held) {
            report.problems.push_back(problem_of(held.error()));
            report.how = answer::failed;
            return std::nullopt;
        }
        auto placed = find_placement(*in.lab, *in.topology, *held);
        if (!placed) {
            report.problems.push_back(problem_of(placed.error()));
            report.how = answer_of(placed.error().code);
            return std::nullopt;
        }
        return std::move(*placed);
    }
};

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
    for (const auto& file : files) {
        auto read = model::read_document(file, models);
        mistakes.insert(mistakes.end(), read.mistakes.begin(), read.mistakes.end());
        if (!read.value) {
            continue;
        }
        if (const auto* lab = std::get_if<model::lab>(&*read.value)) {
            const auto wrong = plan::check_speeds(*lab, platforms);
            mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
        }
        if (const auto* topology = std::get_if<model::topology>(&*read.value)) {
            for (const auto& wrong : {model::check_expansions(*topology), plan::check_typing(*topology, platforms)}) {
                mistakes.insert(mistakes.end(), wrong.begin(), wrong.end());
            }
        }
    }
    report.problems = problems_of(mistakes);
    report.how = mistakes.empty() ? answer::done : answer::bad_input;
    return report;
}

text_report engine::place(const std::filesystem::path& topology, const parameters& given) {
    text_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    const auto placed = implementation_->place(in, report);
    if (placed) {
        report.how = answer::done;
        report.text = placement::describe(*in.lab, *in.topology, *placed);
        report.json = placement::to_json(*in.lab, *in.topology, *placed);
    }
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
    const auto opened = c.open(implementation_->options.state);
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
    call c(how, &implementation_->options);
    const auto opened = c.open(implementation_->options.state);
    if (!opened) {
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    std::optional<activation::summary> known;
    c.run(find_root(c, id, known, report.problems));
    report.how = answer::bad_input;
    if (!known) {
        return report;
    }
    const auto& lab_file = implementation_->options.lab;
    const auto in =
        implementation_->read(lab_file.empty() ? std::filesystem::path(known->lab_file) : lab_file, nullptr, nullptr);
    report.problems = in.problems;
    if (!in.problems.empty()) {
        return report;
    }
    if (known->lab != in.lab->name) {
        const failure other(errc::bad_input,
                            "activation " + id + " is of lab " + known->lab + ", this is lab " + in.lab->name);
        report.problems.push_back(problem_of(failure(other).advise("--lab " + known->lab_file)));
        return report;
    }
    report.how = answer::failed;
    c.run(deactivate_root(c, in, id, report));
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
    const auto opened = c.open(implementation_->options.state);
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
    const auto& state = implementation_->options.state;
    const auto folder = store::state_folder::open(state.empty() ? store::state_folder::usual_place() : state);
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
    const auto opened = c.open(implementation_->options.state);
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
    const auto opened = c.open(implementation_->options.state);
    if (!opened) {
        report.how = answer::failed;
        report.problems.push_back(problem_of(opened.error()));
        return report;
    }
    c.run(release_root(c, lab, device, report));
    return report;
}

}  // namespace rollover
