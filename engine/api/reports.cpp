#include "engine/api/reports.h"

#include "drivers/transport/line.h"
#include "engine/activation/addresses.h"
#include "engine/api/carry.h"
#include "engine/base/excerpt.h"
#include "engine/model/source_file.h"

#include <fmt/format.h>

namespace rollover::api {

problem problem_of(const failure& f) {
    return {std::string(name_of(f.code)), describe(f)};
}

problem problem_of(const failure& f, const placement::reason& why) {
    problem made = problem_of(f);
    made.missing = placement::name_of(why.missing);
    for (const placement::change& c : why.changes) {
        made.changes.push_back(
            {std::string(placement::name_of(c.what)), c.text, c.place.line == 0 ? "" : to_string(c.place)});
    }
    return made;
}

namespace {

constexpr std::size_t most_excerpts = 50;  ///< nobody reads more, and each one looks through its file

// Empty for a pipe, which can be read only once, and for a file that is gone by now.
std::string read_again(const std::string& file) {
    std::error_code none;
    diagnostics ignored;
    return std::filesystem::is_regular_file(file, none) ? model::load(file, ignored).value_or("") : std::string();
}

}  // namespace

std::vector<problem> problems_of(const diagnostics& mistakes) {
    std::vector<problem> out;
    std::map<std::string, std::string> texts;
    for (const auto& one : mistakes) {
        problem made{"bad_input", to_string(one)};
        if (one.place.column != 0 && out.size() < most_excerpts) {
            const auto [text, fresh] = texts.try_emplace(one.place.file);
            if (fresh) {
                text->second = read_again(one.place.file);
            }
            made.excerpt = excerpt(text->second, one.place);
        }
        out.push_back(std::move(made));
    }
    return out;
}

/// What a failure means for the exit code: wrong input is told apart from an unwilling lab.
answer answer_of(errc code) {
    switch (code) {
        case errc::bad_input:
        case errc::not_found:
        case errc::duplicate: return answer::bad_input;
        case errc::cancelled: return answer::stopped;
        default: return answer::failed;
    }
}

namespace {

answer answer_of_ending(activation::ending how) {
    switch (how) {
        case activation::ending::ready: return answer::done;
        case activation::ending::stopped: return answer::stopped;
        case activation::ending::failed: break;
    }
    return answer::failed;
}

gap_report gap_report_of(const console::gap_statistics& g) {
    return {g.characters, g.too_short, g.shortest, g.p50, g.p99, g.repairs};
}

}  // namespace

std::vector<node_report> nodes_of(const model::lab& lab, const model::topology& topology, const plan::plan& plan) {
    std::vector<node_report> out;
    for (const auto& one : plan.devices) {
        const auto& device = lab.at(one.device);
        node_report report{topology.at(one.node).name, device.name, device.platform, "", {}};
        if (const auto address = activation::line_address_of(lab, device)) {
            report.console = transport::to_string(*address);
        }
        out.push_back(std::move(report));
    }
    for (std::size_t l = 0; l < topology.links.size(); ++l) {
        const auto& link = topology.links[l];
        for (std::size_t e = 0; e < link.ends.size(); ++e) {
            out[link.ends[e].node.value].interfaces[link.name] = lab.at(plan.placement.links[l].ends[e]).name;
        }
    }
    return out;
}

void take_outcome(const activation::outcome& from, activation_report& into) {
    into.how = answer_of_ending(from.how);
    into.nothing_to_do = from.nothing_to_do;
    for (const auto& one : from.failures) {
        into.problems.push_back(problem_of(one));
    }
    for (const auto& [name, condition] : from.devices) {
        into.devices[name] = activation::name_of(condition);
    }
    for (const auto& [name, gaps] : from.gaps) {
        into.gaps[name] = gap_report_of(gaps);
    }
}

namespace {

double in_ms(duration d) {
    return static_cast<double>(d.count()) * 1e-6;
}

}  // namespace

line_status line_status_of(const activation::line_entry& from) {
    const auto& last = from.last;
    line_status one;
    one.lab = last.lab;
    one.line = last.line;
    one.device = last.device;
    one.learned_ms = in_ms(last.learned);
    one.shortest_ms = in_ms(last.shortest);
    one.p50_ms = in_ms(last.p50);
    one.p99_ms = in_ms(last.p99);
    one.characters = last.characters;
    one.repairs = last.repairs;
    one.retries = last.retries;
    one.reconnects = last.reconnects;
    one.visits = from.visits;
    one.last = std::chrono::time_point_cast<std::chrono::system_clock::duration>(from.when);
    return one;
}

activation_status status_of(const activation::summary& about, const activation::standing& now,
                            const store::state_folder& folder) {
    activation_status one;
    one.id = about.id;
    one.lab = about.lab;
    one.topology = about.topology;
    one.owner = about.owner;
    one.begun = std::chrono::time_point_cast<std::chrono::system_clock::duration>(about.begun);
    one.phase = activation::name_of(now.phase);
    one.worked_on = folder.is_locked(about.id);
    one.failure = now.failure;
    const bool ready = now.phase == activation::phase::ready;
    for (const auto& [name, device] : now.devices) {
        const bool in_use = ready && device.condition == activation::device_condition::dirty;
        const std::string_view condition = in_use ? "in use" : activation::name_of(device.condition);
        one.devices.push_back({name, std::string(condition), device.why});
    }
    for (const auto& [where, joins] : now.joins) {
        for (const auto& join : joins) {
            one.joins.push_back(fmt::format("{}: {}", where, join));
        }
    }
    if (auto own = folder.folder_of(about.id)) {
        one.folder = *own;
        one.patches = patches_of(now.patches, *own);
    }
    return one;
}

}  // namespace rollover::api
