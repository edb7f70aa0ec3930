// engine::place, place_copies and place_anew: one placement, several at once, and one node of an older one anew.
#include "engine/api/implementation.h"
#include "engine/api/reports.h"
#include "engine/base/text.h"
#include "engine/model/source_file.h"
#include "engine/placement/choices.h"
#include "engine/placement/copies.h"
#include "engine/placement/format.h"
#include "engine/placement/read.h"
#include "engine/placement/replace.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover {

using namespace api;

namespace {

using placements = std::vector<placement::placement>;

std::string describe_copies(const input& in, const placements& copies) {
    std::string text;
    for (std::size_t c = 0; c < copies.size(); ++c) {
        text += fmt::format("{}copy {} of {}\n\n{}", c == 0 ? "" : "\n", c + 1, copies.size(),
                            placement::describe(*in.lab, *in.topology, copies[c]));
    }
    return text;
}

/// The objects are those of `placement::to_json`, whole.
std::string copies_to_json(const input& in, const placements& copies) {
    std::string text;
    for (const auto& one : copies) {
        text += (text.empty() ? "" : ",\n") + placement::to_json(*in.lab, *in.topology, one);
    }
    return "{\"copies\":[" + text + "]}";
}

result<placement::most_found> found_copies(const placement::request& r, unsigned copies) {
    if (copies == 0) {
        return placement::find_most_copies(r);
    }
    auto found = placement::find_copies(r, copies);
    if (!found) {
        return found.error();
    }
    return placement::most_found{std::move(*found), {}};
}

/// Which node is meant by its name.
result<model::node_index> node_named(const model::topology& topology, const std::string& name) {
    const auto found = std::ranges::find(topology.nodes, name, &model::node::name);
    if (found != topology.nodes.end()) {
        return model::node_index{static_cast<std::uint32_t>(found - topology.nodes.begin())};
    }
    std::vector<std::string> known;
    for (const auto& n : topology.nodes) {
        known.push_back(n.name);
    }
    return failure(errc::not_found, fmt::format("topology {} has no node {}", topology.name, printable(name)))
        .advise("its nodes are " + join(known, ", "));
}

result<placement::placement> placement_in(const input& in, const std::filesystem::path& file) {
    diagnostics mistakes;
    const auto text = model::load(file, mistakes);
    if (!text) {
        return failure(errc::bad_input, "the placement cannot be read").at(file.string()).advise("is the path right?");
    }
    auto made = placement::read_placement(*in.lab, *in.topology, *text);
    if (!made) {
        return std::move(made.error()).at(file.string());
    }
    return made;
}

/// Reads the file, and holds it against the topology and the lab as they are now.
result<placement::placement> kept_placement(const input& in, const std::filesystem::path& file) {
    auto made = placement_in(in, file);
    if (!made) {
        return made;
    }
    const placement::request anything{*in.lab, *in.topology, {}, {}};
    if (const auto breach = placement::verify(anything, *made)) {
        return failure(errc::bad_input, "the placement is not right for this topology in this lab: " + *breach)
            .at(file.string())
            .advise("the lab, the topology or the file has changed since; place the topology anew");
    }
    return made;
}

}  // namespace

text_report engine::place(const std::filesystem::path& topology, const parameters& given, const place_options& how) {
    text_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    if (how.explain) {
        const auto held = implementation_->held_for(in, report);
        if (held) {
            const auto choices = placement::choices_of(scheduler::request_for(*in.lab, *in.topology, *held));
            report.how = answer::done;
            report.text = placement::describe(choices);
            report.json = placement::to_json(choices);
        }
        return report;
    }
    second_phase then;
    then.moves = how.effort;
    if (!how.like.empty() && in.problems.empty()) {
        const auto earlier = placement_in(in, how.like);
        if (!earlier) {
            report.problems.push_back(problem_of(earlier.error()));
            report.how = answer::bad_input;
            return report;
        }
        then.earlier = *earlier;
    }
    const auto placed = implementation_->place(in, report, std::move(then));
    if (placed) {
        report.how = answer::done;
        report.text = placement::describe(*in.lab, *in.topology, *placed);
        report.json = placement::to_json(*in.lab, *in.topology, *placed);
    }
    return report;
}

text_report engine::place_copies(const std::filesystem::path& topology, const parameters& given, unsigned copies) {
    text_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    const auto held = implementation_->held_for(in, report);
    if (!held) {
        return report;
    }
    const auto found = found_copies(scheduler::request_for(*in.lab, *in.topology, *held), copies);
    if (!found) {
        report.problems.push_back(problem_of(found.error()));
        report.how = answer_of(found.error().code);
        return report;
    }
    report.how = answer::done;
    report.text = describe_copies(in, found->copies);
    report.json = copies_to_json(in, found->copies);
    if (copies == 0) {
        const bool proved = found->no_more.code == errc::impossible;
        report.text += fmt::format(
            "\n{} {}; {}: {}\n", found->copies.size(), found->copies.size() == 1 ? "copy fits" : "copies fit",
            proved ? "one more does not" : "whether one more does was not found out", found->no_more.reason);
    }
    return report;
}

text_report engine::place_anew(const std::filesystem::path& topology, const parameters& given,
                               const std::filesystem::path& kept, const std::string& node) {
    text_report report;
    const auto in = implementation_->read(implementation_->options.lab, &topology, &given);
    const auto held = implementation_->held_for(in, report);
    if (!held) {
        return report;
    }
    auto placed = kept_placement(in, kept);
    if (placed) {
        const auto which = node_named(*in.topology, node);
        placed = which ? placement::replace(scheduler::request_for(*in.lab, *in.topology, *held), *placed, *which)
                       : result<placement::placement>(which.error());
    }
    if (!placed) {
        report.problems.push_back(problem_of(placed.error()));
        report.how = answer_of(placed.error().code);
        return report;
    }
    report.how = answer::done;
    report.text = placement::describe(*in.lab, *in.topology, *placed);
    report.json = placement::to_json(*in.lab, *in.topology, *placed);
    return report;
}

}  // namespace rollover
