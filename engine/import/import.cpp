#include "engine/import/import.h"

#include "engine/import/cables_csv.h"
#include "engine/import/draft.h"
#include "engine/import/virtlab.h"
#include "engine/model/reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace rollover::importing {

namespace {

/// Something that the draft needs, at a line of it.
struct need {
    std::size_t line = 0;
    std::size_t order = 0;  ///< of those at the same line
    const draft_element* element = nullptr;
    std::string what;
    std::string hint;
};

/// The remarks of the draft, and what the reader of lab files says of it beside them, in the order of the draft.
std::vector<need> needs_of(const written& draft, const diagnostics& mistakes) {
    std::vector<need> needs;
    std::unordered_set<const draft_element*> seen;
    for (std::size_t i = 0; i < draft.lines.size(); ++i) {
        const auto* const e = draft.lines[i];
        if (e == nullptr || !seen.insert(e).second) {
            continue;
        }
        for (const auto& r : e->remarks) {
            if (r.what == remark::kind::missing) {
                needs.push_back({i, needs.size(), e, r.text, {}});
            }
        }
    }
    for (const auto& m : mistakes) {
        const std::size_t line = m.place.line == 0 ? 0 : m.place.line - 1;
        const auto* const e = line < draft.lines.size() ? draft.lines[line] : nullptr;
        const bool said = e != nullptr && std::ranges::any_of(e->remarks, [&](const remark& r) {
                              return !r.covers.empty() && m.what.find(r.covers) != std::string::npos;
                          });
        if (!said) {
            needs.push_back({line, needs.size(), e, m.what, m.hint});
        }
    }
    std::ranges::sort(needs, {}, [](const need& n) { return std::pair(n.line, n.order); });
    return needs;
}

/// One line for what is the same of many elements one after the other.
diagnostics told(const std::vector<need>& needs, const source_place& otherwise) {
    diagnostics all;
    std::size_t same = 0;
    const auto tell_same = [&] {
        if (same > 0) {
            all.back().what += fmt::format(" (and the same {} more times after it)", same);
        }
        same = 0;
    };
    const need* last = nullptr;
    for (const auto& n : needs) {
        if (last != nullptr && std::tie(n.what, n.hint) == std::tie(last->what, last->hint) && n.element != nullptr &&
            last->element != nullptr && n.element->tag == last->element->tag) {
            ++same;
            continue;
        }
        tell_same();
        last = &n;
        const std::string who =
            n.element == nullptr || n.element->attributes.empty()
                ? std::string()
                : fmt::format("<{} {}=\"{}\">: ", n.element->tag, n.element->attributes.front().first,
                              n.element->attributes.front().second);
        all.push_back({n.element == nullptr ? otherwise : n.element->place,
                       fmt::format("{}{} (line {} of the draft)", who, n.what, n.line + 1), n.hint});
    }
    tell_same();
    return all;
}

}  // namespace

draft_report draft_lab(source from, const std::vector<input>& files, const import_options& options) {
    inventory all;
    findings found;
    switch (from) {
        case source::virtlab: read_virtlab(files, all, found); break;
        case source::csv: read_cables_csv(files, all, found); break;
        case source::netbox: read_netbox(files, options.roles, all, found); break;
    }
    const source_place whole{files.empty() ? std::string("the input") : files.front().name, 0, 0};
    if (found.errors().empty() && all.boxes.empty()) {
        found.wrong(whole, "it says nothing of a lab", "is it the right file?");
    }
    for (auto& b : all.boxes) {
        if (b.kind == box_kind::converter && b.protocol.value.empty()) {
            b.protocol.value = options.protocol;
        }
    }
    draft_report report;
    if (found.errors().empty()) {
        const auto root = assemble(all, options.lab, found);
        auto draft = write(root);
        if (found.errors().empty()) {
            const auto read = model::read_lab(draft.xml, "the draft", options.models);
            report.incomplete = told(needs_of(draft, read.mistakes), whole);
            report.xml = std::move(draft.xml);
        }
    }
    report.errors = found.errors();
    report.left_out = found.remarks();
    return report;
}

}  // namespace rollover::importing
