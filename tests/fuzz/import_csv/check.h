// What the fuzz targets of the import promise.
#pragma once

#include "engine/import/import.h"
#include "engine/model/reader.h"

#include <cstdint>
#include <cstdlib>
#include <pugixml.hpp>
#include <string_view>

inline void check_import(rollover::importing::source from, std::string_view text) {
    using namespace rollover;
    std::vector<importing::input> files;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('\f', begin), text.size());
        files.push_back({"f" + std::to_string(files.size()), std::string(text.substr(begin, end - begin))});
        begin = end + 1;
    }
    const auto report = importing::draft_lab(from, files, {});
    if (report.errors.empty() == report.xml.empty()) {
        std::abort();
    }
    for (const auto* list : {&report.errors, &report.incomplete, &report.left_out}) {
        for (const auto& one : *list) {
            if (one.what.empty() || one.place.file.empty()) {
                std::abort();
            }
        }
    }
    if (report.xml.empty()) {
        return;
    }
    pugi::xml_document document;
    if (!document.load_buffer(report.xml.data(), report.xml.size(), pugi::parse_full)) {
        std::abort();
    }
    if (report.incomplete.empty() && !model::read_lab(report.xml, "draft").value) {
        std::abort();
    }
}
