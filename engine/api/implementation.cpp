#include "engine/api/implementation.h"

#include "engine/api/call.h"
#include "engine/api/platform_folders.h"
#include "engine/api/reports.h"
#include "engine/api/roots.h"
#include "engine/model/reader.h"

namespace rollover {

using namespace api;

namespace {

template <class T>
result<T> asked_of_journal(const engine_options& options, const std::string& lab,
                           task<void> (*root)(call&, std::string, result<T>&)) {
    result<T> out;
    const call_options none;
    call c(none);
    const auto opened = c.open(options);
    if (!opened) {
        return opened.error();
    }
    c.run(root(c, lab, out));
    return out;
}

}  // namespace

platform::library engine::implementation::platforms(diagnostics& mistakes) const {
    std::vector<std::filesystem::path> folders{shipped_platforms()};
    folders.insert(folders.end(), options.platforms.begin(), options.platforms.end());
    return platform::library::read(folders, mistakes);
}

model::converter_models engine::implementation::converter_models(diagnostics& mistakes) const {
    std::vector<std::filesystem::path> folders{shipped_converters()};
    folders.insert(folders.end(), options.converters.begin(), options.converters.end());
    return model::read_converter_models(folders, mistakes);
}

input engine::implementation::read(const std::filesystem::path& lab_file, const std::filesystem::path* topology,
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

std::optional<input> engine::implementation::read_lab_of(call& c, const std::string& id,
                                                         std::vector<problem>& problems) const {
    if (const auto opened = c.open(options); !opened) {
        problems.push_back(problem_of(opened.error()));
        return std::nullopt;
    }
    std::optional<activation::summary> known;
    if (!id.empty()) {
        c.run(find_root(c, id, known, problems));
        if (!known) {
            return std::nullopt;
        }
    }
    auto in =
        read(options.lab.empty() && known ? std::filesystem::path(known->lab_file) : options.lab, nullptr, nullptr);
    problems.insert(problems.end(), in.problems.begin(), in.problems.end());
    if (!in.problems.empty()) {
        return std::nullopt;
    }
    if (known && known->lab != in.lab->name) {
        const failure other(errc::bad_input,
                            "activation " + id + " is of lab " + known->lab + ", this is lab " + in.lab->name);
        problems.push_back(problem_of(failure(other).advise("--lab " + known->lab_file)));
        return std::nullopt;
    }
    return in;
}

std::optional<problem> engine::implementation::missing_state() const {
    const auto folder = options.state.empty() ? store::state_folder::usual_place() : options.state;
    std::error_code ignored;
    if (!options.store.empty() || std::filesystem::exists(folder, ignored)) {
        return std::nullopt;
    }
    return problem{"no_state", "there is no state folder " + folder.string() + ": nothing was activated from it"};
}

result<activation::holds> engine::implementation::held_now(const std::string& lab) const {
    return missing_state() ? result<activation::holds>() : asked_of_journal(options, lab, holds_root);
}

result<activation::use_counts> engine::implementation::uses_now(const std::string& lab) const {
    return missing_state() ? result<activation::use_counts>() : asked_of_journal(options, lab, uses_root);
}

std::optional<activation::holds> engine::implementation::held_for(const input& in, text_report& report) const {
    report.problems = in.problems;
    report.how = answer::bad_input;
    if (!in.problems.empty()) {
        return std::nullopt;
    }
    auto held = held_now(in.lab->name);
    if (!held) {
        report.problems.push_back(problem_of(held.error()));
        report.how = answer::failed;
        return std::nullopt;
    }
    return std::move(*held);
}

std::optional<placement::placement> engine::implementation::place(const input& in, text_report& report,
                                                                  second_phase then) const {
    const auto held = held_for(in, report);
    if (!held) {
        return std::nullopt;
    }
    auto uses = uses_now(in.lab->name);
    if (!uses) {
        report.problems.push_back(problem_of(uses.error()));
        report.how = answer::failed;
        return std::nullopt;
    }
    then.uses = std::move(*uses);
    placement::reason why;
    auto placed = find_placement(*in.lab, *in.topology, *held, then, &why);
    if (!placed) {
        report.problems.push_back(problem_of(placed.error(), why));
        report.how = answer_of(placed.error().code);
        return std::nullopt;
    }
    return std::move(*placed);
}

}  // namespace rollover
