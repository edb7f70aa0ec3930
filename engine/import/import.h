// Drafts of lab files from what a lab already has: the files of the older system, a table of cables, an export of
// NetBox. Pure: text in, text out.
#pragma once

#include "engine/import/inventory.h"
#include "engine/import/netbox.h"
#include "engine/model/converter_model.h"

#include <string>
#include <vector>

namespace rollover::importing {

enum class source { virtlab, csv, netbox };

struct import_options {
    std::string lab = "imported";    ///< the name of the lab; must fit model::rules::name
    netbox_roles roles;              ///< NetBox only
    std::string protocol;            ///< of converters of which none is said; empty: to be completed
    model::converter_models models;  ///< that a converter may be of (drivers/converters)
};

struct draft_report {
    std::string xml;         ///< the draft; empty when the input has errors
    diagnostics errors;      ///< in the input, with their places there
    diagnostics incomplete;  ///< what the draft still needs, with the places in the input that it is about, in the
                             ///< order of the draft
    diagnostics left_out;    ///< what the input says and a lab file does not
};

/// Reads the files, drafts a lab, and reads the draft back as `rollover check` does. Every guess is a comment in the
/// draft, and so is everything that is missing. When `incomplete` is empty, the draft is a lab file as it is.
[[nodiscard]] draft_report draft_lab(source from, const std::vector<input>& files, const import_options& options);

}  // namespace rollover::importing
